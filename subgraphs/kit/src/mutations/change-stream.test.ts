import { readdirSync, readFileSync } from 'node:fs';
import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import postgres from 'postgres';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Database, openDatabase, type Sql } from '../database/database.ts';
import { type ChangeEvent, ChangeStream, isCursor, serveChanges } from './change-stream.ts';

const urlOf = (database: string) => new URL(database, process.env.TEST_POSTGRES_URL).href;
const admin = postgres(urlOf('/postgres'), { max: 1, onnotice: () => {} });
const database = `change_feed_${process.pid}`;
let sql: Database;
let feed: ChangeStream;
let changes = 0;

beforeAll(async () => {
  await admin.unsafe(`create database "${database}"`);
  sql = openDatabase(urlOf(`/${database}`), { maxConnections: 4 });
  const migrations = new URL('../../migrations/', import.meta.url);
  for (const file of readdirSync(migrations).filter((name) => name.endsWith('.sql')))
    await sql.unsafe(readFileSync(new URL(file, migrations), 'utf8'));
});
beforeEach(() => {
  feed = new ChangeStream(sql, () => {});
});
afterAll(async () => {
  await sql.end();
  await admin.unsafe(`drop database "${database}"`);
  await admin.end();
});

/** Appends an event; the entity it is about. */
async function change(on: Sql): Promise<string> {
  changes += 1;
  const entity = `bench-${changes}`;
  await on`insert into change_event (caller, action, entity_type, entity_id, division_code)
    values ('a', 'a', 'Bench', ${entity}, '410105007003')`;
  return entity;
}

/**
 * Where whoever follows from now on begins, once all that was appended can be read: what is open elsewhere on the server, as in
 * tests beside this one, may keep it from being read for a while.
 */
async function caughtUp(): Promise<string> {
  const [last] = await sql<{ cursor: string }[]>`
    select transaction_id::text || '.' || sequence as cursor from change_event
    order by transaction_id desc, sequence desc limit 1`;
  const cursor = last?.cursor ?? '0.0';
  await expect.poll(() => feed.now()).toBe(cursor);
  return cursor;
}

/** The next events after the cursor, so many. */
async function heard(after: string, count: number): Promise<string[]> {
  const aborting = new AbortController();
  const entities: string[] = [];
  for await (const page of feed.follow(after, aborting.signal)) {
    entities.push(...page.map(({ entityId }) => entityId));
    if (entities.length >= count) aborting.abort();
  }
  await feed.close();
  return entities;
}

it('begins at the beginning where nothing has changed yet', async () => {
  const begin = await feed.now();
  const first = await change(sql);
  expect(await heard(begin, 1)).toEqual([first]);
});

it('begins after all that could be read', async () => {
  const before = await feed.now();
  const changed = [await change(sql), await change(sql)];
  expect(await heard(before, 2)).toEqual(expect.arrayContaining(changed));
  const begin = await feed.now();
  const next = await change(sql);
  expect(await heard(begin, 1)).toEqual([next]);
});

it('begins before what was under way, also where something later is committed already', async () => {
  const [written, committing] = [Promise.withResolvers<string>(), Promise.withResolvers<void>()];
  const open = sql.begin(async (transaction) => {
    written.resolve(await change(transaction));
    await committing.promise;
  });
  const slow = await written.promise;
  const quick = await change(sql);
  const begin = await feed.now();
  committing.resolve();
  await open;
  expect(await heard(begin, 2)).toEqual([slow, quick]);
});

describe('who was away', () => {
  /** The status for who goes on after the cursor. */
  async function statusFor(after: string): Promise<number> {
    const request = new IncomingMessage(new Socket());
    request.url = `/changes?after=${after}&replay`;
    const response = new ServerResponse(request);
    vi.spyOn(response, 'write').mockImplementation(() => {
      response.emit('close');
      return true;
    });
    await serveChanges(feed, request, response);
    return response.statusCode;
  }

  it('is told of what came within a day', async () => {
    const begin = await caughtUp();
    expect(await statusFor(begin)).toBe(200);
    await change(sql);
    await caughtUp();
    expect(await statusFor(begin)).toBe(200);
  });

  it('is told of nothing where the first that was missed is older', async () => {
    const begin = await caughtUp();
    await sql`insert into change_event (at, caller, action, entity_type, entity_id, division_code)
      values (now() - interval '25 hours', 'a', 'a', 'Bench', 'old', '410105007003')`;
    const last = await caughtUp();
    expect(await statusFor(begin)).toBe(410);
    expect(await statusFor(last)).toBe(200);
  });

  it('is told that this database has not got to where they were', async () => {
    const [last = '0'] = (await feed.now()).split('.');
    expect(await statusFor(`${BigInt(last) + 1_000_000n}.1`)).toBe(400);
    expect(await statusFor('9999999999999999999.1')).toBe(400);
  });

  it('is told of nothing where too much was missed', async () => {
    const begin = await caughtUp();
    const many = (count: number) => sql`
      insert into change_event (caller, action, entity_type, entity_id, division_code)
      select 'a', 'a', 'Bench', number, '410105007003' from generate_series(1, ${count}::int) number`;
    await many(5000);
    await caughtUp();
    expect(await statusFor(begin)).toBe(200);
    await many(1);
    await caughtUp();
    expect(await statusFor(begin)).toBe(410);
  });
});

it.each([
  ['1.9223372036854775807', true],
  ['9999999999999999999.0', true],
  ['1.9223372036854775808', false],
  ['1.9999999999999999999', false],
])('takes %s for a cursor: %s, as the database does', async (cursor, isOne) => {
  expect(isCursor(cursor)).toBe(isOne);
  const asked = feed.isTooOld(cursor).then(
    () => true,
    () => false,
  );
  expect(await asked).toBe(isOne);
});

it('leaves no listener behind when it waits for whoever reads slowly', async () => {
  const event: ChangeEvent = {
    cursor: '1.1',
    entityType: 'Bench',
    entityId: 'a',
    divisionCode: '410105007003',
    isOfStatus: false,
  };
  vi.spyOn(feed, 'now').mockResolvedValue('0.0');
  vi.spyOn(feed, 'follow').mockImplementation(async function* () {
    for (let page = 0; page < 20; page += 1) yield [event];
  });
  const request = new IncomingMessage(new Socket());
  request.url = '/changes';
  const response = new ServerResponse(request);
  const counts: number[] = [];
  vi.spyOn(response, 'write').mockImplementation(() => {
    counts.push(response.listenerCount('close'));
    setImmediate(() => response.emit('drain'));
    return false;
  });
  await serveChanges(feed, request, response);
  expect(counts).toHaveLength(21);
  expect(counts.at(-1)).toBe(counts.at(0));
  expect(response.listenerCount('drain')).toBe(0);
});
