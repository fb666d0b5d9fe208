// Shares a subgraph's database connections: neither one viewer nor one kind of statement gets all of them, and clients that wait are
// served in turn.
import type { Database } from '../database/database.ts';
import { errorCodes, graphError, retryAfterMs } from '../errors.ts';
import { KeyCounts } from './key-counts.ts';
import { type QueueLimits, RoundRobinQueue } from './round-robin-queue.ts';
import { type CountedClient, StatementQueue, type WaitingStatement } from './statement-queue.ts';

/** The client that statements are sent for. Its key is one viewer or, for anonymous clients, one network. */
export interface PoolClient extends CountedClient {
  /** Whether nobody waits for the response any more. It is polled, because a listener would cost every request. */
  isAbandoned: () => boolean;
}

interface Limits {
  all: number;
  anonymous: number;
  viewer: number;
  kind: number;
}

/**
 * Of ten connections eight are shared. Two are left for work that requests wait for (access records) and for the subgraph itself
 * (readiness, change events). A viewer gets at most five, all anonymous clients together six, and one kind of statement three: a
 * table lock can block that kind for as long as the statement timeout. The driver can also send a statement behind another one
 * on a busy connection; with these limits it never does.
 */
const limitsOf = (connections: number): Limits => {
  const all = Math.max(1, connections - 2);
  const viewer = Math.max(1, Math.ceil(all * 0.6));
  const anonymous = Math.max(viewer, Math.floor(all * 0.75));
  return { all, anonymous, viewer, kind: Math.max(1, Math.floor(all * 0.4)) };
};

/** How long a statement waits at most. Longer than the gateway does: clients that query a subgraph directly may wait longer. */
const defaultMaxWaitMs = 30_000;
/** Each waiting statement keeps about 10 KB alive, with everything that awaits it. */
const defaultMaxWaiting: QueueLimits = { maxOfClient: 1000, max: 10_000 };
/** How often abandoned statements are looked for. */
const pollMs = 100;

/** The parts of the driver's statements that its types leave out. `handler` sends a statement when it is first awaited. */
interface Statement extends PromiseLike<unknown> {
  handler: (statement: Statement) => void;
  reject: (error: unknown) => void;
  /** Whether the server executes it. */
  active: boolean;
  cancel: () => Promise<void> | null;
}

export interface FairPoolOptions {
  maxWaitMs?: number;
  maxWaiting?: QueueLimits;
}

export class FairPool {
  #sql: Database;
  #limits: Limits;
  #maxWaitMs: number;
  #busy = 0;
  #anonymous = 0;
  #byClient = new KeyCounts<string>();
  #byKind = new KeyCounts<object>();
  /** Everything in here exceeds a limit at the moment. */
  #waiting: RoundRobinQueue<WaitingStatement, StatementQueue>;
  /** Reads that the server executes. A transaction is never among them. */
  #reads = new Map<Statement, PoolClient>();
  #poll: NodeJS.Timeout | null = null;

  constructor(sql: Database, connections: number, options: FairPoolOptions = {}) {
    this.#sql = sql;
    this.#limits = limitsOf(connections);
    this.#maxWaitMs = options.maxWaitMs ?? defaultMaxWaitMs;
    this.#waiting = new RoundRobinQueue(
      options.maxWaiting ?? defaultMaxWaiting,
      (statement) => new StatementQueue(statement),
    );
  }

  /**
   * The pool as one client sees it: reads are single statements, writes are transactions. A transaction counts for as long as it
   * is open. When the client is gone, waiting statements are never sent and running reads are cancelled; a transaction that has
   * started is never cancelled.
   */
  sqlFor(client: PoolClient, kind: object | null = null): Database {
    const shared = (made: unknown, defaultKind: object) => {
      const statement = made as Statement;
      const send = statement.handler;
      const start = (release: () => void) => {
        this.#reads.set(statement, client);
        const done = () => {
          this.#reads.delete(statement);
          release();
        };
        send.call(statement, statement);
        statement.then(done, done);
      };
      statement.handler = () =>
        this.#acquire(client, kind ?? defaultKind, start, () => statement.reject(databaseBusy()));
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
      this.#acquire(client, null, begin, () => reject(databaseBusy()));
    });
  }

  #acquire(
    client: PoolClient,
    kind: object | null,
    send: (release: () => void) => void,
    drop: () => void,
  ): void {
    if (client.isAbandoned()) {
      drop();
      return;
    }
    this.#poll ??= this.#startPolling();
    const start = () => {
      this.#count(client, kind, 1);
      send(() => {
        this.#count(client, kind, -1);
        this.#startWaiting();
      });
    };
    if (this.#isFree(client) && this.#isKindFree(kind)) {
      start();
      return;
    }
    const until = performance.now() + this.#maxWaitMs;
    const isAbandoned = () => client.isAbandoned() || performance.now() >= until;
    this.#waiting.add(client.key, { client, kind, start, drop, isAbandoned })?.drop();
  }

  #isFree({ key, isAnonymous }: CountedClient): boolean {
    return (
      this.#busy < this.#limits.all &&
      (!isAnonymous || this.#anonymous < this.#limits.anonymous) &&
      this.#byClient.of(key) < this.#limits.viewer
    );
  }

  #isKindFree = (kind: object | null): boolean => kind === null || this.#byKind.of(kind) < this.#limits.kind;

  #count({ key, isAnonymous }: CountedClient, kind: object | null, by: 1 | -1): void {
    this.#busy += by;
    if (isAnonymous) this.#anonymous += by;
    this.#byClient.add(key, by);
    if (kind) this.#byKind.add(kind, by);
  }

  #startWaiting(): void {
    while (this.#busy < this.#limits.all) {
      const next = this.#waiting.take(this.#nextOf);
      if (!next) return;
      next.start();
    }
  }

  /** The first statement of a client that may be sent. */
  #nextOf = (statements: StatementQueue): WaitingStatement | null => {
    if (!this.#isFree(statements.client)) return null;
    for (;;) {
      const next = statements.shift(this.#isKindFree);
      if (!next?.isAbandoned()) return next;
      next.drop();
    }
  };

  /** One timer for all statements, for as long as any is running. */
  #startPolling(): NodeJS.Timeout {
    return setInterval(() => {
      for (const statement of this.#waiting.prune((statements) => statements.removeAbandoned()))
        statement.drop();
      for (const [statement, client] of this.#reads)
        if (statement.active && client.isAbandoned()) this.#cancel(statement);
      if (this.#busy > 0 || !this.#poll) return;
      clearInterval(this.#poll);
      this.#poll = null;
    }, pollMs).unref();
  }

  /**
   * PostgreSQL takes a cancel request on a connection of its own and cancels whatever the backend executes by then. If that is the
   * next statement, it fails with DATABASE_BUSY like one that timed out, and has changed nothing.
   */
  #cancel(statement: Statement): void {
    this.#reads.delete(statement);
    const { reject } = statement;
    statement.reject = () => reject(databaseBusy());
    statement.cancel()?.catch(() => {});
  }
}

/** Not logged: either nobody waits for it, or very many statements fail, each of which would be a line of the log. */
const databaseBusy = () => graphError('DATABASE_BUSY', errorCodes.DATABASE_BUSY, { retryAfterMs });

const kinds = new WeakMap<Database, (kind: object) => Database>();

/** The same connections, with statements counted as one kind. A pool that is not shared is returned unchanged. */
export const withKind = (sql: Database, kind: object): Database => kinds.get(sql)?.(kind) ?? sql;
