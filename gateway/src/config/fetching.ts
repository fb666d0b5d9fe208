// How the gateway calls subgraphs: deadlines, connections, circuit breaker, headers and exposed errors.
import { existsSync, readFileSync } from 'node:fs';
import { type Environment, setting } from '@district-graph/kit/config/environment';
import { bytes, file, list, milliseconds, path, wholeNumber } from '@district-graph/kit/config/forms';
import type { ExposedErrors } from '../execution/exposed-errors.ts';
import type { FetchOptions } from '../fetching/subgraph-client.ts';

const encodings = ['gzip', 'br', 'zstd', 'deflate'];
const headerNames = (zh: string) => ({
  zh: `以逗号分隔的${zh}名称`,
  en: 'names of headers, separated by commas',
});

export const fetchSettings = {
  timeoutMs: setting('SUBGRAPH_TIMEOUT_MS', wholeNumber(5000, [1, 600_000], milliseconds), {
    zh: '一次子图调用的时限，含完整答复。',
    en: 'Deadline of one call to a subgraph, the whole response included.',
  }),
  maxAnswerBytes: setting(
    'MAX_SUBGRAPH_RESPONSE_BYTES',
    wholeNumber(10_485_760, [1024, 1_073_741_824], bytes),
    {
      zh: '一个子图答复的上限，压缩前后均适用。',
      en: 'Size of a subgraph’s response, both as sent and decompressed.',
    },
    'MAX_ANSWER_BYTES',
  ),
  encodings: setting(
    'SUBGRAPH_ENCODINGS',
    list(
      {
        zh: `identity，或 ${encodings.join('、')} 中的若干`,
        en: `identity, or some of ${encodings.join(', ')}`,
      },
      encodings,
      { isLowerCase: true, check: (name) => name === 'identity' || encodings.includes(name) },
    ),
    {
      zh: '请求子图以何种编码压缩答复；`identity` 表示不压缩，在同一台机器上双方开销最小，`npm start` 即如此。压缩的答复总会解压，以 `MAX_SUBGRAPH_RESPONSE_BYTES` 为限。',
      en: 'Content encodings that are requested from subgraphs. `identity` means none, which costs both sides least on one machine; `npm start` sets it. Encoded responses are always decoded, up to `MAX_SUBGRAPH_RESPONSE_BYTES`.',
    },
  ),
  maxConnections: setting('SUBGRAPH_CONNECTIONS', wholeNumber(128, [1, 10_000]), {
    zh: '到一个子图的连接数。',
    en: 'Connections to one subgraph.',
  }),
  maxWaiting: setting(
    'SUBGRAPH_MAX_QUEUED',
    wholeNumber(2048, [0, 1_000_000]),
    { zh: '可排队等待连接的调用数。', en: 'Calls that may be queued for a connection.' },
    'SUBGRAPH_WAITING',
  ),
  breakerFailures: setting('BREAKER_FAILURES', wholeNumber(8, [1, 1000]), {
    zh: '连续失败多少次后断路：由网关自己探测子图（`{ __typename }`，2 秒），其间的调用立即得到答复。',
    en: 'Failures in a row that open the circuit breaker: the gateway then probes the subgraph itself (`{ __typename }`, 2 s), and calls to it fail at once meanwhile.',
  }),
  breakerRestMs: setting(
    'BREAKER_RESET_MS',
    wholeNumber(1000, [1, 600_000], milliseconds),
    { zh: '断路后两次探测的间隔。', en: 'Time between two probes while the breaker is open.' },
    'BREAKER_REST_MS',
  ),
};

export const subgraphTlsSettings = {
  caFile: setting('SUBGRAPH_CA_FILE', path(file), {
    zh: '验证 `https://` 子图证书的 PEM 根证书；默认用 Node 自带的。',
    en: 'Authorities in PEM that the certificates of subgraphs at `https://` are checked against; Node’s own by default.',
  }),
};

export const headerSettings = {
  forwardedHeaders: setting(
    'FORWARDED_HEADERS',
    list(
      headerNames('请求头'),
      ['authorization', 'accept-language', 'x-purpose', 'x-request-id', 'traceparent', 'tracestate'],
      { isLowerCase: true },
    ),
    {
      zh: '转给子图的请求头；这些头不同的请求，不视为同一查看者的请求。',
      en: 'Request headers that subgraphs get. Requests that differ in them do not count as the same viewer’s.',
    },
  ),
  returnedHeaders: setting('RETURNED_HEADERS', list(headerNames('响应头'), [], { isLowerCase: true }), {
    zh: '子图答复中返回给客户端的头：`set-cookie` 逐个返回；`cache-control` 取最严的一个，没有它的子图视为不许缓存，有错误的答复为 `no-store`；其余以逗号连接。',
    en: 'Headers of subgraphs’ responses that clients get: every `set-cookie` separately; the strictest `cache-control`, where a subgraph without one allows no caching and a response with errors is `no-store`; the values of others joined by commas.',
  }),
};

export const exposedErrorSettings = {
  subgraphs: setting(
    'EXPOSED_ERROR_SUBGRAPHS',
    list({ zh: '以逗号分隔的子图名称', en: 'names of subgraphs, separated by commas' }, []),
    {
      zh: '这些子图的错误，其文本与代码原样返回客户端；其他子图只返回错误代码表中的代码。用于由他人运行的子图；请注意，其文本可能透露本系统从不透露的内容。',
      en: 'Subgraphs whose errors reach clients with their own message and code. Errors of other subgraphs keep only their code, if it is in the error table. For subgraphs that others run: their messages may disclose what those of this project never disclose.',
    },
    'EXPOSED_ERRORS_OF',
  ),
  extensions: setting(
    'EXPOSED_ERROR_EXTENSIONS',
    list({ zh: '以逗号分隔的名称', en: 'names, separated by commas' }, []),
    { zh: '随这些错误一并给出的扩展字段。', en: 'Extensions that are passed on with those errors.' },
  ),
};

export function readFetchOptions(environment: Environment): FetchOptions {
  const {
    encodings: accepted = [],
    breakerFailures,
    breakerRestMs,
    ...options
  } = environment.read(fetchSettings);
  return {
    ...options,
    acceptEncoding: accepted.includes('identity') ? null : accepted.join(', '),
    breaker: { failures: breakerFailures, restMs: breakerRestMs },
  };
}

/** The authorities in PEM; null for Node's own. */
export function readSubgraphCa(environment: Environment): string | null {
  const { caFile } = environment.read(subgraphTlsSettings);
  return caFile && existsSync(caFile) ? readFileSync(caFile, 'utf8') : null;
}

export function readExposedErrors(environment: Environment): ExposedErrors {
  const { subgraphs, extensions = [] } = environment.read(exposedErrorSettings);
  return { extensions: new Map(subgraphs?.map((name) => [name, extensions])), masked: new Set() };
}
