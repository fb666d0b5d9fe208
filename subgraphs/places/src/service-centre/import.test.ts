import { type ImportBench, importBench, rowOf } from '@district-graph/kit/testing/imports';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { insertExampleCommunity } from '../seed/made-up.ts';
import { subgraph } from '../subgraph.ts';
import { serviceCentreImport } from './import.ts';

let bench: ImportBench;
beforeAll(async () => {
  bench = await importBench(subgraph);
  await insertExampleCommunity(bench.sql, '410105001003');
});
beforeEach(() => bench.sql`delete from service_centre`);
afterAll(() => bench.stop());

const run = (cells = {}) => bench.run(serviceCentreImport, [rowOf(serviceCentreImport, cells)]);

describe('service centres from a file', () => {
  it('are registered under the bureau’s number, and changed by what differs', async () => {
    expect(await run()).toMatchObject({ created: 1 });
    expect(await run({ windows: '7', residentsServedMax: '9000' })).toMatchObject({ updated: 1 });
    expect(
      await bench.sql`select registration_key, windows, residents_served_max, version from service_centre`,
    ).toEqual([{ registrationKey: 'FW-410105-001', windows: 7, residentsServedMax: 9000, version: 2 }]);
    expect(await run({ windows: '7', residentsServedMax: '9000' })).toMatchObject({ unchanged: 1 });
    expect(await bench.recount()).toEqual([]);
  });

  it.each([
    ['a number too long', { registrationKey: 'x'.repeat(51) }, 'registrationKey'],
    ['a kind that is none', { kind: '超市' }, 'kind'],
    ['no floor', { floors: '0' }, 'floors'],
    ['a day that is none', { openedOn: '2024-02-30' }, 'openedOn'],
    ['half a window', { windows: '1.5' }, 'windows'],
    ['a telephone number of letters', { phone: 'none' }, 'phone'],
    ['a key that is none', { id: 'x' }, 'id'],
    ['a key of no record', { id: '01a1fc14-c3c1-7069-8000-000000000009' }, 'id'],
  ])('are refused for %s', async (_what, cells, column) => {
    expect((await run(cells)).faults).toMatchObject([{ line: 2, column }]);
  });

  it('are refused with a minimum above the maximum, and with another opening day later', async () => {
    expect((await run({ residentsServedMin: '9000' })).faults).toMatchObject([
      { line: 2, column: 'residentsServedMax', value: '8000' },
    ]);
    await run();
    expect((await run({ openedOn: '2024-05-02' })).faults).toMatchObject([{ line: 2, column: 'openedOn' }]);
  });
});
