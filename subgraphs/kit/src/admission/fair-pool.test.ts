import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Database, openDatabase, type Sql } from '../database/database.ts';
import { FairPool, type PoolClient, withKind } from './fair-pool.ts';

const connections = 6;
const [locked, other] = [`fair_locked_${process.pid}`, `fair_other_${process.pid}`];
let sql: Database;
let admin: Database;
let pool: FairPool;
/** The statements that were sent. */
let sent: string[] = [];

const client = (key: string, more: Partial<PoolClient> = {}): PoolClient => ({
  key,
  isAnonymous: false,
  isAbandoned: () => false,
  ...more,
});
beforeAll(async () => {
  const url = process.env.TEST_POSTGRES_URL ?? '';
  sql = openDatabase(url, { maxConnections: connections, onStatement: (text) => sent.push(text) });
  admin = openDatabase(url, { maxConnections: 2 });
  for (const table of [locked, other]) await admin`create table ${admin(table)} (number integer)`;
});
beforeEach(() => {
  pool = new FairPool(sql, connections);
  sent = [];
});
afterAll(async () => {
  await sql.end();
  for (const table of [locked, other]) await admin`drop table ${admin(table)}`;
  await admin.end();
});

/** Runs a function while a table is locked, and then awaits what the function has started. */
async function whileLocked(run: () => Promise<Promise<unknown>[]>): Promise<void> {
  let started: Promise<unknown>[] = [];
  await admin.begin(async (transaction) => {
    await transaction`lock table ${transaction(locked)}`;
    started = await run();
  });
  await Promise.all(started);
}

const countOf = (by: Sql, table: string) => by`select count(*)::integer as count from ${by(table)}`;
const [lockedKind, otherKind] = [{}, {}];

it('serves other viewers, and the same viewer on another table, while the statements of one table wait for a lock', async () => {
  await whileLocked(async () => {
    const waiting = Array.from({ length: 20 }, () =>
      Promise.resolve(countOf(withKind(pool.sqlFor(client('one')), lockedKind), locked)),
    );
    expect(await countOf(withKind(pool.sqlFor(client('one')), otherKind), other)).toEqual([{ count: 0 }]);
    expect(await countOf(withKind(pool.sqlFor(client('two')), otherKind), other)).toEqual([{ count: 0 }]);
    return waiting;
  });
});

it('leaves connections to others while one viewer waits in statements of many kinds', async () => {
  await whileLocked(async () => {
    const waiting = Array.from({ length: 20 }, () =>
      Promise.resolve(countOf(withKind(pool.sqlFor(client('one')), {}), locked)),
    );
    for (const viewer of ['two', 'three', 'four'])
      expect(await countOf(pool.sqlFor(client(viewer)), other)).toEqual([{ count: 0 }]);
    return waiting;
  });
});

it('leaves connections to others while one viewer has many transactions', async () => {
  await whileLocked(async () => {
    const waiting = Array.from({ length: 20 }, () =>
      pool.sqlFor(client('one')).begin((transaction) => countOf(transaction, locked)),
    );
    expect(await pool.sqlFor(client('two')).begin((transaction) => countOf(transaction, other))).toEqual([
      { count: 0 },
    ]);
    return waiting;
  });
});

it('serves waiting clients in turn, not in the order of arrival', async () => {
  const served: string[] = [];
  const read = (viewer: string) =>
    countOf(pool.sqlFor(client(viewer)), other).then(() => {
      served.push(viewer);
    });
  await Promise.all([...Array.from({ length: 40 }, () => read('one')), read('two'), read('three')]);
  expect(served.slice(0, 20)).toEqual(expect.arrayContaining(['two', 'three']));
});

it('releases the connection of a failed statement or transaction', async () => {
  const mine = pool.sqlFor(client('one'));
  for (let attempt = 0; attempt < 10; attempt += 1) {
    await expect(mine`select 1 / 0`).rejects.toMatchObject({ code: '22012' });
    await expect(mine.begin(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
    await expect(mine.unsafe('select nothing')).rejects.toMatchObject({ code: '42703' });
  }
  expect(await mine`select 1 as one`).toEqual([{ one: 1 }]);
});

describe('anonymous clients', () => {
  const anonymous = (network: string) => pool.sqlFor(client(network, { isAnonymous: true }));

  it('wait for one statement of another, not for all of them', async () => {
    const served: string[] = [];
    const read = (network: string) =>
      countOf(anonymous(network), other).then(() => {
        served.push(network);
      });
    await Promise.all([...Array.from({ length: 40 }, () => read('one')), read('two'), read('three')]);
    expect(served.slice(0, 20)).toEqual(expect.arrayContaining(['two', 'three']));
  });

  it('together leave a connection to a viewer', async () => {
    await whileLocked(async () => {
      const waiting = Array.from({ length: 20 }, (_, index) =>
        Promise.resolve(countOf(withKind(anonymous(`network ${index}`), {}), locked)),
      );
      expect(await countOf(pool.sqlFor(client('viewer')), other)).toEqual([{ count: 0 }]);
      return waiting;
    });
  });
});

describe('a client that is gone', () => {
  const timedOut = { extensions: { code: 'DATABASE_BUSY', retryAfterMs: 1000 } };
  const running = async () => {
    const [row] = await admin<{ count: number }[]>`
      select count(*)::integer as count from pg_stat_activity where query like ${`%${locked}%`} and wait_event_type = 'Lock'`;
    return row?.count;
  };

  it('has running reads cancelled, and waiting ones never sent', async () => {
    let isGone = false;
    const mine = pool.sqlFor(client('one', { isAbandoned: () => isGone }));
    await whileLocked(async () => {
      const reads = Array.from({ length: 20 }, () => Promise.resolve(countOf(withKind(mine, {}), locked)));
      const ended = Promise.allSettled(reads);
      await vi.waitFor(async () => expect(await running()).toBe(3), { timeout: 5000 });
      isGone = true;
      const answers = await ended;
      for (const each of answers) expect(each).toMatchObject({ status: 'rejected', reason: timedOut });
      expect(await running()).toBe(0);
      await expect(countOf(mine, other)).rejects.toMatchObject(timedOut);
      return [];
    });
    expect(await countOf(pool.sqlFor(client('one')), other)).toEqual([{ count: 0 }]);
    expect(sent.filter((text) => text.includes(locked))).toHaveLength(3);
  });

  it('lets a started transaction finish, and starts none that waits', async () => {
    let isGone = false;
    const mine = pool.sqlFor(client('one', { isAbandoned: () => isGone }));
    const insert = (number: number) =>
      mine.begin((transaction) => transaction`insert into ${transaction(locked)} values (${number})`);
    let dropped: Promise<unknown> = Promise.resolve();
    await whileLocked(async () => {
      const started = [1, 2, 3].map(insert);
      dropped = insert(4);
      await vi.waitFor(async () => expect(await running()).toBe(3), { timeout: 5000 });
      isGone = true;
      await expect(dropped).rejects.toMatchObject(timedOut);
      expect(await running()).toBe(3);
      return started;
    });
    expect(await admin`select number from ${admin(locked)} order by number`).toEqual([
      { number: 1 },
      { number: 2 },
      { number: 3 },
    ]);
    await admin`truncate ${admin(locked)}`;
  });

  it('delays nobody: others are served as soon as a connection is free', async () => {
    let isGone = false;
    const gone = pool.sqlFor(client('gone', { isAbandoned: () => isGone }));
    await whileLocked(async () => {
      const reads = Promise.allSettled(
        Array.from({ length: 20 }, () => Promise.resolve(countOf(withKind(gone, {}), locked))),
      );
      await vi.waitFor(async () => expect(await running()).toBe(3), { timeout: 5000 });
      isGone = true;
      for (const viewer of ['two', 'three', 'gone'])
        expect(await countOf(pool.sqlFor(client(viewer)), other)).toEqual([{ count: 0 }]);
      await reads;
      return [];
    });
  });
});

it('never sends a statement that has waited too long', async () => {
  pool = new FairPool(sql, connections, { maxWaitMs: 50 });
  await whileLocked(async () => {
    const [first, second] = [1, 2].map(() =>
      Promise.resolve(countOf(withKind(pool.sqlFor(client('one')), lockedKind), locked)),
    );
    await expect(second).rejects.toMatchObject({ extensions: { code: 'DATABASE_BUSY' } });
    return [first as Promise<unknown>];
  });
  expect(sent.filter((text) => text.includes(locked))).toHaveLength(1);
});

describe('when too many statements wait', () => {
  const busy = { extensions: { code: 'DATABASE_BUSY', retryAfterMs: 1000 } };
  const read = (key: string) =>
    Promise.resolve(countOf(withKind(pool.sqlFor(client(key)), lockedKind), locked)).catch((error) => error);
  const isBusy = (outcome: unknown) => (outcome as { extensions?: unknown }).extensions !== undefined;

  it('refuses further ones of the client at once, and keeps the waiting ones', async () => {
    pool = new FairPool(sql, connections, { maxWaiting: { maxOfClient: 5, max: 100 } });
    let outcomes: Promise<unknown>[] = [];
    await whileLocked(async () => {
      // One kind of statement has one of the six connections.
      outcomes = Array.from({ length: 10 }, () => read('one'));
      expect(await Promise.all(outcomes.slice(6))).toEqual(Array(4).fill(expect.objectContaining(busy)));
      return outcomes;
    });
    expect((await Promise.all(outcomes)).map(isBusy)).toEqual([
      ...Array(6).fill(false),
      ...Array(4).fill(true),
    ]);
  });

  it('refuses the newest of the client with the most, not the one that arrives', async () => {
    pool = new FairPool(sql, connections, { maxWaiting: { maxOfClient: 100, max: 5 } });
    let outcomes: Promise<unknown>[] = [];
    await whileLocked(async () => {
      outcomes = [...Array.from({ length: 6 }, () => read('one')), read('two'), read('three')];
      await Promise.all(outcomes.slice(4, 6));
      return outcomes;
    });
    expect((await Promise.all(outcomes)).map(isBusy)).toEqual([0, 0, 0, 0, 1, 1, 0, 0].map(Boolean));
  });
});
