// Checks of what a subgraph may offer beyond GraphQL: signed viewers, idempotent mutations and a change stream.
import { createHmac, randomBytes } from 'node:crypto';
import { claimsText, type SigningKeys, viewerHeader } from '@district-graph/kit/identity/viewer-signature';
import { type Check, type CheckContext, failed, notApplicable, type Outcome, passed } from '../check.ts';
import type { MutationExample } from '../examples.ts';
import type { Reply } from '../subgraph-client.ts';
import { isRequestError, summaryOf } from './http.ts';

const typename = '{"query":"{__typename}"}';
const json = { 'content-type': 'application/json' };

const isRefused = (reply: Reply): boolean =>
  reply.status === 401 || reply.status === 403 || (isRequestError(reply) && isAboutIdentity(reply));

const isAboutIdentity = ({ json: answer }: Reply): boolean =>
  (answer?.errors ?? []).some((error: { extensions?: { code?: unknown } }) =>
    ['UNAUTHENTICATED', 'FORBIDDEN'].includes(String(error.extensions?.code)),
  );

/** A header that is signed as at another time. */
function signedAt({ client }: CheckContext, body: string, time: number): string {
  const { keys, subgraph, viewer } = client.options;
  const [[id, key] = ['', Buffer.alloc(0)]] = keys;
  const nonce = randomBytes(12).toString('base64url');
  const signed = `${id}.${time}.${nonce}.${subgraph}.${claimsText(viewer)}.`;
  return `${signed}.${createHmac('sha256', key).update(`${signed}\n`).update(body).digest('base64url')}`;
}

/** A check of a subgraph that gets signed viewers: a request that it has to refuse. */
const refuses =
  (headersFor: (context: CheckContext) => Promise<Record<string, string>> | Record<string, string>) =>
  async (context: CheckContext): Promise<Outcome> => {
    if (context.client.options.keys.size === 0) return withoutKeys;
    const headers = { ...json, ...(await headersFor(context)) };
    const reply = await context.client.send({ body: typename, headers });
    return isRefused(reply) ? passed : failed(summaryOf(reply));
  };

const withoutKeys = notApplicable(
  '没有 --viewer-keys-file：网关不为此子图签署查看者',
  'without --viewer-keys-file: the gateway signs no viewers for this subgraph',
);

const advice = {
  zh: '按 docs/zh-CN/viewer-signature.md 验证签名，并用其测试向量检查；无效时答复 401。',
  en: 'Verify the signature as docs/viewer-signature.md says, and check that with its test vectors; answer 401 for one that is not valid.',
};

const wrongKeys: SigningKeys = new Map([['conformance', randomBytes(32)]]);

const signatureChecks: readonly Check[] = [
  {
    id: 'signature.valid',
    title: { zh: '接受有效的签名', en: 'accepts a valid signature' },
    advice,
    run: async ({ client }) => {
      if (client.options.keys.size === 0) return withoutKeys;
      const reply = await client.query('{__typename}');
      return reply.json?.data?.__typename ? passed : failed(summaryOf(reply));
    },
  },
  {
    id: 'signature.wrong-key',
    title: { zh: '拒绝以其他密钥作出的签名', en: 'refuses a signature by another key' },
    advice,
    run: refuses(({ client }) => {
      const [[id] = ['']] = client.options.keys;
      const keys = new Map([[id, [...wrongKeys.values()][0] as Buffer]]);
      return client.signature(typename, keys);
    }),
  },
  {
    id: 'signature.other-body',
    title: { zh: '拒绝另一正文的签名', en: 'refuses the signature of another body' },
    advice,
    run: refuses(({ client }) => client.signature('{"query":"{other:__typename}"}')),
  },
  {
    id: 'signature.expired',
    title: { zh: '拒绝 60 秒前的签名', en: 'refuses a signature that is 60 seconds old' },
    advice,
    run: refuses((context) => ({ [viewerHeader]: signedAt(context, typename, Date.now() - 60_000) })),
  },
  {
    id: 'signature.replay',
    title: { zh: '拒绝再次使用的签名', en: 'refuses a signature that was used before' },
    advice,
    run: refuses(async ({ client }) => {
      const headers = client.signature(typename);
      await client.send({ body: typename, headers: { ...json, ...headers } });
      return headers;
    }),
  },
  {
    id: 'signature.unsigned',
    title: {
      zh: '未签名的请求得不到受保护的字段',
      en: 'gives no guarded field to a request without a signature',
    },
    advice: {
      zh: '没有签名的请求视为匿名：受保护的字段答复 401 或 FORBIDDEN。',
      en: 'Treat a request without a signature as anonymous: answer guarded fields with 401 or FORBIDDEN.',
    },
    run: async ({ client, schema, examples }) => {
      if (client.options.keys.size === 0) return withoutKeys;
      const guarded = [
        ...examples.guarded,
        ...(schema?.guardedQueries() ?? []).map((query) => ({ query, variables: {} })),
      ];
      if (guarded.length === 0)
        return notApplicable(
          '没有已知的受保护字段：请在示例文件的 guarded 中给出',
          'no guarded field is known: give one in `guarded` of the file of examples',
        );
      for (const operation of guarded) {
        const reply = await client.send({ body: JSON.stringify(operation), headers: json });
        if (hasValue(reply.json?.data) || !(isRefused(reply) || isAboutIdentity(reply)))
          return failed(`${operation.query}: ${summaryOf(reply)}`);
      }
      return passed;
    },
  },
];

/** Whether there is a value beside nulls, lists, objects and names of types. */
const hasValue = (data: unknown): boolean =>
  data !== null && typeof data === 'object'
    ? Object.entries(data).some(([name, value]) => name !== '__typename' && hasValue(value))
    : data !== null && data !== undefined;

const dataText = (reply: Reply): string => JSON.stringify(reply.json?.data ?? null);

async function checkIdempotency(
  { client }: CheckContext,
  { query, variables, otherVariables }: MutationExample,
): Promise<Outcome> {
  const first = await client.query(query, variables);
  if (!first.json?.data) return failed(`the first time: ${summaryOf(first)}`);
  const again = await client.query(query, variables);
  if (dataText(again) !== dataText(first)) return failed(`the second time: ${summaryOf(again)}`);
  const other = await client.query(query, otherVariables);
  const isOther = (other.json?.errors?.length ?? 0) > 0 || dataText(other) !== dataText(first);
  if (!isOther) return failed(`another input was answered as the first: ${summaryOf(other)}`);
  const isTakenForNew = !other.json?.errors && typesIn(other) === typesIn(first);
  return isTakenForNew ? failed(`another input was carried out: ${summaryOf(other)}`) : passed;
}

/** The types of the root fields: a refusal in the payload is another one than the result. */
const typesIn = ({ json: answer }: Reply): string =>
  Object.values((answer?.data ?? {}) as Record<string, { __typename?: string } | null>)
    .map((value) => value?.__typename ?? String(value === null))
    .join();

const mutationCheck: Check = {
  id: 'mutations.idempotency',
  title: {
    zh: '同一 idempotencyKey 与输入得到同一结果，另一输入被拒绝',
    en: 'gives the same result for the same idempotencyKey and input, and refuses another input',
  },
  advice: {
    zh: '把键、输入与结果存在同一事务中：再次收到时返回存下的结果；输入不同时以 IDEMPOTENCY_KEY_REUSED 或结果联合类型中的成员拒绝。变更须选取 __typename。',
    en: 'Store key, input and result in the same transaction: return the stored result the next time, and refuse another input with IDEMPOTENCY_KEY_REUSED or a member of the result union. The mutation has to select __typename.',
  },
  run: async (context) => {
    const { schema, examples } = context;
    if (schema && !schema.hasIdempotencyKeys)
      return notApplicable('没有带 idempotencyKey 的变更', 'no mutation has an idempotencyKey');
    if (examples.mutations.length === 0)
      return notApplicable(
        '没有变更的示例：请在示例文件的 mutations 中给出；它会写入数据',
        'no example of a mutation: give one in `mutations` of the file of examples; it writes data',
      );
    for (const example of examples.mutations) {
      const outcome = await checkIdempotency(context, example);
      if (outcome.status !== 'passed') return outcome;
    }
    return passed;
  },
};

const streamTimeoutMs = 5000;

const changeStreamCheck: Check = {
  id: 'change-stream.form',
  title: {
    zh: '变更流（/changes）只供网关读取，并以 text/event-stream 给出游标',
    en: 'gives its change stream (/changes) to the gateway only, as text/event-stream with cursors',
  },
  advice: {
    zh: '按 docs/zh-CN/foreign-subgraph.md 的“变更流”实现，或不提供此路径（404）。',
    en: 'Implement it as “Change stream” in docs/foreign-subgraph.md says, or do not offer the path (404).',
  },
  run: async ({ client }) => {
    const url = new URL('/changes', client.options.url);
    const read = (headers: Record<string, string>) =>
      fetch(url, {
        headers: { ...client.options.headers, ...headers },
        signal: AbortSignal.timeout(streamTimeoutMs),
      });
    const unsigned = await read({});
    await unsigned.body?.cancel();
    if ([404, 405].includes(unsigned.status)) return notApplicable('没有变更流', 'it has no change stream');
    const hasKeys = client.options.keys.size > 0;
    if (hasKeys && unsigned.ok) return failed('it answers requests without a signature');
    if (!hasKeys && !unsigned.ok)
      return notApplicable(
        '变更流需要签名：请给出 --viewer-keys-file',
        'it requires a signature: pass --viewer-keys-file',
      );
    const response = await read(client.signature(''));
    const type = response.headers.get('content-type') ?? '';
    if (!response.ok || !type.startsWith('text/event-stream')) {
      await response.body?.cancel();
      return failed(`HTTP ${response.status} ${type}`);
    }
    let text = '';
    for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
      text += chunk;
      if (text.includes('\n\n')) break;
    }
    return /^id: \d+\.\d+$/m.test(text) ? passed : failed(JSON.stringify(text.slice(0, 100)));
  },
};

export const protocolChecks: readonly Check[] = [...signatureChecks, mutationCheck, changeStreamCheck];
