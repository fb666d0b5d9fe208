import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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
import { AccessAnchors, anchorLine, anchorsFile, readAnchors } from './anchors.ts';
import { type AccessRecord, beginning, chained } from './chain.ts';
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
    await records.give(causeOf(careWorker(`worker-${number}`)), [elder(number)]);
  await records.stop();
}

beforeAll(async () => {
  database = await kitDatabase('access_verification');
});
beforeEach(async () => {
  await tampering(database.sql, (sql) => sql`truncate access_record`);
  // The key was changed in the midst.
  await append(old, 1, count / 2);
  await append(rotated, count / 2 + 1, count);
  const verified = await verifyAccessRecords(database.sql, rotated);
  end = verified.end as ChainEnd;
});
afterAll(() => database.drop());

/** What is found, in batches so small that the chain goes over their edges. */
const verify = (anchors: ChainEnd[] = [], keyring = rotated) =>
  verifyAccessRecords(database.sql, keyring, anchors, { batchSize: 3 });

const afterTampering = async (tamper: (sql: Database) => Promise<unknown>, anchors: ChainEnd[] = []) => {
  await tampering(database.sql, tamper);
  return (await verify(anchors)).faults;
};

const one = (kind: string, sequence: number, more = {}) => ({ kind, sequence, until: sequence, ...more });

it('finds nothing in a chain as it was written, with all keys and at its anchor', async () => {
  const { records, faults, more } = await verify([end]);
  expect({ records, faults, more }).toEqual({ records: count, faults: [], more: 0 });
  expect(end.sequence).toBe(count);
});

describe('a chain that was begun before roles and addresses were kept', () => {
  /** The records so far, as they were written then. */
  const asBefore = (sql: Database) => async () => {
    const rows = await sql<(AccessRecord & { hash: Buffer })[]>`
      select r.sequence::text, to_char(r.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as at, r.viewer, r.bureau, r.purpose,
        r.operation, r.request_id, r.outcome, r.subject_type, r.subject_id, r.division_code, r.fields, r.key_id, r.roles, r.address
      from access_record r order by r.sequence`;
    let hash: Buffer = beginning;
    for (const row of rows) {
      const key = rotated.named('access-records', row.keyId) as Buffer;
      hash = chained(key, hash, { ...row, roles: null, address: null });
      await sql`update access_record set roles = null, address = null, hash = ${hash} where sequence = ${row.sequence}`;
    }
  };
  beforeEach(async () => {
    await tampering(database.sql, (sql) => asBefore(sql)());
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
      'taken out of a record',
      (sql: Database) => sql`update access_record set roles = null, address = null where sequence = 21`,
      21,
    ],
    [
      'another address',
      (sql: Database) => sql`update access_record set address = '203.0.113.8' where sequence = 21`,
      21,
    ],
    [
      'put into a record of before',
      (sql: Database) => sql`update access_record set roles = '{auditor}' where sequence = 7`,
      7,
    ],
    [
      'nobody’s address put into a record of before',
      (sql: Database) => sql`update access_record set roles = '{}' where sequence = 7`,
      7,
    ],
  ])('shows %s', async (_what, tamper, sequence) => {
    expect(await afterTampering(tamper)).toEqual([one('CHANGED', sequence)]);
  });
});

it('finds nothing in a chain without records', async () => {
  await tampering(database.sql, (sql) => sql`truncate access_record`);
  expect(await verify()).toEqual({ records: 0, end: null, faults: [], more: 0 });
});

it('says which records were written with a key that it has not', async () => {
  const { faults } = await verify([], new Keyring(new Map([['old', secret('old')]])));
  expect(faults).toEqual([{ kind: 'UNKNOWN_KEY', sequence: 11, until: 20 }]);
});

it('finds every record forged that another key of the same name would have written', async () => {
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

describe('a superuser who changes', () => {
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
  ])('%s of a record is found out, and which record', async (column, value) => {
    const change = (sequence: number) => (sql: Database) =>
      sql.unsafe(`update access_record set ${column} = ${value} where sequence = ${sequence}`);
    expect(await afterTampering(change(9))).toEqual([one('CHANGED', 9)]);
  });

  it('the last record is found out', async () => {
    const change = (sql: Database) => sql`update access_record set viewer = 'x' where sequence = ${count}`;
    expect(await afterTampering(change)).toEqual([one('FORGED', count)]);
  });

  it('the hash of a record is found out', async () => {
    const change = (sql: Database) =>
      sql`update access_record set hash = decode(repeat('ab', 32), 'hex') where sequence = 9`;
    expect(await afterTampering(change)).toEqual([one('CHANGED', 9)]);
  });

  it('the key that a record names is found out', async () => {
    const change = (sql: Database) => sql`update access_record set key_id = 'new' where sequence = 9`;
    expect(await afterTampering(change)).toEqual([one('CHANGED', 9)]);
  });

  it('several records is found out of each', async () => {
    const change = (sql: Database) => sql`update access_record set viewer = 'x' where sequence in (2, 5, 6)`;
    expect(await afterTampering(change)).toEqual([one('CHANGED', 2), one('FORGED', 5), one('CHANGED', 6)]);
  });
});

describe('a superuser who deletes', () => {
  it('records from the midst is found out', async () => {
    const change = (sql: Database) => sql`delete from access_record where sequence between 5 and 7`;
    expect(await afterTampering(change)).toEqual([{ kind: 'MISSING', sequence: 5, until: 7 }]);
  });

  it('the first record is found out', async () => {
    const change = (sql: Database) => sql`delete from access_record where sequence = 1`;
    expect(await afterTampering(change)).toEqual([one('MISSING', 1)]);
  });

  it('a record and numbers the others anew is found out', async () => {
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

  it('the tail is found out by an anchor, and by nothing else', async () => {
    const cut = (sql: Database) => sql`delete from access_record where sequence > 16`;
    expect(await afterTampering(cut)).toEqual([]);
    expect((await verify([end])).faults).toEqual([{ kind: 'TRUNCATED', sequence: 17, until: 20 }]);
  });

  it('everything is found out by an anchor', async () => {
    expect(await afterTampering((sql) => sql`truncate access_record`, [end])).toEqual([
      { kind: 'TRUNCATED', sequence: 1, until: 20 },
    ]);
  });

  it('the tail, behind which others are written since, is found out by an anchor', async () => {
    await tampering(database.sql, (sql) => sql`delete from access_record where sequence > 16`);
    await append(rotated, 30, 40);
    expect((await verify()).faults).toEqual([]);
    expect((await verify([end])).faults).toEqual([one('REWRITTEN', 20)]);
  });
});

describe('a superuser who moves', () => {
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
  ])('records %i and %i into each other’s place is found out', async (a, b) => {
    expect(await afterTampering(swap(a, b))).toEqual([
      one('MOVED', a, { from: b }),
      one('MOVED', b, { from: a }),
    ]);
  });

  it('what two records say, and leaves their hashes, is found out', async () => {
    const change = (sql: Database) => sql`
      update access_record r set viewer = o.viewer, subject_id = o.subject_id, at = o.at
      from access_record o where r.sequence in (5, 8) and o.sequence = 13 - r.sequence`;
    expect(await afterTampering(change)).toEqual([
      one('MOVED', 5, { from: 8 }),
      one('MOVED', 8, { from: 5 }),
    ]);
  });
});

describe('a superuser who inserts', () => {
  const insertAt = (sql: Database, sequence: number) => sql`
    insert into access_record select (jsonb_populate_record(r,
      jsonb_build_object('sequence', ${sequence}::integer, 'viewer', 'nobody'))).* from access_record r where sequence = 3`;

  it('a record behind the last one is found out', async () => {
    expect(await afterTampering((sql) => insertAt(sql, count + 1))).toEqual([one('FORGED', count + 1)]);
  });

  it('a record before the first one is found out', async () => {
    expect(await afterTampering((sql) => insertAt(sql, 0))).toEqual([one('FORGED', 0)]);
  });

  it('a record in the midst, and numbers the others anew, is found out', async () => {
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

it('counts the faults beyond the first', async () => {
  await tampering(database.sql, (sql) => sql`update access_record set viewer = 'x' where sequence % 2 = 0`);
  const { faults, more } = await verifyAccessRecords(database.sql, rotated, [], { maxFaults: 4 });
  expect([faults.length, more]).toEqual([4, 6]);
});

describe('anchors', () => {
  const subgraph = 'elderly-care';
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'access-anchors-'));
    return () => rmSync(directory, { recursive: true });
  });

  const noted = async (keyring = rotated) => {
    const logged: Record<string, unknown>[] = [];
    const log = (event: Record<string, unknown>) => logged.push(event);
    const anchors = new AccessAnchors({ sql: database.sql, keyring, subgraph, directory, log });
    await anchors.note();
    await anchors.stop();
    return logged;
  };
  const written = () => readFileSync(join(directory, anchorsFile), 'utf8');

  it('are written to the log and to the file, once for each end', async () => {
    expect(await noted()).toEqual([{ event: 'access anchor', subgraph, ...end }]);
    await append(rotated, 30, 30);
    await noted();
    const { anchors, badLines } = readAnchors(rotated, subgraph, written());
    expect(anchors.map(({ sequence }) => sequence)).toEqual([20, 21]);
    expect(badLines).toEqual([]);
    expect((await verify(anchors)).faults).toEqual([]);
  });

  it('that another wrote, or changed, are told', async () => {
    await noted();
    const forged = anchorLine(
      new Keyring(new Map([['new', secret('x')]])),
      subgraph,
      end,
      '2026-01-01T00:00:00Z',
    );
    const changed = written().trim().replace('"sequence":20', '"sequence":19');
    const text = `${written()}${forged}\n${changed}\nnot json\n`;
    expect(readAnchors(rotated, subgraph, text)).toEqual({ anchors: [end], badLines: [2, 3, 4] });
  });

  it('of other subgraphs are theirs', async () => {
    await noted();
    expect(readAnchors(rotated, 'culture', written())).toEqual({ anchors: [], badLines: [] });
  });

  it('that cannot be written are told in the log', async () => {
    rmSync(directory, { recursive: true });
    const logged: Record<string, unknown>[] = [];
    const anchors = new AccessAnchors({
      sql: database.sql,
      keyring: rotated,
      subgraph,
      directory: '/dev/null/nowhere',
      log: (event) => logged.push(event),
    });
    await anchors.note();
    expect(logged).toMatchObject([{ event: 'access anchor not written', subgraph }]);
    directory = mkdtempSync(join(tmpdir(), 'access-anchors-'));
  });
});
