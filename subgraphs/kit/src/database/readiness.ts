// Checks whether the database answers, over a connection of its own: a busy pool does not mean that the database is down.
import { type Database, openDatabase } from './database.ts';

/** A database that takes longer than this to answer counts as down. */
const deadlineMs = 2000;
/** The result of a check is reused for this long. */
const freshMs = 500;

export class DatabaseReadiness {
  #open: () => Database;
  #database: Database;
  #last: { at: number; answered: Promise<void> } | null = null;

  constructor(databaseUrl: string, applicationName: string) {
    this.#open = () =>
      openDatabase(databaseUrl, { applicationName, maxConnections: 1, statementTimeoutMs: deadlineMs });
    this.#database = this.#open();
  }

  /** Rejects when the database does not answer in time. */
  check(): Promise<void> {
    const now = performance.now();
    if (!this.#last || now - this.#last.at > freshMs) this.#last = { at: now, answered: this.#query() };
    return this.#last.answered;
  }

  async close(): Promise<void> {
    await this.#database.end({ timeout: 0 });
  }

  async #query(): Promise<void> {
    const { promise: late, reject } = Promise.withResolvers<never>();
    const timer = setTimeout(() => reject(new Error('the database does not answer')), deadlineMs);
    try {
      await Promise.race([this.#database`select 1`, late]);
    } catch (error) {
      // Later checks would queue behind the statement that the connection still waits for.
      void this.#database.end({ timeout: 0 }).catch(() => {});
      this.#database = this.#open();
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }
}
