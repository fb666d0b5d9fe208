// The validator's own thread: it validates documents, and answers what is asked of the schema itself.
import { workerData } from 'node:worker_threads';
import { type OperationLimits, validationErrors } from '@district-graph/kit/operation/valid-operation';
import { buildSchema, execute, type GraphQLFormattedError, parse } from 'graphql';
import { serveJobs } from '../threads/thread.ts';

export interface ValidatorData {
  apiSdl: string;
  limits: OperationLimits;
}

export interface ValidatorJob {
  query: string;
  /** Of a valid introspection that is to be answered; null for a document that is to be validated. */
  variables: Readonly<Record<string, unknown>> | null;
}

export interface ValidatorResult {
  faults: GraphQLFormattedError[];
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
        return { faults: validationErrors(query, schema, limits).map((error) => error.toJSON()), texts: [] };
      const document = parse(query, { noLocation: true });
      const answer = execute({ schema, document, variableValues: variables });
      if (answer instanceof Promise || !answer.data) throw new Error('an introspection without data');
      return { faults: [], texts: Object.values(answer.data).map((value) => JSON.stringify(value)) };
    },
  };
});
