// The form of a foreign subgraph's entry in the list of subgraphs. The message of each fault is in Chinese, then, after a line break, in English.
import * as v from 'valibot';

/** What a call to a foreign subgraph says of the viewer: nothing, a signature with the keys of that subgraph, or the client's token. */
export type IdentityPolicy = 'none' | 'viewer-signature' | 'token';

/** Where a secret comes from: an environment variable, or a file whose last line break is dropped. */
export type Secret = { env: string } | { file: string };

const expected = (zh: string, en: string): string => `${zh}\n${en}`;

const wholeNumber = (min: number, max: number) => {
  const message = expected(`${min} 到 ${max} 的整数`, `a whole number, ${min} to ${max}`);
  return v.optional(
    v.pipe(v.number(message), v.integer(message), v.minValue(min, message), v.maxValue(max, message)),
  );
};

const nonEmptyText = (zh: string, en: string) =>
  v.pipe(v.string(expected(zh, en)), v.minLength(1, expected(zh, en)));

const listOf = (form: RegExp, zh: string, en: string) =>
  v.array(v.pipe(v.string(expected(zh, en)), v.regex(form, expected(zh, en))), expected(zh, en));

const isHttpUrl = (text: string): boolean => {
  const url = URL.parse(text);
  return (url?.protocol === 'http:' || url?.protocol === 'https:') && url.username + url.password === '';
};

/** Headers that say who the client is, or that belong to the connection: none of them is forwarded by name. */
const reserved =
  /^(authorization|cookie|forwarded|x-forwarded-.*|x-real-ip|proxy-.*|x-district-.*|x-purpose|host|connection|keep-alive|te|trailer|transfer-encoding|upgrade|content-.*|accept|accept-encoding|expect)$/;

const headerName = /^[a-z0-9!#$%&'*+.^_`|~-]+$/;

const forwardable = v.pipe(
  v.string(expected('小写的请求头名称', 'the name of a header in lower case')),
  v.regex(headerName, expected('小写的请求头名称', 'the name of a header in lower case')),
  v.check(
    (name) => !reserved.test(name),
    expected(
      '不表明身份、也不属于连接的请求头；身份由 identity 决定',
      'a header that carries no identity and does not belong to the connection; `identity` decides about identity',
    ),
  ),
);

const secretForm = expected(
  '{ "env": "变量名" } 或 { "file": "路径" }',
  '{ "env": "VARIABLE" } or { "file": "path" }',
);
const secret = v.union(
  [
    v.strictObject({ env: v.pipe(v.string(), v.regex(/^[A-Z_][A-Z0-9_]*$/)) }),
    v.strictObject({ file: v.pipe(v.string(), v.minLength(1)) }),
  ],
  secretForm,
);

const headerToSet = expected(
  '小写的请求头名称，不得为 host、content-*、x-district-* 等由网关写入者',
  'the name of a header in lower case, but none that the gateway writes, such as host, content-* and x-district-*',
);

const writtenByGateway =
  /^(x-district-.*|host|connection|content-.*|accept|accept-encoding|transfer-encoding)$/;

const section = <Entries extends v.ObjectEntries>(entries: Entries) =>
  v.strictObject(entries, expected('已知的字段', 'an object of known fields'));

export const foreignEntry = section({
  name: v.pipe(
    v.string(expected('小写字母开头的名称', 'a name that starts with a small letter')),
    v.regex(
      /^[a-z][a-z0-9-]{0,62}$/,
      expected(
        '小写字母开头的名称，由小写字母、数字与连字符组成',
        'a name of small letters, digits and hyphens that starts with a letter',
      ),
    ),
  ),
  url: v.pipe(
    v.string(expected('http(s) 地址', 'an http(s) URL')),
    v.check(
      isHttpUrl,
      expected('http(s) 地址，不含用户名与口令', 'an http(s) URL without user and password'),
    ),
  ),
  sdl: nonEmptyText('SDL 文件的路径', 'the path of a file of SDL'),
  health: v.optional(
    v.nullable(
      v.pipe(
        v.string(expected('http(s) 地址或以 / 开头的路径', 'an http(s) URL or a path that starts with /')),
        v.check(
          (text) => /^\/(?!\/)/.test(text) || isHttpUrl(text),
          expected('http(s) 地址或以 / 开头的路径', 'an http(s) URL or a path that starts with /'),
        ),
      ),
    ),
    null,
  ),
  timeoutMs: wholeNumber(1, 600_000),
  retry: v.optional(v.boolean(expected('true 或 false', 'true or false')), true),
  breaker: v.optional(section({ failures: wholeNumber(1, 1000), resetMs: wholeNumber(1, 600_000) }), {}),
  limits: v.optional(
    section({
      concurrency: wholeNumber(1, 10_000),
      queued: wholeNumber(0, 1_000_000),
      responseBytes: wholeNumber(1024, 1_073_741_824),
      requestsPerSecond: wholeNumber(1, 1_000_000),
    }),
    {},
  ),
  headers: v.optional(
    section({
      forward: v.optional(v.array(forwardable, expected('请求头名称的列表', 'a list of names of headers')), [
        'accept-language',
        'x-request-id',
        'traceparent',
        'tracestate',
      ]),
      set: v.optional(
        v.record(
          v.pipe(
            v.string(headerToSet),
            v.regex(headerName, headerToSet),
            v.check((name) => !writtenByGateway.test(name), headerToSet),
          ),
          secret,
          secretForm,
        ),
        {},
      ),
    }),
    {},
  ),
  identity: v.optional(
    v.picklist(
      ['none', 'viewer-signature', 'token'],
      expected('none、viewer-signature 或 token', 'none, viewer-signature or token'),
    ),
    'none',
  ),
  viewerKeys: v.optional(secret),
  errors: v.optional(
    v.picklist(['masked', 'exposed'], expected('masked 或 exposed', 'masked or exposed')),
    'masked',
  ),
  errorExtensions: v.optional(listOf(/./, '扩展字段名称的列表', 'a list of names of extensions'), []),
  access: v.optional(
    v.picklist(['gateway', 'subgraph'], expected('gateway 或 subgraph', 'gateway or subgraph')),
    'gateway',
  ),
});

export type ForeignEntry = v.InferOutput<typeof foreignEntry>;
