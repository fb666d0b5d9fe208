// Follows a subgraph's change events as they are committed, from any point on: nothing left out, nothing twice.
import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Database } from '../database/database.ts';
import type { Log } from '../log.ts';

/** What followers are told of a change; who it concerns they read from the entity. */
export interface ChangeEvent {
  /** Where it stands among the events: `<transaction>.<sequence>`. */
  cursor: string;
  entityType: string;
  entityId: string;
  divisionCode: string;
  /** Whether the status is another than it was; what is new had none. */
  isOfStatus: boolean;
}

const pageSize = 500;
/** The notification is a wake-up; this is how long a lost one can delay. */
const pollMs = 1000;
const aliveMs = 15_000;
const cursorPattern = /^\d{1,19}\.(\d{1,19})$/;
/** The largest `bigint` of PostgreSQL. */
const maxSequence = 2n ** 63n - 1n;
/** What one who was away is told of at most: who missed more reads anew what there is now. */
const maxReplayed = 5000;
const maxReplayedHours = 24;

/** Whether the database can look for events after it. */
export function isCursor(text: string): boolean {
  const sequence = cursorPattern.exec(text)?.[1];
  return sequence !== undefined && BigInt(sequence) <= maxSequence;
}

/** Whether an event stands after another. */
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
   * Where whoever follows from now on begins: after the last event that can be read. What a transaction that is open now
   * commits later comes after it; and unlike the number of the next transaction, it is the same after a crash.
   */
  async now(): Promise<string> {
    const [last] = await this.#database<{ cursor: string }[]>`
      select transaction_id::text || '.' || sequence as cursor from change_event
      where transaction_id < pg_snapshot_xmin(pg_current_snapshot())
      order by transaction_id desc, sequence desc limit 1`;
    return last?.cursor ?? '0.0';
  }

  /**
   * Where whoever was there goes on: there, or from now where this database has not got so far. Then it is another, restored from
   * a backup, and what it does next would seem to be long past.
   */
  async goOn(after: string): Promise<string> {
    const [transaction = '0'] = after.split('.');
    const [row] = await this.#database<{ isPast: boolean }[]>`
      select ${transaction}::text::xid8 < pg_snapshot_xmax(pg_current_snapshot()) as is_past`;
    return row?.isPast ? after : this.now();
  }

  /** Whether more came after the cursor, or what is older, than one who was away is told of. */
  async isTooOld(after: string): Promise<boolean> {
    const missed = this.#after(after);
    const [row] = await this.#database<{ isTooOld: boolean }[]>`
      select exists (select from (select at ${missed} limit 1) first
          where first.at < now() - make_interval(hours => ${maxReplayedHours}))
        or exists (select ${missed} offset ${maxReplayed} limit 1) as is_too_old`;
    return row?.isTooOld ?? false;
  }

  /** Pages of events after the cursor until aborted; an empty one when all there is was read. */
  async *follow(after: string, signal: AbortSignal): AsyncGenerator<ChangeEvent[]> {
    this.#listen();
    let cursor = after;
    while (!signal.aborted) {
      // From before it is read: what is committed meanwhile wakes it.
      const waiting = this.#wait(signal);
      try {
        const page = await this.#read(cursor);
        yield page;
        cursor = page.at(-1)?.cursor ?? cursor;
        if (page.length < pageSize) await waiting.woken;
      } finally {
        waiting.end();
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

  #wait(signal: AbortSignal): { woken: Promise<void>; end: () => void } {
    const { promise: woken, resolve } = Promise.withResolvers<void>();
    const end = () => {
      clearTimeout(timer);
      this.#wake.delete(end);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, pollMs);
    this.#wake.add(end);
    signal.addEventListener('abort', end);
    return { woken, end };
  }

  #read(after: string): Promise<ChangeEvent[]> {
    return this.#database<ChangeEvent[]>`
      select transaction_id::text || '.' || sequence as cursor, entity_type, entity_id, division_code,
        from_status is not null and from_status is distinct from to_status as is_of_status
      ${this.#after(after)} limit ${pageSize}`;
  }

  /** Only what no transaction still open can come before. */
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
 * `GET /changes?after=<cursor>`: the events as they come, as server-sent events that bear their cursor as `id`. The first
 * says where it begins; a comment says that all there is was sent. With `replay` there are no more than one who was away is
 * told of: 410 where it would be more, and 400 after a cursor that this database has not got to.
 */
export async function serveChanges(
  feed: ChangeStream,
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
  // What fails here is answered as such.
  const begin = await (after === null ? feed.now() : feed.goOn(after));
  if (searchParams.has('replay')) {
    const isUnknown = begin !== after;
    if (isUnknown || (await feed.isTooOld(begin))) {
      response.writeHead(isUnknown ? 400 : 410).end();
      return;
    }
  }
  response.writeHead(200, {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store',
  });
  response.write(`id: ${begin}\n\n`);
  let saidAll = 0;
  for await (const page of feed.follow(begin, aborting.signal)) {
    // Said again, it keeps the connection known to be alive.
    if (page.length === 0 && Date.now() - saidAll < aliveMs) continue;
    saidAll = page.length ? 0 : Date.now();
    const text = page.length
      ? page.map((event) => `id: ${event.cursor}\ndata: ${JSON.stringify(event)}\n\n`).join('')
      : ': all\n\n';
    // Of a client that goes meanwhile no drain is told: then the signal comes.
    if (!response.write(text))
      await once(response, 'drain', { signal: aborting.signal }).catch((error: Error) => {
        if (!aborting.signal.aborted) throw error;
      });
  }
  response.end();
}
