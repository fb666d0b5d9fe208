// Scheduled jobs of a subgraph. Each process runs them, so a job must tolerate running twice at the same time.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Database } from './database/database.ts';
import type { Log } from './log.ts';

export interface Job {
  name: string;
  /** From the end of one run to the start of the next. */
  everyMs: number;
  perform: (sql: Database) => Promise<unknown>;
}

/** Runs the jobs until the returned function is called, which resolves when running jobs have finished. */
export function startJobs(jobs: readonly Job[], sql: Database, log: Log): () => Promise<void> {
  const stopping = new AbortController();
  const { signal } = stopping;
  const loops = jobs.map(async ({ name, everyMs, perform }) => {
    while (!signal.aborted) {
      // A job that failed, for example because the database was away, runs again at its next time.
      await perform(sql).catch((error: Error) =>
        log({ event: 'job failed', job: name, error: error.message }),
      );
      await sleep(everyMs, undefined, { signal }).catch(() => {});
    }
  });
  return async () => {
    stopping.abort();
    await Promise.all(loops);
  };
}
