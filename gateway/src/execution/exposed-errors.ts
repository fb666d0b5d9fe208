// Subgraphs whose errors clients get as they are: those of others, who neither know our codes nor need them.
import type { GraphQLError, GraphQLFormattedError } from 'graphql';

export interface ExposedErrors {
  /** By their names in the supergraph. */
  subgraphs: ReadonlySet<string>;
  /** Names of extensions that are passed on beside those that always are. */
  extensions: readonly string[];
}

export const noneExposed: ExposedErrors = { subgraphs: new Set(), extensions: [] };

/** The names of the extensions that are passed on of a subgraph's errors in addition. */
export const exposedExtensions = ({ subgraphs, extensions }: ExposedErrors, subgraph: string) =>
  subgraphs.has(subgraph) ? extensions : [];

/** An error of such a subgraph with its message and code; null for any other, which is masked where it has no code of ours. */
export function exposedError(
  error: GraphQLError,
  { subgraphs }: ExposedErrors,
): GraphQLFormattedError | null {
  const { service } = error.extensions;
  return typeof service === 'string' && subgraphs.has(service) ? error.toJSON() : null;
}
