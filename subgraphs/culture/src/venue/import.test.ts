import { type ImportBench, importBench, rowOf } from '@district-graph/kit/testing/imports';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { activityImport } from '../activity/import.ts';
import { subgraph } from '../subgraph.ts';
import { troupeImport } from '../troupe/import.ts';
import { venueImport } from './import.ts';

let bench: ImportBench;
beforeAll(async () => {
  bench = await importBench(subgraph);
});
beforeEach(async () => {
  for (const table of ['session', 'venue', 'activity', 'troupe'])
    await bench.sql`delete from ${bench.sql(table)}`;
});
afterAll(() => bench.stop());

const imports = [venueImport, activityImport, troupeImport];

describe('venues, activities and troupes from a file', () => {
  it.each(imports.map((definition) => [definition.name, definition] as const))(
    'are registered, changed and counted: %s',
    async (_name, definition) => {
      const title = definition === activityImport ? 'title' : 'name';
      const row = (key: string, cells = {}) => rowOf(definition, { registrationKey: key, ...cells });
      expect(await bench.run(definition, [row('1'), row('2')])).toMatchObject({ created: 2 });
      expect(await bench.run(definition, [row('1'), row('2', { [title]: '新名称' })])).toMatchObject({
        updated: 1,
        unchanged: 1,
      });
      expect((await bench.run(definition, [row('1', { divisionCode: '410105' })])).faults).toMatchObject([
        { line: 2, column: 'divisionCode' },
      ]);
      expect((await bench.run(definition, [row('3', { [title]: ' ' })])).faults).toMatchObject([
        { line: 2, column: title },
      ]);
      expect(await bench.recount()).toEqual([]);
    },
  );

  it.each([
    ['a centre that is no key', venueImport, { serviceCentreId: 'x' }, 'serviceCentreId'],
    ['a capacity of nobody', venueImport, { capacity: '0' }, 'capacity'],
    ['a season that is none', activityImport, { season: '盛夏' }, 'season'],
    ['a troupe of too many', troupeImport, { members: '1001' }, 'members'],
  ] as const)('are refused for %s', async (_what, definition, cells, column) => {
    expect((await bench.run(definition, [rowOf(definition, { ...cells })])).faults).toMatchObject([
      { line: 2, column },
    ]);
  });

  it('keep the seats of coming sessions', async () => {
    await bench.run(venueImport, [rowOf(venueImport)]);
    await bench.run(activityImport, [rowOf(activityImport)]);
    await bench.sql`
      insert into session (id, division_code, activity_id, category, audience, venue_id, place, starts_at, ends_at, status, capacity, longitude, latitude)
      select '01a1fc14-c3c1-7069-8000-000000000009', v.division_code, a.id, a.category, a.audience, v.id, '示例', now() + interval '1 day',
        now() + interval '25 hours', 'SCHEDULED', 30, v.longitude, v.latitude from venue v, activity a`;
    const capacity = (most: string) => bench.run(venueImport, [rowOf(venueImport, { capacity: most })]);
    expect((await capacity('29')).faults).toMatchObject([{ line: 2, column: 'capacity', value: '29' }]);
    expect(await capacity('30')).toMatchObject({ updated: 1 });
  });
});
