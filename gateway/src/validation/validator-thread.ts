// The validator's thread: validates documents and executes introspection.
import { workerData } from 'node:worker_threads';
import type { OperationLimits } from '@district-graph/kit/operation/limits';
import { validationErrors } from '@district-graph/kit/operation/valid-operation';
import { buildSchema, execute, type GraphQLFormattedError, parse } from 'graphql';
import { serveJobs } from '../threads/thread.ts';

export interface ValidatorData {
  apiSdl: string;
  limits: OperationLimits;
}

export interface ValidatorJob {
  query: string;
  /** The variables of a valid introspection query to execute; null for a document to validate. */
  variables: Readonly<Record<string, unknown>> | null;
}

export interface ValidatorResult {
  errors: GraphQLFormattedError[];
  /** The value of each field of an introspection, as JSON. */
  texts: string[];
}

await serveJobs(async () => {
  const { apiSdl, limits } = workerData as ValidatorData;
  const schema = buildSchema(apiSdl, { assumeValidSDL: true });
  return {
    loaded: null,
    run: ({ query, variables }: ValidatorJob): ValidatorResult => {
      if (variables === null)
        return { errors: validationErrors(query, schema, limits).map((error) => error.toJSON()), texts: [] };
      const document = parse(query, { noLocation: true });
      const result = execute({ schema, document, variableValues: variables });
      if (result instanceof Promise || !result.data) throw new Error('introspection returned no data');
      return { errors: [], texts: Object.values(result.data).map((value) => JSON.stringify(value)) };
    },
  };
});
