// Test support for subscriptions: a subgraph whose changes the test makes, a gateway before it, and clients.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UnfinishedBodies } from '@district-graph/kit/admission/unfinished-bodies';
import { UnreadAnswers } from '@district-graph/kit/admission/unread-answers';
import { PersistedQueries } from '@district-graph/kit/http/persisted-queries';
import type { Log } from '@district-graph/kit/log';
import { type ChangeEvent, isAfter } from '@district-graph/kit/mutations/change-stream';
import { parseExactly } from '@district-graph/kit/operation/exact-numbers';
import { composeSupergraph } from '@district-graph/schema/compose';
import { buildSchema } from 'graphql';
import { Client, type Identification } from '../admission/client.ts';
import { viewerKeyBy } from '../admission/viewer-key.ts';
import { type GatewayConfig, readConfig } from '../config/gateway-config.ts';
import type { Subscription } from '../engine/subscription.ts';
import { type RunningGateway, startGateway } from '../server.ts';
import { SocketLimits } from '../websockets/socket-limits.ts';
import type { WebSocketsOptions } from '../websockets/web-socket-options.ts';
import { WebSockets } from '../websockets/web-sockets.ts';

const sdl = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.7", import: ["@key"])
scalar Count
type Query { visit(id: ID!): Visit echo(n: Count!): Count }
type Mutation { touch: String }
type Subscription { visitChanged(within: ID!): Visit! visitStatusChanged(within: ID!): Visit! }
type Visit @key(fields: "id") { id: ID! text: String }`;

export class FakeSubgraph {
  /** The value of `Visit.text`. */
  text = '示例';
  /** The number of following queries that fail with status 503. */
  failsNext = 0;
  /** The status with which replays are refused; null while they are answered. */
  replayStatus: number | null = null;
  /** Queries are answered once it resolves. */
  responding: Promise<void> = Promise.resolve();
  /** The headers of each query. */
  readonly requests: IncomingHttpHeaders[] = [];
  readonly #events: ChangeEvent[] = [];
  #subscribers = new Set<ServerResponse>();
  #server: Server | null = null;
  #port = 0;

  get url(): string {
    return `http://127.0.0.1:${this.#port}/graphql`;
  }

  /** Listens, after the first time on the same port. */
  async start(): Promise<void> {
    const server = createServer((request, response) => {
      const { pathname, searchParams } = new URL(request.url ?? '', this.url);
      if (pathname === '/changes') {
        const after = searchParams.get('after');
        const isReplay = searchParams.has('replay');
        const isUnknown = after !== null && isAfter(after, this.#last);
        const refusalStatus = isReplay ? (this.replayStatus ?? (isUnknown ? 400 : null)) : null;
        return refusalStatus === null
          ? this.#subscribe(response, isUnknown ? null : after)
          : response.writeHead(refusalStatus).end();
      }
      this.requests.push(request.headers);
      let body = '';
      request.on('data', (chunk) => {
        body += chunk;
      });
      request.on('end', async () => {
        await this.responding;
        if (this.failsNext > 0) {
          this.failsNext -= 1;
          response.writeHead(503).end();
          return;
        }
        const { query, variables } = parseExactly(body) as {
          query: string;
          variables?: Record<string, unknown>;
        };
        const id = Object.values(variables ?? {})[0] ?? '1';
        const [, alias, field = ''] = /\{\s*(?:(\w+):)?\s*(visit|echo)/.exec(query) ?? [];
        const value = field === 'echo' ? id : { __typename: 'Visit', id, text: this.text };
        const data = query.startsWith('mutation') ? { touch: 'touched' } : { [alias ?? field]: value };
        response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ data }));
      });
    });
    this.#server = server;
    await new Promise<void>((resolve) => server.listen(this.#port, '127.0.0.1', resolve));
    this.#port = (server.address() as AddressInfo).port;
  }

  /** Closes all connections at once. */
  async stop(): Promise<void> {
    const server = this.#server;
    this.#subscribers.clear();
    server?.closeAllConnections();
    await new Promise<void>((resolve) => (server ? server.close(() => resolve()) : resolve()));
  }

  /** Behaves like a database that was restored from before all changes. */
  forget(): void {
    this.#events.length = 0;
  }

  get #last(): string {
    return this.#events.at(-1)?.cursor ?? '0.0';
  }

  /** Makes a change of a visit; returns its cursor. */
  change(entityId: string, more: Partial<ChangeEvent> = {}): string {
    const event = {
      cursor: `${this.#events.length + 1}.1`,
      entityType: 'Visit',
      entityId,
      divisionCode: '410105007003',
      isOfStatus: false,
      ...more,
    };
    this.#events.push(event);
    for (const subscriber of this.#subscribers) subscriber.write(messageOf(event));
    return event.cursor;
  }

  #subscribe(response: ServerResponse, after: string | null): void {
    const start = after ?? this.#last;
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(`id: ${start}\n\n`);
    for (const event of this.#events) if (isAfter(event.cursor, start)) response.write(messageOf(event));
    response.write(': all\n\n');
    this.#subscribers.add(response);
    response.on('close', () => this.#subscribers.delete(response));
  }
}

const messageOf = (event: ChangeEvent) => `id: ${event.cursor}\ndata: ${JSON.stringify(event)}\n\n`;

/** A subscription to all visits in a district. */
export const subscription: Subscription = {
  name: null,
  field: 'Subscription.visitChanged',
  subgraph: 'visits',
  entityTypes: new Set(['Visit']),
  isOfStatusChanges: false,
  within: '410105',
  scopes: [],
  isInCommunity: false,
  query: '',
  variablesFor: () => ({ variables: {} }),
};

export interface SubscriptionGateway extends RunningGateway {
  port: number;
  /** Resolves to the next log entry with that event. */
  logged: (event: string) => Promise<Record<string, unknown>>;
}

/** Starts a gateway before the subgraph, with settings from `env` and `more`. */
export async function startSubscriptionGateway(
  subgraph: FakeSubgraph,
  env: Record<string, string> = {},
  more: Partial<GatewayConfig> = {},
): Promise<SubscriptionGateway> {
  const folder = mkdtempSync(join(tmpdir(), 'subscriptions-test-'));
  const file = join(folder, 'supergraph.graphql');
  writeFileSync(file, composeSupergraph([{ name: 'visits', url: subgraph.url, sdl }]));
  const waiting = new Map<string, (event: Record<string, unknown>) => void>();
  const log: Log = (event) => waiting.get(String(event.event))?.(event);
  const gateway = await startGateway({ ...readConfig({ SUPERGRAPH: file, ...env }), ...more, port: 0 }, log);
  return {
    ...gateway,
    port: Number(new URL(gateway.url).port),
    logged: (event) => new Promise((resolve) => waiting.set(event, resolve)),
    stop: async () => {
      await gateway.stop();
      rmSync(folder, { recursive: true });
    },
  };
}

const anonymousIdentification: Identification = { viewer: null, error: null, isVerified: false };

export interface WebSocketServerHandle {
  url: string;
  /** Bytes that were read from all connections. */
  bytesRead: () => number;
  stop: () => Promise<void>;
}

/** Serves WebSockets with parts that a test provides instead of a gateway's. */
export async function serveWebSockets(
  parts: Pick<WebSocketsOptions, 'subscriptions' | 'answer'> & Partial<WebSocketsOptions>,
): Promise<WebSocketServerHandle> {
  const sockets = new WebSockets({
    documents: new PersistedQueries(),
    identify: (request) => new Client(request, anonymousIdentification, viewerKeyBy(0)),
    rejectUnauthenticated: () => {},
    limits: new SocketLimits({ maxStreams: 10, maxStreamsOfViewer: 0 }, ({ address }) => address),
    admit: () => () => {},
    chargeReading: () => {},
    maxVariableValues: 100,
    unread: new UnreadAnswers(),
    unfinished: new UnfinishedBodies(),
    schema: () => buildSchema(sdl, { assumeValid: true }),
    allowedOrigins: [],
    maxMessageBytes: 262_144,
    initTimeoutMs: 10_000,
    aliveMs: 60_000,
    slowMs: 200,
    log: () => {},
    ...parts,
  });
  let read = 0;
  const server = createServer();
  server.on('upgrade', (request, connection, head) => {
    sockets.upgrade(request, connection, head);
    connection.on('data', (data: Buffer) => {
      read += data.length;
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    bytesRead: () => read,
    stop: async () => {
      sockets.close();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

export interface StreamMessage {
  event: string | null;
  id: string | null;
  // biome-ignore lint/suspicious/noExplicitAny: the shape is the subscription's; the test states what it expects of it.
  data: any;
}

/** The server-sent events of a response, without comments. */
export async function* messagesOf(response: Response): AsyncGenerator<StreamMessage> {
  let rest = '';
  for await (const chunk of (response.body as ReadableStream<Uint8Array>).pipeThrough(
    new TextDecoderStream(),
  )) {
    rest += chunk;
    for (let end = rest.indexOf('\n\n'); end >= 0; end = rest.indexOf('\n\n')) {
      const lines = rest.slice(0, end).split('\n');
      rest = rest.slice(end + 2);
      const of = (name: string) =>
        lines
          .find((line) => line.startsWith(`${name}:`))
          ?.slice(name.length + 1)
          .trim() ?? null;
      const [event, id, data] = [of('event'), of('id'), of('data')];
      if (event !== null || id !== null) yield { event, id, data: data ? JSON.parse(data) : null };
    }
  }
}

export interface Stream {
  response: Response;
  /** The next message with an event. */
  next: () => Promise<StreamMessage>;
  /** The id of the next message. */
  nextId: () => Promise<string | null>;
  /** The id of the last message, or the cursor at which the stream started. */
  lastId: () => string | null;
  end: () => void;
}

/** Subscribes over server-sent events; resolves once the stream has started. */
export async function stream(
  url: string,
  query: string,
  headers: Record<string, string> = {},
): Promise<Stream> {
  const aborting = new AbortController();
  const response = await fetch(`${url}/graphql/stream`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'text/event-stream', ...headers },
    body: JSON.stringify({ query }),
    signal: aborting.signal,
  });
  const messages = messagesOf(response);
  let last: string | null = null;
  const any = async () => {
    const { value, done } = await messages.next();
    if (done) throw new Error('the stream ended');
    last = value.id ?? last;
    return value;
  };
  return {
    response,
    next: async () => {
      for (;;) {
        const message = await any();
        if (message.event !== null) return message;
      }
    },
    nextId: async () => (await any()).id,
    lastId: () => last,
    end: () => aborting.abort(),
  };
}
