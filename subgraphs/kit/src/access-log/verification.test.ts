import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Database } from '../database/database.ts';
import { Keyring } from '../encryption/keyring.ts';
import {
  careWorker,
  causeOf,
  elder,
  type KitDatabase,
  kitDatabase,
  tampering,
} from '../testing/access-records.ts';
import { type AccessRecord, genesisHash, hashOf } from './hash-chain.ts';
import { AccessRecords } from './records.ts';
import { type ChainEnd, verifyAccessRecords } from './verification.ts';

const secret = (text: string) => Buffer.alloc(32, text);
const old = new Keyring(new Map([['old', secret('old')]]));
const rotated = new Keyring(
  new Map([
    ['new', secret('new')],
    ['old', secret('old')],
  ]),
);
const count = 20;

let database: KitDatabase;
let end: ChainEnd;

async function append(keyring: Keyring, from: number, until: number): Promise<void> {
  const records = new AccessRecords({ sql: database.sql, keyring, log: () => {} });
  for (let number = from; number <= until; number += 1)
    await records.disclose(causeOf(careWorker(`worker-${number}`)), [elder(number)]);
  await records.stop();
}

beforeAll(async () => {
  database = await kitDatabase('access_verification');
});
beforeEach(async () => {
  await tampering(database.sql, (sql) => sql`truncate access_record`);
  // The key was rotated in the middle.
  await append(old, 1, count / 2);
  await append(rotated, count / 2 + 1, count);
  const verified = await verifyAccessRecords(database.sql, rotated);
  end = verified.end as ChainEnd;
});
afterAll(() => database.drop());

/** Verifies in batches so small that the chain spans several of them. */
const verify = (anchors: ChainEnd[] = [], keyring = rotated) =>
  verifyAccessRecords(database.sql, keyring, anchors, { batchSize: 3 });

const afterTampering = async (tamper: (sql: Database) => Promise<unknown>, anchors: ChainEnd[] = []) => {
  await tampering(database.sql, tamper);
  return (await verify(anchors)).faults;
};

const one = (kind: string, sequence: number, more = {}) => ({ kind, sequence, until: sequence, ...more });

it('finds no fault in an unchanged chain with all keys and an anchor', async () => {
  const { records, faults, more } = await verify([end]);
  expect({ records, faults, more }).toEqual({ records: count, faults: [], more: 0 });
  expect(end.sequence).toBe(count);
});

describe('a chain that was started before roles and addresses were recorded', () => {
  /** Rewrites the records so far in the first version. */
  const inFirstVersion = (sql: Database) => async () => {
    const rows = await sql<(AccessRecord & { hash: Buffer })[]>`
      select r.sequence::text, to_char(r.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as at, r.viewer, r.bureau, r.purpose,
        r.operation, r.request_id, r.outcome, r.subject_type, r.subject_id, r.division_code, r.fields, r.key_id, r.roles, r.address
      from access_record r order by r.sequence`;
    let hash: Buffer = genesisHash;
    for (const row of rows) {
      const key = rotated.named('access-records', row.keyId) as Buffer;
      hash = hashOf(key, hash, { ...row, roles: null, address: null });
      await sql`update access_record set roles = null, address = null, hash = ${hash} where sequence = ${row.sequence}`;
    }
  };
  beforeEach(async () => {
    await tampering(database.sql, (sql) => inFirstVersion(sql)());
    await append(rotated, count + 1, count + 2);
  });

  it('verifies as a whole', async () => {
    const { records, faults } = await verify();
    expect([records, faults]).toEqual([count + 2, []]);
    const [row] = await database.sql`select roles, address from access_record order by sequence desc limit 1`;
    expect(row).toEqual({ roles: ['care-worker'], address: '203.0.113.7' });
  });

  it.each([
    [
      'values that were removed from a record',
      (sql: Database) => sql`update access_record set roles = null, address = null where sequence = 21`,
      21,
    ],
    [
      'a changed address',
      (sql: Database) => sql`update access_record set address = '203.0.113.8' where sequence = 21`,
      21,
    ],
    [
      'roles that were added to a record of the first version',
      (sql: Database) => sql`update access_record set roles = '{auditor}' where sequence = 7`,
      7,
    ],
    [
      'an empty list of roles that was added to a record of the first version',
      (sql: Database) => sql`update access_record set roles = '{}' where sequence = 7`,
      7,
    ],
  ])('reports %s', async (_what, tamper, sequence) => {
    expect(await afterTampering(tamper)).toEqual([one('CHANGED', sequence)]);
  });
});

it('finds no fault in an empty chain', async () => {
  await tampering(database.sql, (sql) => sql`truncate access_record`);
  expect(await verify()).toEqual({ records: 0, end: null, faults: [], more: 0 });
});

it('reports the records that were written with an unknown key', async () => {
  const { faults } = await verify([], new Keyring(new Map([['old', secret('old')]])));
  expect(faults).toEqual([{ kind: 'UNKNOWN_KEY', sequence: 11, until: 20 }]);
});

it('reports every record as forged if the key with its id is another', async () => {
  const { faults } = await verify(
    [],
    new Keyring(
      new Map([
        ['old', secret('x')],
        ['new', secret('y')],
      ]),
    ),
  );
  expect(faults).toEqual([{ kind: 'FORGED', sequence: 1, until: 20 }]);
});

describe('verification detects that a superuser has changed', () => {
  it.each([
    ['viewer', "'worker-0'"],
    ['bureau', 'null'],
    ['purpose', "'AUDIT'"],
    ['operation', "'Other'"],
    ['request_id', "'request-2'"],
    ['outcome', "'REFUSED'"],
    ['subject_type', "'CareWorker'"],
    ['subject_id', "'elder-0'"],
    ['division_code', "'410105001004'"],
    ['fields', "'{phone}'"],
    ['at', "at + interval '1 microsecond'"],
  ])('%s of a record, and reports the record', async (column, value) => {
    const change = (sequence: number) => (sql: Database) =>
      sql.unsafe(`update access_record set ${column} = ${value} where sequence = ${sequence}`);
    expect(await afterTampering(change(9))).toEqual([one('CHANGED', 9)]);
  });

  it('the last record', async () => {
    const change = (sql: Database) => sql`update access_record set viewer = 'x' where sequence = ${count}`;
    expect(await afterTampering(change)).toEqual([one('FORGED', count)]);
  });

  it('the hash of a record', async () => {
    const change = (sql: Database) =>
      sql`update access_record set hash = decode(repeat('ab', 32), 'hex') where sequence = 9`;
    expect(await afterTampering(change)).toEqual([one('CHANGED', 9)]);
  });

  it('the key that a record names', async () => {
    const change = (sql: Database) => sql`update access_record set key_id = 'new' where sequence = 9`;
    expect(await afterTampering(change)).toEqual([one('CHANGED', 9)]);
  });

  it('several records, and reports each', async () => {
    const change = (sql: Database) => sql`update access_record set viewer = 'x' where sequence in (2, 5, 6)`;
    expect(await afterTampering(change)).toEqual([one('CHANGED', 2), one('FORGED', 5), one('CHANGED', 6)]);
  });
});

describe('verification detects that a superuser has deleted', () => {
  it('records from the middle', async () => {
    const change = (sql: Database) => sql`delete from access_record where sequence between 5 and 7`;
    expect(await afterTampering(change)).toEqual([{ kind: 'MISSING', sequence: 5, until: 7 }]);
  });

  it('the first record', async () => {
    const change = (sql: Database) => sql`delete from access_record where sequence = 1`;
    expect(await afterTampering(change)).toEqual([one('MISSING', 1)]);
  });

  it('a record and renumbered the others', async () => {
    const change = async (sql: Database) => {
      await sql`delete from access_record where sequence = 5`;
      await sql`update access_record set sequence = sequence + 1000 where sequence > 5`;
      await sql`update access_record set sequence = sequence - 1001 where sequence > 1000`;
    };
    expect(await afterTampering(change)).toEqual([
      one('FORGED', 5),
      { kind: 'MOVED', sequence: 6, until: 19, from: 7 },
    ]);
  });

  it('the tail, by an anchor only', async () => {
    const cut = (sql: Database) => sql`delete from access_record where sequence > 16`;
    expect(await afterTampering(cut)).toEqual([]);
    expect((await verify([end])).faults).toEqual([{ kind: 'TRUNCATED', sequence: 17, until: 20 }]);
  });

  it('all records, by an anchor', async () => {
    expect(await afterTampering((sql) => sql`truncate access_record`, [end])).toEqual([
      { kind: 'TRUNCATED', sequence: 1, until: 20 },
    ]);
  });

  it('the tail, after which more records were written, by an anchor', async () => {
    await tampering(database.sql, (sql) => sql`delete from access_record where sequence > 16`);
    await append(rotated, 30, 40);
    expect((await verify()).faults).toEqual([]);
    expect((await verify([end])).faults).toEqual([one('REWRITTEN', 20)]);
  });
});

describe('verification detects that a superuser has swapped', () => {
  const swap = (a: number, b: number) => async (sql: Database) => {
    await sql`update access_record set sequence = -1 where sequence = ${a}`;
    await sql`update access_record set sequence = ${a} where sequence = ${b}`;
    await sql`update access_record set sequence = ${b} where sequence = -1`;
  };

  it.each([
    [5, 6],
    [5, 8],
    [5, 14],
    [1, 20],
  ])('records %i and %i', async (a, b) => {
    expect(await afterTampering(swap(a, b))).toEqual([
      one('MOVED', a, { from: b }),
      one('MOVED', b, { from: a }),
    ]);
  });

  it('the contents of two records without their hashes', async () => {
    const change = (sql: Database) => sql`
      update access_record r set viewer = o.viewer, subject_id = o.subject_id, at = o.at
      from access_record o where r.sequence in (5, 8) and o.sequence = 13 - r.sequence`;
    expect(await afterTampering(change)).toEqual([
      one('MOVED', 5, { from: 8 }),
      one('MOVED', 8, { from: 5 }),
    ]);
  });
});

describe('verification detects that a superuser has inserted', () => {
  const insertAt = (sql: Database, sequence: number) => sql`
    insert into access_record select (jsonb_populate_record(r,
      jsonb_build_object('sequence', ${sequence}::integer, 'viewer', 'nobody'))).* from access_record r where sequence = 3`;

  it('a record after the last one', async () => {
    expect(await afterTampering((sql) => insertAt(sql, count + 1))).toEqual([one('FORGED', count + 1)]);
  });

  it('a record before the first one', async () => {
    expect(await afterTampering((sql) => insertAt(sql, 0))).toEqual([one('FORGED', 0)]);
  });

  it('a record in the middle and renumbered the others', async () => {
    const change = async (sql: Database) => {
      await sql`update access_record set sequence = sequence + 1000 where sequence > 8`;
      await sql`update access_record set sequence = sequence - 999 where sequence > 1000`;
      await insertAt(sql, 9);
    };
    expect(await afterTampering(change)).toEqual([
      one('FORGED', 9),
      { kind: 'MOVED', sequence: 10, until: 21, from: 9 },
    ]);
  });
});

it('counts the faults beyond the maximum', async () => {
  await tampering(database.sql, (sql) => sql`update access_record set viewer = 'x' where sequence % 2 = 0`);
  const { faults, more } = await verifyAccessRecords(database.sql, rotated, [], { maxFaults: 4 });
  expect([faults.length, more]).toEqual([4, 6]);
});
