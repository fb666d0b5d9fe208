// One event of a subscription, serialized once for all its subscribers.

import type { ErrorCode } from '@district-graph/kit/errors';
import { parseExactly } from '@district-graph/kit/operation/exact-numbers';

const eventField = Buffer.from('event: next\n');
const dataField = Buffer.from('data: ');
const messageEnd = Buffer.from('\n\n');

/** The bytes that wait for slow clients in the queues of all streams: an event counts once, in however many queues it stands. */
export class Backlog {
  bytes = 0;

  add(event: SubscriptionEvent): void {
    if (event.queuedIn === 0) this.bytes += event.bytes;
    event.queuedIn += 1;
  }

  remove(event: SubscriptionEvent): void {
    event.queuedIn -= 1;
    if (event.queuedIn === 0) this.bytes -= event.bytes;
  }
}

export class SubscriptionEvent {
  /** The position in the change stream, by which a client can resume; null for an event that is no change. */
  readonly cursor: string | null;
  /** The answer as JSON; null for an event that only gives the cursor at which the subscription starts. */
  readonly body: Buffer | null;
  /** The number of subscribers whose queue it stands in. */
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

  /** The execution result, with the cursor in `extensions.eventId`. */
  get result(): Record<string, unknown> {
    if (this.#result) return this.#result;
    const result = parseExactly(this.body?.toString('utf8') ?? '{}') as Record<string, unknown>;
    if (this.cursor !== null)
      result.extensions = { ...(result.extensions as object | undefined), eventId: this.cursor };
    this.#result = result;
    return result;
  }

  /** The server-sent event. */
  get frame(): Buffer {
    if (this.#frame) return this.#frame;
    const id = this.cursor === null ? '' : `id: ${this.cursor}\n`;
    this.#frame = this.body
      ? Buffer.concat([eventField, Buffer.from(id), dataField, this.body, messageEnd])
      : Buffer.from(`${id}\n`);
    return this.#frame;
  }
}

/** An event that reports an error of the stream itself. */
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

/** The last event for a client whose cursor the subgraph does not know, or no longer knows. */
export const unknownCursorEvent = failureEvent(
  'BAD_CURSOR',
  '子图不认识此 id；请不带 Last-Event-ID（lastEventId）订阅。 The subgraph does not know that id: subscribe without Last-Event-ID (lastEventId).',
);
