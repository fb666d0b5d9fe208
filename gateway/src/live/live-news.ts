// Subscriptions over server-sent events (graphql-sse, distinct connections): each change, as the client's operation sees it.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type ChangeEvent, isCursor } from '@district-graph/kit/change-feed';
import { isInside } from '@district-graph/kit/divisions';
import {
  operationOfBody,
  operationOfSearch,
  Refusal,
  readBody,
  refuseForgery,
} from '@district-graph/kit/graphql-request';
import type { GraphQLOperation } from '@district-graph/kit/graphql-server';
import type { Log } from '@district-graph/kit/log';
import { PersistedQueries } from '@district-graph/kit/persisted-queries';
import { Refused } from '@district-graph/kit/valid-operation';
import type { Caller, Graph } from '../execute/graph.ts';
import { ChangeSource } from './change-source.ts';
import type { Subscription } from './subscription.ts';

export interface LiveNewsOptions {
  graph: () => Graph;
  addressOf: (subgraph: string) => string | null;
  /** Who asks, and how the subgraphs are called for them. */
  callerOf: (request: IncomingMessage) => Caller;
  maxBodyBytes: number;
  maxStreams: number;
  log: Log;
}

const path = '/graphql/stream';
/** Events that may wait for a client that reads slowly; more, and it is told to come back. */
const maxQueued = 1000;
const aliveMs = 15_000;

export class LiveNews {
  #options: LiveNewsOptions;
  #sources = new Map<string, ChangeSource>();
  #streams = new Set<Stream>();
  #persisted = new PersistedQueries();

  constructor(options: LiveNewsOptions) {
    this.#options = options;
  }

  /** Answers what is for it; false for what is not. */
  async answer(request: IncomingMessage, response: ServerResponse, asked: string): Promise<boolean> {
    if (asked !== path) return false;
    const operation = await this.#operationOf(request);
    let subscription: Subscription;
    try {
      subscription = this.#options.graph().subscription(operation);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      const [first] = error.errors;
      throw new Refusal(400, 'GRAPHQL_VALIDATION_FAILED', first?.message ?? '', true);
    }
    if (this.#streams.size >= this.#options.maxStreams)
      throw new Refusal(
        503,
        'OVERLOADED',
        '实时连接过多，请稍后重试。 Too many live connections; try again shortly.',
        true,
      );
    const after = request.headers['last-event-id'];
    const stream = new Stream(response, typeof after === 'string' && isCursor(after) ? after : null);
    this.#streams.add(stream);
    const caller = this.#options.callerOf(request);
    stream
      .run(this.#source(subscription.subgraph), subscription, (entityId) =>
        this.#read(operation, subscription, entityId, caller),
      )
      .catch((error: Error) => {
        if (!stream.isClosed) this.#options.log({ event: 'live news ended', error: error.message });
      })
      .finally(() => {
        this.#streams.delete(stream);
        stream.end();
      });
    return true;
  }

  close(): void {
    for (const stream of this.#streams) stream.end();
    for (const source of this.#sources.values()) source.close();
  }

  async #operationOf(request: IncomingMessage): Promise<GraphQLOperation> {
    if (request.method === 'POST')
      return operationOfBody(await readBody(request, this.#options.maxBodyBytes), this.#persisted);
    if (request.method !== 'GET')
      throw new Refusal(405, 'METHOD_NOT_ALLOWED', '请使用 GET 或 POST。 Use GET or POST.');
    refuseForgery(request.headers);
    return operationOfSearch(request.url?.split('?')[1] ?? '', this.#persisted);
  }

  #source(subgraph: string): ChangeSource {
    let source = this.#sources.get(subgraph);
    if (!source) {
      const { addressOf, log } = this.#options;
      source = new ChangeSource(subgraph, () => addressOf(subgraph), log);
      this.#sources.set(subgraph, source);
    }
    return source;
  }

  /** The operation's answer for one changed entity, as JSON. */
  async #read(
    { operationName }: GraphQLOperation,
    { query, variablesFor }: Subscription,
    entityId: string,
    caller: Caller,
  ): Promise<Buffer> {
    const { body, encoding } = await this.#options
      .graph()
      .answer(
        { query, operationName, variables: variablesFor(entityId), extensions: null, method: 'POST' },
        { ...caller, headers: {} },
      );
    return typeof body === 'string' ? Buffer.from(body, encoding) : body;
  }
}

class Stream {
  isClosed = false;
  #response: ServerResponse;
  #last: string | null;
  #queue: ChangeEvent[] = [];
  #wake = () => {};
  #closing = new AbortController();

  constructor(response: ServerResponse, after: string | null) {
    this.#response = response;
    this.#last = after;
    response.on('close', () => this.#close());
  }

  async run(
    source: ChangeSource,
    { entityTypes, within }: Subscription,
    read: (entityId: string) => Promise<Buffer>,
  ): Promise<void> {
    const isFor = ({ entityType, divisionCode }: ChangeEvent) =>
      entityTypes.has(entityType) && isInside(divisionCode, within);
    // Followed before what it missed is read: between the two there is no gap.
    const unfollow = await source.follow((event) => {
      if (!isFor(event) || this.isClosed) return;
      this.#queue.push(event);
      this.#wake();
    });
    const alive = setInterval(() => this.#response.write(':\n\n'), aliveMs);
    try {
      this.#response.writeHead(200, {
        'content-type': 'text/event-stream; charset=utf-8',
        'cache-control': 'no-store',
        'x-accel-buffering': 'no',
      });
      this.#response.write(':\n\n');
      if (this.#last !== null)
        for await (const event of source.since(this.#last, this.#closing.signal))
          if (isFor(event)) await this.#send(event, read);
      while (!this.isClosed) {
        const event = this.#queue.shift();
        if (event) await this.#send(event, read);
        else
          await new Promise<void>((resolve) => {
            this.#wake = resolve;
          });
        if (this.#queue.length > maxQueued) return this.#tooSlow();
      }
    } finally {
      clearInterval(alive);
      unfollow();
    }
  }

  end(): void {
    if (!this.isClosed) this.#response.end('event: complete\ndata:\n\n');
    this.#close();
  }

  #close(): void {
    this.isClosed = true;
    this.#closing.abort();
    this.#wake();
  }

  async #send({ cursor, entityId }: ChangeEvent, read: (entityId: string) => Promise<Buffer>): Promise<void> {
    if (this.isClosed || (this.#last !== null && !isAfter(cursor, this.#last))) return;
    const body = await read(entityId);
    this.#last = cursor;
    if (this.isClosed) return;
    const isRoom = this.#response.write(
      Buffer.concat([Buffer.from(`event: next\nid: ${cursor}\ndata: `), body, Buffer.from('\n\n')]),
    );
    if (!isRoom)
      await new Promise<void>((resolve) => {
        this.#response.once('drain', resolve);
        this.#response.once('close', resolve);
      });
  }

  #tooSlow(): void {
    const message =
      '读取过慢，消息已中断；请以最后的 id 重新连接。 The client reads too slowly; connect again with the last id.';
    const errors = [{ message, extensions: { code: 'OVERLOADED' } }];
    this.#response.write(`event: next\ndata: ${JSON.stringify({ errors })}\n\n`);
  }
}

function isAfter(cursor: string, other: string): boolean {
  const [transaction = 0n, sequence = 0n] = cursor.split('.').map(BigInt);
  const [otherTransaction = 0n, otherSequence = 0n] = other.split('.').map(BigInt);
  return transaction > otherTransaction || (transaction === otherTransaction && sequence > otherSequence);
}
