// Rollups: a migration fills those of an older installation with its counts, and seeding counts all rows at once.
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { subgraph as culture } from '@district-graph/culture';
import { openDatabase } from '@district-graph/kit/database/database';
import { newId } from '@district-graph/kit/database/ids';
import { kitMigrations, migrateDatabase } from '@district-graph/kit/database/migrations';
import { seedDatabase } from '@district-graph/kit/seed/seeding';
import { migrationsOf } from '@district-graph/kit/subgraph';
import { emptyDatabase } from '@district-graph/kit/testing/test-subgraph';
import { subgraph as sanitation } from '@district-graph/sanitation';
import { expect, it } from 'vitest';

const urlOf = (database: string) => new URL(`/${database}`, process.env.TEST_POSTGRES_URL).href;

/** Copies the migrations before the first one with this name. */
function migrationsBefore(name: string, folder: string, into: string): string {
  cpSync(folder, into, { recursive: true });
  const file = join(into, 'meta', '_journal.json');
  const journal = JSON.parse(readFileSync(file, 'utf8')) as { entries: { tag: string }[] };
  const end = journal.entries.findIndex(({ tag }) => tag.endsWith(name));
  writeFileSync(file, JSON.stringify({ ...journal, entries: journal.entries.slice(0, end) }));
  return into;
}

it('keeps every count of an older installation, by metric and by road', async () => {
  const admin = openDatabase(urlOf('postgres'), { maxConnections: 1 });
  const database = `rollups_${process.pid}`;
  await admin.unsafe(`create database "${database}"`);
  const folder = mkdtempSync(join(tmpdir(), 'rollups-'));
  const sql = openDatabase(urlOf(database), { maxConnections: 1 });
  try {
    const [own, others] = (
      [
        ['kit', kitMigrations],
        ['subgraph', migrationsOf(sanitation)],
      ] as const
    ).map(([name, of]) => migrationsBefore('_rollups', of, join(folder, name))) as [string, string];
    await migrateDatabase(urlOf(database), others, own);
    const [community, roadId, runId] = ['410105007003', newId('410105'), newId('410105')];
    await sql`insert into road ${sql([{ id: roadId, division_code: community, name: '示例路', cleaning_grade: 'FIRST', length_metres: 900, longitude: 113.68, latitude: 34.79 }])}`;
    await sql`insert into cleaning_run ${sql([{ id: runId, division_code: community, road_id: roadId, day: '2026-03-01', status: 'COMPLETED', started_at: '2026-03-01T06:00:00+08:00', completed_at: '2026-03-01T08:00:00+08:00' }])}`;
    await sql`insert into cleaning_step ${sql(['VACUUM', 'FLUSH'].map((kind, index) => ({ run_id: runId, ordinal: index + 1, kind, status: 'COMPLETED', started_at: '2026-03-01T06:00:00+08:00', completed_at: '2026-03-01T06:00:00+08:00' })))}`;
    // A sum that concurrent writers have spread over several slots.
    await sql`update tally set amount = amount + 2 where metric = 'roads'`;
    await sql`insert into tally select division_code, metric, grain, start, slot + 1, -2 from tally where metric = 'roads'`;
    const sums = () => sql`
      select division_code, metric, grain, start, sum(amount)::integer as amount from tally group by 1, 2, 3, 4 order by 1, 2, 3, 4`;
    const kept = await sums();
    expect(kept.length).toBeGreaterThan(10);

    await migrateDatabase(urlOf(database), migrationsOf(sanitation));

    // Later migrations count more metrics, which the recount below covers.
    const metrics = new Set(kept.map(({ metric }) => metric));
    expect((await sums()).filter(({ metric }) => metrics.has(metric))).toEqual(kept);
    expect(await sql`select * from tally_recount()`).toEqual([]);
    expect(await sql`select * from road_flush_recount()`).toEqual([]);
    const [flushed] =
      await sql`select grain, bit_count(roads)::integer as roads from road_flush_rollup where grain = 'MONTH'`;
    expect(flushed).toEqual({ grain: 'MONTH', roads: 1 });
  } finally {
    await sql.end();
    await admin.unsafe(`drop database if exists "${database}"`);
    await admin.end();
    rmSync(folder, { recursive: true });
  }
});

it('counts seeded rows together with the rows before and after them', async () => {
  const { url, sql, drop } = await emptyDatabase(culture);
  const columns = ['id', 'division_code', 'name', 'kind', 'members'];
  const troupe = () => [newId('410105'), '410105007', '示例队', 'DANCE', 12] as const;
  const insert = () => {
    const row = troupe();
    return sql`insert into troupe ${sql([Object.fromEntries(columns.map((column, index) => [column, row[index]]))])}`;
  };
  const counted = async () => {
    expect(await sql`select * from tally_recount()`).toEqual([]);
    const [row] = await sql`
      select sum(amount)::integer as troupes from tally where division_code = '410100' and metric = 'troupes:DANCE'`;
    return row?.troupes;
  };
  try {
    await insert();
    const seed: typeof culture.seed = async ({ sql: filling, copy }) => {
      await copy('troupe', columns, [troupe(), troupe(), troupe()]);
      await filling`delete from troupe where ctid = (select max(ctid) from troupe)`;
    };
    await seedDatabase({ name: 'culture', seed }, url, 'default');
    expect(await counted()).toBe(3);
    await insert();
    expect(await counted()).toBe(4);
  } finally {
    await drop();
  }
});
