import { readdirSync, readFileSync } from 'node:fs';
import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import postgres from 'postgres';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Database, openDatabase, type Sql } from '../database/database.ts';
import { type ChangeEvent, ChangeStream, isCursor, serveChanges } from './change-stream.ts';

const urlOf = (database: string) => new URL(database, process.env.TEST_POSTGRES_URL).href;
const admin = postgres(urlOf('/postgres'), { max: 1, onnotice: () => {} });
const database = `change_stream_${process.pid}`;
let sql: Database;
let stream: ChangeStream;
let changes = 0;

beforeAll(async () => {
  await admin.unsafe(`create database "${database}"`);
  sql = openDatabase(urlOf(`/${database}`), { maxConnections: 4 });
  const migrations = new URL('../../migrations/', import.meta.url);
  for (const file of readdirSync(migrations).filter((name) => name.endsWith('.sql')))
    await sql.unsafe(readFileSync(new URL(file, migrations), 'utf8'));
});
beforeEach(() => {
  stream = new ChangeStream(sql, () => {});
});
afterAll(async () => {
  await sql.end();
  await admin.unsafe(`drop database "${database}"`);
  await admin.end();
});

/** Appends an event; returns the id of its entity. */
async function change(on: Sql): Promise<string> {
  changes += 1;
  const entity = `bench-${changes}`;
  await on`insert into change_event (caller, action, entity_type, entity_id, division_code)
    values ('a', 'a', 'Bench', ${entity}, '410105007003')`;
  return entity;
}

/**
 * The current cursor, once all events that were appended can be read: transactions that are open elsewhere on the server, as in
 * other tests, may delay that.
 */
async function caughtUp(): Promise<string> {
  const [last] = await sql<{ cursor: string }[]>`
    select transaction_id::text || '.' || sequence as cursor from change_event
    order by transaction_id desc, sequence desc limit 1`;
  const cursor = last?.cursor ?? '0.0';
  await expect.poll(() => stream.now()).toBe(cursor);
  return cursor;
}

/** The entities of the next `count` events after the cursor. */
async function entitiesAfter(after: string, count: number): Promise<string[]> {
  const aborting = new AbortController();
  const entities: string[] = [];
  for await (const page of stream.follow(after, aborting.signal)) {
    entities.push(...page.map(({ entityId }) => entityId));
    if (entities.length >= count) aborting.abort();
  }
  await stream.close();
  return entities;
}

it('starts at the first event if nothing has changed yet', async () => {
  const start = await stream.now();
  const first = await change(sql);
  expect(await entitiesAfter(start, 1)).toEqual([first]);
});

it('starts after all events that can be read', async () => {
  const before = await stream.now();
  const changed = [await change(sql), await change(sql)];
  expect(await entitiesAfter(before, 2)).toEqual(expect.arrayContaining(changed));
  const start = await stream.now();
  const next = await change(sql);
  expect(await entitiesAfter(start, 1)).toEqual([next]);
});

it('starts before the events of open transactions, even if a later one is committed already', async () => {
  const [written, committing] = [Promise.withResolvers<string>(), Promise.withResolvers<void>()];
  const open = sql.begin(async (transaction) => {
    written.resolve(await change(transaction));
    await committing.promise;
  });
  const slow = await written.promise;
  const quick = await change(sql);
  const start = await stream.now();
  committing.resolve();
  await open;
  expect(await entitiesAfter(start, 2)).toEqual([slow, quick]);
});

describe('a client that was away', () => {
  /** The status of a request that resumes after the cursor. */
  async function statusFor(after: string): Promise<number> {
    const request = new IncomingMessage(new Socket());
    request.url = `/changes?after=${after}&replay`;
    const response = new ServerResponse(request);
    vi.spyOn(response, 'write').mockImplementation(() => {
      response.emit('close');
      return true;
    });
    await serveChanges(stream, request, response);
    return response.statusCode;
  }

  it('receives the events of the last day', async () => {
    const start = await caughtUp();
    expect(await statusFor(start)).toBe(200);
    await change(sql);
    await caughtUp();
    expect(await statusFor(start)).toBe(200);
  });

  it('is answered 410 if the first event that it missed is older', async () => {
    const start = await caughtUp();
    await sql`insert into change_event (at, caller, action, entity_type, entity_id, division_code)
      values (now() - interval '25 hours', 'a', 'a', 'Bench', 'old', '410105007003')`;
    const last = await caughtUp();
    expect(await statusFor(start)).toBe(410);
    expect(await statusFor(last)).toBe(200);
  });

  it('is answered 400 if this database has not reached its cursor', async () => {
    const [last = '0'] = (await stream.now()).split('.');
    expect(await statusFor(`${BigInt(last) + 1_000_000n}.1`)).toBe(400);
    expect(await statusFor('9999999999999999999.1')).toBe(400);
  });

  it('is answered 410 if it missed too many events', async () => {
    const start = await caughtUp();
    const many = (count: number) => sql`
      insert into change_event (caller, action, entity_type, entity_id, division_code)
      select 'a', 'a', 'Bench', number, '410105007003' from generate_series(1, ${count}::int) number`;
    await many(5000);
    await caughtUp();
    expect(await statusFor(start)).toBe(200);
    await many(1);
    await caughtUp();
    expect(await statusFor(start)).toBe(410);
  });
});

it.each([
  ['1.9223372036854775807', true],
  ['9999999999999999999.0', true],
  ['1.9223372036854775808', false],
  ['1.9999999999999999999', false],
])('takes %s for a cursor: %s, as the database does', async (cursor, isOne) => {
  expect(isCursor(cursor)).toBe(isOne);
  const result = stream.isTooOld(cursor).then(
    () => true,
    () => false,
  );
  expect(await result).toBe(isOne);
});

it('leaves no listener behind while it waits for a slow reader', async () => {
  const event: ChangeEvent = {
    cursor: '1.1',
    entityType: 'Bench',
    entityId: 'a',
    divisionCode: '410105007003',
    isOfStatus: false,
  };
  vi.spyOn(stream, 'now').mockResolvedValue('0.0');
  vi.spyOn(stream, 'follow').mockImplementation(async function* () {
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
  await serveChanges(stream, request, response);
  expect(counts).toHaveLength(21);
  expect(counts.at(-1)).toBe(counts.at(0));
  expect(response.listenerCount('drain')).toBe(0);
});
