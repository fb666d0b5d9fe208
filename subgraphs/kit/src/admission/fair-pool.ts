// Shares a subgraph's connections: no viewer has all of them, nor has one kind of statement, and who waits for one is served in turn.
import type { Database } from '../database/database.ts';
import { errorCodes, graphError, retryAfterMs } from '../errors.ts';
import { StatementQueue, type WaitingStatement } from './statement-queue.ts';

/** For whom statements are sent. */
export interface PoolClient {
  /** Who is served in turn with others: one viewer, or, of those that nobody knows by name, one network. */
  key: string;
  isAnonymous: boolean;
  /** Whether nobody waits for the answer any more. It is looked at, not listened to: that costs a request nothing. */
  isAbandoned: () => boolean;
}

interface Limits {
  all: number;
  anonymous: number;
  viewer: number;
  kind: number;
}

/**
 * Of ten connections eight are shared, and two are left for what requests wait for (the record of access) and what tells of the
 * subgraph (readiness, events). A viewer has five at most, all that are anonymous six, and one kind of statement, which a lock on a
 * table may hold up for as long as a statement may take, three. The driver sends a statement behind another on a busy
 * connection: it is never asked to.
 */
const limitsOf = (connections: number): Limits => {
  const all = Math.max(1, connections - 2);
  const viewer = Math.max(1, Math.ceil(all * 0.6));
  const anonymous = Math.max(viewer, Math.floor(all * 0.75));
  return { all, anonymous, viewer, kind: Math.max(1, Math.floor(all * 0.4)) };
};

/** How long a statement waits at most for one who does wait: longer than the gateway, as somebody may who asks a subgraph directly. */
const defaultMaxWaitMs = 30_000;
/** How many statements wait at most of one client, and in all: each keeps some 10 KB of what waits for it. */
const defaultMaxWaiting = { client: 1000, all: 10_000 };
/** How often is looked for what nobody waits for any more. */
const lookMs = 100;

/** What the driver's statements have beside their types: they are handed over to be sent when they are first waited for. */
interface Statement extends PromiseLike<unknown> {
  handler: (statement: Statement) => void;
  reject: (error: unknown) => void;
  /** Whether the server has it in hand. */
  active: boolean;
  cancel: () => Promise<void> | null;
}

export interface FairPoolOptions {
  maxWaitMs?: number;
  maxWaiting?: { client: number; all: number };
}

/** What waits of one client, and how that client is counted. */
interface ClientQueue {
  client: PoolClient;
  statements: StatementQueue;
}

export class FairPool {
  #sql: Database;
  #limits: Limits;
  #maxWaitMs: number;
  #maxWaiting: { client: number; all: number };
  #busy = 0;
  #anonymous = 0;
  #byClient = new Map<string, number>();
  #byKind = new Map<object, number>();
  /** By client, those first whose turn is next. Whatever waits here may not be sent yet. */
  #waiting = new Map<string, ClientQueue>();
  #waitingInAll = 0;
  /** Reads that the server has in hand. A transaction is never among them. */
  #reads = new Map<Statement, PoolClient>();
  #look: NodeJS.Timeout | null = null;

  constructor(sql: Database, connections: number, options: FairPoolOptions = {}) {
    this.#sql = sql;
    this.#limits = limitsOf(connections);
    this.#maxWaitMs = options.maxWaitMs ?? defaultMaxWaitMs;
    this.#maxWaiting = options.maxWaiting ?? defaultMaxWaiting;
  }

  /**
   * The pool as a client has it: by itself it is read from, and written to in transactions. A transaction counts as long as it is
   * open. What waits when its client is gone is never sent, and what is read then is cancelled; a transaction that has begun never is.
   */
  sqlFor(client: PoolClient, kind: object | null = null): Database {
    const shared = (made: unknown, otherwise: object) => {
      const statement = made as Statement;
      const send = statement.handler;
      const sent = (release: () => void) => {
        this.#reads.set(statement, client);
        const done = () => {
          this.#reads.delete(statement);
          release();
        };
        send.call(statement, statement);
        statement.then(done, done);
      };
      statement.handler = () =>
        this.#take(client, kind ?? otherwise, sent, () => statement.reject(outOfTime()));
      return made;
    };
    const sql = new Proxy(this.#sql, {
      apply: (pool, self, args: unknown[]) => {
        const made: unknown = Reflect.apply(pool as unknown as () => unknown, self, args);
        const [text] = args;
        return Array.isArray(text) && 'raw' in text ? shared(made, text) : made;
      },
      get: (pool, name) => {
        if (name === 'unsafe')
          return (...args: Parameters<Database['unsafe']>) => shared(pool.unsafe(...args), pool);
        if (name === 'begin')
          return (...args: unknown[]) => this.#begin(client, () => Reflect.apply(pool.begin, pool, args));
        return Reflect.get(pool, name, pool);
      },
    });
    kinds.set(sql, (other) => this.sqlFor(client, other));
    return sql;
  }

  #begin(client: PoolClient, run: () => Promise<unknown>): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const begin = (release: () => void) => {
        run().finally(release).then(resolve, reject);
      };
      this.#take(client, null, begin, () => reject(outOfTime()));
    });
  }

  #take(
    client: PoolClient,
    kind: object | null,
    send: (release: () => void) => void,
    drop: () => void,
  ): void {
    if (client.isAbandoned()) {
      drop();
      return;
    }
    this.#look ??= this.#looks();
    const start = () => {
      this.#count(client, kind, 1);
      send(() => {
        this.#count(client, kind, -1);
        this.#serve();
      });
    };
    if (this.#isFree(client) && this.#isKindFree(kind)) {
      start();
      return;
    }
    const until = performance.now() + this.#maxWaitMs;
    this.#wait(client, {
      kind,
      start,
      drop,
      isOver: () => client.isAbandoned() || performance.now() >= until,
    });
  }

  /** Where too many wait, the last of the client with the most is dropped: none is for what others send. */
  #wait(client: PoolClient, waiting: WaitingStatement): void {
    const queue = this.#waiting.get(client.key) ?? { client, statements: new StatementQueue() };
    this.#waiting.set(client.key, queue);
    queue.statements.add(waiting);
    this.#waitingInAll += 1;
    if (queue.statements.length > this.#maxWaiting.client) this.#dropLast(queue);
    if (this.#waitingInAll <= this.#maxWaiting.all) return;
    let longest = queue;
    for (const each of this.#waiting.values())
      if (each.statements.length > longest.statements.length) longest = each;
    this.#dropLast(longest);
  }

  #dropLast({ client, statements }: ClientQueue): void {
    const last = statements.last();
    if (!last) return;
    this.#waitingInAll -= 1;
    if (statements.length === 0) this.#waiting.delete(client.key);
    last.drop();
  }

  #isFree({ key, isAnonymous }: PoolClient): boolean {
    return (
      this.#busy < this.#limits.all &&
      (!isAnonymous || this.#anonymous < this.#limits.anonymous) &&
      (this.#byClient.get(key) ?? 0) < this.#limits.viewer
    );
  }

  #isKindFree(kind: object | null): boolean {
    return kind === null || (this.#byKind.get(kind) ?? 0) < this.#limits.kind;
  }

  #count({ key, isAnonymous }: PoolClient, kind: object | null, by: 1 | -1): void {
    this.#busy += by;
    if (isAnonymous) this.#anonymous += by;
    add(this.#byClient, key, by);
    if (kind) add(this.#byKind, kind, by);
  }

  /** One of each client in turn, of theirs the first that may be sent. */
  #serve(): void {
    for (const [key, queue] of this.#waiting) {
      if (this.#busy >= this.#limits.all) return;
      if (!this.#isFree(queue.client)) continue;
      const next = this.#next(queue.statements);
      if (next || queue.statements.length === 0) this.#waiting.delete(key);
      if (next && queue.statements.length) this.#waiting.set(key, queue);
      next?.start();
    }
  }

  #next(statements: StatementQueue): WaitingStatement | null {
    for (;;) {
      const next = statements.next((kind) => this.#isKindFree(kind));
      if (!next) return null;
      this.#waitingInAll -= 1;
      if (!next.isOver()) return next;
      next.drop();
    }
  }

  /** One timer for all, as long as there is anything to look at. */
  #looks(): NodeJS.Timeout {
    return setInterval(() => {
      for (const [key, { statements }] of this.#waiting) {
        const over = statements.over();
        this.#waitingInAll -= over.length;
        if (statements.length === 0) this.#waiting.delete(key);
        for (const each of over) each.drop();
      }
      for (const [statement, client] of this.#reads)
        if (statement.active && client.isAbandoned()) this.#cancel(statement);
      if (this.#busy > 0 || !this.#look) return;
      clearInterval(this.#look);
      this.#look = null;
    }, lookMs).unref();
  }

  /**
   * PostgreSQL is asked on a connection of its own, by the process. Should that have come to the next statement by then, this ends
   * as one that was out of its time: with DATABASE_BUSY, and with nothing changed.
   */
  #cancel(statement: Statement): void {
    this.#reads.delete(statement);
    const { reject } = statement;
    statement.reject = () => reject(outOfTime());
    statement.cancel()?.catch(() => {});
  }
}

/** Nothing of it is logged: nobody waits, or so many do that each would be a line. */
const outOfTime = () => graphError('DATABASE_BUSY', errorCodes.DATABASE_BUSY, { retryAfterMs });

const kinds = new WeakMap<Database, (kind: object) => Database>();

/** The same connections, whose statements count as of one kind; a pool that is not shared is as it is. */
export const withKind = (sql: Database, kind: object): Database => kinds.get(sql)?.(kind) ?? sql;

function add<Key>(counts: Map<Key, number>, key: Key, by: 1 | -1): void {
  const count = (counts.get(key) ?? 0) + by;
  if (count > 0) counts.set(key, count);
  else counts.delete(key);
}
