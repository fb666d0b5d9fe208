// How errors of subgraphs that others run reach clients: unchanged or masked, since they do not use our error codes.
import type { GraphQLError, GraphQLFormattedError } from 'graphql';
import type { SubgraphError } from '../answer/read-answer.ts';

export interface ExposedErrors {
  /** By the name of a subgraph whose errors are passed on, the extensions that are passed on beside those that always are. */
  extensions: ReadonlyMap<string, readonly string[]>;
  /** Subgraphs whose errors are masked, whatever code they have. */
  masked: ReadonlySet<string>;
  /** What clients get of an error of any subgraph, instead of what is passed on by default. */
  format?: (error: SubgraphError, subgraph: string) => FormattedError;
}

export interface FormattedError {
  message: string;
  extensions: Record<string, unknown>;
}

export const noneExposed: ExposedErrors = { extensions: new Map(), masked: new Set() };

/** The names of the additional extensions of a subgraph's errors that are passed on; null where none is, not even a code. */
export const exposedExtensions = ({ extensions, masked }: ExposedErrors, subgraph: string) =>
  masked.has(subgraph) ? null : (extensions.get(subgraph) ?? []);

/** An error of such a subgraph with its message and code; null for any other, which is masked unless its code is one of ours. */
export function exposedError(
  error: GraphQLError,
  { extensions }: ExposedErrors,
): GraphQLFormattedError | null {
  const { service } = error.extensions;
  return typeof service === 'string' && extensions.has(service) ? error.toJSON() : null;
}
