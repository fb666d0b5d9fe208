// The change stream: a subgraph's change events as they are committed, from any cursor on, each exactly once.
import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Database } from '../database/database.ts';
import type { Log } from '../log.ts';

/** A change as the stream sends it. Subscribers read the entity itself for everything else. */
export interface ChangeEvent {
  /** Its position in the stream: `<transaction>.<sequence>`. */
  cursor: string;
  entityType: string;
  entityId: string;
  divisionCode: string;
  /** Whether the status has changed; a new entity had none. */
  isOfStatus: boolean;
}

const pageSize = 500;
/** Notifications wake the stream; a lost one delays events by no more than this. */
const pollMs = 1000;
const keepAliveMs = 15_000;
const cursorPattern = /^\d{1,19}\.(\d{1,19})$/;
/** The largest `bigint` of PostgreSQL. */
const maxSequence = 2n ** 63n - 1n;
/** The most events that are replayed to a client that was away. A client that missed more has to read the current state anew. */
const maxReplayed = 5000;
const maxReplayedHours = 24;

/** Whether the text is a cursor that the database can search from. */
export function isCursor(text: string): boolean {
  const sequence = cursorPattern.exec(text)?.[1];
  return sequence !== undefined && BigInt(sequence) <= maxSequence;
}

/** Whether a cursor is after another. */
export function isAfter(cursor: string, other: string): boolean {
  const [transaction = 0n, sequence = 0n] = cursor.split('.').map(BigInt);
  const [otherTransaction = 0n, otherSequence = 0n] = other.split('.').map(BigInt);
  return transaction > otherTransaction || (transaction === otherTransaction && sequence > otherSequence);
}

export class ChangeStream {
  #database: Database;
  #log: Log;
  #wake = new Set<() => void>();
  #listening: Promise<{ unlisten: () => Promise<void> }> | null = null;

  constructor(database: Database, log: Log) {
    this.#database = database;
    this.#log = log;
  }

  /**
   * The cursor of the last event that can be read. Events that a transaction which is open now commits later come
   * after it; and unlike the number of the next transaction, it is the same after a crash.
   */
  async now(): Promise<string> {
    const [last] = await this.#database<{ cursor: string }[]>`
      select transaction_id::text || '.' || sequence as cursor from change_event
      where transaction_id < pg_snapshot_xmin(pg_current_snapshot())
      order by transaction_id desc, sequence desc limit 1`;
    return last?.cursor ?? '0.0';
  }

  /**
   * The cursor to resume from: `after`, or the current one if this database has not reached `after`. It was then restored from
   * a backup, and its next events would seem to be older than the cursor.
   */
  async resume(after: string): Promise<string> {
    const [transaction = '0'] = after.split('.');
    const [row] = await this.#database<{ isPast: boolean }[]>`
      select ${transaction}::text::xid8 < pg_snapshot_xmax(pg_current_snapshot()) as is_past`;
    return row?.isPast ? after : this.now();
  }

  /** Whether the events after the cursor are too many, or too old, to be replayed. */
  async isTooOld(after: string): Promise<boolean> {
    const missed = this.#after(after);
    const [row] = await this.#database<{ isTooOld: boolean }[]>`
      select exists (select from (select at ${missed} limit 1) first
          where first.at < now() - make_interval(hours => ${maxReplayedHours}))
        or exists (select ${missed} offset ${maxReplayed} limit 1) as is_too_old`;
    return row?.isTooOld ?? false;
  }

  /** Pages of events after the cursor until aborted; an empty page once all events so far were read. */
  async *follow(after: string, signal: AbortSignal): AsyncGenerator<ChangeEvent[]> {
    this.#listen();
    let cursor = after;
    while (!signal.aborted) {
      // Before the read: an event that is committed meanwhile wakes it.
      const waiting = this.#wait(signal);
      try {
        const page = await this.#read(cursor);
        yield page;
        cursor = page.at(-1)?.cursor ?? cursor;
        if (page.length < pageSize) await waiting.woken;
      } finally {
        waiting.stop();
      }
    }
  }

  async close(): Promise<void> {
    const listening = await this.#listening?.catch(() => null);
    await listening?.unlisten().catch(() => {});
  }

  #listen(): void {
    this.#listening ??= this.#database.listen('change_event', () => {
      for (const wake of this.#wake) wake();
    });
    this.#listening.catch((error: Error) => {
      this.#listening = null;
      this.#log({ event: 'not listening', error: error.message });
    });
  }

  #wait(signal: AbortSignal): { woken: Promise<void>; stop: () => void } {
    const { promise: woken, resolve } = Promise.withResolvers<void>();
    const stop = () => {
      clearTimeout(timer);
      this.#wake.delete(stop);
      signal.removeEventListener('abort', stop);
      resolve();
    };
    const timer = setTimeout(stop, pollMs);
    this.#wake.add(stop);
    signal.addEventListener('abort', stop);
    return { woken, stop };
  }

  #read(after: string): Promise<ChangeEvent[]> {
    return this.#database<ChangeEvent[]>`
      select transaction_id::text || '.' || sequence as cursor, entity_type, entity_id, division_code,
        from_status is not null and from_status is distinct from to_status as is_of_status
      ${this.#after(after)} limit ${pageSize}`;
  }

  /** The events after the cursor that no open transaction can still precede. */
  #after(cursor: string) {
    const [transaction = '0', sequence = '0'] = cursor.split('.');
    return this.#database`
      from change_event
      where (transaction_id, sequence) > (${transaction}::text::xid8, ${sequence}::text::bigint)
        and transaction_id < pg_snapshot_xmin(pg_current_snapshot())
      order by transaction_id, sequence`;
  }
}

/**
 * `GET /changes?after=<cursor>`: events as server-sent events with their cursor as `id`. The first message has the cursor of the
 * start; a comment means that all events so far were sent. With `replay` the answer is 410 if more would be replayed than the
 * maximum, and 400 after a cursor that this database has not reached.
 */
export async function serveChanges(
  stream: ChangeStream,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { searchParams } = new URL(request.url ?? '/', 'http://subgraph');
  const after = searchParams.get('after');
  if (after !== null && !isCursor(after)) {
    response.writeHead(400).end();
    return;
  }
  const aborting = new AbortController();
  response.on('close', () => aborting.abort());
  // Before the headers are sent: a failure here is answered with an error status.
  const start = await (after === null ? stream.now() : stream.resume(after));
  if (searchParams.has('replay')) {
    const isUnknown = start !== after;
    if (isUnknown || (await stream.isTooOld(start))) {
      response.writeHead(isUnknown ? 400 : 410).end();
      return;
    }
  }
  response.writeHead(200, {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store',
  });
  response.write(`id: ${start}\n\n`);
  let lastComment = 0;
  for await (const page of stream.follow(start, aborting.signal)) {
    // The comment is repeated to keep the connection alive.
    if (page.length === 0 && Date.now() - lastComment < keepAliveMs) continue;
    lastComment = page.length ? 0 : Date.now();
    const text = page.length
      ? page.map((event) => `id: ${event.cursor}\ndata: ${JSON.stringify(event)}\n\n`).join('')
      : ': all\n\n';
    // If the client disconnects there is no `drain`, and the signal aborts the wait.
    if (!response.write(text))
      await once(response, 'drain', { signal: aborting.signal }).catch((error: Error) => {
        if (!aborting.signal.aborted) throw error;
      });
  }
  response.end();
}
