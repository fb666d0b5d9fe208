// Errors in the form in which ApolloGateway passes them on: those of subgraphs unchanged, with the name of the subgraph.
import { formatError, statusOf } from '@district-graph/kit/errors';
import type { Log } from '@district-graph/kit/log';
import { GraphQLError } from 'graphql';
import type { SubgraphError } from '../answer/read-answer.ts';
import { type ExposedErrors, type FormattedError, noneExposed } from '../execution/exposed-errors.ts';

/** An error without a path is found at each field that it leaves without a value, but reported once. */
const withoutPath = new WeakMap<SubgraphError, FormattedError>();

export const apolloErrors: ExposedErrors = {
  ...noneExposed,
  format: (error, serviceName) => {
    const { message, path, extensions } = error;
    const known = withoutPath.get(error);
    if (known) return known;
    const own = typeof extensions === 'object' && extensions !== null ? extensions : {};
    const formatted: FormattedError = {
      message:
        typeof message === 'string' && message
          ? message
          : `Error while fetching subquery from service "${serviceName}"`,
      extensions: { code: 'DOWNSTREAM_SERVICE_ERROR', ...own, serviceName },
    };
    if (!Array.isArray(path)) withoutPath.set(error, formatted);
    return formatted;
  },
};

/**
 * One error for each cause. The engine reports the failure of a request at every field that it leaves without a value: such an error
 * has no path here.
 */
export function withoutRepetition(errors: readonly GraphQLError[]): GraphQLError[] {
  const byCause = new Map<unknown, { error: GraphQLError; count: number }>();
  for (const error of errors) {
    const cause = error.originalError ?? error.extensions;
    const known = byCause.get(cause);
    if (known) known.count += 1;
    else byCause.set(cause, { error, count: 1 });
  }
  return [...byCause.values()].map(({ error, count }) => (count === 1 ? error : withoutItsPath(error)));
}

const withoutItsPath = ({ message, extensions, originalError }: GraphQLError): GraphQLError =>
  new GraphQLError(message, { extensions, originalError });

/** An unexpected error is masked, and logged under the trace id in it. An error of the engine names the subgraph as Apollo does. */
export function shownError(error: GraphQLError, log: Log): GraphQLError {
  if (error.message === '') return asError(formatError(error.toJSON(), error, log));
  const { service } = error.extensions;
  if (typeof service === 'string') error.extensions.serviceName ??= service;
  return error;
}

/** An error for which nothing was executed, with the status of its code for ApolloServer. */
export function withStatus(error: GraphQLError): GraphQLError {
  const status = statusOf(error.extensions.code);
  if (status === undefined) return error;
  const headers = new Map(status === 503 ? [['retry-after', '1']] : []);
  const { message, path, nodes, originalError, extensions } = error;
  return new GraphQLError(message, {
    path,
    nodes,
    originalError,
    extensions: { ...extensions, http: { status, headers } },
  });
}

function asError(formatted: ReturnType<typeof formatError>): GraphQLError {
  const { message, extensions, path, locations } = formatted;
  return Object.assign(new GraphQLError(message, { extensions, path }), locations ? { locations } : {});
}
