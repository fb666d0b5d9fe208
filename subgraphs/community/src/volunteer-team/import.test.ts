import { type ImportBench, importBench, rowOf } from '@district-graph/kit/testing/imports';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { subgraph } from '../subgraph.ts';
import { volunteerTeamImport as definition } from './import.ts';

let bench: ImportBench;
beforeAll(async () => {
  bench = await importBench(subgraph);
});
beforeEach(() => bench.sql`delete from volunteer_team`);
afterAll(() => bench.stop());

const row = (key: string, cells = {}) => rowOf(definition, { registrationKey: key, ...cells });

describe('teams of volunteers from a file', () => {
  it('are registered, changed and counted', async () => {
    expect(await bench.run(definition, [row('1'), row('2')])).toMatchObject({ created: 2 });
    const again = await bench.run(definition, [row('1'), row('2', { name: '新名称' })]);
    expect(again).toMatchObject({ updated: 1, unchanged: 1 });
    expect(await bench.recount()).toEqual([]);
  });

  it.each([
    ['a blank name', { name: ' ' }, 'name'],
    ['a kind that is none', { kind: '舞龙队' }, 'kind'],
    ['a centre that is no key', { serviceCentreId: 'x' }, 'serviceCentreId'],
    ['a founding that is to come', { foundedOn: '2999-01-01' }, 'foundedOn'],
    ['a division that is not in the register', { divisionCode: '419999' }, 'divisionCode'],
  ] as const)('are refused for %s', async (_what, cells, column) => {
    expect((await bench.run(definition, [row('1', cells)])).faults).toMatchObject([{ line: 2, column }]);
  });

  it('are not founded after the day of the import', async () => {
    const file = [row('1', { foundedOn: '2020-01-02' })];
    const early = await bench.run(definition, file, { today: '2020-01-01' });
    expect(early.faults).toMatchObject([{ line: 2, column: 'foundedOn' }]);
    expect(await bench.run(definition, file, { today: '2020-01-02' })).toMatchObject({ created: 1 });
  });

  it('are not changed once disbanded, nor moved to another division', async () => {
    await bench.run(definition, [row('1')]);
    const moved = await bench.run(definition, [row('1', { divisionCode: '410105' })]);
    expect(moved.faults).toMatchObject([{ line: 2, column: 'divisionCode' }]);
    await bench.sql`update volunteer_team set status = 'DISBANDED', disbanded_on = '2020-01-01'`;
    expect((await bench.run(definition, [row('1', { name: '新名称' })])).faults).toHaveLength(1);
  });
});
