import { type ImportBench, importBench, rowOf } from '@district-graph/kit/testing/imports';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { monitoringPlatformImport } from '../monitoring-platform/import.ts';
import { subgraph } from '../subgraph.ts';
import { alarmBoxImport, cameraImport } from './import.ts';

let bench: ImportBench;
beforeAll(async () => {
  bench = await importBench(subgraph);
});
beforeEach(async () => {
  await bench.sql`delete from security_device`;
  await bench.sql`delete from monitoring_platform`;
});
afterAll(() => bench.stop());

const platformCode = (serial: number) => `4101050000200000000${serial}`;
const cityCode = '41010000002000000001';
const platform = (deviceCode: string, cells = {}) =>
  rowOf(monitoringPlatformImport, { deviceCode, ...cells });
const city = platform(cityCode, { divisionCode: '410100', tier: 'CITY_110_CENTRE' });
const district = platform(platformCode(1), { parentCode: cityCode });
const branch = platform(platformCode(2), {
  divisionCode: '410105001',
  tier: 'SUBDISTRICT_OR_BRANCH',
  parentCode: platformCode(1),
});
const platforms = [branch, city, district];
const importPlatforms = (rows = platforms, options = {}) =>
  bench.run(monitoringPlatformImport, rows, options);

const code = (serial: number) => `41010500081320${String(serial).padStart(6, '0')}`;
const camera = (serial: number, cells = {}) => rowOf(cameraImport, { deviceCode: code(serial), ...cells });
const run = (rows: Record<string, string>[], options = {}) => bench.run(cameraImport, rows, options);
const devices = () => bench.sql`
  select d.device_code, p.device_code as platform_code, d.name, d.version, h.in_service
  from security_device d join monitoring_platform p on p.id = d.platform_id join device_heartbeat h on h.device_id = d.id
  order by d.device_code`;
const events = () =>
  bench.sql`select action, entity_type, from_status, to_status, detail from change_event order by sequence`;

describe('platforms from a file', () => {
  it('are placed below each other in any order of the rows', async () => {
    expect(await importPlatforms()).toMatchObject({ created: 3, rejected: 0 });
    expect(
      await bench.sql`select device_code, cardinality(path) as tier from monitoring_platform order by tier`,
    ).toMatchObject([{ deviceCode: cityCode }, { deviceCode: platformCode(1) }, { tier: 3 }]);
    expect(await bench.sql`select from platform_heartbeat`).toHaveLength(3);
    expect(await importPlatforms()).toMatchObject({ created: 0, updated: 0, unchanged: 3 });
    expect(await bench.recount()).toEqual([]);
  });

  it.each([
    ['a parent that is nowhere', { parentCode: platformCode(9) }],
    ['a parent of its own tier', { deviceCode: platformCode(3), parentCode: platformCode(1) }],
    [
      'a parent of another division',
      {
        deviceCode: '41010400002000000001',
        divisionCode: '410104',
        tier: 'SUBDISTRICT_OR_BRANCH',
        parentCode: platformCode(1),
      },
    ],
  ])('are refused for %s', async (_what, cells) => {
    const { faults, committed } = await importPlatforms([
      city,
      district,
      { ...branch, tier: 'DISTRICT_CENTRE', ...cells },
    ]);
    expect(committed).toBe(false);
    expect(faults).toMatchObject([{ line: 4, column: 'parentCode' }]);
  });

  it('are rejected with their parent', async () => {
    const options = { rejectsFile: bench.rejectsFile };
    const report = await importPlatforms([city, { ...district, feeds: 'x' }, branch], options);
    expect(report).toMatchObject({ created: 1, rejected: 2, committed: true });
    expect(report.faults.map(({ line, column }) => [line, column])).toEqual([
      [3, 'feeds'],
      [4, 'parentCode'],
    ]);
  });

  it('keep the parent they were registered with', async () => {
    await importPlatforms();
    const { faults } = await importPlatforms([city, district, { ...branch, parentCode: cityCode }]);
    expect(faults).toMatchObject([{ line: 4, column: 'parentCode' }]);
  });
});

describe('cameras from a file', () => {
  beforeEach(() => importPlatforms());

  it('are connected to the platform that is named, or the lowest that serves them, and are counted there', async () => {
    const report = await run([
      camera(1, { platformCode: platformCode(1) }),
      camera(2),
      camera(3, { divisionCode: '410105002', form: '球机', indoor: '' }),
    ]);
    expect(report).toMatchObject({ created: 3, rejected: 0 });
    expect(await devices()).toMatchObject([
      { platformCode: platformCode(1), inService: true },
      { platformCode: platformCode(2) },
      { platformCode: platformCode(1), version: 1 },
    ]);
    expect(
      await bench.sql`
        select c.count from platform_device_count c join monitoring_platform p on p.id = c.platform_id
        where p.device_code = ${cityCode}`,
    ).toEqual([{ count: 3 }]);
    expect((await events()).at(-1)).toMatchObject({
      action: 'importCamera',
      entityType: 'Camera',
      fromStatus: null,
      toStatus: 'OFFLINE',
      detail: { deviceCode: code(3) },
    });
    expect(await bench.recount()).toEqual([]);
  });

  it('change nothing when they are imported again, and move with what differs', async () => {
    await run([camera(1), camera(2, { platformCode: platformCode(1) })]);
    expect(await run([camera(1), camera(2)])).toMatchObject({ updated: 0, unchanged: 2 });
    expect(await run([camera(1, { divisionCode: '410105002' }), camera(2)])).toMatchObject({ updated: 1 });
    expect(await devices()).toMatchObject([
      { platformCode: platformCode(1), version: 2 },
      { platformCode: platformCode(1), version: 1 },
    ]);
    expect((await events()).at(-1)).toMatchObject({
      fromStatus: 'OFFLINE',
      toStatus: 'OFFLINE',
      detail: { changed: ['divisionCode', 'platformId'] },
    });
    expect(await bench.recount()).toEqual([]);
  });

  it('leave columns unchanged that the file does not have', async () => {
    await run([camera(1)]);
    const { manufacturer: _one, direction: _two, ...fewer } = camera(1, { name: '新名称' });
    expect(await run([fewer])).toMatchObject({ updated: 1 });
    expect(await bench.sql`select name, manufacturer, direction from security_device`).toEqual([
      { name: '新名称', manufacturer: '示例厂商', direction: 3 },
    ]);
  });

  it.each([
    ['a code of 19 digits', { deviceCode: code(2).slice(1) }, 'deviceCode', /20 位/],
    ['a code of another district', { divisionCode: '410104001001' }, 'deviceCode', /410104/],
    ['the code of an alarm box', { deviceCode: '41010500081340000001' }, 'deviceCode', /131/],
    ['an industry that is none', { deviceCode: '41010500991320000001' }, 'deviceCode', /行业/],
    ['a direction beyond 8', { direction: '9' }, 'direction', /1 到 8/],
    ['a form that is none', { form: '无人机' }, 'form', /DOME/],
    ['a platform that is none', { platformCode: platformCode(9) }, 'platformCode', /未报废/],
    ['a place outside the city', { longitude: '116.40' }, 'longitude', /112 到 115/],
  ])('are refused for %s', async (_what, cells, column, said) => {
    const { faults, committed } = await run([camera(1), camera(2, cells)]);
    expect(committed).toBe(false);
    expect(faults).toMatchObject([{ line: 3, column }]);
    expect(faults[0]?.zh).toMatch(said);
    expect(await devices()).toEqual([]);
  });

  it('show their location rounded to about a kilometre', async () => {
    const { faults } = await run([camera(1, { longitude: '113.68123456', latitude: '99.12345' })]);
    expect(faults).toMatchObject([{ column: 'latitude', value: '99.12****' }]);
  });

  it('are distinguished from alarm boxes', async () => {
    await run([camera(1)]);
    expect(await bench.run(alarmBoxImport, [rowOf(alarmBoxImport)])).toMatchObject({
      created: 1,
      rejected: 0,
    });
    expect(await bench.sql`select kind, intercom from security_device order by kind`).toMatchObject([
      { kind: 'ALARM_BOX', intercom: true },
      { kind: 'CAMERA', intercom: null },
    ]);
  });
});
