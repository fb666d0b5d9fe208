// The validator's own thread.
import { workerData } from 'node:worker_threads';
import { faultsOf, type OperationLimits } from '@district-graph/kit/valid-operation';
import { buildSchema, type GraphQLFormattedError } from 'graphql';
import { serveJobs } from '../threads/thread.ts';

export interface ValidatorData {
  apiSdl: string;
  limits: OperationLimits;
}

export interface DocumentToValidate {
  query: string;
}

await serveJobs(async () => {
  const { apiSdl, limits } = workerData as ValidatorData;
  const schema = buildSchema(apiSdl, { assumeValidSDL: true });
  return {
    loaded: null,
    run: ({ query }: DocumentToValidate): GraphQLFormattedError[] =>
      faultsOf(query, schema, limits).map((error) => error.toJSON()),
  };
});
