import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { type Database, openDatabase, type Sql } from './database.ts';
import { FairPool, ofKind } from './fair-pool.ts';

const connections = 6;
const [locked, other] = [`fair_locked_${process.pid}`, `fair_other_${process.pid}`];
let sql: Database;
let admin: Database;
let pool: FairPool;
beforeAll(async () => {
  const url = process.env.TEST_POSTGRES_URL ?? '';
  sql = openDatabase(url, { maxConnections: connections });
  admin = openDatabase(url, { maxConnections: 2 });
  for (const table of [locked, other]) await admin`create table ${admin(table)} (number integer)`;
});
beforeEach(() => {
  pool = new FairPool(sql, connections);
});
afterAll(async () => {
  await sql.end();
  for (const table of [locked, other]) await admin`drop table ${admin(table)}`;
  await admin.end();
});

/** Does something while a table is locked, and waits for what it began to end after that. */
async function whileLocked(run: () => Promise<Promise<unknown>[]>): Promise<void> {
  let begun: Promise<unknown>[] = [];
  await admin.begin(async (transaction) => {
    await transaction`lock table ${transaction(locked)}`;
    begun = await run();
  });
  await Promise.all(begun);
}

const countOf = (by: Sql, table: string) => by`select count(*)::integer as count from ${by(table)}`;
const [lockedKind, otherKind] = [{}, {}];

it('answers others, and the same viewer of another table, while the statements of one table wait for a lock', async () => {
  await whileLocked(async () => {
    const waiting = Array.from({ length: 20 }, () =>
      Promise.resolve(countOf(ofKind(pool.sqlFor('one'), lockedKind), locked)),
    );
    expect(await countOf(ofKind(pool.sqlFor('one'), otherKind), other)).toEqual([{ count: 0 }]);
    expect(await countOf(ofKind(pool.sqlFor('two'), otherKind), other)).toEqual([{ count: 0 }]);
    return waiting;
  });
});

it('leaves connections to others when one viewer waits in statements of all kinds', async () => {
  await whileLocked(async () => {
    const waiting = Array.from({ length: 20 }, () =>
      Promise.resolve(countOf(ofKind(pool.sqlFor('one'), {}), locked)),
    );
    for (const viewer of ['two', 'three', 'four'])
      expect(await countOf(pool.sqlFor(viewer), other)).toEqual([{ count: 0 }]);
    return waiting;
  });
});

it('leaves connections to others when one viewer has many transactions', async () => {
  await whileLocked(async () => {
    const waiting = Array.from({ length: 20 }, () =>
      pool.sqlFor('one').begin((transaction) => countOf(transaction, locked)),
    );
    expect(await pool.sqlFor('two').begin((transaction) => countOf(transaction, other))).toEqual([
      { count: 0 },
    ]);
    return waiting;
  });
});

it('serves those who wait in turn, not in the order in which they came', async () => {
  const served: string[] = [];
  const ask = (viewer: string) =>
    countOf(pool.sqlFor(viewer), other).then(() => {
      served.push(viewer);
    });
  await Promise.all([...Array.from({ length: 40 }, () => ask('one')), ask('two'), ask('three')]);
  expect(served.slice(0, 20)).toEqual(expect.arrayContaining(['two', 'three']));
});

it('gives back what a failed statement or transaction had', async () => {
  const mine = pool.sqlFor('one');
  for (let attempt = 0; attempt < 10; attempt += 1) {
    await expect(mine`select 1 / 0`).rejects.toMatchObject({ code: '22012' });
    await expect(mine.begin(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
    await expect(mine.unsafe('select nothing')).rejects.toMatchObject({ code: '42703' });
  }
  expect(await mine`select 1 as one`).toEqual([{ one: 1 }]);
});
