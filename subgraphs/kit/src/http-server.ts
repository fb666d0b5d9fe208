// The HTTP door of a subgraph and of the gateway: /graphql, /health/live, /health/ready; bounded bodies; a clean end.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type ApolloServer, type BaseContext, HeaderMap } from '@apollo/server';
import { type ErrorCode, errorCodes } from './errors.ts';

export interface HttpServerOptions<Context extends BaseContext> {
  apollo: ApolloServer<Context>;
  createContext: (request: IncomingMessage) => Context;
  /** Resolves when requests can be answered, with what else the answer should say; rejects when not. */
  checkReady: () => Promise<object>;
  /** Answers what is not GraphQL or health, such as pages; returns false for what is not its. */
  answerPage?: (request: IncomingMessage, response: ServerResponse, path: string) => Promise<boolean>;
  maxBodyBytes: number;
}

export interface HttpServer {
  port: number;
  /** Stops listening, lets requests in flight finish, closes idle connections. */
  close: () => Promise<void>;
}

class Refusal extends Error {
  status: number;
  code: ErrorCode;
  constructor(status: number, code: ErrorCode, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

/** How long requests in flight may take once the server is to end. */
const drainMs = 5000;

/** Listens on the port (0: any free one) of the host. */
export async function listen<Context extends BaseContext>(
  options: HttpServerOptions<Context>,
  port: number,
  host: string,
): Promise<HttpServer> {
  let draining = false;
  const server: Server = createServer((request, response) => {
    answer(request, response, options, draining).catch((error: unknown) => refuse(response, error));
  });
  server.requestTimeout = 30_000;
  server.headersTimeout = 10_000;
  server.keepAliveTimeout = 65_000;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    close: () => {
      draining = true;
      return new Promise((resolve) => {
        const force = setTimeout(() => server.closeAllConnections(), drainMs);
        server.close(() => {
          clearTimeout(force);
          resolve();
        });
        server.closeIdleConnections();
      });
    },
  };
}

async function answer<Context extends BaseContext>(
  request: IncomingMessage,
  response: ServerResponse,
  options: HttpServerOptions<Context>,
  draining: boolean,
): Promise<void> {
  const [path = '/', search = ''] = (request.url ?? '/').split('?', 2);
  if (draining) response.setHeader('connection', 'close');
  if (path === '/health/live')
    return send(response, draining ? 503 : 200, { status: draining ? 'draining' : 'live' });
  if (path === '/health/ready') {
    const details = draining ? null : await options.checkReady().catch(() => null);
    return send(response, details ? 200 : 503, { status: details ? 'ready' : 'not ready', ...details });
  }
  if (await options.answerPage?.(request, response, path)) return;
  if (path !== '/graphql')
    throw new Refusal(
      404,
      'NOT_FOUND',
      `没有 ${path.slice(0, 100)}；请使用 /graphql。 Not found; use /graphql.`,
    );
  if (!['GET', 'HEAD', 'POST'].includes(request.method ?? '')) {
    response.setHeader('allow', 'GET, POST');
    throw new Refusal(405, 'METHOD_NOT_ALLOWED', '请使用 GET 或 POST。 Use GET or POST.');
  }
  const body = await readBody(request, options.maxBodyBytes);
  const headers = new HeaderMap();
  for (const [name, value] of Object.entries(request.headers)) {
    if (value !== undefined) headers.set(name, Array.isArray(value) ? value.join(', ') : value);
  }
  const result = await options.apollo.executeHTTPGraphQLRequest({
    httpGraphQLRequest: { method: request.method ?? 'GET', headers, search, body },
    context: async () => options.createContext(request),
  });
  for (const [name, value] of result.headers) response.setHeader(name, value);
  response.statusCode = result.status ?? 200;
  if (result.body.kind === 'complete') {
    response.end(result.body.string);
    return;
  }
  for await (const chunk of result.body.asyncIterator) response.write(chunk);
  response.end();
}

async function readBody(request: IncomingMessage, maxBytes: number): Promise<unknown> {
  if (request.method !== 'POST') return {};
  const tooLarge = () =>
    new Refusal(
      413,
      'PAYLOAD_TOO_LARGE',
      `请求体不得超过 ${maxBytes} 字节。 The body may have at most ${maxBytes} bytes.`,
    );
  if (Number(request.headers['content-length'] ?? 0) > maxBytes) throw tooLarge();
  if (!/^application\/(graphql\+)?json\b/.test(request.headers['content-type'] ?? '')) {
    throw new Refusal(415, 'UNSUPPORTED_MEDIA_TYPE', '请以 application/json 发送。 Send application/json.');
  }
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxBytes) throw tooLarge();
    chunks.push(chunk);
  }
  const text = Buffer.concat(chunks).toString('utf8');
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    throw new Refusal(400, 'BAD_REQUEST', '请求体不是有效的 JSON。 The body is not valid JSON.');
  }
  // PostgreSQL's text cannot hold NUL, nor UTF-8 a lone surrogate; both are found here, where they are cheap to find.
  const escapedInQuery = /\\u(0000|\{0+\})/.test((body as { query?: string } | null)?.query ?? '');
  if (escapedInQuery || (/\\u(0000|[dD][89a-fA-F])|\0/.test(text) && !isCleanText(body))) {
    throw new Refusal(
      400,
      'BAD_USER_INPUT',
      '文本中含有 NUL 或不成对的代理字符。 The text holds NUL or a lone surrogate.',
    );
  }
  return body;
}

function isCleanText(value: unknown): boolean {
  if (typeof value === 'string') return !value.includes('\0') && value.isWellFormed();
  if (value === null || typeof value !== 'object') return true;
  return Object.entries(value).every(([key, entry]) => isCleanText(key) && isCleanText(entry));
}

function refuse(response: ServerResponse, error: unknown): void {
  const refusal =
    error instanceof Refusal
      ? error
      : new Refusal(500, 'INTERNAL_SERVER_ERROR', errorCodes.INTERNAL_SERVER_ERROR);
  if (response.headersSent) {
    response.destroy();
    return;
  }
  // The rest of a refused body is not read: the connection ends with the answer.
  response.setHeader('connection', 'close');
  send(response, refusal.status, {
    errors: [{ message: refusal.message, extensions: { code: refusal.code } }],
  });
}

function send(response: ServerResponse, status: number, body: unknown): void {
  const text = JSON.stringify(body);
  response.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(text),
  });
  response.end(text);
}
