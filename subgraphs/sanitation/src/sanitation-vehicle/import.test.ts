import { type ImportBench, importBench, rowOf } from '@district-graph/kit/testing/imports';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { pollutionSourceImport } from '../pollution-source/import.ts';
import { roadImport } from '../road/import.ts';
import { sanitationCrewImport } from '../sanitation-crew/import.ts';
import { subgraph } from '../subgraph.ts';
import { sanitationVehicleImport } from './import.ts';

let bench: ImportBench;
beforeAll(async () => {
  bench = await importBench(subgraph);
});
beforeEach(async () => {
  for (const table of ['sanitation_vehicle', 'sanitation_crew', 'road', 'pollution_source'])
    await bench.sql`delete from ${bench.sql(table)}`;
  await bench.run(sanitationCrewImport, [rowOf(sanitationCrewImport)]);
});
afterAll(() => bench.stop());

const vehicle = (plateNumber: string, cells = {}) =>
  rowOf(sanitationVehicleImport, { plateNumber, ...cells });
const run = (rows: Record<string, string>[], options = {}) =>
  bench.run(sanitationVehicleImport, rows, options);
const crewKey = 'BZ-410105-001';

describe('vehicles from a file', () => {
  it('belong to crews by their number, and lose them where the cell is empty', async () => {
    expect(await run([vehicle('豫A1', { crewKey }), vehicle('豫A2')])).toMatchObject({ created: 2 });
    const crews = () =>
      bench.sql`select plate_number, crew_id is not null as crewed, status, version from sanitation_vehicle order by 1`;
    expect(await crews()).toMatchObject([{ crewed: true, status: 'AVAILABLE' }, { crewed: false }]);
    expect(await run([vehicle('豫A1', { crewKey }), vehicle('豫A2')])).toMatchObject({ unchanged: 2 });
    const { crewKey: _none, ...without } = vehicle('豫A1');
    expect(await run([without])).toMatchObject({ unchanged: 1 });
    expect(await run([vehicle('豫A1')])).toMatchObject({ updated: 1 });
    expect(await crews()).toMatchObject([{ crewed: false, version: 2 }, { version: 1 }]);
    expect(await bench.recount()).toEqual([]);
  });

  it.each([
    ['a plate too long', { plateNumber: '豫'.repeat(21) }, 'plateNumber'],
    ['a kind that is none', { kind: '坦克' }, 'kind'],
    ['no water', { waterCapacityLitres: '0' }, 'waterCapacityLitres'],
    ['a crew that is none', { crewKey: 'x' }, 'crewKey'],
    ['neither yes nor no', { onDuty: '?' }, 'onDuty'],
  ])('are refused for %s', async (_what, cells, column) => {
    const { faults, committed } = await run([vehicle('豫A1'), vehicle('豫A2', cells)]);
    expect(committed).toBe(false);
    expect(faults).toMatchObject([{ line: 3, column }]);
  });

  it('are recognized however their plates and the numbers of their crews are written', async () => {
    await run([vehicle('豫A12345', { crewKey })]);
    expect(await run([vehicle('豫a·１２３４５', { crewKey: 'ＢＺ－410105-001' })])).toMatchObject({
      unchanged: 1,
    });
    const { faults } = await run([vehicle('豫A12346'), vehicle('豫Ａ12346')]);
    expect(faults).toMatchObject([{ line: 3, column: 'plateNumber' }]);
  });

  it('keep their kind, and are not on duty in maintenance', async () => {
    await run([vehicle('豫A1')]);
    expect((await run([vehicle('豫A1', { kind: 'SWEEPER' })])).faults).toMatchObject([
      { column: 'kind', value: 'SWEEPER', zh: '登记后不可更改，登记的是 SPRINKLER' },
    ]);
    await bench.sql`update sanitation_vehicle set on_duty = false, status = 'MAINTENANCE'`;
    expect((await run([vehicle('豫A1')])).faults).toMatchObject([{ column: 'onDuty' }]);
    expect(await run([vehicle('豫A1', { onDuty: '否' })])).toMatchObject({ unchanged: 1 });
  });
});

describe('roads, crews and sources from a file', () => {
  it('take over records that have no number yet, by their key in the graph', async () => {
    const id = '01a1fc14-c3c1-7069-8000-000000000001';
    await bench.sql`insert into road (id, division_code, name, cleaning_grade, length_metres, longitude, latitude)
      values (${id}, '410105001003', '示例路', 'FIRST', 1200, 113.6812, 34.7654)`;
    const road = (cells = {}) => bench.run(roadImport, [rowOf(roadImport, cells)]);
    expect(await road({ id })).toMatchObject({ created: 0, updated: 1 });
    expect(await bench.sql`select registration_key, version from road`).toEqual([
      { registrationKey: 'DL-410105-001', version: 2 },
    ]);
    expect(await road()).toMatchObject({ unchanged: 1 });
    expect(await road({ id })).toMatchObject({ unchanged: 1 });
    expect((await road({ id, registrationKey: 'DL-2' })).faults).toMatchObject([{ column: 'id', value: id }]);
  });

  it('are refused once they are closed or disbanded, and with impossible figures', async () => {
    const closed = async (definition: typeof roadImport, table: string, column: string) => {
      await bench.run(definition, [rowOf(definition)]);
      await bench.sql`update ${bench.sql(table)} set ${bench.sql(column)} = '2026-01-01'`;
      return (await bench.run(definition, [rowOf(definition)])).faults;
    };
    const refused = [{ line: 2, column: 'registrationKey' }];
    expect(await closed(roadImport, 'road', 'closed_on')).toMatchObject(refused);
    expect(await closed(sanitationCrewImport, 'sanitation_crew', 'disbanded_on')).toMatchObject(refused);
    expect(await closed(pollutionSourceImport, 'pollution_source', 'closed_on')).toMatchObject(refused);
    const bad = [
      [roadImport, { lengthMetres: '0' }, 'lengthMetres'],
      [sanitationCrewImport, { workersOnDuty: '-1' }, 'workersOnDuty'],
      [sanitationCrewImport, { phone: '1'.repeat(51) }, 'phone'],
      [pollutionSourceImport, { controlMeasure: '' }, 'controlMeasure'],
    ] as const;
    for (const [definition, cells, column] of bad)
      expect((await bench.run(definition, [rowOf(definition, { ...cells })])).faults).toMatchObject([
        { column },
      ]);
    expect(await bench.recount()).toEqual([]);
  });
});
