// One thing that subscribers are told, made once for all of them.

import type { ErrorCode } from '@district-graph/kit/errors';
import { parseExactly } from '@district-graph/kit/operation/exact-numbers';

const head = Buffer.from('event: next\n');
const dataBegins = Buffer.from('data: ');
const ends = Buffer.from('\n\n');

/** What waits for clients that read slowly, of all streams together: news count once, however many they wait for. */
export class Backlog {
  bytes = 0;

  add(news: SubscriptionEvent): void {
    if (news.queuedIn === 0) this.bytes += news.bytes;
    news.queuedIn += 1;
  }

  remove(news: SubscriptionEvent): void {
    news.queuedIn -= 1;
    if (news.queuedIn === 0) this.bytes -= news.bytes;
  }
}

export class SubscriptionEvent {
  /** Where the event stands, for who comes back; null for what is no event. */
  readonly cursor: string | null;
  /** The answer as JSON; null says only where the subscription begins. */
  readonly body: Buffer | null;
  /** How many listeners have not taken it yet. */
  queuedIn = 0;
  #result: Record<string, unknown> | null = null;
  #frame: Buffer | null = null;

  constructor(cursor: string | null, body: Buffer | null) {
    this.cursor = cursor;
    this.body = body;
  }

  get bytes(): number {
    return this.body?.length ?? 0;
  }

  /** As an execution result, its cursor in `extensions.eventId`. */
  get result(): Record<string, unknown> {
    if (this.#result) return this.#result;
    const result = parseExactly(this.body?.toString('utf8') ?? '{}') as Record<string, unknown>;
    if (this.cursor !== null)
      result.extensions = { ...(result.extensions as object | undefined), eventId: this.cursor };
    this.#result = result;
    return result;
  }

  /** As a server-sent event. */
  get frame(): Buffer {
    if (this.#frame) return this.#frame;
    const id = this.cursor === null ? '' : `id: ${this.cursor}\n`;
    this.#frame = this.body
      ? Buffer.concat([head, Buffer.from(id), dataBegins, this.body, ends])
      : Buffer.from(`${id}\n`);
    return this.#frame;
  }
}

/** What is told when something is wrong with the stream itself. */
export const failureEvent = (
  code: ErrorCode,
  message: string,
  extensions: object = {},
  cursor: string | null = null,
): SubscriptionEvent =>
  new SubscriptionEvent(
    cursor,
    Buffer.from(JSON.stringify({ errors: [{ message, extensions: { code, ...extensions } }], data: null })),
  );

/** The last that is told to one whose id is none of the subgraph's, or no longer. */
export const unknownCursorEvent = failureEvent(
  'BAD_CURSOR',
  '子图不认识此 id；请不带 Last-Event-ID（lastEventId）订阅。 The subgraph does not know that id: subscribe without Last-Event-ID (lastEventId).',
);
