import { describe, expect, it } from 'vitest';
import type { Database } from './database/database.ts';
import { startJobs } from './jobs.ts';

const database = {} as Database;

/** A duty that is done until it is told how it ends; `next` is the next time that it is done. */
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

describe('a duty', () => {
  it('is done again and again, and what goes wrong is told and tried the next time', async () => {
    const { next, perform } = watched();
    const told: Record<string, unknown>[] = [];
    const end = startJobs([{ name: 'look', everyMs: 0, perform }], database, (event) => told.push(event));
    (await next()).reject(new Error('the database is away'));
    const again = await next();
    expect(told).toEqual([{ event: 'duty not done', duty: 'look', error: 'the database is away' }]);
    const ended = end();
    again.resolve();
    await ended;
  });

  it('that is under way at the end is waited for, and not begun again', async () => {
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
