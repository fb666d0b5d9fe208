import { type ImportBench, importBench, rowOf } from '@district-graph/kit/testing/imports';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { subgraph } from '../subgraph.ts';
import { loveSupermarketImport } from './import.ts';

let bench: ImportBench;
beforeAll(async () => {
  bench = await importBench(subgraph);
});
beforeEach(async () => {
  await bench.sql`delete from love_supermarket`;
});
afterAll(() => bench.stop());

const supermarket = (cells = {}) => rowOf(loveSupermarketImport, cells);
const run = (...rows: Record<string, string>[]) => bench.run(loveSupermarketImport, rows);

describe('love supermarkets from a file', () => {
  it('are registered open, updated, and left alone if nothing differs', async () => {
    const other = { registrationKey: 'AX-2', name: '示例雷锋超市' };
    expect(await run(supermarket(), supermarket(other))).toMatchObject({ created: 2 });
    expect(await bench.sql`select name, status, version from love_supermarket order by 1`).toEqual([
      { name: '示例爱心超市', status: 'OPEN', version: 1 },
      { name: '示例雷锋超市', status: 'OPEN', version: 1 },
    ]);
    expect(await run(supermarket(), supermarket({ ...other, name: '示例超市' }))).toMatchObject({
      updated: 1,
      unchanged: 1,
    });
    expect(await bench.recount()).toEqual([]);
  });

  it.each([
    ['no name', { name: '' }, 'name'],
    ['a division that is none', { divisionCode: '410199' }, 'divisionCode'],
    ['a service centre that is no key', { serviceCentreId: 'x' }, 'serviceCentreId'],
    ['a day that is none', { openedOn: '2024-02-30' }, 'openedOn'],
    ['a day to come', { openedOn: '2999-01-01' }, 'openedOn'],
    ['a point outside of the city', { longitude: '116.4' }, 'longitude'],
  ])('are refused for %s', async (_what, cells, column) => {
    const { faults, committed } = await run(
      supermarket(),
      supermarket({ registrationKey: 'AX-2', ...cells }),
    );
    expect(committed).toBe(false);
    expect(faults).toMatchObject([{ line: 3, column }]);
  });

  it('keep their division and opening day, and are refused once they are closed', async () => {
    await run(supermarket());
    for (const cells of [{ divisionCode: '410105007004' }, { openedOn: '2024-05-02' }])
      expect((await run(supermarket(cells))).faults).toMatchObject([{ column: Object.keys(cells)[0] }]);
    await bench.sql`update love_supermarket set status = 'CLOSED', closed_on = '2026-01-01'`;
    expect((await run(supermarket({ name: '示例' }))).faults).toHaveLength(1);
  });
});
