import { type ImportBench, importBench, rowOf } from '@district-graph/kit/testing/imports';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { microWorkImport } from '../micro-work/import.ts';
import { subgraph } from '../subgraph.ts';
import { councilImport } from './import.ts';

let bench: ImportBench;
beforeAll(async () => {
  bench = await importBench(subgraph);
});
beforeEach(async () => {
  await bench.sql`delete from council`;
  await bench.sql`delete from micro_work`;
});
afterAll(() => bench.stop());

const imports = [councilImport, microWorkImport];

describe('councils and micro-works from a file', () => {
  it.each(imports.map((definition) => [definition.name, definition] as const))(
    'are registered, changed and counted: %s',
    async (_name, definition) => {
      const row = (key: string, cells = {}) => rowOf(definition, { registrationKey: key, ...cells });
      expect(await bench.run(definition, [row('1'), row('2')])).toMatchObject({ created: 2 });
      expect(await bench.run(definition, [row('1'), row('2', { name: '新名称' })])).toMatchObject({
        updated: 1,
        unchanged: 1,
      });
      expect((await bench.run(definition, [row('1', { divisionCode: '410105' })])).faults).toMatchObject([
        { line: 2, column: 'divisionCode' },
      ]);
      expect((await bench.run(definition, [row('3'), row('3')])).faults).toMatchObject([
        { line: 3, column: 'registrationKey' },
      ]);
      expect(await bench.recount()).toEqual([]);
    },
  );

  it.each([
    ['a blank name', councilImport, { name: ' ' }, 'name'],
    ['a founding to come', councilImport, { foundedOn: '2999-01-01' }, 'foundedOn'],
    ['a day that does not exist', councilImport, { foundedOn: '2019-02-30' }, 'foundedOn'],
    ['an unknown division', councilImport, { divisionCode: '410199' }, 'divisionCode'],
    ['a blank name', microWorkImport, { name: ' ' }, 'name'],
    ['a kind that is none', microWorkImport, { kind: '修桥' }, 'kind'],
    ['a budget below nothing', microWorkImport, { budgetFen: '-1' }, 'budgetFen'],
    ['a budget in words', microWorkImport, { budgetFen: '五万' }, 'budgetFen'],
  ] as const)('are refused for %s', async (_what, definition, cells, column) => {
    expect((await bench.run(definition, [rowOf(definition, { ...cells })])).faults).toMatchObject([
      { line: 2, column },
    ]);
  });

  it('keep what was dissolved or started as it is', async () => {
    for (const definition of imports) await bench.run(definition, [rowOf(definition)]);
    await bench.sql`update council set status = 'DISSOLVED', dissolved_on = now()`;
    await bench.sql`update micro_work set status = 'UNDER_CONSTRUCTION', started_on = now()`;
    for (const definition of imports) {
      const { faults } = await bench.run(definition, [rowOf(definition, { name: '新名称' })]);
      expect(faults).toMatchObject([{ line: 2, column: 'registrationKey' }]);
    }
  });
});
