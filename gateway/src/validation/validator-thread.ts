// The validator's thread: validates documents, writes operations for the planner and executes introspection.
import { workerData } from 'node:worker_threads';
import type { Conditions } from '@district-graph/kit/operation/collect-fields';
import type { OperationLimits } from '@district-graph/kit/operation/limits';
import { ValidOperation, validationErrors } from '@district-graph/kit/operation/valid-operation';
import {
  buildSchema,
  execute,
  GraphQLError,
  type GraphQLFormattedError,
  type GraphQLSchema,
  parse,
} from 'graphql';
import {
  operationToPlan,
  type PlannableOperation,
  type PlanningLimits,
} from '../planning/operation-to-plan.ts';
import type { MissingScopes } from '../supergraph/access-metadata.ts';
import type { SupergraphMetadata } from '../supergraph/supergraph-metadata.ts';
import { serveJobs } from '../threads/thread.ts';

export interface ValidatorData {
  metadata: SupergraphMetadata;
  limits: OperationLimits;
  planningLimits: PlanningLimits;
}

/** What the planner needs to know of an operation beside its text. */
export interface OperationToWrite {
  operationName: string | null;
  conditions: Conditions;
  missingScopes: MissingScopes;
}

/** A document to validate, or a valid one to write for the planner or, if it selects `__schema` and `__type` only, to execute. */
export type ValidatorJob = { query: string } & (
  | { task: 'validate'; isLong: boolean }
  | { task: 'write'; operation: OperationToWrite }
  | { task: 'introspect'; variables: Readonly<Record<string, unknown>> }
);

/** What is planned of an operation, without what cannot be sent to another thread. */
type WrittenByValidator = Pick<PlannableOperation, 'text' | 'literals' | 'hasLiterals'>;

export interface ValidatorResult {
  errors: GraphQLFormattedError[];
  /** The value of each field of an introspection, as JSON. */
  texts: string[];
  written: WrittenByValidator | null;
}

const emptyResult: ValidatorResult = { errors: [], texts: [], written: null };

function introspect(
  query: string,
  variableValues: Readonly<Record<string, unknown>>,
  schema: GraphQLSchema,
): ValidatorResult {
  const document = parse(query, { noLocation: true });
  const result = execute({ schema, document, variableValues });
  if (result instanceof Promise || !result.data) throw new Error('introspection returned no data');
  return { ...emptyResult, texts: Object.values(result.data).map((value) => JSON.stringify(value)) };
}

function write(
  query: string,
  { operationName, conditions, missingScopes }: OperationToWrite,
  schema: GraphQLSchema,
  { metadata, limits, planningLimits }: ValidatorData,
): ValidatorResult {
  const options = { limits, isChecked: true, keepsLocations: false };
  const { definition, fragments } = new ValidOperation(query, operationName, schema, options);
  const operation = { definition, fragments, conditions, missingScopes };
  try {
    const { text, literals, hasLiterals } = operationToPlan(
      operation,
      { schema, ...metadata },
      planningLimits,
    );
    return { ...emptyResult, written: { text, literals, hasLiterals } };
  } catch (error) {
    if (error instanceof GraphQLError) return { ...emptyResult, errors: [error.toJSON()] };
    throw error;
  }
}

await serveJobs(async () => {
  const data = workerData as ValidatorData;
  const schema = buildSchema(data.metadata.apiSdl, { assumeValidSDL: true });
  return {
    loaded: null,
    run: (job: ValidatorJob): ValidatorResult => {
      if (job.task === 'introspect') return introspect(job.query, job.variables, schema);
      if (job.task === 'write') return write(job.query, job.operation, schema, data);
      const errors = validationErrors(job.query, schema, data.limits);
      return { ...emptyResult, errors: errors.map((error) => error.toJSON()) };
    },
  };
});
