// Shares a room's connections: no viewer has all of them, nor has one kind of statement, and who waits for one is served in turn.
import type { Database } from './database.ts';

interface Waiting {
  kind: object | null;
  start: () => void;
}

interface Limits {
  all: number;
  viewer: number;
  kind: number;
}

/**
 * Of ten connections eight are shared, and two are left for what requests wait for (the record of access) and what tells of the
 * room (readiness, events). A viewer has five at most, and one kind of statement, which a lock on a table may hold up for as
 * long as a statement may take, three. The driver sends a statement behind another on a busy connection: it is never asked to.
 */
const limitsOf = (connections: number): Limits => {
  const all = Math.max(1, connections - 2);
  return { all, viewer: Math.max(1, Math.ceil(all * 0.6)), kind: Math.max(1, Math.floor(all * 0.4)) };
};

/** What the driver's statements have beside their types: they are handed over to be sent when they are first waited for. */
interface Sendable extends PromiseLike<unknown> {
  handler: (statement: Sendable) => void;
}

export class FairPool {
  #sql: Database;
  #limits: Limits;
  #busy = 0;
  #byViewer = new Map<string, number>();
  #byKind = new Map<object, number>();
  /** By viewer, those first whose turn is next. */
  #waiting = new Map<string, Waiting[]>();

  constructor(sql: Database, connections: number) {
    this.#sql = sql;
    this.#limits = limitsOf(connections);
  }

  /** The pool as a viewer has it. A transaction counts as long as it is open. */
  sqlFor(viewer: string, kind: object | null = null): Database {
    const shared = (made: unknown, otherwise: object) => {
      const statement = made as Sendable;
      const send = statement.handler;
      statement.handler = () => {
        this.#take(viewer, kind ?? otherwise, (release) => {
          send.call(statement, statement);
          statement.then(release, release);
        });
      };
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
          return (...args: unknown[]) => this.#begin(viewer, () => Reflect.apply(pool.begin, pool, args));
        return Reflect.get(pool, name, pool);
      },
    });
    kinds.set(sql, (other) => this.sqlFor(viewer, other));
    return sql;
  }

  #begin(viewer: string, run: () => Promise<unknown>): Promise<unknown> {
    return new Promise((resolve, reject) => {
      this.#take(viewer, null, (release) => {
        run().finally(release).then(resolve, reject);
      });
    });
  }

  #take(viewer: string, kind: object | null, send: (release: () => void) => void): void {
    const start = () => {
      this.#count(viewer, kind, 1);
      send(() => {
        this.#count(viewer, kind, -1);
        this.#serve();
      });
    };
    const waiting = this.#waiting.get(viewer);
    if (waiting) waiting.push({ kind, start });
    else if (this.#isFree(viewer, kind)) start();
    else this.#waiting.set(viewer, [{ kind, start }]);
    if (waiting) this.#serve();
  }

  #isFree(viewer: string, kind: object | null): boolean {
    return (
      this.#busy < this.#limits.all &&
      (this.#byViewer.get(viewer) ?? 0) < this.#limits.viewer &&
      (kind === null || (this.#byKind.get(kind) ?? 0) < this.#limits.kind)
    );
  }

  #count(viewer: string, kind: object | null, by: 1 | -1): void {
    this.#busy += by;
    add(this.#byViewer, viewer, by);
    if (kind) add(this.#byKind, kind, by);
  }

  /** One of each viewer in turn, of theirs the first that may be sent. */
  #serve(): void {
    for (const [viewer, waiting] of this.#waiting) {
      if (this.#busy >= this.#limits.all) return;
      const index = waiting.findIndex(({ kind }) => this.#isFree(viewer, kind));
      if (index < 0) continue;
      const [next] = waiting.splice(index, 1);
      this.#waiting.delete(viewer);
      if (waiting.length) this.#waiting.set(viewer, waiting);
      next?.start();
    }
  }
}

const kinds = new WeakMap<Database, (kind: object) => Database>();

/** The same connections, whose statements count as of one kind; a pool that is not shared is as it is. */
export const ofKind = (sql: Database, kind: object): Database => kinds.get(sql)?.(kind) ?? sql;

function add<Key>(counts: Map<Key, number>, key: Key, by: 1 | -1): void {
  const count = (counts.get(key) ?? 0) + by;
  if (count > 0) counts.set(key, count);
  else counts.delete(key);
}
