// Errors of calls, typed by the codes of the graph, and the errors of single fields in a partial answer.
import type { ErrorCode } from './generated/error-codes.ts';

/** What goes wrong before the graph answers: no connection, no answer in time, an answer that is not GraphQL. */
export type ClientErrorCode = 'NETWORK_ERROR' | 'TIMEOUT' | 'BAD_RESPONSE';

/** Whether messages are shown in Chinese or English. */
export type Language = 'zh' | 'en';

/** An error as the graph sends it. */
export interface ResponseError {
  message: string;
  path?: readonly (string | number)[];
  extensions?: {
    code?: string;
    service?: string;
    traceId?: string;
    retryAfterMs?: number;
    argument?: string;
    [name: string]: unknown;
  };
}

/** The result of an operation as the graph sends it. */
export interface ResponseBody {
  data?: Record<string, unknown> | null;
  errors?: readonly ResponseError[];
  extensions?: Record<string, unknown>;
}

export interface GraphErrorOptions {
  /** The HTTP status, if there was a response. */
  status?: number;
  /** How long to wait before the next attempt, if the graph says so. */
  retryAfterMs?: number;
  /** Every error of the answer; the error itself is the first. */
  errors?: readonly ResponseError[];
  /** What was answered beside the errors. */
  data?: unknown;
  cause?: unknown;
}

/** Why a call has no usable answer. `code` is one of the graph's error codes or of the client's own. */
export class GraphError extends Error {
  override readonly name = 'GraphError';
  /** An error of a subgraph whose codes are exposed may have a code that is not listed here. */
  readonly code: ErrorCode | ClientErrorCode;
  readonly status: number | undefined;
  readonly retryAfterMs: number | undefined;
  /** What operators find the whole error by. */
  readonly traceId: string | undefined;
  /** The subgraph that failed. */
  readonly service: string | undefined;
  /** The argument that was not accepted. */
  readonly argument: string | undefined;
  readonly path: readonly (string | number)[] | undefined;
  readonly errors: readonly ResponseError[];
  readonly data: unknown;

  constructor(code: GraphError['code'], message: string, options: GraphErrorOptions = {}) {
    super(message, { cause: options.cause });
    const [first] = options.errors ?? [];
    const { traceId, service, argument, retryAfterMs } = first?.extensions ?? {};
    this.code = code;
    this.status = options.status;
    this.retryAfterMs = options.retryAfterMs ?? retryAfterMs;
    this.traceId = traceId;
    this.service = service;
    this.argument = argument;
    this.path = first?.path;
    this.errors = options.errors ?? [];
    this.data = options.data;
  }
}

/** An error of one field; the rest of the answer is valid. */
export interface FieldError {
  code: ErrorCode;
  /** In the client's language. */
  message: string;
  path: readonly (string | number)[];
  /** The subgraph that failed. */
  service?: string;
  traceId?: string;
}

/** The error of an answer that has no usable data. */
export function errorOf(
  { data, errors = [] }: ResponseBody,
  language: Language | undefined,
  options: GraphErrorOptions = {},
): GraphError {
  const [first] = errors;
  const code = (first?.extensions?.code ?? 'INTERNAL_SERVER_ERROR') as ErrorCode;
  return new GraphError(code, inLanguage(first?.message ?? code, language), { ...options, errors, data });
}

/** The errors of fields in an answer with data. */
export const fieldErrorsOf = ({ errors = [] }: ResponseBody, language: Language | undefined): FieldError[] =>
  errors.map(({ message, path = [], extensions: { code, service, traceId } = {} }) => ({
    code: (code ?? 'INTERNAL_SERVER_ERROR') as ErrorCode,
    message: inLanguage(message, language),
    path,
    ...(service === undefined ? {} : { service }),
    ...(traceId === undefined ? {} : { traceId }),
  }));

/** Whether an answer has data that a caller can use: with errors, at least one field at its root that is not null. */
export const isUsable = ({ data, errors }: ResponseBody): boolean =>
  !!data && (!errors?.length || Object.values(data).some((value) => value !== null));

/** The half of a message in the language: messages are in Chinese up to the last Chinese full stop, then in English. */
function inLanguage(message: string, language: Language | undefined): string {
  const end = message.lastIndexOf('。 ') + 1;
  if (language === undefined || end === 0) return message;
  return language === 'zh' ? message.slice(0, end) : message.slice(end).trim();
}
