// Handles the requests of a GraphQL server: one path from the request to a single write of the answer.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { joinAuthorization, originForm } from '../admission/client-address.ts';
import type { ConnectionLimiter } from '../admission/connection-limiter.ts';
import { timeReading } from '../admission/reading-time.ts';
import { UnfinishedBodies } from '../admission/unfinished-bodies.ts';
import { pieceBytes, UnreadAnswers } from '../admission/unread-answers.ts';
import { errorCodes } from '../errors.ts';
import { HttpError } from '../http-error.ts';
import type { GraphQLAnswer, GraphQLOperation } from '../operation/graphql-operation.ts';
import { Compression } from './compression.ts';
import {
  acceptsEvents,
  eventStream,
  type MediaType,
  mediaTypeOfError,
  negotiateMediaType,
  negotiateMediaTypeOrEvents,
  type TableFormat,
  tableFormatOf,
} from './content-negotiation.ts';
import { CrossOrigin } from './cross-origin.ts';
import { preventCsrf } from './csrf-prevention.ts';
import { isSubscription, operationFromBody, operationFromSearch } from './graphql-request.ts';
import { type Documents, PersistedQueries } from './persisted-queries.ts';
import { readBody } from './request-body.ts';
import { type HeaderList, securityHeaders, setHeaders, unlessSet } from './security-headers.ts';

export interface HttpHandlerOptions {
  /** `body` is the text of the request's body; empty for a GET. */
  answer: (operation: GraphQLOperation, request: IncomingMessage, body: string) => Promise<GraphQLAnswer>;
  /**
   * Answers a subscription as server-sent events. With it, clients that accept only events also get the answers of queries and
   * mutations as events (graphql-sse, distinct connections mode).
   */
  subscribe?: (
    operation: GraphQLOperation,
    request: IncomingMessage,
    response: ServerResponse,
  ) => Promise<void>;
  /** Answers an operation as a table, with options in the query string of the URL. Without it answers are JSON or events only. */
  answerTable?: (
    operation: GraphQLOperation,
    request: IncomingMessage,
    response: ServerResponse,
    table: { format: TableFormat; search: string },
  ) => Promise<void>;
  /** Resolves with further members of the readiness answer when requests can be answered. Rejects when not. */
  checkReady: () => Promise<object>;
  /** Answers other paths, such as pages. Resolves with false for paths it does not serve. */
  answerPage?: (request: IncomingMessage, response: ServerResponse, path: string) => Promise<boolean>;
  maxBodyBytes: number;
  /**
   * Admits an operation once its body has arrived, so that slow bodies take no slot. Returns a function to call when the answer is
   * written. Throws an HttpError for a request that has to wait.
   */
  admit?: (request: IncomingMessage) => Promise<() => void> | (() => void);
  /** Called with the milliseconds that parsing an admitted request blocked the event loop, if that was long. */
  charge?: (request: IncomingMessage, ms: number) => void;
  /** If the variables have more values, their numbers are not kept exactly as written. */
  maxVariableValues?: number;
  /** Answers that clients have not read yet. They count for the client that `clientOf` names, by default the connection. */
  unread?: UnreadAnswers;
  clientOf?: (request: IncomingMessage) => unknown;
  /** The client whose turn a request waits for before it is parsed; by default its address. */
  addressOf?: (request: IncomingMessage) => unknown;
  /** Request bodies that have not arrived completely. */
  unfinished?: UnfinishedBodies;
  /** Where document texts come from; by default automatic persisted queries. */
  documents?: Documents;
  /** Origins whose pages may send requests; none by default. */
  allowedOrigins?: readonly string[];
  /** Request headers that these pages may send besides the usual ones, and response headers that they may read. */
  allowedHeaders?: readonly string[];
  exposedHeaders?: readonly string[];
  /** Whether connections use TLS. */
  tls?: unknown;
}

export class HttpHandler {
  /** While draining, the server is not ready and answers each connection for the last time. */
  isDraining = false;
  #options: HttpHandlerOptions;
  #documents: Documents;
  #unread: UnreadAnswers;
  #unfinished: UnfinishedBodies;
  #headers: HeaderList;
  #crossOrigin: CrossOrigin;
  #connections: ConnectionLimiter;
  #compression = new Compression();

  constructor(options: HttpHandlerOptions, connections: ConnectionLimiter) {
    this.#connections = connections;
    this.#options = options;
    this.#documents = options.documents ?? new PersistedQueries();
    this.#unread = options.unread ?? new UnreadAnswers();
    this.#unfinished = options.unfinished ?? new UnfinishedBodies();
    this.#headers = securityHeaders(!!options.tls);
    this.#crossOrigin = new CrossOrigin(options.allowedOrigins ?? [], options);
  }

  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    joinAuthorization(request);
    const url = originForm(request.url);
    const mark = url.indexOf('?');
    const path = mark < 0 ? url : url.slice(0, mark);
    if (this.isDraining) response.setHeader('connection', 'close');
    if (path !== '/graphql') return this.#handleOther(request, response, path);
    if (request.method !== 'POST' && request.method !== 'GET')
      return this.#handleOther(request, response, path);
    const page = this.#options.answerPage;
    if (request.method === 'GET' && page && mark < 0) {
      setHeaders(response, this.#headers);
      if (await page(request, response, path)) return undefined;
    }
    const { admit, subscribe, answerTable } = this.#options;
    const { accept } = request.headers;
    const format = answerTable ? tableFormatOf(accept) : null;
    const events = format === null && subscribe !== undefined && acceptsEvents(accept);
    const mediaType =
      format !== null
        ? 'application/json'
        : events
          ? negotiateMediaTypeOrEvents(accept)
          : negotiateMediaType(accept);
    const body =
      request.method === 'POST' ? await readBody(request, this.#options.maxBodyBytes, this.#unfinished) : '';
    const release = admit ? await admit(request) : null;
    try {
      const search = mark < 0 ? '' : url.slice(mark + 1);
      const operation = this.#parse(request, search, body);
      if (subscribe && events && isSubscription(operation)) {
        setHeaders(response, this.#headers);
        if (this.#crossOrigin.isOpen) this.#crossOrigin.set(request, response);
        await subscribe(operation, request, response);
        return;
      }
      if (answerTable && format !== null) {
        setHeaders(response, this.#headers);
        if (this.#crossOrigin.isOpen) this.#crossOrigin.set(request, response);
        await answerTable(operation, request, response, { format, search });
        return;
      }
      const answer = await this.#options.answer(operation, request, body);
      // A connection that is kept alive after draining has started would delay the stop.
      if (this.isDraining) response.setHeader('connection', 'close');
      if (this.#crossOrigin.isOpen) this.#crossOrigin.set(request, response);
      await this.#write(request, response, answer, mediaType);
    } finally {
      release?.();
    }
  }

  #parse(request: IncomingMessage, search: string, body: string): GraphQLOperation {
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

  /** Resolves when the system has the whole answer. Until then the request keeps its slot. */
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

  // Positional arguments: an options object would be allocated for each request.
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
    // Nothing is awaited for an answer that is not compressed.
    const compressing = accepts
      ? this.#compression.compress(body, encoding, accepts, addressOf(request))
      : null;
    const compressed = compressing && (await compressing);
    const sent = compressed?.bytes ?? body;
    const sentLength = compressed?.bytes.length ?? length;
    const unread =
      sentLength > pieceBytes
        ? this.#unread.reserve(await this.#clientOf(request), sentLength, () => response.destroy())
        : null;
    // Names and values in one flat list: no object of headers is made for each answer.
    const list = ['content-type', `${mediaType}; charset=utf-8`, ...unlessSet(this.#headers, headers)];
    if (!response.hasHeader('vary')) list.push('vary', 'accept, accept-encoding');
    else response.appendHeader('vary', ['accept', 'accept-encoding']);
    if (compressed) list.push('content-encoding', compressed.encoding);
    list.push('content-length', String(sentLength));
    for (const name in headers) for (const value of [headers[name] ?? ''].flat()) list.push(name, value);
    response.writeHead(code, list);
    if (unread) return this.#unread.write(response, sent, encoding, unread);
    if (typeof sent === 'string') response.end(sent, encoding);
    else response.end(sent);
    // The system accepts most answers at once.
    if (response.writableLength > 0) await this.#unread.settle(await this.#clientOf(request), response);
  }

  #clientOf(request: IncomingMessage): unknown {
    return this.#options.clientOf?.(request) ?? request.socket;
  }

  /** Answers with an error: an HttpError as it is, any other masked. */
  refuse(request: IncomingMessage, response: ServerResponse, error: unknown): void {
    const refusal =
      error instanceof HttpError
        ? error
        : new HttpError(500, 'INTERNAL_SERVER_ERROR', errorCodes.INTERNAL_SERVER_ERROR);
    if (response.headersSent) {
      response.destroy();
      return;
    }
    const { code, message, details } = refusal;
    // The rest of a refused body is not read, so the connection ends with the answer.
    if (!details.keepsConnection) response.setHeader('connection', 'close');
    setHeaders(response, [...this.#headers, ...Object.entries(details.headers ?? {}).flat()]);
    if (this.#crossOrigin.isOpen) this.#crossOrigin.set(request, response);
    response.appendHeader('vary', 'accept');
    const body = { errors: [{ message, extensions: { code, ...details.extensions } }] };
    send(response, refusal.status, body, mediaTypeOfError(request.headers.accept));
    if (details.isFlood) this.#connections.cut(request.socket);
  }

  /** Answers preflights, health checks, pages, and requests for unknown paths. */
  async #handleOther(request: IncomingMessage, response: ServerResponse, path: string): Promise<void> {
    setHeaders(response, this.#headers);
    if (/^\/(graphql|queries)/.test(path) && this.#crossOrigin.isOpen) {
      if (this.#crossOrigin.answerPreflight(request, response)) return undefined;
      this.#crossOrigin.set(request, response);
    }
    if (path === '/health/live')
      return send(response, 200, { status: this.isDraining ? 'draining' : 'live' });
    if (path === '/health/ready') {
      const details = this.isDraining ? null : await this.#options.checkReady().catch(() => null);
      return send(response, details ? 200 : 503, { status: details ? 'ready' : 'not ready', ...details });
    }
    if (await this.#options.answerPage?.(request, response, path)) return undefined;
    if (path === '/graphql' || !knownMethods.has(request.method ?? '')) {
      const headers = { allow: 'GET, POST' };
      throw new HttpError(405, 'METHOD_NOT_ALLOWED', '请使用 GET 或 POST。 Use GET or POST.', {
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

/** A single result as server-sent events: `next` and `complete`. */
export const asServerSentEvents = (result: Buffer): Buffer =>
  Buffer.concat([Buffer.from('event: next\ndata: '), result, Buffer.from('\n\nevent: complete\ndata:\n\n')]);

const knownMethods = new Set(['GET', 'HEAD', 'POST']);

export const remoteAddressOf = ({ socket }: IncomingMessage): unknown => socket.remoteAddress;

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
