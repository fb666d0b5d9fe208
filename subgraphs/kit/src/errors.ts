// The error codes of the subgraphs and the gateway with their texts and statuses, and the functions that create and mask errors.
import { randomUUID } from 'node:crypto';
import { GraphQLError, type GraphQLErrorOptions, type GraphQLFormattedError } from 'graphql';

/** A text for users, in Chinese and English. */
export interface Bilingual {
  zh: string;
  en: string;
}

/** All codes. The text replaces messages that must not be disclosed, and is put before messages in English only. */
export const errorCodes = {
  BAD_USER_INPUT: '输入有误',
  NUMBER_OUT_OF_RANGE: '数值超出可准确表示的范围',
  NO_SUCH_RECORD: '没有这条记录',
  IDEMPOTENCY_KEY_REUSED: 'idempotencyKey 已用于另一输入',
  UNAUTHENTICATED: '身份无效',
  FORBIDDEN: '没有权限',
  AUDIT_UNAVAILABLE: '访问记录暂时无法写入，未给出受保护的值',
  BULK_READ: '短时间内查看的人员过多，未给出受保护的值',
  BAD_CURSOR: '游标不属于此列表',
  GRAPHQL_PARSE_FAILED: '查询语法有误',
  GRAPHQL_VALIDATION_FAILED: '查询不符合图的模式',
  OPERATION_RESOLUTION_FAILURE: '无法确定要执行的操作',
  BAD_REQUEST: '请求有误',
  PERSISTED_QUERY_NOT_FOUND: '没有此散列的查询',
  PERSISTED_QUERY_NOT_SUPPORTED: '不支持此版本的持久化查询',
  PAYLOAD_TOO_LARGE: '请求体过大',
  UNSUPPORTED_MEDIA_TYPE: '不支持的内容类型',
  NOT_ACCEPTABLE: '没有可接受的内容类型',
  METHOD_NOT_ALLOWED: '不支持的请求方法',
  NOT_FOUND: '没有这个地址',
  SHUTTING_DOWN: '服务正在停止',
  OPERATION_TOO_COMPLEX: '查询过于复杂',
  OPERATION_TOO_LONG: '查询文本过长',
  OPERATION_TOO_DEEP: '查询嵌套过深',
  OPERATION_TOO_COSTLY: '查询代价过高',
  TOO_MANY_ALIASES: '别名过多',
  TOO_MANY_DIRECTIVES: '指令过多',
  TOO_MANY_ROOT_FIELDS: '顶层字段过多',
  TOO_MANY_FRAGMENTS: '片段过多',
  TOO_MANY_OPERATIONS: '一个文档中的操作过多',
  TOO_MANY_REPRESENTATIONS: '一次所查的实体过多',
  VARIABLES_TOO_LARGE: '变量过大',
  BATCH_NOT_SUPPORTED: '不支持批量请求',
  INTROSPECTION_OFF: '不提供模式自省',
  DOCUMENT_NOT_TRUSTED: '此文档不在可信文档之列',
  ORIGIN_NOT_ALLOWED: '此来源不得跨站查询',
  RATE_LIMITED: '请求过于频繁，请稍后重试',
  TOO_MANY_AT_ONCE: '同时进行的请求过多，请稍后重试',
  ANSWER_TOO_LARGE: '答复过大',
  ANSWER_INCOMPLETE: '答复不完整',
  ANSWER_NOT_A_TABLE: '答复无法写成一个表',
  OPERATION_NOT_PLANNABLE: '没有子图能给出所查的字段',
  OVERLOADED: '请求过多，请稍后重试',
  SUBGRAPH_UNAVAILABLE: '子图暂时无法访问',
  SUBGRAPH_TIMEOUT: '子图未在时限内答复',
  SUBGRAPH_OVERLOADED: '子图请求过多',
  SUBGRAPH_BAD_RESPONSE: '子图的答复无法使用',
  MUTATION_OUTCOME_UNKNOWN: '变更的结果未知，请以相同的 idempotencyKey 重发',
  OPERATION_TIMEOUT: '操作未在时限内完成',
  DATABASE_UNAVAILABLE:
    '数据库暂时无法访问，请稍后重试。 The database cannot be reached at the moment. Try again later.',
  DATABASE_READ_ONLY:
    '数据库暂时只读，未作任何更改，请稍后重试。 The database is read-only at the moment, and nothing was changed. Try again later.',
  DATABASE_BUSY:
    '数据库未能及时完成，未作任何更改，请稍后重试。 The database did not finish in time, and nothing was changed. Try again.',
  INTERNAL_SERVER_ERROR:
    '内部错误，请凭 traceId 联系运维。 Internal error. Contact the operators and quote the traceId.',
} as const;

export type ErrorCode = keyof typeof errorCodes;

/** The HTTP status of errors by code, for both media types. For other codes the status depends on the media type. */
const statuses: Partial<Record<ErrorCode, number>> = {
  UNAUTHENTICATED: 401,
  FORBIDDEN: 403,
  OPERATION_TOO_COMPLEX: 400,
  OPERATION_TOO_LONG: 400,
  OPERATION_TOO_DEEP: 400,
  OPERATION_TOO_COSTLY: 400,
  TOO_MANY_ALIASES: 400,
  TOO_MANY_DIRECTIVES: 400,
  TOO_MANY_ROOT_FIELDS: 400,
  TOO_MANY_FRAGMENTS: 400,
  TOO_MANY_OPERATIONS: 400,
  TOO_MANY_REPRESENTATIONS: 400,
  VARIABLES_TOO_LARGE: 400,
  BATCH_NOT_SUPPORTED: 400,
  INTROSPECTION_OFF: 400,
  DOCUMENT_NOT_TRUSTED: 400,
  RATE_LIMITED: 429,
  TOO_MANY_AT_ONCE: 429,
  OVERLOADED: 503,
  OPERATION_TIMEOUT: 504,
  INTERNAL_SERVER_ERROR: 500,
};

export const isErrorCode = (code: unknown): code is ErrorCode =>
  typeof code === 'string' && Object.hasOwn(errorCodes, code);

export const statusOf = (code: unknown): number | undefined =>
  isErrorCode(code) ? statuses[code] : undefined;

/** An error that the client can act on. The message is Chinese, then English. `where` is its position in the operation. */
export function graphError(
  code: ErrorCode,
  message: string,
  extensions: Record<string, unknown> = {},
  where: Pick<GraphQLErrorOptions, 'nodes' | 'path'> = {},
): GraphQLError {
  return new GraphQLError(message, { ...where, extensions: { code, ...extensions } });
}

/** “应为” and what is expected. Chinese typography separates Latin letters and digits from Chinese text. */
export const expectedZh = (expected: string): string =>
  `应为${/^[\x21-\x7e]/.test(expected) ? ' ' : ''}${expected}`;

/** An input value that is not accepted. `expected` lets callers write a message of their own, without the value. */
export class BadInput extends GraphQLError {
  readonly argument: string;
  readonly expected: Bilingual;

  /** The message includes the received value only if it is passed. */
  constructor(argument: string, expected: Bilingual, ...received: [unknown?]) {
    const shown = JSON.stringify(received[0])?.slice(0, 80) ?? 'undefined';
    const [zh, en] = received.length ? [`，收到 ${shown}`, `, received ${shown}`] : ['', ''];
    super(`${argument} ${expectedZh(expected.zh)}${zh}。 ${argument}: expected ${expected.en}${en}.`, {
      extensions: { code: 'BAD_USER_INPUT' satisfies ErrorCode, argument },
    });
    this.argument = argument;
    this.expected = expected;
  }
}

/** An input value that is not accepted. The message names the argument, and what was expected and received. */
export const badInput = (argument: string, expected: Bilingual, received: unknown): GraphQLError =>
  new BadInput(argument, expected, received);

const hasChinese = (text: string) => /\p{Script=Han}/u.test(text);

/** Transient errors of PostgreSQL (SQLSTATE) and of the driver: the same request can succeed later. */
const transient: readonly (readonly [RegExp, ErrorCode])[] = [
  // The server is away, starts, stops or takes no more connections; the driver's own codes for a lost connection.
  [
    /^(08|53|57P0|CONNECT|CONNECTION_|ECONN|ENOTFOUND|ETIMEDOUT|EPIPE|EHOSTUNREACH|ENET)/,
    'DATABASE_UNAVAILABLE',
  ],
  // The server is a standby, or is becoming one.
  [/^25006$/, 'DATABASE_READ_ONLY'],
  // A lock or statement timeout, or a transaction that conflicted with others in all its attempts.
  [/^(55P03|57014|40001|40P01)$/, 'DATABASE_BUSY'],
];

/** When to retry after a transient error. */
export const retryAfterMs = 1000;

const transientCode = ({
  code,
  severity,
}: {
  code?: unknown;
  severity?: unknown;
} = {}): ErrorCode | undefined =>
  transient.find(([codes]) => typeof code === 'string' && codes.test(code))?.[1] ??
  // With FATAL the server ends the session or refuses a new one, for any reason.
  (severity === 'FATAL' || severity === 'PANIC' ? 'DATABASE_UNAVAILABLE' : undefined);

/**
 * The form of an error that leaves the process. Errors with a code stay as they are, with a Chinese text in front if the message is
 * in English only. All others are masked, and logged in full under the trace id that the client gets.
 */
export function formatError(
  formatted: GraphQLFormattedError,
  error: unknown,
  log: (event: Record<string, unknown>) => void,
): GraphQLFormattedError {
  const code = formatted.extensions?.code;
  const { locations, path } = formatted;
  if (isErrorCode(code) && code !== 'INTERNAL_SERVER_ERROR') {
    // serviceName is stock Apollo's second name for what `service` says.
    const { stacktrace: _stack, serviceName: _name, ...extensions } = formatted.extensions ?? {};
    const sentence = errorCodes[code];
    const message = hasChinese(formatted.message) ? formatted.message : `${sentence}：${formatted.message}`;
    return { message, locations, path, extensions };
  }
  const original = (error instanceof GraphQLError ? error.originalError : error) as
    | { code?: unknown; severity?: unknown }
    | undefined;
  const retryable = transientCode(original);
  const masked: ErrorCode = retryable ?? 'INTERNAL_SERVER_ERROR';
  // An error that a subgraph masked keeps its id, so that one id finds the entries in both logs.
  const { service, traceId: known } = formatted.extensions ?? {};
  const traceId = typeof service === 'string' && typeof known === 'string' ? known : randomUUID();
  log({
    event: 'error',
    traceId,
    service,
    path,
    error: error instanceof Error ? (error.stack ?? error.message) : String(error),
  });
  const extensions = {
    code: masked,
    ...(retryable ? { retryAfterMs } : {}),
    ...(typeof service === 'string' ? { service } : {}),
    traceId,
  };
  return { message: errorCodes[masked], locations, path, extensions };
}
