import { type ImportBench, importBench, rowOf } from '@district-graph/kit/testing/imports';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { subgraph } from '../subgraph.ts';
import { gridImport } from './import.ts';
import { community } from './testing.ts';

let bench: ImportBench;
beforeAll(async () => {
  bench = await importBench(subgraph);
});
beforeEach(async () => {
  await bench.sql`delete from grid where level = 'COMMUNITY'`;
  await bench.sql`delete from grid where level = 'SUBDISTRICT'`;
  await bench.sql`delete from grid`;
});
afterAll(() => bench.stop());

const row = (code: string, cells = {}) => rowOf(gridImport, { gridCode: code, ...cells });
const tree = () => [row(`${community}001`, { households: '300' }), row('410105'), row('410105007')];

describe('grids from a file', () => {
  it('are registered with those above them, in any order, then changed and counted', async () => {
    expect(await bench.run(gridImport, tree())).toMatchObject({ created: 3, faults: [] });
    const parents = await bench.sql`
      select g.grid_code as code, a.grid_code as above from grid g left join grid a on a.id = g.parent_id order by g.grid_code`;
    expect([...parents]).toEqual([
      { code: '410105', above: null },
      { code: '410105007', above: '410105' },
      { code: `${community}001`, above: '410105007' },
    ]);
    const [file] = tree();
    expect(
      await bench.run(gridImport, [{ ...file, households: '310', headName: '样本人员' }, row('410105')]),
    ).toMatchObject({ updated: 1, unchanged: 1 });
    const events = await bench.sql<{ detail: object }[]>`
      select detail from change_event where action = 'importGrid' and from_status is not null`;
    expect(events.map(({ detail }) => detail)).toEqual([{ changed: ['households', 'headName'] }]);
    expect(await bench.recount()).toEqual([]);
  });

  it('replace a dissolved one under its code', async () => {
    await bench.run(gridImport, [row('410105')]);
    await bench.sql`update grid set status = 'DISSOLVED', dissolved_on = now()`;
    expect(await bench.run(gridImport, [row('410105')])).toMatchObject({ created: 1 });
    expect(await bench.sql`select status from grid order by status`).toMatchObject([
      { status: 'ACTIVE' },
      { status: 'DISSOLVED' },
    ]);
  });

  it.each([
    ['a grid above that is neither registered nor in the file', { gridCode: `${community}001` }, 'gridCode'],
    ['a code that is none', { gridCode: '12' }, 'gridCode'],
    ['a community that is not in the register', { gridCode: '410105007999001' }, 'gridCode'],
    ['households that are no number', { households: '许多' }, 'households'],
    ['fewer households than none', { households: '-1' }, 'households'],
    ['a blank name', { name: ' ' }, 'name'],
    ['an invalid telephone number', { headPhone: '1' }, 'headPhone'],
  ])('are refused with %s, and nothing of the file is stored', async (_what, cells, column) => {
    const report = await bench.run(gridImport, [row('410102'), row('410105', cells)]);
    expect(report.faults).toMatchObject([{ line: 3, column }]);
    expect(await bench.sql`select from grid`).toHaveLength(0);
  });

  it('mask names and telephone numbers in the report', async () => {
    const { faults } = await bench.run(gridImport, [row('410105', { headPhone: '12' })]);
    expect(JSON.stringify(faults)).not.toContain('"12"');
  });
});
