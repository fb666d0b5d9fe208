// Threads that are lost: replaced however often that fails, and never waited for when there are none.
import type { Log } from '@district-graph/kit/log';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { FailingThreadData, FailingThreadJob } from './failing-thread-testing.ts';
import { ThreadPool } from './thread-pool.ts';

type Logged = Parameters<Log>[0];

let failures: Int32Array<SharedArrayBuffer>;
let pool: ThreadPool<null, FailingThreadJob, number>;
let logged: Logged[];
let onLogged: (event: Logged) => void;

const start = async (threads: number, failing = 0) => {
  failures = new Int32Array(new SharedArrayBuffer(4));
  const data: FailingThreadData = { failures };
  const log: Log = (event) => {
    logged.push(event);
    onLogged(event);
  };
  pool = await ThreadPool.start(
    { file: new URL('./failing-thread-testing.ts', import.meta.url), data },
    { threads, timeoutMs: 60_000, maxHeapMegabytes: 512, maxWaiting: 10, log },
  );
  failures[0] = failing;
};

beforeEach(() => {
  logged = [];
  onLogged = () => {};
});
afterEach(() => pool.close());

const failed = (times: number) =>
  new Promise<void>((resolve) => {
    onLogged = ({ event, failed }) => event === 'thread not started' && failed === times && resolve();
  });

it('a thread that fails to start again is started until it does, and works on', async () => {
  await start(1, 2);
  const second = failed(2);
  await expect(pool.run({ query: 'exit', serial: 1 })).rejects.toThrow('thread lost');
  await second;
  await expect
    .poll(() => pool.run({ query: 'echo', serial: 2 }).catch(() => null), { timeout: 20_000 })
    .toBe(2);
  expect(pool.isWorking).toBe(true);
});

it('while no thread can be started it says so, and refuses what waits and what comes', async () => {
  await start(1, 1_000_000);
  const first = failed(1);
  const lost = pool.run({ query: 'exit', serial: 1 });
  const waiting = pool.run({ query: 'echo', serial: 2 });
  await expect(lost).rejects.toThrow('thread lost');
  await expect(waiting).rejects.toMatchObject({ extensions: { code: 'OVERLOADED' } });
  await first;
  expect(pool.isWorking).toBe(false);
  await expect(pool.run({ query: 'echo', serial: 3 })).rejects.toMatchObject({
    extensions: { code: 'OVERLOADED' },
  });
});

it('a thread that is lost while another works leaves the pool working', async () => {
  await start(2, 0);
  await expect(pool.run({ query: 'exit', serial: 1 })).rejects.toThrow('thread lost');
  expect(pool.isWorking).toBe(true);
  expect(await pool.run({ query: 'echo', serial: 2 })).toBe(2);
});
