import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Database, openDatabase } from '../database/database.ts';
import { type KitDatabase, kitDatabase } from '../testing/access-records.ts';
import { type AuditFilter, findAccessRecords } from './audit.ts';

const records = 60_000;
let database: KitDatabase;
let sent: { text: string; parameters: readonly unknown[] }[] = [];
let watched: Database;

beforeAll(async () => {
  database = await kitDatabase('access_audit');
  // A day of reads in five districts, by 200 viewers of 3,000 persons; one in a hundred is refused. A sixth district occurs in the first 500 records only.
  await database.sql`
    insert into access_record (sequence, at, viewer, outcome, subject_type, subject_id, division_code, fields, key_id, hash)
    select n, timestamptz '2026-03-01 00:00:00+08' + n * interval '1.44 s', 'viewer-' || n % 200,
      case when n % 100 = 7 then 'REFUSED' else 'GIVEN' end, 'Elder', 'elder-' || n % 3000,
      '41010' || case when n < 500 then 8 else 2 + n % 5 end || '00' || 1 + n % 3 || '00' || 1 + n % 4, '{name}', 'k', decode(repeat('00', 32), 'hex')
    from generate_series(1, ${records}::integer) n`;
  await database.sql`analyze access_record`;
  watched = openDatabase(database.url, {
    maxConnections: 1,
    onStatement: (text, parameters) => sent.push({ text, parameters }),
  });
});
afterAll(async () => {
  await watched.end();
  await database.drop();
});

/** The rows that the statements read, in the whole of their plans. */
async function rowsRead(
  divisions: string[],
  filter: AuditFilter,
  after: number | null = null,
): Promise<number> {
  sent = [];
  const page = { limit: 21, after: after === null ? null : [after] };
  const found = await findAccessRecords(watched, divisions, filter, page);
  expect(found.length).toBeGreaterThan(0);
  let rows = 0;
  for (const { text, parameters } of sent.filter(({ text }) => text.includes('cross join lateral'))) {
    const [explained] = await database.sql.unsafe(
      `explain (analyze, format json, timing off) ${text}`,
      parameters as never[],
    );
    const walk = (node: Record<string, unknown>) => {
      expect(node['Node Type']).not.toBe('Seq Scan');
      const loops = Number(node['Actual Loops'] ?? 1);
      if (String(node['Node Type']).includes('Scan') && node['Relation Name'])
        rows += (Number(node['Actual Rows']) + Number(node['Rows Removed by Filter'] ?? 0)) * loops;
      for (const plan of (node.Plans as Record<string, unknown>[] | undefined) ?? []) walk(plan);
    };
    walk(explained?.['QUERY PLAN'][0].Plan);
  }
  return rows;
}

const morning = { from: '2026-03-01', to: '2026-03-01' };

it.each<[string, string[], AuditFilter]>([
  ['the city', ['410100'], {}],
  ['districts', ['410102', '410104'], {}],
  ['a district that was read long ago', ['410108'], {}],
  ['a subdistrict', ['410103002'], {}],
  ['a community', ['410103002002'], {}],
  ['refusals in the city', ['410100'], { outcome: 'REFUSED' }],
  ['refusals in a district', ['410104'], { outcome: 'REFUSED' }],
  ['disclosures in a district', ['410104'], { outcome: 'GIVEN' }],
  ['days in a district', ['410104'], { period: morning }],
])(
  'reads no more rows than a page of %s needs, near the end and far from it',
  async (_name, divisions, filter) => {
    expect(await rowsRead(divisions, filter)).toBeLessThan(60 * divisions.length);
    expect(await rowsRead(divisions, filter, 30_000)).toBeLessThan(60 * divisions.length);
  },
);

it.each<[string, AuditFilter]>([
  ['a person', { subjectId: 'elder-1207' }],
  ['a viewer', { viewer: 'viewer-7' }],
  ['a person on some days', { subjectId: 'elder-1207', period: morning }],
])('reads no more rows than the records of %s', async (_name, filter) => {
  expect(await rowsRead(['410100'], filter)).toBeLessThan(400);
  expect(await rowsRead(['410104', '410102', '410103'], filter)).toBeLessThan(1200);
});

it('reads no more rows than all refusals for those of a viewer', async () => {
  expect(await rowsRead(['410100'], { viewer: 'viewer-7', outcome: 'REFUSED' })).toBeLessThanOrEqual(600);
});
