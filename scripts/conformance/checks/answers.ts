// Checks of answers: the form of errors, nulls in arguments, and limits.
import { type Check, failed, notApplicable, passed } from '../check.ts';
import { type Reply, replyTimeoutMs } from '../subgraph-client.ts';
import { summaryOf } from './http.ts';

/** The time-out that a gateway has by default for one call. */
const gatewayTimeoutMs = 5000;
const depth = 400;
const bodyBytes = 32_000_000;

const isRefused = ({ status, json }: Reply): boolean =>
  status >= 400 || (Array.isArray(json?.errors) && !json.data);

export const answerChecks: readonly Check[] = [
  {
    id: 'errors.form',
    title: {
      zh: '错误有 message、locations，不含堆栈',
      en: 'gives errors a message and locations, and no stack trace',
    },
    advice: {
      zh: '按 GraphQL 规范的错误格式答复；生产环境关闭 extensions.stacktrace、exception 等调试信息。',
      en: 'Answer errors in the form of the GraphQL specification; in production turn off debugging information such as extensions.stacktrace and exception.',
    },
    run: async ({ client }) => {
      const reply = await client.query('{\n  noFieldHasThisName\n}');
      const errors: unknown[] = reply.json?.errors ?? [];
      if (errors.length === 0) return failed(summaryOf(reply));
      for (const error of errors as Record<string, unknown>[]) {
        const [location] = (error.locations ?? []) as { line?: unknown; column?: unknown }[];
        if (typeof error.message !== 'string' || typeof location?.line !== 'number')
          return failed(JSON.stringify(error));
      }
      return /stack_?trace|"exception"|Traceback|\bat .*:\d+:\d+/i.test(reply.text)
        ? failed('a stack trace in an error')
        : passed;
    },
  },
  {
    id: 'nulls.arguments',
    title: { zh: '可选参数可为 null', en: 'accepts null for optional arguments' },
    advice: {
      zh: '把 null 当作未给出的参数处理，或以带代码的错误拒绝；不要以内部错误或 5xx 答复。',
      en: 'Treat null as an argument that is not given, or refuse it with a coded error; answer with no internal error and no 5xx.',
    },
    run: async ({ client, schema }) => {
      const fields = schema?.openFields.filter(({ arguments: args = [] }) => args.length > 0) ?? [];
      const nullable = fields.filter(({ arguments: args = [] }) =>
        args.every(({ type }) => type.kind !== 'NonNullType'),
      );
      if (!schema || nullable.length === 0)
        return notApplicable('没有只有可选参数的根字段', 'no root field has optional arguments only');
      for (const { name, arguments: args = [], type } of nullable.slice(0, 10)) {
        const nulls = args.map((each) => `${each.name.value}: null`).join(' ');
        const reply = await client.query(`{ ${name.value}(${nulls})${schema.selectionOf(type)} }`);
        const codes = (reply.json?.errors ?? []).map(
          (error: { extensions?: { code?: unknown } }) => error.extensions?.code,
        );
        if (reply.status >= 500 || !reply.json || codes.includes('INTERNAL_SERVER_ERROR'))
          return failed(`${name.value}: ${summaryOf(reply)}`);
      }
      return passed;
    },
  },
  {
    id: 'limits.depth',
    title: { zh: `拒绝嵌套 ${depth} 层的查询`, en: `refuses a query that is nested ${depth} levels deep` },
    advice: {
      zh: '限制查询深度（如 20 层）；服务器框架大多有此选项或扩展。',
      en: 'Limit the depth of queries, such as to 20 levels; most servers have an option or an extension for it.',
    },
    run: async ({ client }) => {
      const query = `{ __schema { types ${'{ fields { type '.repeat(depth / 2)}{ name ${'} } '.repeat(depth / 2)}} } }`;
      const reply = await client.query(query);
      if (reply.ms > gatewayTimeoutMs) return failed(`${Math.round(reply.ms)} ms`);
      return isRefused(reply)
        ? passed
        : failed(`HTTP ${reply.status}, ${reply.text.length} characters of data`);
    },
  },
  {
    id: 'limits.body',
    title: { zh: `拒绝 ${bodyBytes / 1e6} MB 的请求`, en: `refuses a request of ${bodyBytes / 1e6} MB` },
    advice: {
      zh: '限制请求体的大小（如 1 MB），超过时答复 413 或断开连接。',
      en: 'Limit the size of bodies, such as to 1 MB; answer larger ones with 413, or close the connection.',
    },
    run: async ({ client }) => {
      const padding = ' '.repeat(bodyBytes);
      const isRight = await client
        .postJson({ query: `{__typename}${padding}` })
        .then(isRefused)
        .catch((error: NodeJS.ErrnoException) => {
          // The connection was closed before all was sent.
          if (['ECONNRESET', 'EPIPE'].includes(error.code ?? '')) return true;
          throw error;
        });
      if (!isRight) return failed('it was carried out');
      const after = await client.query('{__typename}');
      return after.status === 200 ? passed : failed(`after it: ${summaryOf(after)}`);
    },
  },
];

/** To be run last: it judges the replies to all other checks. */
export const timeCheck: Check = {
  id: 'limits.time',
  title: {
    zh: `每个答复都在 ${gatewayTimeoutMs} 毫秒内`,
    en: `gave each reply within ${gatewayTimeoutMs} ms`,
  },
  advice: {
    zh: `网关默认 ${gatewayTimeoutMs} 毫秒后放弃（条目的 timeoutMs）；限制慢查询，并为它们设时限。`,
    en: `The gateway gives up after ${gatewayTimeoutMs} ms by default (timeoutMs of the entry): limit slow queries, and give them a deadline.`,
  },
  run: async ({ client }) =>
    client.slowestMs <= Math.min(gatewayTimeoutMs, replyTimeoutMs)
      ? passed
      : failed(`the slowest reply took ${Math.round(client.slowestMs)} ms`),
};
