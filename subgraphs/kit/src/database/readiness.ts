// Whether the database answers, asked over a connection of its own: a pool that is busy is no database that is lost.
import { type Database, openDatabase } from './database.ts';

/** How long the database may take to answer before it counts as lost. */
const deadlineMs = 2000;
/** However often readiness is asked for, the database is not asked more often than this. */
const freshMs = 500;

export class DatabaseReadiness {
  #open: () => Database;
  #database: Database;
  #checked: { at: number; answered: Promise<void> } | null = null;

  constructor(databaseUrl: string, applicationName: string) {
    this.#open = () =>
      openDatabase(databaseUrl, { applicationName, maxConnections: 1, statementTimeoutMs: deadlineMs });
    this.#database = this.#open();
  }

  /** Rejects when the database does not answer in time. */
  check(): Promise<void> {
    const now = performance.now();
    if (!this.#checked || now - this.#checked.at > freshMs)
      this.#checked = { at: now, answered: this.#ask() };
    return this.#checked.answered;
  }

  async close(): Promise<void> {
    await this.#database.end({ timeout: 0 });
  }

  async #ask(): Promise<void> {
    const { promise: late, reject } = Promise.withResolvers<never>();
    const timer = setTimeout(() => reject(new Error('the database does not answer')), deadlineMs);
    try {
      await Promise.race([this.#database`select 1`, late]);
    } catch (error) {
      // What its connection still waits for would keep all that come after it waiting.
      void this.#database.end({ timeout: 0 }).catch(() => {});
      this.#database = this.#open();
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }
}
