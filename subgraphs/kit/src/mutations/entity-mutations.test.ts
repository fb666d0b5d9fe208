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

/** Runs in a transaction whose events are gathered in `changes`. */
const writing = <Value>(run: (write: MutationContext) => Promise<Value>): Promise<Value> =>
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

/** A bench, and no events of it. */
async function bench(columns: Partial<Bench> = {}): Promise<Bench> {
  const row = await writing((write) => benches.register(write, { name: '一号', divisionCode, ...columns }));
  changes = [];
  return row;
}

const event = { entityType: 'Bench', divisionCode };

describe('a row', () => {
  it('is registered under a key of its district, with an event, and answered as its type', async () => {
    const row = await writing((write) =>
      benches.register(write, { name: '一号', divisionCode }, { near: '桐柏路' }),
    );
    expect(row).toMatchObject({ __typename: 'Bench', name: '一号', status: 'OPEN', version: 1 });
    expect(row.id.slice(14, 18)).toBe('7069');
    expect(changes).toEqual([
      { ...event, entityId: row.id, from: null, to: 'OPEN', detail: { near: '桐柏路' } },
    ]);
  });

  it('becomes something else at its next version, and its event says from what to what', async () => {
    const before = await bench();
    const after = await writing((write) => benches.transition(write, before, { status: 'CLOSED' }));
    expect(after).toMatchObject({ __typename: 'Bench', status: 'CLOSED', version: 2 });
    expect(changes).toEqual([{ ...event, entityId: before.id, from: 'OPEN', to: 'CLOSED', detail: {} }]);
  });

  it('that is named and not there is an error', async () => {
    for (const id of [newId(divisionCode), 'no key'])
      await expect(writing((write) => benches.lockForUpdate(write, 'benchId', id))).rejects.toMatchObject({
        extensions: { code: 'NO_SUCH_RECORD', argument: 'benchId' },
      });
  });

  it("outside of the viewer's divisions is refused before anything of it is told, and its district at most is named", async () => {
    const elsewhere = await bench({ divisionCode: '410102001001' });
    for (const attempt of [
      (write: MutationContext) => benches.lockForUpdate(write, 'benchId', elsewhere.id),
      (write: MutationContext) => benches.checkEdit(write, 'benchId', elsewhere.id, { version: 99 }),
    ])
      await expect(writing<unknown>(attempt)).rejects.toMatchObject({
        extensions: { code: 'FORBIDDEN', within: '410102' },
        message: expect.not.stringContaining('410102001'),
      });
    // What is only named beside the row that changes may lie anywhere.
    const { id } = await writing((write) => benches.lockUnscoped(write, 'benchId', elsewhere.id));
    expect(id).toBe(elsewhere.id);
  });

  it('is held until the write ends', async () => {
    const { id } = await bench();
    await writing(async (write) => {
      await benches.lockForUpdate(write, 'benchId', id);
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
    const { row, refusal } = await writing((write) => benches.checkTransition(write, 'benchId', id, to));
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
      const { row, refusal } = await writing((write) =>
        benches.checkEdit(write, 'benchId', id, { version, status: 'OPEN' }),
      );
      expect(row.id).toBe(id);
      expect(refusal?.__typename).toBe(type);
    },
  );

  it('takes no edits where the entity refuses them in its own words, whatever the version', async () => {
    const { id } = await bench({ status: 'CLOSED' });
    const closed = (row: Bench) => (row.status === 'CLOSED' ? { __typename: 'BenchClosed' } : null);
    const { refusal } = await writing((write) =>
      benches.checkEdit(write, 'benchId', id, { version: 7, refusal: closed }),
    );
    expect(refusal?.__typename).toBe('BenchClosed');
  });
});

describe('an edit', () => {
  it('changes what differs, and its event names the fields', async () => {
    const before = await bench({ uses: ['CHESS'], note: '临河' });
    const edits = { name: '二号', uses: ['CHESS'], note: null, status: undefined };
    const after = await writing((write) => benches.edit(write, before, edits));
    expect(after).toMatchObject({ __typename: 'Bench', name: '二号', note: null, version: 2 });
    expect(changes).toEqual([
      { ...event, entityId: before.id, from: 'OPEN', to: 'OPEN', detail: { changed: ['name', 'note'] } },
    ]);
  });

  it('that changes nothing leaves the version, and no event', async () => {
    const before = await bench({ uses: ['CHESS', 'REST'] });
    const edits = { name: '一号', uses: ['CHESS', 'REST'] };
    const after = await writing((write) => benches.edit(write, before, edits));
    expect(after).toEqual({ ...before, __typename: 'Bench' });
    expect(changes).toEqual([]);
  });

  it('of what is masked is a change, also to what it is: the version would say that it is', async () => {
    const masked = entityMutations<Bench>('Bench', { ...table, masked: ['note'] });
    const before = await bench({ note: '临河' });
    const after = await writing((write) => masked.edit(write, before, { name: '一号', note: '临河' }));
    expect(after).toMatchObject({ note: '临河', version: 2 });
    expect(changes[0]?.detail).toEqual({ changed: ['note'] });
    expect(await writing((write) => masked.edit(write, after, { note: undefined }))).toMatchObject({
      version: 2,
    });
  });

  it('names what was changed outside the row', async () => {
    const before = await bench();
    const after = await writing((write) => benches.edit(write, before, {}, ['cushions']));
    expect(after.version).toBe(2);
    expect(changes[0]?.detail).toEqual({ changed: ['cushions'] });
  });

  it('is given what is neither null nor absent', () => {
    expect(presentFields({ name: '二号', uses: null, note: undefined, covered: false })).toEqual({
      name: '二号',
      covered: false,
    });
  });
});

it('tells the type and status that go by the row, and what each event of it tells', async () => {
  const seats = entityMutations<Bench, never>(({ note }) => (note ? 'Seat' : 'Bench'), {
    table: 'bench',
    statusOf: ({ note }) => note ?? 'PLAIN',
    detailOf: ({ name }) => ({ name }),
  });
  const before = await bench();
  const after = await writing((write) => seats.transition(write, before, { note: 'FINE' }, { by: '木工' }));
  expect(after.__typename).toBe('Seat');
  expect(changes).toMatchObject([
    { entityType: 'Seat', from: 'PLAIN', to: 'FINE', detail: { name: '一号', by: '木工' } },
  ]);
});
