import { describe, expect, it } from 'vitest';
import type { Database } from './database/database.ts';
import { startJobs } from './jobs.ts';

const database = {} as Database;

/** A job that runs until `end` is called. `next` resolves at its next run. */
function watched() {
  const times: PromiseWithResolvers<void>[] = [];
  let wake = () => {};
  return {
    perform: () => {
      const done = Promise.withResolvers<void>();
      times.push(done);
      wake();
      return done.promise;
    },
    next: async () => {
      while (times.length === 0)
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      return times.shift() as PromiseWithResolvers<void>;
    },
  };
}

describe('a job', () => {
  it('runs repeatedly, and is logged and tried again if it fails', async () => {
    const { next, perform } = watched();
    const logged: Record<string, unknown>[] = [];
    const end = startJobs([{ name: 'look', everyMs: 0, perform }], database, (event) => logged.push(event));
    (await next()).reject(new Error('the database is away'));
    const again = await next();
    expect(logged).toEqual([{ event: 'job failed', job: 'look', error: 'the database is away' }]);
    const ended = end();
    again.resolve();
    await ended;
  });

  it('that runs when the jobs are stopped is awaited, and not started again', async () => {
    const { next, perform } = watched();
    let times = 0;
    const counted = () => {
      times += 1;
      return perform();
    };
    const end = startJobs([{ name: 'look', everyMs: 0, perform: counted }], database, () => {});
    const underWay = await next();
    let hasEnded = false;
    const ended = end().then(() => {
      hasEnded = true;
    });
    await Promise.resolve();
    expect(hasEnded).toBe(false);
    underWay.resolve();
    await ended;
    expect(times).toBe(1);
  });
});
