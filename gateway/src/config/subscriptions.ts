// Subscriptions over server-sent events and WebSocket, and the origins whose pages may call the gateway.
import { type Environment, setting } from '@district-graph/kit/config/environment';
import { list, milliseconds, wholeNumber } from '@district-graph/kit/config/forms';

const isOrigin = (text: string) => URL.canParse(text) && new URL(text).origin === text;

export const originSettings = {
  allowedOrigins: setting(
    'ALLOWED_ORIGINS',
    list(
      {
        zh: '以逗号分隔的来源，如 https://a.example',
        en: 'origins, separated by commas, such as https://a.example',
      },
      [],
      { isLowerCase: true, check: isOrigin },
    ),
    {
      zh: '除网关自身外，其页面可经 HTTP 与 WebSocket 访问的来源；它们可发送 `FORWARDED_HEADERS`、读取 `RETURNED_HEADERS`。',
      en: 'Origins, besides the gateway’s own, whose pages may call it over HTTP and WebSocket. They may send `FORWARDED_HEADERS` and read `RETURNED_HEADERS`.',
    },
  ),
};

export const subscriptionSettings = {
  maxStreams: setting('MAX_STREAMS', wholeNumber(2000, [0, 1_000_000]), {
    zh: '同时打开的订阅数；WebSocket 连接数亦以此为限。',
    en: 'Subscriptions that may be open at a time, and equally the number of WebSockets.',
  }),
  maxStreamsOfViewer: setting('VIEWER_MAX_STREAMS', wholeNumber(200, [0, 1_000_000]), {
    zh: '一名查看者（匿名者按地址）同时打开的订阅数与 WebSocket 连接数；0 表示不限。',
    en: 'Subscriptions of one viewer that may be open at a time, and WebSockets; anonymous clients are counted by address. 0 for no limit.',
  }),
  initTimeoutMs: setting('STREAM_INIT_TIMEOUT_MS', wholeNumber(5000, [10, 600_000], milliseconds), {
    zh: 'WebSocket 打开后须在此时间内发来 `connection_init`。',
    en: 'How long after it is opened a WebSocket may take to send `connection_init`.',
  }),
  aliveMs: setting(
    'STREAM_KEEPALIVE_MS',
    wholeNumber(15_000, [10, 600_000], milliseconds),
    { zh: '没有事件时保活的间隔。', en: 'Time between two keep-alives while there is no event.' },
    'STREAM_ALIVE_MS',
  ),
  slowMs: setting(
    'STREAM_CLOSE_TIMEOUT_MS',
    wholeNumber(5000, [10, 600_000], milliseconds),
    {
      zh: '要求客户端关闭（如因读取过慢）之后，等待它关闭的时间。',
      en: 'How long the gateway waits for a client to close after requesting it, for instance because the client reads too slowly.',
    },
    'STREAM_SLOW_MS',
  ),
};

export interface SubscriptionConfig {
  /** Subscriptions that may be open at a time; the same number of sockets. */
  maxStreams: number;
  /** Subscriptions of one viewer, and sockets of one address; 0 for no limit. */
  maxStreamsOfViewer: number;
  /** Origins whose pages may open a WebSocket, besides the gateway's own. */
  allowedOrigins: readonly string[];
  /** How long a socket may be open before `connection_init`. */
  initTimeoutMs: number;
  /** How often a quiet stream is kept alive. */
  aliveMs: number;
  /** How long a client that reads too slowly is waited for. */
  slowMs: number;
}

export const readSubscriptionConfig = (environment: Environment): SubscriptionConfig => ({
  ...environment.read(subscriptionSettings),
  ...environment.read(originSettings),
});
