import postgres from 'postgres';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Database, openDatabase } from '../database/database.ts';
import { newId } from '../database/ids.ts';
import { developmentKeyring } from '../encryption/keyring.ts';
import { anonymous, type Viewer } from '../identity/viewer.ts';
import type { Change } from './change-events.ts';
import { entityMutations, presentFields } from './entity-mutations.ts';
import { inTransaction, type MutationContext } from './mutation.ts';

interface Bench {
  id: string;
  divisionCode: string;
  status: 'OPEN' | 'CLOSED';
  name: string;
  uses: string[];
  note: string | null;
  version: number;
}

const table = { table: 'bench', transitions: { OPEN: ['OPEN', 'CLOSED'], CLOSED: [] } } as const;
const benches = entityMutations<Bench>('Bench', table);

const urlOf = (database: string) => new URL(database, process.env.TEST_POSTGRES_URL).href;
const admin = postgres(urlOf('/postgres'), { max: 1, onnotice: () => {} });
const database = `entity_writes_${process.pid}`;
const divisionCode = '410105007003';
const viewer: Viewer = { ...anonymous, divisions: ['410105'] };
let sql: Database;
let changes: Change[] = [];

beforeAll(async () => {
  await admin.unsafe(`create database "${database}"`);
  sql = openDatabase(urlOf(`/${database}`), { maxConnections: 2 });
  await sql`
    create table bench (
      id uuid primary key, division_code text not null, status text not null default 'OPEN', name text not null,
      uses text[] not null default '{}', note text, version integer not null default 1
    )`;
});
afterAll(async () => {
  await sql.end();
  await admin.unsafe(`drop database "${database}"`);
  await admin.end();
});
beforeEach(() => {
  changes = [];
});

/** Runs in a transaction whose events are collected in `changes`. */
const mutate = <Value>(run: (context: MutationContext) => Promise<Value>): Promise<Value> =>
  inTransaction(sql, (transaction) =>
    run({
      sql: transaction,
      keyring: developmentKeyring,
      viewer,
      now: '2026-03-01T00:00:00Z',
      today: '2026-03-01',
      recordRefusal: () => {},
      record: async (change) => {
        changes.push(change);
      },
    }),
  );

/** Registers a bench and discards its events. */
async function bench(columns: Partial<Bench> = {}): Promise<Bench> {
  const row = await mutate((context) =>
    benches.register(context, { name: '一号', divisionCode, ...columns }),
  );
  changes = [];
  return row;
}

const event = { entityType: 'Bench', divisionCode };

describe('a row', () => {
  it('is registered under an id of its district, with an event, and answered as its type', async () => {
    const row = await mutate((context) =>
      benches.register(context, { name: '一号', divisionCode }, { near: '桐柏路' }),
    );
    expect(row).toMatchObject({ __typename: 'Bench', name: '一号', status: 'OPEN', version: 1 });
    expect(row.id.slice(14, 18)).toBe('7069');
    expect(changes).toEqual([
      { ...event, entityId: row.id, from: null, to: 'OPEN', detail: { near: '桐柏路' } },
    ]);
  });

  it('changes its status with a new version, and the event has both statuses', async () => {
    const before = await bench();
    const after = await mutate((context) => benches.transition(context, before, { status: 'CLOSED' }));
    expect(after).toMatchObject({ __typename: 'Bench', status: 'CLOSED', version: 2 });
    expect(changes).toEqual([{ ...event, entityId: before.id, from: 'OPEN', to: 'CLOSED', detail: {} }]);
  });

  it('that does not exist is an error', async () => {
    for (const id of [newId(divisionCode), 'no key'])
      await expect(mutate((context) => benches.lockForUpdate(context, 'benchId', id))).rejects.toMatchObject({
        extensions: { code: 'NO_SUCH_RECORD', argument: 'benchId' },
      });
  });

  it("outside of the viewer's divisions is refused, and no more than its district is disclosed", async () => {
    const elsewhere = await bench({ divisionCode: '410102001001' });
    for (const attempt of [
      (context: MutationContext) => benches.lockForUpdate(context, 'benchId', elsewhere.id),
      (context: MutationContext) => benches.checkEdit(context, 'benchId', elsewhere.id, { version: 99 }),
    ])
      await expect(mutate<unknown>(attempt)).rejects.toMatchObject({
        extensions: { code: 'FORBIDDEN', within: '410102' },
        message: expect.not.stringContaining('410102001'),
      });
    // A row that the mutation only refers to may lie in any division.
    const { id } = await mutate((context) => benches.lockUnscoped(context, 'benchId', elsewhere.id));
    expect(id).toBe(elsewhere.id);
  });

  it('is locked until the mutation ends', async () => {
    const { id } = await bench();
    await mutate(async (context) => {
      await benches.lockForUpdate(context, 'benchId', id);
      await expect(sql`select from bench where id = ${id} for update nowait`).rejects.toMatchObject({
        code: '55P03',
      });
    });
  });

  it.each([
    ['CLOSED', 'OPEN', 'InvalidTransition'],
    ['OPEN', 'OPEN', undefined],
    ['OPEN', 'CLOSED', undefined],
  ] as const)('that is %s can become %s, or is refused with %s', async (status, to, type) => {
    const { id } = await bench({ status });
    const { row, refusal } = await mutate((context) => benches.checkTransition(context, 'benchId', id, to));
    expect(row.id).toBe(id);
    expect(refusal?.__typename).toBe(type);
  });

  it.each([
    ['CLOSED', 1, 'InvalidTransition'],
    ['CLOSED', 7, 'InvalidTransition'],
    ['OPEN', 7, 'VersionConflict'],
    ['OPEN', 1, undefined],
  ] as const)(
    'that is %s and was read at version %s can be edited, or is refused with %s',
    async (status, version, type) => {
      const { id } = await bench({ status });
      const { row, refusal } = await mutate((context) =>
        benches.checkEdit(context, 'benchId', id, { version, status: 'OPEN' }),
      );
      expect(row.id).toBe(id);
      expect(refusal?.__typename).toBe(type);
    },
  );

  it('takes no edits if the entity refuses them itself, at any version', async () => {
    const { id } = await bench({ status: 'CLOSED' });
    const closed = (row: Bench) => (row.status === 'CLOSED' ? { __typename: 'BenchClosed' } : null);
    const { refusal } = await mutate((context) =>
      benches.checkEdit(context, 'benchId', id, { version: 7, refusal: closed }),
    );
    expect(refusal?.__typename).toBe('BenchClosed');
  });
});

describe('an edit', () => {
  it('changes the columns that differ, and the event names them', async () => {
    const before = await bench({ uses: ['CHESS'], note: '临河' });
    const edits = { name: '二号', uses: ['CHESS'], note: null, status: undefined };
    const after = await mutate((context) => benches.edit(context, before, edits));
    expect(after).toMatchObject({ __typename: 'Bench', name: '二号', note: null, version: 2 });
    expect(changes).toEqual([
      { ...event, entityId: before.id, from: 'OPEN', to: 'OPEN', detail: { changed: ['name', 'note'] } },
    ]);
  });

  it('that changes nothing keeps the version and appends no event', async () => {
    const before = await bench({ uses: ['CHESS', 'REST'] });
    const edits = { name: '一号', uses: ['CHESS', 'REST'] };
    const after = await mutate((context) => benches.edit(context, before, edits));
    expect(after).toEqual({ ...before, __typename: 'Bench' });
    expect(changes).toEqual([]);
  });

  it('of a masked column is a change even to the same value, which an unchanged version would disclose', async () => {
    const masked = entityMutations<Bench>('Bench', { ...table, masked: ['note'] });
    const before = await bench({ note: '临河' });
    const after = await mutate((context) => masked.edit(context, before, { name: '一号', note: '临河' }));
    expect(after).toMatchObject({ note: '临河', version: 2 });
    expect(changes[0]?.detail).toEqual({ changed: ['note'] });
    expect(await mutate((context) => masked.edit(context, after, { note: undefined }))).toMatchObject({
      version: 2,
    });
  });

  it('names what was changed outside of the row', async () => {
    const before = await bench();
    const after = await mutate((context) => benches.edit(context, before, {}, ['cushions']));
    expect(after.version).toBe(2);
    expect(changes[0]?.detail).toEqual({ changed: ['cushions'] });
  });

  it('takes the fields that are neither null nor absent', () => {
    expect(presentFields({ name: '二号', uses: null, note: undefined, covered: false })).toEqual({
      name: '二号',
      covered: false,
    });
  });
});

it('takes type, status and detail of an event from the row where the entity says so', async () => {
  const seats = entityMutations<Bench, never>(({ note }) => (note ? 'Seat' : 'Bench'), {
    table: 'bench',
    statusOf: ({ note }) => note ?? 'PLAIN',
    detailOf: ({ name }) => ({ name }),
  });
  const before = await bench();
  const after = await mutate((context) =>
    seats.transition(context, before, { note: 'FINE' }, { by: '木工' }),
  );
  expect(after.__typename).toBe('Seat');
  expect(changes).toMatchObject([
    { entityType: 'Seat', from: 'PLAIN', to: 'FINE', detail: { name: '一号', by: '木工' } },
  ]);
});
