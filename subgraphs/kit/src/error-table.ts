// The meaning of each error code and what a client does about it, in Chinese and English: the source of docs/errors.md.
import type { Bilingual, ErrorCode } from './errors.ts';

export interface DocumentedError {
  meaning: Bilingual;
  action: Bilingual;
  /** The status of a request that ends with the code before an operation runs, where `statusOf` leaves it to the media type. */
  httpStatus?: number;
}

const documented = (
  [meaning, action]: readonly [Bilingual, Bilingual],
  httpStatus?: number,
): DocumentedError => ({ meaning, action, httpStatus });

const both = (zh: string, en: string): Bilingual => ({ zh, en });

const retry = both(
  '按 `retryAfterMs` 或 `Retry-After` 稍后重试。',
  'Retry after `retryAfterMs` or `Retry-After`.',
);
const smaller = both(
  '缩小查询；`limit` 与 `received` 说明上限与实际值。',
  'Make the operation smaller; `limit` and `received` give the limit and the value.',
);
const fixRequest = both('按提示信息改正请求。', 'Correct the request as the message says.');
const partial = both(
  '使用其余字段；需要这些字段时，稍后重新查询。',
  'Use the other fields; query again later if these are needed.',
);

export const errorTable: Record<ErrorCode, DocumentedError> = {
  BAD_USER_INPUT: documented([
    both(
      '参数或变量的值不可接受；`argument` 指出哪一个。',
      'The value of an argument or a variable is not accepted; `argument` names it.',
    ),
    both('按提示信息改正该值。', 'Correct the value as the message says.'),
  ]),
  NUMBER_OUT_OF_RANGE: documented([
    both(
      '数值超出 GraphQL 的 Int 或 Float 能准确表示的范围。',
      'A number is outside the range that a GraphQL Int or Float represents exactly.',
    ),
    both('不查询该字段，并告知数据的所有者。', 'Leave the field out and inform the owner of the data.'),
  ]),
  NO_SUCH_RECORD: documented([
    both('没有这个键的记录。', 'There is no record with this key.'),
    both('核对键。', 'Check the key.'),
  ]),
  IDEMPOTENCY_KEY_REUSED: documented([
    both('`idempotencyKey` 已用于另一输入。', 'The `idempotencyKey` was used with other input.'),
    both(
      '每个新的变更用新的键；重发时输入须与原来相同。',
      'Use a new key for each new mutation; send the same input when you repeat one.',
    ),
  ]),
  UNAUTHENTICATED: documented([
    both(
      '令牌、API 密钥或网关签名缺失、无效或已过期。',
      'The token, API key or gateway signature is missing, invalid or expired.',
    ),
    both('重新登录，或申请新密钥。', 'Sign in again, or ask the operator for a new key.'),
  ]),
  FORBIDDEN: documented([
    both(
      '查看者缺少所需的权限、区划或用途。',
      'The viewer lacks the scope, the division or the purpose that is needed.',
    ),
    both(
      '发送 `x-purpose`，在自己的区划内查询，或申请角色；字段的说明列出所需的权限和用途。',
      'Send `x-purpose`, query within your own divisions, or request a role; the description of the field says what it requires.',
    ),
  ]),
  AUDIT_UNAVAILABLE: documented([
    both(
      '访问记录无法写入，受保护的值未给出。',
      'The access record cannot be written, so no protected value was disclosed.',
    ),
    both('稍后重试。', 'Retry later.'),
  ]),
  BULK_READ: documented([
    both(
      '查看者在统计时段内读取的人数已达上限。',
      'The viewer has reached the limit of persons that may be read within a period.',
    ),
    both(
      '等待，或缩小查询范围；工作确有需要的，请运维调整上限。',
      'Wait, or query fewer persons. If your work requires more, ask the operators for a higher limit.',
    ),
  ]),
  BAD_CURSOR: documented(
    [
      both(
        '游标或事件标识不属于这个列表或订阅，或已过期。',
        'The cursor or event id does not belong to this list or subscription, or is too old.',
      ),
      both(
        '从第一页重新读取；订阅则先重新读取当前状态，再不带标识订阅。',
        'Read from the first page again; for a subscription, read the current state, then subscribe without an id.',
      ),
    ],
    400,
  ),
  GRAPHQL_PARSE_FAILED: documented([
    both('文档不符合 GraphQL 语法。', 'The document does not have valid GraphQL syntax.'),
    fixRequest,
  ]),
  GRAPHQL_VALIDATION_FAILED: documented([
    both('文档不符合此图的模式。', 'The document is not valid for the schema of this graph.'),
    both('按模式改正字段、参数与类型。', 'Correct fields, arguments and types to match the schema.'),
  ]),
  OPERATION_RESOLUTION_FAILURE: documented([
    both(
      '文档中有多个操作而未指定 `operationName`，或没有所指定的操作。',
      'The document has several operations and no `operationName` was sent, or it has no operation of that name.',
    ),
    both(
      '发送文档中一个操作的 `operationName`。',
      'Send the name of an operation of the document as `operationName`.',
    ),
  ]),
  BAD_REQUEST: documented(
    [
      both('HTTP 请求不符合 GraphQL over HTTP。', 'The HTTP request does not follow GraphQL over HTTP.'),
      fixRequest,
    ],
    400,
  ),
  PERSISTED_QUERY_NOT_FOUND: documented([
    both('没有存储此散列的查询。', 'No query with this hash is stored.'),
    both(
      '把散列连同文本发送一次；Apollo 客户端会自动这样做。',
      'Send the hash together with the text once; Apollo’s clients do this automatically.',
    ),
  ]),
  PERSISTED_QUERY_NOT_SUPPORTED: documented(
    [
      both('`persistedQuery` 的版本不受支持。', 'The version of `persistedQuery` is not supported.'),
      both('使用版本 1，或发送文本。', 'Use version 1, or send the text.'),
    ],
    400,
  ),
  PAYLOAD_TOO_LARGE: documented(
    [
      both('请求体超过上限。', 'The request body is over the limit.'),
      both('发送较小的请求体。', 'Send a smaller body.'),
    ],
    413,
  ),
  UNSUPPORTED_MEDIA_TYPE: documented(
    [
      both('请求体不是未压缩的 UTF-8 JSON。', 'The body is not JSON in UTF-8 without a content encoding.'),
      both('以 `content-type: application/json` 发送。', 'Send `content-type: application/json`.'),
    ],
    415,
  ),
  NOT_ACCEPTABLE: documented(
    [
      both('`Accept` 未包含任何可用的媒体类型。', '`Accept` allows none of the media types of a response.'),
      both(
        '接受 `application/graphql-response+json` 或 `application/json`；订阅为 `text/event-stream`。',
        'Accept `application/graphql-response+json` or `application/json`; for subscriptions `text/event-stream`.',
      ),
    ],
    406,
  ),
  METHOD_NOT_ALLOWED: documented(
    [
      both(
        '此地址不支持该方法，或以 GET 发送了变更。',
        'The path does not support the method, or a mutation was sent by GET.',
      ),
      both('查询用 GET 或 POST，变更用 POST。', 'Use GET or POST for queries, POST for mutations.'),
    ],
    405,
  ),
  NOT_FOUND: documented(
    [both('没有这个地址。', 'There is nothing at this path.'), both('使用 `/graphql`。', 'Use `/graphql`.')],
    404,
  ),
  SHUTTING_DOWN: documented(
    [
      both('进程正在停止。', 'The process is shutting down.'),
      both('重新连接到另一个实例。', 'Connect again, to another instance.'),
    ],
    503,
  ),
  OPERATION_TOO_COMPLEX: documented([
    both(
      '选择过多，或无法在时限内规划。',
      'The operation has too many selections, or cannot be planned in time.',
    ),
    smaller,
  ]),
  OPERATION_TOO_LONG: documented([
    both(
      '文档的词法单元或名称的字符过多。',
      'The document has too many tokens, or a name too many characters.',
    ),
    smaller,
  ]),
  OPERATION_TOO_DEEP: documented([both('字段嵌套过深。', 'Fields are nested too deeply.'), smaller]),
  OPERATION_TOO_COSTLY: documented([
    both('预估代价超过上限。', 'The estimated cost is over the limit.'),
    both(
      '减小 `first`，减少嵌套的列表，不查询 `totalCount`；以 `x-cost: on` 查看代价。',
      'Lower `first`, nest fewer lists, leave out `totalCount`; `x-cost: on` shows the cost.',
    ),
  ]),
  TOO_MANY_ALIASES: documented([both('别名过多。', 'The operation has too many aliases.'), smaller]),
  TOO_MANY_DIRECTIVES: documented([both('指令过多。', 'The operation has too many directives.'), smaller]),
  TOO_MANY_ROOT_FIELDS: documented([
    both('顶层字段过多。', 'The operation has too many root fields.'),
    smaller,
  ]),
  TOO_MANY_FRAGMENTS: documented([both('片段过多。', 'The document has too many fragments.'), smaller]),
  TOO_MANY_OPERATIONS: documented([
    both('一个文档中的操作过多。', 'The document has too many operations.'),
    smaller,
  ]),
  TOO_MANY_REPRESENTATIONS: documented([
    both('一个操作向子图请求的实体过多。', 'One operation requests too many entities from a subgraph.'),
    smaller,
  ]),
  VARIABLES_TOO_LARGE: documented([
    both('变量的层数、项数过多。', 'The variables have too many levels or entries.'),
    smaller,
  ]),
  BATCH_NOT_SUPPORTED: documented([
    both('请求体是操作的数组。', 'The body is a list of operations.'),
    both('逐个发送。', 'Send each operation by itself.'),
  ]),
  INTROSPECTION_OFF: documented([
    both('此处不提供模式自省。', 'Introspection is turned off.'),
    both('使用仓库中的模式文件。', 'Use the schema file of the repository.'),
  ]),
  DOCUMENT_NOT_TRUSTED: documented([
    both(
      '只执行可信文档，而此文档不在其中。',
      'Only trusted documents are executed, and this one is not among them.',
    ),
    both('请运维加入该文档。', 'Ask the operators to add the document.'),
  ]),
  ORIGIN_NOT_ALLOWED: documented(
    [
      both('此来源的页面不得访问。', 'Pages of this origin may not call the gateway.'),
      both('请运维将其列入 `ALLOWED_ORIGINS`。', 'Ask the operators to list it in `ALLOWED_ORIGINS`.'),
    ],
    403,
  ),
  RATE_LIMITED: documented([both('查看者的操作过于频繁。', 'The viewer sends operations too often.'), retry]),
  TOO_MANY_AT_ONCE: documented([
    both(
      '查看者同时进行的操作、连接或未读答复过多。',
      'The viewer has too many operations, connections or unread responses at a time.',
    ),
    retry,
  ]),
  ANSWER_TOO_LARGE: documented([
    both('答复超过上限。', 'The response is over the limit.'),
    both('减小 `first` 或减少字段。', 'Lower `first` or select fewer fields.'),
  ]),
  ANSWER_INCOMPLETE: documented([
    both(
      '以表格取数时，部分字段有错误；其后的各个错误说明缺了什么。',
      'Some fields of an answer that was requested as a table have errors; the errors that follow say what is missing.',
    ),
    both(
      '改正查询或稍后重试；愿意接受不完整的表格时加 `partial=true`。',
      'Correct the query or try again later; add `partial=true` to accept an incomplete table.',
    ),
  ]),
  ANSWER_NOT_A_TABLE: documented([
    both(
      '答复中有几个列表，或没有所指的列表；错误列出可选的。',
      'The answer has several lists, or not the one that was named; the error lists those that can be chosen.',
    ),
    both(
      '用 `rows=` 指定列表，或取 XLSX：每个列表一张工作表。',
      'Choose a list with `rows=`, or request XLSX, which has a sheet for each.',
    ),
  ]),
  OPERATION_NOT_PLANNABLE: documented([
    both('没有子图能给出所查的字段组合。', 'No subgraph can resolve this combination of fields.'),
    both('拆成几个查询，并告知运维。', 'Split the operation, and inform the operators.'),
  ]),
  OVERLOADED: documented([
    both('服务当前的请求过多。', 'The service has too many requests at the moment.'),
    retry,
  ]),
  SUBGRAPH_UNAVAILABLE: documented([
    both(
      '子图无法访问，其字段为空值；`service` 指出哪一个。',
      'A subgraph cannot be reached, and its fields are null; `service` names it.',
    ),
    partial,
  ]),
  SUBGRAPH_TIMEOUT: documented([
    both(
      '子图未在时限内答复，其字段为空值。',
      'A subgraph did not respond in time, and its fields are null.',
    ),
    partial,
  ]),
  SUBGRAPH_OVERLOADED: documented([
    both('子图的请求过多，其字段为空值。', 'A subgraph has too many requests, and its fields are null.'),
    partial,
  ]),
  SUBGRAPH_BAD_RESPONSE: documented([
    both(
      '子图的答复无法使用，其字段为空值。',
      'The response of a subgraph cannot be used, and its fields are null.',
    ),
    both('告知运维。', 'Inform the operators.'),
  ]),
  MUTATION_OUTCOME_UNKNOWN: documented([
    both('变更已发出而没有收到结果。', 'The mutation was sent, and no result came back.'),
    both('以相同的 `idempotencyKey` 与输入重发。', 'Send it again with the same `idempotencyKey` and input.'),
  ]),
  OPERATION_TIMEOUT: documented([
    both(
      '操作未在时限内完成，未取得的字段为空值。',
      'The operation did not finish in time; fields that were not fetched are null.',
    ),
    both('缩小查询，或稍后重试。', 'Make the operation smaller, or retry later.'),
  ]),
  DATABASE_UNAVAILABLE: documented([
    both('子图的数据库无法访问。', 'The database of a subgraph cannot be reached.'),
    retry,
  ]),
  DATABASE_READ_ONLY: documented([
    both('数据库暂时只读，未作任何更改。', 'The database is read-only at the moment; nothing was changed.'),
    retry,
  ]),
  DATABASE_BUSY: documented([
    both('数据库未能及时完成，未作任何更改。', 'The database did not finish in time; nothing was changed.'),
    retry,
  ]),
  INTERNAL_SERVER_ERROR: documented([
    both(
      '意外的错误，详情只记在服务的日志中。',
      'An unexpected error. Its details are only in the log of the service.',
    ),
    both('凭 `traceId` 联系运维。', 'Quote the `traceId` to the operators.'),
  ]),
};
