// The errors that data sources throw, as clients may see them: those of Apollo's HTTP client contain addresses and responses of subgraphs.
import type { Log } from '@district-graph/kit/log';
import { GraphQLError } from 'graphql';
import { type FailureCode, subgraphFailure } from '../fetching/subgraph-client.ts';

interface FailedCall {
  subgraph: string;
  isMutation: boolean;
  log: Log;
}

/** An error of node-fetch: the address is in its message. */
type FetchError = Error & { type?: string; code?: string };

/** A GraphQLError: that of the data source without the response in it, or one with its message; one of our own for a request that failed. */
export function sourceError(error: unknown, { subgraph, isMutation, log }: FailedCall): GraphQLError {
  if (error instanceof GraphQLError) return withoutResponse(error);
  const original = error instanceof Error ? error : new Error(String(error));
  if (original.name !== 'FetchError') return new GraphQLError(original.message, { originalError: original });
  const code = failureCodeOf(original, isMutation);
  log({ event: 'subgraph failed', subgraph, code, reason: original.message });
  return subgraphFailure(code, subgraph);
}

function failureCodeOf({ type, code }: FetchError, isMutation: boolean): FailureCode {
  if (type !== 'system') return 'SUBGRAPH_BAD_RESPONSE';
  return isMutation && code !== 'ECONNREFUSED' ? 'MUTATION_OUTCOME_UNKNOWN' : 'SUBGRAPH_UNAVAILABLE';
}

/** Of the HTTP response, only the status is for clients. */
function withoutResponse(error: GraphQLError): GraphQLError {
  const { message, path, nodes, originalError, extensions } = error;
  const { response } = extensions as { response?: { url?: unknown; status?: unknown; statusText?: unknown } };
  if (typeof response !== 'object' || response === null || response.url === undefined) return error;
  const { status, statusText } = response;
  return new GraphQLError(message, {
    path,
    nodes,
    originalError,
    extensions: { ...extensions, response: { status, statusText } },
  });
}
