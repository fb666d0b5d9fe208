import { type ImportBench, importBench, rowOf } from '@district-graph/kit/testing/imports';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { subgraph } from '../subgraph.ts';
import { sampleRecordImport } from './import.ts';

let bench: ImportBench;
beforeAll(async () => {
  bench = await importBench(subgraph);
});
beforeEach(async () => {
  await bench.sql`delete from sample_record`;
});
afterAll(() => bench.stop());

const row = (key: string, cells = {}) => rowOf(sampleRecordImport, { registrationKey: key, ...cells });

describe('sample records from a file', () => {
  it('are registered, changed and counted', async () => {
    expect(await bench.run(sampleRecordImport, [row('1'), row('2')])).toMatchObject({ created: 2 });
    expect(
      await bench.run(sampleRecordImport, [row('1'), row('2', { name: '新名称', kind: '其他' })]),
    ).toMatchObject({ updated: 1, unchanged: 1 });
    expect(
      await bench.sql`select kind, version from sample_record where registration_key = '2'`,
    ).toMatchObject([{ kind: 'OTHER', version: 2 }]);
    expect(await bench.recount()).toEqual([]);
  });

  it.each([
    ['a name of spaces', { name: ' ' }, 'name'],
    ['a kind that is none', { kind: '无' }, 'kind'],
    ['a telephone number without digits', { contactPhone: 'none' }, 'contactPhone'],
    ['a division that is no community', { divisionCode: '410105' }, 'divisionCode'],
    ['a day to come', { registeredOn: '2999-01-01' }, 'registeredOn'],
  ])('are refused for %s', async (_what, cells, column) => {
    expect((await bench.run(sampleRecordImport, [row('3', cells)])).faults).toMatchObject([
      { line: 2, column },
    ]);
  });

  it('are not changed once closed', async () => {
    await bench.run(sampleRecordImport, [row('1')]);
    await bench.sql`update sample_record set status = 'CLOSED', closed_on = '2026-02-01'`;
    const { faults } = await bench.run(sampleRecordImport, [row('1', { name: '新名称' })]);
    expect(faults).toHaveLength(1);
  });
});
