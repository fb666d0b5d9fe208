import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { defineLoader, type SubgraphContext } from '../loaders.ts';
import { inTransaction, mutation } from '../mutations/mutation.ts';
import { type Database, openDatabase, type Sql } from './database.ts';

/** A proxy between the pool and PostgreSQL that cuts the connection over which a statement with this word is sent. */
const cutAt = 'cut_here';

let line: Server;
let sql: Database;
let direct: Database;
const table = `lost_connection_${process.pid}`;

beforeAll(async () => {
  const server = new URL(process.env.TEST_POSTGRES_URL ?? '');
  line = createServer((client: Socket) => {
    const backend = connect(Number(server.port), server.hostname);
    const cut = () => {
      client.destroy();
      backend.destroy();
    };
    client.on('data', (bytes) => (bytes.includes(cutAt) ? cut() : backend.write(bytes)));
    backend.on('data', (bytes) => client.write(bytes));
    for (const end of [client, backend]) end.on('error', cut).on('close', cut);
  });
  await new Promise<void>((resolve) => line.listen(0, '127.0.0.1', resolve));
  direct = openDatabase(server.href, { maxConnections: 1 });
  await direct`create table ${direct(table)} (number integer)`;
});
beforeEach(async () => {
  const { port } = line.address() as AddressInfo;
  const url = Object.assign(new URL(process.env.TEST_POSTGRES_URL ?? ''), { port: String(port) });
  sql = openDatabase(url.href, { maxConnections: 2 });
  await direct`truncate ${direct(table)}`;
});
// Without a timeout the driver waits for ever for a connection that was lost during a statement.
afterEach(() => sql.end({ timeout: 0 }));
afterAll(async () => {
  await direct`drop table ${direct(table)}`;
  await direct.end();
  line.close();
});

const insertAnd = (rest: (transaction: Sql) => Promise<unknown>) =>
  inTransaction(sql, async (transaction) => {
    await transaction`insert into ${transaction(table)} values (1)`;
    await rest(transaction);
  });
const rows = () => direct`select from ${direct(table)}`;

describe('a transaction', () => {
  it('is rejected when its connection is cut, leaves nothing, and the pool continues', async () => {
    const running = insertAnd((transaction) => transaction`select ${cutAt}::text`);
    await expect(running).rejects.toMatchObject({ code: 'CONNECTION_CLOSED' });
    const [row] = await sql`select 1 as one`;
    expect(row).toEqual({ one: 1 });
    expect(await rows()).toHaveLength(0);
  });

  it('is rejected when PostgreSQL closes its connection, leaves nothing, and the pool continues', async () => {
    const running = insertAnd((transaction) => transaction`select pg_terminate_backend(pg_backend_pid())`);
    await expect(running).rejects.toMatchObject({ code: 'CONNECTION_CLOSED' });
    const [row] = await sql`select 1 as one`;
    expect(row).toEqual({ one: 1 });
    expect(await rows()).toHaveLength(0);
  });

  it('is rolled back on any other error, and its connection is reused', async () => {
    await expect(insertAnd((transaction) => transaction`select 1 / 0`)).rejects.toMatchObject({
      code: '22012',
    });
    await expect(insertAnd(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(await rows()).toHaveLength(0);
    await insertAnd(async () => {});
    expect(await rows()).toHaveLength(1);
  });
});

it('a mutation whose connection is cut reports that its outcome is unknown', async () => {
  const cut = mutation('cut', async ({ sql: transaction }) => {
    await transaction`insert into ${transaction(table)} values (1)`;
    await transaction`select ${cutAt}::text`;
    return { __typename: 'Done' };
  });
  const context = { sql, viewer: { id: 'somebody' }, loaders: new Map() } as unknown as SubgraphContext;
  await expect(cut(null, { input: {} }, context)).rejects.toMatchObject({
    extensions: { code: 'MUTATION_OUTCOME_UNKNOWN', retryAfterMs: 1000 },
  });
  expect(await rows()).toHaveLength(0);
});

describe('a loader', () => {
  const contextOf = () => ({ sql, loaders: new Map() }) as unknown as SubgraphContext;

  it('retries once after its connection was cut, and only once', async () => {
    let reads = 0;
    const cutFirst = defineLoader<string, string>(async (read, keys) => {
      reads += 1;
      await read`select ${reads === 1 ? cutAt : 'whole'}::text`;
      return keys;
    });
    expect(await cutFirst(contextOf()).load('a')).toBe('a');
    expect(reads).toBe(2);
    const cutAlways = defineLoader<string, string>(async (read, keys) => {
      reads += 1;
      await read`select ${cutAt}::text`;
      return keys;
    });
    await expect(cutAlways(contextOf()).load('a')).rejects.toMatchObject({ code: 'CONNECTION_CLOSED' });
    expect(reads).toBe(4);
  });

  it('retries once after PostgreSQL has closed its connection, and not after any other error', async () => {
    let reads = 0;
    const ended = defineLoader<string, string>(async (read, keys) => {
      reads += 1;
      if (reads === 1) await read`select pg_terminate_backend(pg_backend_pid())`;
      return keys;
    });
    expect(await ended(contextOf()).load('a')).toBe('a');
    const wrong = defineLoader<string, string>(async (read, keys) => {
      reads += 1;
      await read`select 1 / 0`;
      return keys;
    });
    await expect(wrong(contextOf()).load('a')).rejects.toMatchObject({ code: '22012' });
    expect(reads).toBe(3);
  });
});
