// GraphQL over HTTP, for subgraphs and the gateway: one path from the request to one write of the answer.

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { joinAuthorization, originForm } from '../admission/client-address.ts';
import { ConnectionLimiter } from '../admission/connection-limiter.ts';
import { timeReading } from '../admission/reading-time.ts';
import { RequestScheduler } from '../admission/request-scheduler.ts';
import { UnfinishedBodies } from '../admission/unfinished-bodies.ts';
import { pieceBytes, UnreadAnswers } from '../admission/unread-answers.ts';
import { errorCodes } from '../errors.ts';
import type { Log } from '../log.ts';
import type { GraphQLAnswer, GraphQLOperation } from '../operation/graphql-operation.ts';
import { Compression } from './compression.ts';
import { CrossOrigin } from './cross-origin.ts';
import { answerUntilClosed } from './graceful-close.ts';
import {
  acceptsEvents,
  eventStream,
  HttpError,
  isSubscription,
  type MediaType,
  mediaTypeOfError,
  negotiateMediaType,
  negotiateMediaTypeOrEvents,
  operationFromBody,
  operationFromSearch,
  preventCsrf,
  readBody,
} from './graphql-request.ts';
import { type Documents, PersistedQueries } from './persisted-queries.ts';
import { type HeaderList, securityHeaders, setHeaders, unlessSet } from './security-headers.ts';
import { readTls, type TlsFiles, watchTls } from './tls-files.ts';

export interface GraphQLServerOptions {
  /** `body` is the text of the request's body; empty for a GET. */
  answer: (operation: GraphQLOperation, request: IncomingMessage, body: string) => Promise<GraphQLAnswer>;
  /**
   * Answers a subscription as server-sent events. With it clients that take nothing but events get the answers of queries
   * and mutations so too (graphql-sse, distinct connections).
   */
  subscribe?: (
    operation: GraphQLOperation,
    request: IncomingMessage,
    response: ServerResponse,
  ) => Promise<void>;
  /** Resolves when requests can be answered, with what else the answer should say; rejects when not. */
  checkReady: () => Promise<object>;
  /** Answers what is not GraphQL or health, such as pages; returns false for what is not its. */
  answerPage?: (request: IncomingMessage, response: ServerResponse, path: string) => Promise<boolean>;
  /** Takes over a connection that is to speak another protocol; without it none may. */
  upgrade?: (request: IncomingMessage, socket: Duplex, head: Buffer) => void;
  maxBodyBytes: number;
  /**
   * Lets an operation in once its body is there, and is told when its answer is written; throws an HttpError for one that must
   * wait. A body that is slow to come takes no place of anybody.
   */
  admit?: (request: IncomingMessage) => Promise<() => void> | (() => void);
  /** Is told how long reading an admitted request's operation kept the thread, where it is long. */
  charge?: (request: IncomingMessage, ms: number) => void;
  /** Variables may hold so many values; of more, numbers are not kept as they were written. */
  maxVariableValues?: number;
  /** What clients have not read yet of their answers, and for whom it counts: by default, for each connection. */
  unread?: UnreadAnswers;
  clientOf?: (request: IncomingMessage) => unknown;
  /** Whether the connections of one address are those of many clients. */
  isBehindProxy?: boolean;
  /** Whose requests take turns with those of others before anything of them is read: by default, those of one address. */
  addressOf?: (request: IncomingMessage) => unknown;
  /** Bodies that have not come to their end. */
  unfinished?: UnfinishedBodies;
  /** Where texts come from; by default, those that clients registered by their hashes. */
  documents?: Documents;
  /** Milliseconds that a request's headers, and all of it, may take to come. */
  deadlines?: { headersTimeout: number; requestTimeout: number };
  /** Origins whose pages may ask; none by default. */
  allowedOrigins?: readonly string[];
  /** Request headers that those pages may send beside the usual ones, and headers of answers that they may read. */
  allowedHeaders?: readonly string[];
  exposedHeaders?: readonly string[];
  /** Listens with TLS. */
  tls?: TlsFiles | null;
  log?: Log;
}

export interface GraphQLServer {
  port: number;
  /** Takes the request's connection for that of a client who was made sure of: no flood of others at its address ends it. */
  identifyClient: (request: IncomingMessage, client: string) => void;
  /**
   * Is ready no longer, and goes on answering for so long, each connection for the last time: load balancers need that to
   * send requests elsewhere.
   */
  drain: (drainMs: number) => Promise<void>;
  /** Stops listening, lets requests in flight and those on connections just made finish, closes idle connections. */
  close: () => Promise<void>;
}

/** How long a request's headers, and all of it, may take to come, and how often that is looked at. */
const defaultDeadlines = { headersTimeout: 10_000, requestTimeout: 30_000 };
const checkDeadlinesMs = 500;

/** Listens on the port (0: any free one) of the host. */
export async function serveGraphQL(
  options: GraphQLServerOptions,
  port: number,
  host: string,
): Promise<GraphQLServer> {
  const floods = new ConnectionLimiter(!options.isBehindProxy);
  const door = new HttpHandler(options, floods);
  const open = (request: IncomingMessage, response: ServerResponse) => {
    door.open(request, response).catch((error: unknown) => door.refuse(request, response, error));
  };
  const { addressOf = remoteAddressOf, upgrade, tls, log = () => {} } = options;
  const turns = new RequestScheduler(open, addressOf, floods);
  const deadlines = { ...defaultDeadlines, ...options.deadlines };
  const timing = {
    ...deadlines,
    connectionsCheckingInterval: checkDeadlinesMs,
    // What offers another protocol, as clients do HTTP/2, is answered as if it did not.
    shouldUpgradeCallback: (request: IncomingMessage) => upgrade !== undefined && isWebSocket(request),
  };
  const secure = tls
    ? createTlsServer({
        ...timing,
        ...readTls(tls),
        minVersion: 'TLSv1.2',
        handshakeTimeout: deadlines.headersTimeout,
      })
    : null;
  const server = secure ?? createServer(timing);
  const certificates = tls && secure ? watchTls(secure, tls, log) : null;
  if (upgrade) server.on('upgrade', ({ socket }) => floods.forget(socket)).on('upgrade', upgrade);
  server.keepAliveTimeout = 65_000;
  floods.watch(server, log);
  const close = answerUntilClosed(server, secure !== null, turns.handle);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    identifyClient: ({ socket }, client) => floods.identify(socket, client),
    drain: async (drainMs) => {
      door.draining = true;
      await sleep(drainMs);
    },
    close: () => {
      door.draining = true;
      void certificates?.close();
      return close();
    },
  };
}

class HttpHandler {
  draining = false;
  #options: GraphQLServerOptions;
  #documents: Documents;
  #unread: UnreadAnswers;
  #unfinished: UnfinishedBodies;
  #headers: HeaderList;
  #crossOrigin: CrossOrigin;
  #floods: ConnectionLimiter;
  #compression = new Compression();

  constructor(options: GraphQLServerOptions, floods: ConnectionLimiter) {
    this.#floods = floods;
    this.#options = options;
    this.#documents = options.documents ?? new PersistedQueries();
    this.#unread = options.unread ?? new UnreadAnswers();
    this.#unfinished = options.unfinished ?? new UnfinishedBodies();
    this.#headers = securityHeaders(!!options.tls);
    this.#crossOrigin = new CrossOrigin(options.allowedOrigins ?? [], options);
  }

  async open(request: IncomingMessage, response: ServerResponse): Promise<void> {
    joinAuthorization(request);
    const url = originForm(request.url);
    const mark = url.indexOf('?');
    const path = mark < 0 ? url : url.slice(0, mark);
    if (this.draining) response.setHeader('connection', 'close');
    if (path !== '/graphql') return this.#others(request, response, path);
    if (request.method !== 'POST' && request.method !== 'GET') return this.#others(request, response, path);
    const page = this.#options.answerPage;
    if (request.method === 'GET' && page && mark < 0) {
      setHeaders(response, this.#headers);
      if (await page(request, response, path)) return undefined;
    }
    const { admit, subscribe } = this.#options;
    const { accept } = request.headers;
    const events = subscribe !== undefined && acceptsEvents(accept);
    const mediaType = events ? negotiateMediaTypeOrEvents(accept) : negotiateMediaType(accept);
    const body =
      request.method === 'POST' ? await readBody(request, this.#options.maxBodyBytes, this.#unfinished) : '';
    const released = admit ? await admit(request) : null;
    try {
      const search = mark < 0 ? '' : url.slice(mark + 1);
      const operation = this.#charged(request, search, body);
      if (subscribe && events && isSubscription(operation)) {
        setHeaders(response, this.#headers);
        if (this.#crossOrigin.isOpen) this.#crossOrigin.set(request, response);
        await subscribe(operation, request, response);
        return;
      }
      const answer = await this.#options.answer(operation, request, body);
      // A connection kept after the end began would hold it up.
      if (this.draining) response.setHeader('connection', 'close');
      if (this.#crossOrigin.isOpen) this.#crossOrigin.set(request, response);
      await this.#write(request, response, answer, mediaType);
    } finally {
      released?.();
    }
  }

  /** Resolves when the system has the whole answer: until then its place is taken. */
  async #write(
    request: IncomingMessage,
    response: ServerResponse,
    { executed, status, headers, body, encoding = 'utf8' }: GraphQLAnswer,
    mediaType: MediaType | typeof eventStream,
  ): Promise<void> {
    if (mediaType === eventStream) {
      const answered = typeof body === 'string' ? Buffer.from(body, encoding) : body;
      return this.#writeWhole(request, response, 200, headers, asServerSentEvents(answered), mediaType);
    }
    const code = status ?? (executed || mediaType === 'application/json' ? 200 : 400);
    return this.#writeWhole(request, response, code, headers, body, mediaType, encoding);
  }

  async #writeWhole(
    request: IncomingMessage,
    response: ServerResponse,
    code: number,
    headers: GraphQLAnswer['headers'],
    body: string | Buffer,
    mediaType: string,
    encoding: BufferEncoding = 'utf8',
  ): Promise<void> {
    const accepts = request.headers['accept-encoding'];
    const { addressOf = remoteAddressOf } = this.#options;
    const length =
      typeof body !== 'string' || encoding === 'latin1' ? body.length : Buffer.byteLength(body, 'utf8');
    // Nothing is awaited for what is not packed.
    const packing = accepts ? this.#compression.packed(body, encoding, accepts, addressOf(request)) : null;
    const packed = packing && (await packing);
    const sent = packed?.bytes ?? body;
    const sentLength = packed?.bytes.length ?? length;
    const unread =
      sentLength > pieceBytes
        ? this.#unread.reserve(await this.#clientOf(request), sentLength, () => response.destroy())
        : null;
    // Names and values in one flat list: no object of headers is made for each answer.
    const list = ['content-type', `${mediaType}; charset=utf-8`, ...unlessSet(this.#headers, headers)];
    if (!response.hasHeader('vary')) list.push('vary', 'accept, accept-encoding');
    else response.appendHeader('vary', ['accept', 'accept-encoding']);
    if (packed) list.push('content-encoding', packed.encoding);
    list.push('content-length', String(sentLength));
    for (const name in headers) for (const value of [headers[name] ?? ''].flat()) list.push(name, value);
    response.writeHead(code, list);
    if (unread) return this.#unread.write(response, sent, encoding, unread);
    if (typeof sent === 'string') response.end(sent, encoding);
    else response.end(sent);
    // Most are taken by the system at once.
    if (response.writableLength > 0) await this.#unread.settle(await this.#clientOf(request), response);
  }

  #clientOf(request: IncomingMessage): unknown {
    return this.#options.clientOf?.(request) ?? request.socket;
  }

  #charged(request: IncomingMessage, search: string, body: string): GraphQLOperation {
    const { charge } = this.#options;
    const read = () => this.#operation(request, search, body);
    return charge ? timeReading(body || search, read, (ms) => charge(request, ms)) : read();
  }

  #operation(request: IncomingMessage, search: string, body: string): GraphQLOperation {
    const { maxVariableValues } = this.#options;
    if (request.method === 'POST') return operationFromBody(body, this.#documents, maxVariableValues);
    preventCsrf(request.headers);
    return operationFromSearch(search, this.#documents, maxVariableValues);
  }

  refuse(request: IncomingMessage, response: ServerResponse, error: unknown): void {
    const refusal =
      error instanceof HttpError
        ? error
        : new HttpError(500, 'INTERNAL_SERVER_ERROR', errorCodes.INTERNAL_SERVER_ERROR);
    if (response.headersSent) {
      response.destroy();
      return;
    }
    // The rest of a refused body is not read: the connection ends with the answer.
    if (!refusal.keepsConnection) response.setHeader('connection', 'close');
    const { code, message, details } = refusal;
    setHeaders(response, [...this.#headers, ...Object.entries(details.headers ?? {}).flat()]);
    if (this.#crossOrigin.isOpen) this.#crossOrigin.set(request, response);
    response.appendHeader('vary', 'accept');
    const body = { errors: [{ message, extensions: { code, ...details.extensions } }] };
    send(response, refusal.status, body, mediaTypeOfError(request.headers.accept));
    if (details.isFlood) this.#floods.cut(request.socket);
  }

  async #others(request: IncomingMessage, response: ServerResponse, path: string): Promise<void> {
    setHeaders(response, this.#headers);
    if (path.startsWith('/graphql') && this.#crossOrigin.isOpen) {
      if (this.#crossOrigin.answerPreflight(request, response)) return undefined;
      this.#crossOrigin.set(request, response);
    }
    if (path === '/health/live') return send(response, 200, { status: this.draining ? 'draining' : 'live' });
    if (path === '/health/ready') {
      const details = this.draining ? null : await this.#options.checkReady().catch(() => null);
      return send(response, details ? 200 : 503, { status: details ? 'ready' : 'not ready', ...details });
    }
    if (await this.#options.answerPage?.(request, response, path)) return undefined;
    if (path === '/graphql' || !usual.has(request.method ?? '')) {
      const headers = { allow: 'GET, POST' };
      throw new HttpError(405, 'METHOD_NOT_ALLOWED', '请使用 GET 或 POST。 Use GET or POST.', false, {
        headers,
      });
    }
    throw new HttpError(
      404,
      'NOT_FOUND',
      `没有 ${path.slice(0, 100)}；请使用 /graphql。 Not found; use /graphql.`,
    );
  }
}

/** The one result of an operation that has no more of them. */
export const asServerSentEvents = (result: Buffer): Buffer =>
  Buffer.concat([Buffer.from('event: next\ndata: '), result, Buffer.from('\n\nevent: complete\ndata:\n\n')]);

const usual = new Set(['GET', 'HEAD', 'POST']);

const isWebSocket = ({ method, headers }: IncomingMessage): boolean =>
  method === 'GET' && headers.upgrade?.toLowerCase() === 'websocket';

const remoteAddressOf = ({ socket }: IncomingMessage): unknown => socket.remoteAddress;

function send(
  response: ServerResponse,
  status: number,
  body: unknown,
  mediaType: MediaType = 'application/json',
): void {
  const text = JSON.stringify(body);
  response.writeHead(status, {
    'content-type': `${mediaType}; charset=utf-8`,
    'content-length': Buffer.byteLength(text),
  });
  response.end(text);
}
