// Writes the responses to clients: the data of an execution with its errors, or a request error.

import { formatError, graphError, statusOf } from '@district-graph/kit/errors';
import type { Log } from '@district-graph/kit/log';
import type { GraphQLAnswer } from '@district-graph/kit/operation/graphql-operation';
import { type CoercedVariables, OperationError } from '@district-graph/kit/operation/valid-operation';
import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import { type ClientOperation, ResponseTooLong } from '../answer/client-operation.ts';
import { toLatin1 } from '../answer/latin1.ts';
import { lengthInData, lengthToNull, type ResponsePath, responseLocation } from '../answer/response-path.ts';
import type { Execution, Failure } from '../execution/execution.ts';
import { type ExposedErrors, exposedError, noneExposed } from '../execution/exposed-errors.ts';
import type { IntrospectionResults, PreparedOperation, Runnable } from './prepared-operation.ts';

export interface ResponseWriterOptions {
  maxResponseBytes: number;
  /** By default none. */
  exposedErrors?: ExposedErrors;
  log: Log;
}

export interface ExecutedOperation {
  operation: PreparedOperation;
  runnable: Runnable;
  coerced: CoercedVariables;
  execution: Execution;
  introspection: IntrospectionResults;
}

const noSubgraphErrors = () => false;

/** What an execution resulted in: data as JSON, latin1, and the errors in it. */
export interface CompletedOperation {
  data: string;
  errors: readonly GraphQLError[];
  /** Whether errors of subgraphs are among them, or only values that are missing or invalid. */
  hasSubgraphErrors: boolean;
}

/** Writes responses in the form of one transport. */
export interface WritesResponses {
  /** Throws ResponseTooLong. */
  write: (executed: ExecutedOperation) => GraphQLAnswer;
  /** The response to an operation that is refused before it is executed. */
  writeRefusal: (error: unknown) => GraphQLAnswer;
  /** The response to an operation whose execution failed, or whose response is too long. */
  writeError: (error: unknown) => GraphQLAnswer;
}

export class ResponseWriter implements WritesResponses {
  #options: ResponseWriterOptions;

  constructor(options: ResponseWriterOptions) {
    this.#options = options;
  }

  write(executed: ExecutedOperation): GraphQLAnswer {
    const { data, errors } = completeOperation(executed);
    return errors.length === 0 ? withoutErrors(data) : this.#withErrors(data, errors);
  }

  #withErrors(data: string, errors: readonly GraphQLError[]): GraphQLAnswer {
    const text = toLatin1(JSON.stringify(errors.map((error) => this.#formatted(error))));
    // A partial response must not be cached, whatever the subgraphs' responses allow.
    const headers = { 'cache-control': 'no-store' };
    return { executed: true, body: `{"errors":${text},"data":${data}}`, encoding: 'latin1', headers };
  }

  writeError(error: unknown): GraphQLAnswer {
    return error instanceof ResponseTooLong
      ? this.#withErrors('null', [responseTooLong(this.#options.maxResponseBytes)])
      : this.writeRefusal(error);
  }

  writeRefusal(error: unknown): GraphQLAnswer {
    const formatted = errorsOf(error).map((each) => this.#formatted(each));
    const code = formatted[0]?.extensions?.code;
    const body = Buffer.from(JSON.stringify({ errors: formatted }), 'utf8');
    if (code === 'OVERLOADED') return { executed: false, status: 503, headers: { 'retry-after': '1' }, body };
    return { executed: false, status: statusOf(code), body };
  }

  #formatted(error: GraphQLError): GraphQLFormattedError {
    const { exposedErrors = noneExposed, log } = this.#options;
    return exposedError(error, exposedErrors) ?? formatError(error.toJSON(), error, log);
  }
}

/** Throws ResponseTooLong. */
export function completeOperation(executed: ExecutedOperation): CompletedOperation {
  const { operation, runnable, coerced, execution, introspection } = executed;
  const { failures, root } = execution;
  if (failures.length > 0) return completeWithFailures(executed);
  const result = { root, introspection, hasSubgraphError: noSubgraphErrors };
  return { ...operation.complete(runnable, coerced, result), hasSubgraphErrors: false };
}

function completeWithFailures(executed: ExecutedOperation): CompletedOperation {
  const { operation, runnable, coerced, execution, introspection } = executed;
  const { failures, root } = execution;
  const client = operation.located(coerced);
  const located = failures.map((failure) => clientError(failure, client));
  const paths = located.filter((_error, index) => !failures[index]?.hasValue).map(({ path }) => path);
  const hasSubgraphError = (path: ResponsePath) => paths.some((other) => overlap(path, other));
  const result = { root, introspection, hasSubgraphError };
  const { data, errors } = operation.complete(runnable, coerced, result);
  // A failure is not reported for objects to which none of the client's fragments applies.
  const parsed: unknown = JSON.parse(data);
  const reported = failures.flatMap((failure, index) => {
    const { path = [] } = located[index] ?? {};
    const length = failure.hasValue ? lengthInData(parsed, path) : lengthToNull(parsed, path);
    if (failure.isUnreported || length === null) return [];
    return clientError({ ...failure, path: failure.path.slice(0, length) }, client).error;
  });
  return {
    data,
    errors: [...withoutDuplicates(reported), ...errors],
    hasSubgraphErrors: reported.length > 0,
  };
}

export const responseTooLong = (limit: number): GraphQLError =>
  graphError(
    'ANSWER_TOO_LARGE',
    `响应超过 ${limit} 字节；请少取一些字段，或分页。 The response is longer than ${limit} bytes; request fewer fields, or use pages.`,
    { limit },
  );

/** The errors for which an operation could not be executed. */
export function errorsOf(error: unknown): readonly GraphQLError[] {
  if (error instanceof OperationError) return error.errors;
  return [error instanceof GraphQLError ? error : new GraphQLError('', { originalError: error as Error })];
}

const withoutErrors = (data: string): GraphQLAnswer => ({
  executed: true,
  body: `{"data":${data}}`,
  encoding: 'latin1',
});

/** Whether one of two paths leads to the other. */
const overlap = (path: ResponsePath, other: ResponsePath): boolean =>
  path.slice(0, other.length).every((step, index) => step === other[index]);

/** The failure as an error with the client's path and locations. */
function clientError(
  { error, path: mergedPath }: Failure,
  { position }: ClientOperation,
): { error: GraphQLError; path: ResponsePath } {
  const { path, locations } = responseLocation(mergedPath, position);
  const { message, extensions } = error;
  return {
    path,
    error: Object.assign(
      new GraphQLError(message, {
        extensions,
        path: path.length ? path : undefined,
        originalError: error instanceof Error ? error : undefined,
      }),
      locations.length ? { locations } : {},
    ),
  };
}

/** Several fetches of a subgraph that fail at one path make equal errors: how many there were is of no interest to the client. */
function withoutDuplicates(errors: readonly GraphQLError[]): GraphQLError[] {
  const byText = new Map(errors.map((error) => [JSON.stringify(error), error]));
  return [...byText.values()];
}
