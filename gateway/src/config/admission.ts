// Limits for one viewer, and for all viewers together: body sizes, rates, concurrency and buffered bytes.
import type { ByteLimits } from '@district-graph/kit/admission/byte-budget';
import type { UnreadLimits } from '@district-graph/kit/admission/unread-answers';
import { type Environment, setting } from '@district-graph/kit/config/environment';
import { bytes, milliseconds, url, wholeNumber } from '@district-graph/kit/config/forms';
import type { AdmissionOptions } from '../admission/admission.ts';
import { viewerKeyBy } from '../admission/viewer-key.ts';

export const requestSettings = {
  maxBodyBytes: setting('MAX_BODY_BYTES', wholeNumber(262_144, [1024, 1_073_741_824], bytes), {
    zh: '请求体的上限（413）。',
    en: 'Size of a request body (413).',
  }),
  maxConcurrentRequests: setting('MAX_CONCURRENT_REQUESTS', wholeNumber(1000, [1, 1_000_000]), {
    zh: '同时处理的请求数；超出者得到 503 与 Retry-After。',
    en: 'Requests in progress at a time. More get 503 with `Retry-After`.',
  }),
  operationTimeoutMs: setting('OPERATION_TIMEOUT_MS', wholeNumber(10_000, [10, 3_600_000], milliseconds), {
    zh: '一个操作的时限，含规划；届时未取得的字段为空值，已发出的变更仍等待其结果。',
    en: 'Deadline of an operation, planning included. Fields that are not fetched by then are null; the gateway still waits for a mutation that was sent.',
  }),
  trustedProxies: setting('TRUSTED_PROXIES', wholeNumber(0, [0, 10]), {
    zh: '网关之前自有代理的层数；设置后从 `X-Forwarded-For` 读取客户端地址，用于限速与访问记录。',
    en: 'How many proxies of your own stand in front. The client’s address is then read from `X-Forwarded-For`, for rates and access records.',
  }),
  maxCallsOfViewer: setting('VIEWER_MAX_CALLS', wholeNumber(8, [0, 100_000]), {
    zh: '一名查看者在一个子图同时进行的调用数，其余排队；0 表示不限。预估代价每满 5,000，该调用多计一次，故代价最高的操作一次只有一个调用。子图自己也按查看者分配数据库连接（schema/decisions/0023-shared-connections.md）。',
    en: 'Calls of one viewer in progress at one subgraph, while the rest are queued; 0 for no limit. For every 5,000 of its operation’s estimated cost, a call counts as one more, so that the most expensive operation has one call at a time. Subgraphs share their database connections by viewer, too (schema/decisions/0023-shared-connections.md).',
  }),
};

export const rateSettings = {
  ratePerSecond: setting('VIEWER_RATE', wholeNumber(5000, [0, 10_000_000]), {
    zh: '一名查看者每秒的操作数；0 表示不限。每个顶层字段计一次。API 密钥可另有速率。',
    en: 'Operations of one viewer per second; 0 for no limit. Each root field counts as one. An API key may have its own rate.',
  }),
  burst: setting('VIEWER_BURST', wholeNumber(10_000, [1, 10_000_000]), {
    zh: '一名查看者闲置后可一次发出的操作数。',
    en: 'Operations that one viewer may send at once after a pause.',
  }),
  maxAtOnce: setting(
    'VIEWER_MAX_CONCURRENT_OPERATIONS',
    wholeNumber(500, [0, 1_000_000]),
    {
      zh: '一名查看者同时进行的操作数，自请求体收齐至答复写完；0 表示不限。',
      en: 'Operations of one viewer in progress at a time, from the complete body to the written response; 0 for no limit.',
    },
    'VIEWER_MAX_AT_ONCE',
  ),
  redisUrl: setting(
    'REDIS_URL',
    url({ zh: 'redis:// 或 rediss:// 地址', en: 'a redis:// or rediss:// URL' }, /^rediss?:\/\/./),
    {
      zh: '各网关在此共同计数；无法访问时各自计数并记入日志。',
      en: 'Where gateways count rates together. While it is unreachable, each gateway counts alone and logs it.',
    },
  ),
};

const upTo4GiB = [1024, 4_294_967_296] as const;
const upTo16GiB = [1024, 17_179_869_184] as const;

export const unfinishedSettings = {
  maxOfClient: setting('ADDRESS_MAX_UNFINISHED_BYTES', wholeNumber(16_777_216, upTo4GiB, bytes), {
    zh: '一个地址尚未收齐的请求体与 WebSocket 消息，各按其可能的最大长度计；超出时断开停滞者，或以 429 拒绝下一个。一次收齐的请求体不计。',
    en: 'Bodies and WebSocket messages of one address that have not arrived completely, each counted with the length that it may reach. Beyond the limit a stalled one is cut off, or the next one is refused with 429. A body that arrives in one piece does not count.',
  }),
  max: setting('MAX_UNFINISHED_BYTES', wholeNumber(67_108_864, upTo16GiB, bytes), {
    zh: '同上，所有地址合计。子图的上限为 134217728。',
    en: 'The same for all addresses together. The limit of subgraphs is 134217728.',
  }),
};

export const unreadSettings = {
  maxOfClient: setting('VIEWER_MAX_UNREAD_BYTES', wholeNumber(33_554_432, upTo4GiB, bytes), {
    zh: '一名查看者尚未读取的答复；超出时断开停滞者，或拒绝下一个。',
    en: 'Responses that one viewer has not read yet. Beyond the limit a stalled one is cut off, or the next one is refused.',
  }),
  max: setting('MAX_UNREAD_BYTES', wholeNumber(67_108_864, upTo16GiB, bytes), {
    zh: '同上，所有查看者合计；超出时从占用最多的查看者开始限制。',
    en: 'The same for all viewers together. Beyond the limit, the viewer with the most is limited first.',
  }),
  stalledMs: setting('STALLED_CLIENT_MS', wholeNumber(30_000, [10, 600_000], milliseconds), {
    zh: '客户端不读取答复达到此时长即被断开。',
    en: 'How long a client may read nothing of its response before it is cut off.',
  }),
};

export function readAdmissionOptions(environment: Environment, trustedProxies: number): AdmissionOptions {
  return { ...environment.read(rateSettings), keyOf: viewerKeyBy(trustedProxies) };
}

export const readUnfinishedLimits = (environment: Environment): ByteLimits =>
  environment.read(unfinishedSettings);

export const readUnreadLimits = (environment: Environment): UnreadLimits => environment.read(unreadSettings);
