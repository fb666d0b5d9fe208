// Threads that are lost are replaced however often that fails, and no job waits while there are none.
import type { Log } from '@district-graph/kit/log';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { FailingThreadData, FailingThreadJob } from '../testing/failing-thread.ts';
import { internalRequester, type Requester, ThreadPool } from './thread-pool.ts';

type Logged = Parameters<Log>[0];

let failures: Int32Array<SharedArrayBuffer>;
let pool: ThreadPool<null, FailingThreadJob, number>;
let logged: Logged[];
let onLogged: (event: Logged) => void;

const start = async (threads: number, failing = 0, timeoutMs = 60_000) => {
  failures = new Int32Array(new SharedArrayBuffer(4));
  const data: FailingThreadData = { failures };
  const log: Log = (event) => {
    logged.push(event);
    onLogged(event);
  };
  pool = await ThreadPool.start(
    { file: new URL('../testing/failing-thread.ts', import.meta.url), data },
    { threads, timeoutMs, maxHeapMegabytes: 512, maxWaiting: 10, log },
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

it('a thread that fails to start is started until it succeeds, and runs jobs again', async () => {
  await start(1, 2);
  const second = failed(2);
  await expect(pool.run({ query: 'exit', serial: 1 }, internalRequester)).rejects.toThrow('thread lost');
  await second;
  await expect
    .poll(() => pool.run({ query: 'echo', serial: 2 }, internalRequester).catch(() => null), {
      timeout: 20_000,
    })
    .toBe(2);
  expect(pool.isWorking).toBe(true);
});

it('the pool reports that it does not work while no thread can be started, and refuses waiting and new jobs', async () => {
  await start(1, 1_000_000);
  const first = failed(1);
  const lost = pool.run({ query: 'exit', serial: 1 }, internalRequester);
  const waiting = pool.run({ query: 'echo', serial: 2 }, internalRequester);
  await expect(lost).rejects.toThrow('thread lost');
  await expect(waiting).rejects.toMatchObject({ extensions: { code: 'OVERLOADED' } });
  await first;
  expect(pool.isWorking).toBe(false);
  await expect(pool.run({ query: 'echo', serial: 3 }, internalRequester)).rejects.toMatchObject({
    extensions: { code: 'OVERLOADED' },
  });
});

it('a thread that is lost while another works leaves the pool working', async () => {
  await start(2, 0);
  await expect(pool.run({ query: 'exit', serial: 1 }, internalRequester)).rejects.toThrow('thread lost');
  expect(pool.isWorking).toBe(true);
  expect(await pool.run({ query: 'echo', serial: 2 }, internalRequester)).toBe(2);
});

describe('waiting jobs', () => {
  const requesterOf = (key: string, charge = (_cpuMs: number) => {}): Requester => ({ key, charge });

  it('are run in the turns of their requesters, and charged to them', async () => {
    await start(1);
    const charged = new Map<string, number>();
    const order: string[] = [];
    const run = (key: string, serial: number) => {
      const count = (cpuMs: number) => charged.set(key, (charged.get(key) ?? 0) + cpuMs);
      return pool
        .run({ query: 'echo', serial }, requesterOf(key, count))
        .then(() => order.push(`${key}${serial}`));
    };
    await Promise.all([run('a', 1), run('a', 2), run('a', 3), run('b', 4), run('c', 5)]);
    expect(order.indexOf('b4')).toBeLessThan(order.indexOf('a2'));
    expect(order.indexOf('c5')).toBeLessThan(order.indexOf('a3'));
    expect([...charged.keys()].sort()).toEqual(['a', 'b', 'c']);
    expect([...charged.values()].every((cpuMs) => cpuMs >= 0)).toBe(true);
  });

  it('of a requester with too many make room for those of others', async () => {
    await start(1);
    const many = Array.from({ length: 12 }, (_, serial) =>
      pool.run({ query: 'echo', serial }, requesterOf('many')).catch((error) => error.extensions.code),
    );
    const other = pool.run({ query: 'echo', serial: 100 }, requesterOf('other'));
    expect(await other).toBe(100);
    const answers = await Promise.all(many);
    // Ten can wait beside the running job: the last one was refused, and one more made room.
    expect(answers.filter((answer) => answer === 'OVERLOADED')).toHaveLength(2);
  });

  it('that another requester needs too are run in the turn of whichever comes first', async () => {
    await start(1);
    const order: string[] = [];
    const charged: string[] = [];
    const run = (key: string, serial: number) =>
      pool
        .run(
          { query: 'echo', serial },
          requesterOf(key, () => charged.push(`${key}${serial}`)),
        )
        .then(() => order.push(`${key}${serial}`));
    await Promise.all([run('a', 1), run('a', 2), run('a', 3), run('a', 4), run('b', 4)]);
    // No requester waits for it behind a job that only another one needs, and it runs once.
    expect(order).toEqual(['a1', 'a4', 'b4', 'a2', 'a3']);
    expect(charged).toEqual(['a1', 'b4', 'a2', 'a3']);
  });

  it('that another requester needs too are kept where the first one’s jobs make room', async () => {
    await start(1);
    const run = (key: string, serial: number) =>
      pool
        .run({ query: 'echo', serial }, requesterOf(key))
        .catch((error: { extensions: { code: string } }) => error.extensions.code);
    const many = Array.from({ length: 10 }, (_, serial) => run('many', serial));
    const shared = [run('many', 10), run('other', 10)];
    expect(await Promise.all([...shared, run('third', 11)])).toEqual([10, 10, 11]);
    expect((await Promise.all(many)).filter((answer) => answer === 'OVERLOADED')).toHaveLength(1);
  });

  it('for requesters that no longer wait are dropped, unless another requester waits for them', async () => {
    await start(1);
    const charged: string[] = [];
    const run = (key: string, serial: number, over: () => Error | null = () => null) =>
      pool
        .run(
          { query: 'echo', serial },
          { key, charge: () => charged.push(`${key}${serial}`), reasonToStop: over },
        )
        .then(String, ({ message }: Error) => message);
    let isGone = false;
    const gone = () => (isGone ? new Error('gone') : null);
    const answers = [run('a', 1), run('a', 2, gone), run('a', 3, gone), run('b', 3), run('a', 4)];
    isGone = true;
    expect(await Promise.all(answers)).toEqual(['1', 'gone', '3', '3', '4']);
    expect(charged).toEqual(['a1', 'b3', 'a4']);
  });

  it('of one requester never occupy every thread', async () => {
    await start(2);
    await expect.poll(() => pool.threadCount, { timeout: 20_000 }).toBe(2);
    const endless = pool.run({ query: 'spin', serial: 1 }, requesterOf('spinner'));
    const next = pool.run({ query: 'spin', serial: 2 }, requesterOf('spinner'));
    const given = Promise.allSettled([endless, next]);
    expect(await pool.run({ query: 'echo', serial: 3 }, requesterOf('other'))).toBe(3);
    await pool.close();
    await given;
  });

  it('that take long never occupy every thread, whoever requests them', async () => {
    await start(3);
    await expect.poll(() => pool.threadCount, { timeout: 20_000 }).toBe(3);
    const long = ['a', 'b', 'c', 'd'].map((key, serial) =>
      pool.run({ query: 'spin', serial, isLong: true }, requesterOf(key)),
    );
    const given = Promise.allSettled(long);
    const serials = [10, 11, 12, 13];
    const short = serials.map((serial) => pool.run({ query: 'echo', serial }, requesterOf('a')));
    expect(await Promise.all(short)).toEqual(serials);
    await pool.close();
    await given;
  });
});

it('a job that takes more than its processor time is aborted and its thread terminated, all at its requester’s cost', async () => {
  await start(1, 0, 200);
  let chargedMs = 0;
  let charges = 0;
  const requester: Requester = {
    key: 'a',
    charge: (cpuMs) => {
      chargedMs += cpuMs;
      charges += 1;
    },
  };
  await expect(pool.run({ query: 'spin', serial: 1 }, requester)).rejects.toMatchObject({
    extensions: { code: 'OPERATION_TOO_COMPLEX' },
  });
  expect(chargedMs).toBeGreaterThan(200);
  await expect
    .poll(() => pool.run({ query: 'echo', serial: 2 }, internalRequester).catch(() => null), {
      timeout: 20_000,
    })
    .toBe(2);
  // The job, and loading the thread that replaces the terminated one.
  expect(charges).toBe(2);
});
