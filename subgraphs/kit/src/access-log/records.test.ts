import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openDatabase } from '../database/database.ts';
import { developmentKeyring as keyring } from '../encryption/keyring.ts';
import { anonymous } from '../identity/viewer.ts';
import {
  careWorker,
  causeOf,
  elder,
  elders,
  type KitDatabase,
  kitDatabase,
  tampering,
} from '../testing/access-records.ts';
import { AccessRecords, clientNames } from './records.ts';

let database: KitDatabase;
let logged: Record<string, unknown>[];
const started: AccessRecords[] = [];

beforeAll(async () => {
  database = await kitDatabase('access_records');
});
beforeEach(async () => {
  logged = [];
  await tampering(database.sql, (sql) => sql`truncate access_record`);
});
afterAll(async () => {
  await Promise.all(started.map((records) => records.stop()));
  await database.drop();
});

function replica(options: Partial<ConstructorParameters<typeof AccessRecords>[0]> = {}): AccessRecords {
  const records = new AccessRecords({
    sql: database.sql,
    keyring,
    log: (event) => logged.push(event),
    ...options,
  });
  started.push(records);
  return records;
}

const onRecord = () =>
  database.sql<
    {
      sequence: number;
      viewer: string;
      outcome: string;
      subjectId: string;
      operation: string | null;
      at: string;
    }[]
  >`select sequence, viewer, outcome, subject_id, operation, at from access_record order by sequence`;

describe('a disclosure', () => {
  it('is recorded when the promise resolves, with viewer, purpose and operation', async () => {
    await replica().disclose(causeOf(careWorker('li')), [elder(1)]);
    const [record] = await database.sql`select * from access_record`;
    expect(record).toMatchObject({
      sequence: 1,
      viewer: 'li',
      bureau: 'civil-affairs',
      purpose: 'CARE',
      operation: 'ElderHome',
      requestId: 'request-1',
      outcome: 'GIVEN',
      subjectType: 'Elder',
      subjectId: 'elder-1',
      divisionCode: '410105001003',
      fields: ['name'],
      keyId: 'development',
    });
  });

  it('is part of one chain without gaps, in the order of time, when two replicas write many', async () => {
    const [one, other] = [replica(), replica()];
    await Promise.all(
      Array.from({ length: 60 }, (_, index) =>
        (index % 2 ? one : other).disclose(causeOf(careWorker(`worker-${index}`)), elders(index * 10, 2)),
      ),
    );
    const records = await onRecord();
    expect(records.map(({ sequence }) => sequence)).toEqual(records.map((_, index) => index + 1));
    expect(records).toHaveLength(120);
    const times = records.map(({ at }) => Date.parse(at));
    expect(times).toEqual([...times].sort((a, b) => a - b));
  });

  it('that arrives while one transaction runs is written by the next one', async () => {
    let transactions = 0;
    const counted = openDatabase(database.url, {
      maxConnections: 2,
      onStatement: (text) => {
        if (text.startsWith('\n  insert into access_record')) transactions += 1;
      },
    });
    const records = replica({ sql: counted });
    await Promise.all(
      Array.from({ length: 50 }, (_, index) =>
        records.disclose(causeOf(careWorker(`worker-${index}`)), [elder(index)]),
      ),
    );
    expect(transactions).toBe(2);
    expect(await onRecord()).toHaveLength(50);
    await records.stop();
    await counted.end();
  });

  it('is refused if it cannot be recorded', async () => {
    const away = openDatabase('postgres://nobody@127.0.0.1:9/nothing');
    const records = replica({ sql: away });
    await expect(records.disclose(causeOf(careWorker('li')), [elder(1)])).rejects.toMatchObject({
      extensions: { code: 'AUDIT_UNAVAILABLE' },
    });
    await away.end();
  });

  it('is refused if the database drops its record silently', async () => {
    const { sql } = database;
    const li = causeOf(careWorker('li'));
    await tampering(
      sql,
      (own) =>
        own`create rule no_record as on insert to access_record where new.subject_id = 'elder-2' do instead nothing`,
    );
    const records = replica();
    await expect(records.disclose(li, elders(1, 3))).rejects.toMatchObject({
      extensions: { code: 'AUDIT_UNAVAILABLE' },
    });
    expect(await onRecord()).toHaveLength(0);
    expect(logged).toEqual([
      {
        event: 'withheld, not on record',
        requests: 1,
        error: '2 of 3 access records were inserted',
      },
    ]);
    await tampering(sql, (own) => own`drop rule no_record on access_record`);
    await records.disclose(li, elders(1, 3));
    expect(await onRecord()).toHaveLength(3);
  });

  it('is recorded whatever characters a client sends in a name', async () => {
    const cause = { ...causeOf(careWorker('li')), requestId: `a\0b\ud800${'x'.repeat(500)}` };
    await replica().disclose(cause, [elder(1)]);
    const [record] = await database.sql`select request_id from access_record`;
    expect(record?.requestId).toBe(`a\ufffdb\ufffd${'x'.repeat(196)}`);
  });
});

describe('a refusal', () => {
  it('is recorded soon, and nothing waits for it', async () => {
    const records = replica();
    records.refuse(causeOf(careWorker('li'), 'Peek'), [elder(7)]);
    await records.written();
    expect(await onRecord()).toMatchObject([
      { viewer: 'li', outcome: 'REFUSED', subjectId: 'elder-7', operation: 'Peek' },
    ]);
  });

  it('of a client without a token, or beyond the first of a request, is only counted in the log', async () => {
    const records = replica();
    records.refuse(causeOf(anonymous), elders(1, 3));
    records.refuse(causeOf(careWorker('li')), [elder(1)], 80);
    await records.written();
    expect(await onRecord()).toHaveLength(1);
    records.flushRefusals();
    records.flushRefusals();
    expect(logged).toEqual([{ event: 'refusals not on record', anonymous: 3, beyond: 80 }]);
  });

  it('is kept while the database is down, and the log says so', async () => {
    const away = openDatabase('postgres://nobody@127.0.0.1:9/nothing');
    const records = replica({ sql: away });
    records.refuse(causeOf(careWorker('li')), [elder(1)]);
    await records.written();
    expect(logged).toMatchObject([{ event: 'refusals wait for the database', requests: 1 }]);
    await records.stop();
    expect(logged.at(-1)).toEqual({ event: 'refusals not on record', anonymous: 0, beyond: 1 });
    await away.end();
  });
});

describe('the limit on bulk reads', () => {
  const bulkLimit = { tenMinutes: 5, day: 8 };
  const refusal = { extensions: { code: 'BULK_READ', limit: 5, windowSeconds: 600 } };

  it('lets a viewer see persons up to the limit, the same ones again, and no further one', async () => {
    const records = replica({ bulkLimit });
    const li = causeOf(careWorker('li'));
    await records.disclose(li, elders(1, 5));
    await records.disclose(li, elders(1, 5));
    await expect(records.disclose(li, [elder(6)])).rejects.toMatchObject(refusal);
    await records.disclose(causeOf(careWorker('wang')), [elder(6)]);
    const refused = (await onRecord()).filter(({ outcome }) => outcome === 'REFUSED');
    expect(refused).toMatchObject([{ viewer: 'li', subjectId: 'elder-6' }]);
  });

  it('raises an alert once for each viewer until the next minute', async () => {
    const records = replica({ bulkLimit });
    const li = causeOf(careWorker('li'));
    for (const number of [1, 2])
      await expect(records.disclose(li, elders(number, 6))).rejects.toMatchObject(refusal);
    expect(logged).toEqual([
      {
        event: 'bulk read',
        level: 'warn',
        viewer: 'li',
        roles: ['care-worker'],
        window: 'tenMinutes',
        limit: 5,
        persons: 6,
      },
    ]);
    records.flushRefusals();
    await expect(records.disclose(li, elders(1, 6))).rejects.toMatchObject(refusal);
    expect(logged).toHaveLength(2);
  });

  it('counts the disclosures of all replicas, concurrent ones too', async () => {
    const [one, other] = [replica({ bulkLimit }), replica({ bulkLimit })];
    const li = causeOf(careWorker('li'));
    const disclosed = await Promise.allSettled(
      Array.from({ length: 20 }, (_, index) => (index % 2 ? one : other).disclose(li, [elder(index)])),
    );
    expect(disclosed.filter(({ status }) => status === 'fulfilled')).toHaveLength(5);
    await expect(replica({ bulkLimit }).disclose(li, [elder(99)])).rejects.toMatchObject(refusal);
  });

  it('recognises viewers whose ids are truncated in the record', async () => {
    const long = causeOf(careWorker('x'.repeat(300)));
    await replica({ bulkLimit }).disclose(long, elders(1, 5));
    await expect(replica({ bulkLimit }).disclose(long, [elder(6)])).rejects.toMatchObject(refusal);
  });

  it('covers ten minutes, and the limit of a day one day', async () => {
    const li = causeOf(careWorker('li'));
    const age = (minutes: number) =>
      tampering(
        database.sql,
        (sql) => sql`update access_record set at = at - make_interval(mins => ${minutes})`,
      );
    await replica({ bulkLimit }).disclose(li, elders(1, 5));
    await age(11);
    await replica({ bulkLimit }).disclose(li, elders(6, 3));
    await expect(replica({ bulkLimit }).disclose(li, [elder(9)])).rejects.toMatchObject({
      extensions: { code: 'BULK_READ', limit: 8, windowSeconds: 86_400 },
    });
    await age(1440);
    await replica({ bulkLimit }).disclose(li, elders(20, 5));
  });

  it('is that of a role that has its own', async () => {
    const maintainer = { ...careWorker('zhao'), roles: ['device-maintainer' as const] };
    await replica({ bulkLimit }).disclose(causeOf(maintainer), elders(1, 50));
  });

  it('does not count what was not recorded', async () => {
    const records = replica({ bulkLimit });
    const li = causeOf(careWorker('li'));
    await records.disclose(li, [elder(0)]);
    await database.sql`alter table access_record add constraint full_up check (sequence < 2)`;
    await expect(records.disclose(li, elders(1, 4))).rejects.toMatchObject({
      extensions: { code: 'AUDIT_UNAVAILABLE' },
    });
    await database.sql`alter table access_record drop constraint full_up`;
    await records.disclose(li, elders(10, 4));
  });

  it('does not count refusals, nor the access records that an auditor reads', async () => {
    const records = replica({ bulkLimit });
    const li = causeOf(careWorker('li'));
    records.refuse(li, elders(1, 9));
    for (let page = 0; page < 9; page += 1)
      await records.disclose(li, [
        { type: 'AccessRecord', id: `${page}`, divisionCode: '410105', fields: [] },
      ]);
    await records.disclose(li, elders(20, 5));
  });
});

it("extracts the client's name of an operation from the gateway's", () => {
  const nameOf = clientNames('elderly-care');
  expect(nameOf('ElderHome__elderly_care')).toBe('ElderHome');
  expect(nameOf('ElderHome__elderly_care__0')).toBe('ElderHome');
  expect(nameOf('ElderHome')).toBe('ElderHome');
  expect(nameOf('ElderHome__culture__0')).toBe('ElderHome__culture__0');
  expect(nameOf(null)).toBeNull();
});
