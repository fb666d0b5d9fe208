// What a subgraph does of its own accord, every so often, in each of its processes; whatever it is must bear being done twice at once.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Database } from './database/database.ts';
import type { Log } from './log.ts';

export interface Job {
  name: string;
  /** From the end of one time to the begin of the next. */
  everyMs: number;
  perform: (sql: Database) => Promise<unknown>;
}

/** Does them until the function that is returned is called; it resolves when what is under way is done. */
export function startJobs(duties: readonly Job[], sql: Database, log: Log): () => Promise<void> {
  const ending = new AbortController();
  const { signal } = ending;
  const turns = duties.map(async ({ name, everyMs, perform }) => {
    while (!signal.aborted) {
      // A database that is away comes back: what was not done is done then.
      await perform(sql).catch((error: Error) =>
        log({ event: 'duty not done', duty: name, error: error.message }),
      );
      await sleep(everyMs, undefined, { signal }).catch(() => {});
    }
  });
  return async () => {
    ending.abort();
    await Promise.all(turns);
  };
}
