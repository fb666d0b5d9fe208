// Checks of GraphQL over HTTP: media types, status codes, methods, batches and connections.
import { type Check, failed, notApplicable, type Outcome, passed } from '../check.ts';
import type { Reply } from '../subgraph-client.ts';

const typename = '{"query":"{__typename}"}';

export const summaryOf = ({ status, text }: Reply): string =>
  `HTTP ${status} ${text.replaceAll(/\s+/g, ' ').slice(0, 160)}`;

const passedIf = (isRight: boolean, reply: Reply): Outcome => (isRight ? passed : failed(summaryOf(reply)));

const mediaTypeOf = ({ headers }: Reply): string =>
  (headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase() ?? '';

/** A request error: errors, and no data. */
export const isRequestError = ({ json }: Reply): boolean =>
  Array.isArray(json?.errors) && json.errors.length > 0 && (json.data === undefined || json.data === null);

/** 200 is right for application/json only; application/graphql-response+json has a status for each kind of error. */
const hasErrorStatus = (reply: Reply): boolean =>
  mediaTypeOf(reply) === 'application/graphql-response+json'
    ? reply.status >= 400 && reply.status < 500
    : reply.status === 200 || (reply.status >= 400 && reply.status < 500);

export const httpChecks: readonly Check[] = [
  {
    id: 'http.post',
    title: { zh: '以 POST 接受 JSON 并执行查询', en: 'executes a query that is posted as JSON' },
    advice: {
      zh: '接受 POST，content-type: application/json，正文 {"query": …}，答复 200 与 {"data": …}。若以 401 拒绝签名的请求：--subgraph 须是子图所比对的名称，--viewer-keys-file 须是它所用的密钥。',
      en: 'Accept POST with content-type application/json and the body {"query": …}; answer 200 with {"data": …}. If it refuses signed requests with 401: --subgraph must be the name that it compares with its own, and --viewer-keys-file the keys that it uses.',
    },
    run: async ({ client }) => {
      const reply = await client.query('{__typename}');
      return passedIf(reply.status === 200 && typeof reply.json?.data?.__typename === 'string', reply);
    },
  },
  {
    id: 'http.content-type',
    title: { zh: '答复的 content-type 是 JSON', en: 'answers with a JSON content-type' },
    advice: {
      zh: '答复 application/graphql-response+json，或 application/json，按请求的 accept。',
      en: 'Answer with application/graphql-response+json or application/json, as the request accepts.',
    },
    run: async ({ client }) => {
      const reply = await client.postJson({ query: '{__typename}' }, { accept: 'application/json' });
      const type = mediaTypeOf(reply);
      return ['application/json', 'application/graphql-response+json'].includes(type)
        ? passed
        : failed(`content-type ${type || '–'}`);
    },
  },
  {
    id: 'http.syntax-error',
    title: {
      zh: '语法错误是请求错误：有 errors，没有数据',
      en: 'answers a syntax error with errors and no data',
    },
    advice: {
      zh: '以 {"errors": […]} 答复；application/graphql-response+json 时状态为 400。',
      en: 'Answer {"errors": […]}; with application/graphql-response+json the status is 400.',
    },
    run: async ({ client }) => {
      const reply = await client.query('{');
      return passedIf(isRequestError(reply) && hasErrorStatus(reply), reply);
    },
  },
  {
    id: 'http.unknown-field',
    title: { zh: '未知字段是请求错误', en: 'answers an unknown field with errors and no data' },
    advice: {
      zh: '执行前按模式校验查询；不要返回部分数据。',
      en: 'Validate operations against the schema before they run; return no partial data.',
    },
    run: async ({ client }) => {
      const reply = await client.query('{ noFieldHasThisName }');
      return passedIf(isRequestError(reply) && hasErrorStatus(reply), reply);
    },
  },
  {
    id: 'http.broken-json',
    title: { zh: '损坏的 JSON 答复 4xx', en: 'answers broken JSON with 4xx' },
    advice: { zh: '正文不是 JSON 时答复 400。', en: 'Answer 400 where the body is no JSON.' },
    run: async ({ client }) => {
      const body = '{"query":';
      const headers = { 'content-type': 'application/json', ...client.signature(body) };
      const reply = await client.send({ body, headers });
      return passedIf(reply.status >= 400 && reply.status < 500, reply);
    },
  },
  {
    id: 'http.no-query',
    title: { zh: '没有 query 的请求答复 4xx', en: 'answers a request without a query with 4xx' },
    advice: { zh: '正文没有 query 时答复 400。', en: 'Answer 400 where the body has no query.' },
    run: async ({ client }) => {
      const reply = await client.postJson({});
      return passedIf(reply.status >= 400 && reply.status < 500, reply);
    },
  },
  {
    id: 'http.other-content-type',
    title: {
      zh: '不执行以 text/plain 发送的查询',
      en: 'does not execute a query that is sent as text/plain',
    },
    advice: {
      zh: '其他 content-type 答复 415：浏览器可跨站发送 text/plain。',
      en: 'Answer other content types with 415: browsers send text/plain across sites.',
    },
    run: async ({ client }) => {
      const headers = { 'content-type': 'text/plain', ...client.signature(typename) };
      const reply = await client.send({ body: typename, headers });
      return passedIf(reply.status >= 400 && reply.status < 500, reply);
    },
  },
  {
    id: 'http.mutation-over-get',
    title: { zh: 'GET 不执行变更', en: 'executes no mutation over GET' },
    advice: {
      zh: 'GET 只用于查询，变更答复 405。',
      en: 'Let GET serve queries only, and answer a mutation with 405.',
    },
    run: async ({ client, schema }) => {
      if (schema && schema.fieldsOf('Mutation').length === 0)
        return notApplicable('没有变更', 'it has no mutation');
      const search = `?query=${encodeURIComponent('mutation{__typename}')}`;
      const reply = await client.send({ method: 'GET', search, headers: client.signature('') });
      return passedIf(reply.status >= 400 && !reply.json?.data, reply);
    },
  },
  {
    id: 'http.operation-name',
    title: { zh: '按 operationName 选择操作', en: 'selects the operation by operationName' },
    advice: { zh: '执行 operationName 所指的操作。', en: 'Execute the operation that operationName names.' },
    run: async ({ client }) => {
      const query = 'query A { a: __typename } query B { b: __typename }';
      const reply = await client.postJson({ query, operationName: 'B' });
      return passedIf(typeof reply.json?.data?.b === 'string' && reply.json.data.a === undefined, reply);
    },
  },
  {
    id: 'http.variables',
    title: { zh: '使用 variables', en: 'uses variables' },
    advice: { zh: '把 variables 传给执行器。', en: 'Pass variables to the execution.' },
    run: async ({ client }) => {
      const query =
        'query ($yes: Boolean!, $no: Boolean!) { a: __typename @include(if: $yes) b: __typename @include(if: $no) }';
      const reply = await client.query(query, { yes: true, no: false });
      return passedIf(typeof reply.json?.data?.a === 'string' && reply.json.data.b === undefined, reply);
    },
  },
  {
    id: 'http.batch',
    title: {
      zh: '批量数组：逐个答复或以 4xx 拒绝',
      en: 'answers an array of requests one by one, or refuses it with 4xx',
    },
    advice: {
      zh: '支持时按顺序返回同样长的数组；不支持时答复 400。',
      en: 'Answer with an array of the same length and order, or with 400 if batches are not supported.',
    },
    run: async ({ client }) => {
      const reply = await client.postJson([{ query: '{a:__typename}' }, { query: '{b:__typename}' }]);
      if (reply.status >= 400 && reply.status < 500) return passed;
      const isInOrder = Array.isArray(reply.json) && reply.json[0]?.data?.a && reply.json[1]?.data?.b;
      return passedIf(Boolean(isInOrder) && reply.json.length === 2, reply);
    },
  },
  {
    id: 'http.keep-alive',
    title: { zh: '保持连接', en: 'keeps connections open' },
    advice: {
      zh: '支持 HTTP/1.1 keep-alive；网关重复使用连接。',
      en: 'Support keep-alive of HTTP/1.1: the gateway uses connections again.',
    },
    run: async ({ client }) => {
      await client.query('{__typename}');
      const { isReused } = await client.query('{__typename}');
      return isReused ? passed : failed('the connection was closed after a reply');
    },
  },
];
