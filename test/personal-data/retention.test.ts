// Retention of personal data: every table with personal data has a rule, and expired data are deleted, in every subgraph.
import { subgraph as culture } from '@district-graph/culture';
import { subgraph as elderlyCare } from '@district-graph/elderly-care';
import { insertCareWorker, insertElder } from '@district-graph/elderly-care/made-up';
import type { Database } from '@district-graph/kit/database/database';
import { newId } from '@district-graph/kit/database/ids';
import { developmentKeyring as keyring } from '@district-graph/kit/encryption/keyring';
import { ownTables } from '@district-graph/kit/personal-data/personal-data';
import { retentionJob, sweep } from '@district-graph/kit/personal-data/retention';
import type { Subgraph } from '@district-graph/kit/subgraph';
import { emptyDatabase } from '@district-graph/kit/testing/test-subgraph';
import { subgraphs } from '@district-graph/scripts/subgraphs/all-subgraphs';
import { subgraph as security } from '@district-graph/security';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

const databases = new Map<string, { sql: Database; drop: () => Promise<void> }>();
beforeAll(async () => {
  for (const subgraph of subgraphs) databases.set(subgraph.name, await emptyDatabase(subgraph));
});
afterAll(async () => {
  for (const { drop } of databases.values()) await drop();
});
const sqlOf = ({ name }: Subgraph): Database => (databases.get(name) as { sql: Database }).sql;

describe.each(subgraphs.map((subgraph) => [subgraph.name, subgraph] as const))(
  'the subgraph %s',
  (_name, subgraph) => {
    it('declares for every table whether it contains personal data, once', async () => {
      const sql = sqlOf(subgraph);
      const tables = await sql<{ name: string }[]>`
      select table_name as name from information_schema.tables where table_schema = 'public'`;
      const { personalData } = subgraph;
      const declared = [...personalData.tables.map(({ table }) => table), ...personalData.impersonal];
      expect([...declared, ...Object.keys(ownTables)].toSorted()).toEqual(
        tables.map(({ name }) => name).toSorted(),
      );
    });

    it('declares personal data for every table that refers to an elder or has encrypted columns', async () => {
      const columns = await sqlOf(subgraph)<{ table: string }[]>`
      select distinct table_name as table from information_schema.columns
      where table_schema = 'public' and column_name in ('elder_id', 'person_key', 'birth_date', 'leader_name')`;
      const personal = subgraph.personalData.tables.map(({ table }) => table);
      const encrypted = subgraph.encrypted?.map(({ table }) => table) ?? [];
      for (const table of [...columns.map((each) => each.table), ...encrypted])
        expect(personal).toContain(table);
    });

    it('describes in Chinese, then English, the data of each table, its retention period and its legal basis', () => {
      for (const { description, retention, erasure } of subgraph.personalData.tables)
        for (const text of [description, retention.rule, ...(erasure.hold ? [erasure.hold.basis] : [])])
          expect(text).toMatch(/\p{Script=Han}.*。 [A-Z\d].*\.$/u);
    });

    it('finds expired rows by an index on the same condition', async () => {
      const sql = sqlOf(subgraph);
      for (const { table, retention } of subgraph.personalData.tables) {
        if (!retention.over) continue;
        const { since } = retention.over;
        const indexes = await sql<{ definition: string }[]>`
        select indexdef as definition from pg_indexes where tablename = ${table}`;
        expect(indexes.some(({ definition }) => definition.includes(`(${since})`))).toBe(true);
      }
    });
  },
);

const community = '410105007003';

describe('an elder whose record is closed', () => {
  const sql = () => sqlOf(elderlyCare);
  const closed = (ago: string, phone = '00000000001') =>
    closedOn(sql()`(now() - ${ago}::text::interval)::date`, phone);
  async function closedOn(day: ReturnType<Database>, phone: string): Promise<string> {
    const id = newId(community);
    await insertElder(sql(), {
      id,
      divisionCode: community,
      phone,
      idNumber: `4101051940010${phone.slice(-5)}`,
    });
    await sql()`update elder set status = 'CLOSED', close_reason = 'DIED', closed_on = ${day} where id = ${id}`;
    return id;
  }
  const kept = async (id: string) => (await sql()`select * from elder where id = ${id}`)[0];
  beforeEach(async () => {
    await sql()`delete from elder`;
  });

  it('loses telephone, address and contacts after three years; other elders keep theirs', async () => {
    const over = await closed('3 years 1 day', '00000000001');
    const notYet = await closed('3 years', '00000000002');
    const [before] = [await kept(notYet)];
    expect(await sweep(elderlyCare, { sql: sql(), keyring, isDryRun: true })).toEqual([
      { table: 'elder', rows: 1 },
    ]);
    expect(await kept(over)).toMatchObject({ version: 1, contactErasedOn: null });
    expect(await sweep(elderlyCare, { sql: sql(), keyring })).toEqual([{ table: 'elder', rows: 1 }]);
    const row = await kept(over);
    expect(row).toMatchObject({ name: '示例老人', phone: null, version: 2 });
    expect(row?.contactErasedOn).not.toBeNull();
    expect(row?.idNumber).not.toBeNull();
    expect(row?.idNumberIndex).not.toBeNull();
    const table = elderlyCare.encrypted?.find((each) => each.table === 'elder');
    expect(table?.decrypt(keyring, row as never, 'address' as never)).toBe('已删除');
    expect(await kept(notYet)).toEqual(before);
    const [event] = await sql()`select caller, action, detail from change_event where entity_id = ${over}`;
    expect(event).toEqual({
      caller: 'retention',
      action: 'RETENTION_OVER',
      detail: { changed: ['phone', 'address', 'contactErasedOn'] },
    });
    expect(await sweep(elderlyCare, { sql: sql(), keyring })).toEqual([]);
  });

  it('is handled once, in batches, by any number of processes', async () => {
    for (let index = 0; index < 7; index += 1) await closed('4 years', `0000000001${index}`);
    const swept = await Promise.all([0, 1].map(() => sweep(elderlyCare, { sql: sql(), keyring, batch: 2 })));
    const taken = swept.flat().reduce((sum, { rows }) => sum + rows, 0);
    const [later] = await sweep(elderlyCare, { sql: sql(), keyring, batch: 2 });
    expect(taken + (later?.rows ?? 0)).toBe(7);
    const versions = await sql()`select distinct version from elder`;
    expect([...versions]).toEqual([{ version: 2 }]);
  });

  it('is also handled by the scheduled job of the subgraph, like a care worker’s name and telephone', async () => {
    const id = newId('410105');
    await insertCareWorker(sql(), { id, divisionCode: '410105', onDuty: false });
    await sql()`update care_worker set status = 'CLOSED', closed_on = now() - interval '4 years' where id = ${id}`;
    const logged: Record<string, unknown>[] = [];
    await retentionJob(elderlyCare, keyring, (event) => logged.push(event)).perform(sql());
    expect(logged).toEqual([{ event: 'retention over', swept: [{ table: 'care_worker', rows: 1 }] }]);
    const [worker] = await sql()`select name from care_worker where id = ${id}`;
    expect(worker?.name).toBe('已删除');
  });
});

describe('expired data elsewhere', () => {
  it('are bookings that were cancelled more than a year ago, and no others', async () => {
    const sql = sqlOf(culture);
    const [activity, session] = [newId('410105007'), newId('410105007')];
    await sql`insert into activity (id, division_code, title, category, audience, organiser)
      values (${activity}, '410105007', '示例', 'LECTURE', 'ELDERLY', '示例')`;
    await sql`insert into session (id, division_code, activity_id, category, audience, place, starts_at, ends_at, status,
        capacity, attended, longitude, latitude)
      values (${session}, '410105007', ${activity}, 'LECTURE', 'ELDERLY', '示例', now() - interval '2 years',
        now() - interval '2 years' + interval '1 hour', 'HELD', 10, 1, 113.6, 34.8)`;
    const booked = async (status: string, cancelled: string | null) => {
      const id = newId('410105007');
      await sql`insert into booking (id, division_code, session_id, person_key, status, seats, booked_at, cancelled_at)
        values (${id}, '410105007', ${session}, ${id}, ${status}, 1, now() - interval '2 years',
          now() - ${cancelled}::text::interval)`;
      return id;
    };
    const [over, notYet] = [await booked('CANCELLED', '366 days'), await booked('CANCELLED', '300 days')];
    const used = await booked('CONFIRMED', null);
    expect(await sweep(culture, { sql, keyring })).toEqual([{ table: 'booking', rows: 1 }]);
    const left = (await sql`select id from booking`).map(({ id }) => id as string);
    expect(left.toSorted()).toEqual([notYet, used].toSorted());
    expect(left).not.toContain(over);
    expect(await sql`select * from tally_recount()`).toHaveLength(0);
  });

  it('are a device’s status changes that are older than a year, except the latest', async () => {
    const sql = sqlOf(security);
    // The history alone: what it refers to is not looked at.
    await sql`alter table device_status_change drop constraint device_status_change_device_id_security_device_id_fk`;
    const [one, two] = [newId('410105'), newId('410105')];
    await sql`insert into device_status_change (device_id, at, status) values
      (${one}, now() - interval '3 years', 'ONLINE'), (${one}, now() - interval '2 years', 'OFFLINE'),
      (${one}, now() - interval '1 day', 'ONLINE'), (${two}, now() - interval '2 years', 'OFFLINE')`;
    expect(await sweep(security, { sql, keyring, batch: 1 })).toEqual([
      { table: 'device_status_change', rows: 2 },
    ]);
    const left = await sql`select device_id, status from device_status_change order by at`;
    expect([...left]).toEqual([
      { deviceId: two, status: 'OFFLINE' },
      { deviceId: one, status: 'ONLINE' },
    ]);
  });
});
