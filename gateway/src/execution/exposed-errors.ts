// Subgraphs whose errors are passed to clients unchanged: those run by others, which do not use our error codes.
import type { GraphQLError, GraphQLFormattedError } from 'graphql';
import type { SubgraphError } from '../answer/read-answer.ts';

export interface ExposedErrors {
  /** By their names in the supergraph. */
  subgraphs: ReadonlySet<string>;
  /** Names of the extensions that are passed on beside those that always are. */
  extensions: readonly string[];
  /** What clients get of an error of any subgraph, instead of what is passed on by default. */
  format?: (error: SubgraphError, subgraph: string) => FormattedError;
}

export interface FormattedError {
  message: string;
  extensions: Record<string, unknown>;
}

export const noneExposed: ExposedErrors = { subgraphs: new Set(), extensions: [] };

/** The names of the additional extensions of a subgraph's errors that are passed on. */
export const exposedExtensions = ({ subgraphs, extensions }: ExposedErrors, subgraph: string) =>
  subgraphs.has(subgraph) ? extensions : [];

/** An error of such a subgraph with its message and code; null for any other, which is masked unless its code is one of ours. */
export function exposedError(
  error: GraphQLError,
  { subgraphs }: ExposedErrors,
): GraphQLFormattedError | null {
  const { service } = error.extensions;
  return typeof service === 'string' && subgraphs.has(service) ? error.toJSON() : null;
}
