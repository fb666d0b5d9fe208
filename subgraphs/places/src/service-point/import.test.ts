import { templateOf } from '@district-graph/kit/import/header';
import { reportLines } from '@district-graph/kit/import/report';
import { type ImportBench, importBench, rowOf } from '@district-graph/kit/testing/imports';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { insertExampleCommunity } from '../seed/made-up.ts';
import { subgraph } from '../subgraph.ts';
import { servicePointImport } from './import.ts';

let bench: ImportBench;
beforeAll(async () => {
  bench = await importBench(subgraph);
  await insertExampleCommunity(bench.sql, '410105001003');
});
beforeEach(() => bench.sql`delete from service_point`);
afterAll(() => bench.stop());

const row = (sign: number, cells = {}) =>
  rowOf(servicePointImport, { signNumber: `410105-${String(sign).padStart(5, '0')}`, ...cells });
const run = (rows: Record<string, string>[], options = {}) => bench.run(servicePointImport, rows, options);
const points = () => bench.sql`select sign_number, name, version from service_point order by sign_number`;
const events = () =>
  bench.sql`select entity_id, from_status, to_status, detail from change_event order by sequence`;

describe('service points from a file', () => {
  it('are registered with an event each, and counted', async () => {
    const before = (await events()).length;
    const report = await run([row(1), row(2, { circle: 'HEALTH', discounts: '' })]);
    expect(report).toMatchObject({
      rows: 2,
      created: 2,
      updated: 0,
      unchanged: 0,
      rejected: 0,
      committed: true,
    });
    expect(
      await bench.sql`select sign_number, circle, discounts, status, version from service_point order by 1`,
    ).toMatchObject([
      {
        signNumber: '410105-00001',
        circle: 'LIVING_SERVICES',
        discounts: ['LOW_INCOME', 'AGED_70_LIVING_ALONE'],
        status: 'OPEN',
        version: 1,
      },
      { circle: 'HEALTH', discounts: [] },
    ]);
    expect((await events()).slice(before)).toMatchObject([
      { fromStatus: null, toStatus: 'OPEN' },
      { fromStatus: null, toStatus: 'OPEN' },
    ]);
    expect(await bench.recount()).toEqual([]);
  });

  it('change nothing when the same file is imported again', async () => {
    await run([row(1), row(2)]);
    const before = await events();
    expect(await run([row(1), row(2)])).toMatchObject({ created: 0, updated: 0, unchanged: 2 });
    expect(await events()).toEqual(before);
    expect(await points()).toMatchObject([{ version: 1 }, { version: 1 }]);
  });

  it('change by what differs, with a new version and an event that names the fields', async () => {
    await run([row(1), row(2)]);
    expect(await run([row(1), row(2, { name: '新名称', circle: '医疗卫生圈' })])).toMatchObject({
      created: 0,
      updated: 1,
      unchanged: 1,
    });
    expect(await points()).toMatchObject([{ version: 1 }, { name: '新名称', version: 2 }]);
    expect((await events()).at(-1)).toMatchObject({
      fromStatus: 'OPEN',
      toStatus: 'OPEN',
      detail: { changed: ['name', 'circle'] },
    });
    expect(await bench.recount()).toEqual([]);
  });

  it.each([
    ['a sign number too long', { signNumber: 'x'.repeat(31) }, 'signNumber'],
    ['a subdistrict', { divisionCode: '410105001' }, 'divisionCode'],
    ['a division that is not registered', { divisionCode: '410105001999' }, 'divisionCode'],
    ['a circle that is none', { circle: '饮食圈' }, 'circle'],
    ['no name', { name: ' ' }, 'name'],
    ['a telephone number of letters', { supervisionPhone: 'none' }, 'supervisionPhone'],
    ['a discount that is none', { discounts: '低收入家庭；学生' }, 'discounts'],
    ['swapped coordinates', { longitude: '34.76', latitude: '113.68' }, 'latitude'],
    ['a latitude that is no number', { latitude: '北纬' }, 'latitude'],
  ])('are refused as a whole for %s', async (_what, cells, column) => {
    const report = await run([row(1), row(2, cells)]);
    expect(report).toMatchObject({ created: 0, rejected: 1, committed: false });
    expect(report.faults[0]).toMatchObject({ line: 3, column });
    expect(await points()).toEqual([]);
  });

  it('are refused when two rows have the same sign number, and when a record is closed or elsewhere', async () => {
    expect((await run([row(1), row(2), row(1)])).faults).toMatchObject([
      { line: 4, column: 'signNumber', zh: '与第 2 行的牌号相同' },
    ]);
    await run([row(1)]);
    await bench.sql`insert into division (code, name, level, parent_code, kind, longitude, latitude)
      values ('410105001004', '另一社区', 'COMMUNITY', '410105001', 'ADMINISTRATIVE', 113.68, 34.79)`;
    expect((await run([row(1, { divisionCode: '410105001004' })])).faults).toMatchObject([
      { line: 2, column: 'divisionCode', value: '410105001004' },
    ]);
    await bench.sql`update service_point set status = 'CLOSED', closed_on = '2026-01-01'`;
    expect((await run([row(1, { name: '新名称' })])).faults).toMatchObject([
      { line: 2, column: 'signNumber' },
    ]);
    expect(await points()).toMatchObject([{ version: 1 }]);
  });

  it('are imported besides rejected rows, which are written with their reasons', async () => {
    const rows = [row(1), row(2, { name: '', latitude: 'x' }), row(3), row(1)];
    const report = await run(rows, { rejectsFile: bench.rejectsFile });
    expect(report).toMatchObject({ rows: 4, created: 2, rejected: 2, faultCount: 3, committed: true });
    const [header, ...lines] = (await bench.rejects()).split('\r\n');
    expect(header).toBe(`\uFEFF行 line,原因 reason,${Object.keys(row(1)).join(',')}`);
    expect(lines.map((line) => line.slice(0, 2))).toEqual(['3,', '5,', '']);
    expect(lines[0]).toMatch(/latitude 应为.*name 应为.*410105-00002,410105001003,,/);
    expect(await bench.recount()).toEqual([]);
  });

  it('leave nothing when they are interrupted', async () => {
    const interrupted = new AbortController();
    const progress = () => interrupted.abort(new Error('enough'));
    await expect(run([row(1)], { progress, signal: interrupted.signal })).rejects.toThrow('enough');
    expect(await points()).toEqual([]);
  });

  it('leave nothing when one of them is registered or closed meanwhile, or when the table refuses one', async () => {
    const insert = `insert into service_point select (jsonb_populate_record(null::service_point, to_jsonb(s) ||
      '{"id": "01a1fc14-c3c1-7069-8000-000000000001", "status": "OPEN", "version": 1}')).* from import_row s`;
    await expect(bench.run({ ...servicePointImport, before: [insert] }, [row(1)])).rejects.toThrow(
      /meanwhile/,
    );
    await run([row(2)]);
    const close = `update service_point set status = 'CLOSED', closed_on = '2026-01-01'`;
    await expect(
      bench.run({ ...servicePointImport, before: [close] }, [row(2, { name: '新名称' })]),
    ).rejects.toThrow(/meanwhile/);
    await bench.sql`delete from service_point`;
    const unfit = { ...servicePointImport, constants: { status: "'SOMEHOW'" } };
    await expect(bench.run(unfit, [row(1, { address: '不可外传' })])).rejects.toThrow(
      expect.objectContaining({
        message: expect.stringMatching(/^(?=.*service_point_status)(?!.*不可外传)/),
      }),
    );
    expect(await points()).toEqual([]);
  });

  it('are reported with their first faults only, and the number of others', async () => {
    const rows = [1, 2, 3].map((sign) => row(sign, { name: '' }));
    const report = await run(rows, { faultLimit: 2 });
    expect(report).toMatchObject({ rejected: 3, faultCount: 3, faults: { length: 2 } });
    expect(reportLines(servicePointImport, report)).toEqual([
      '第 2 行 line 2，名称 name：应为非空的值。 expected a value; the cell cannot be empty.',
      expect.stringMatching(/^第 3 行/),
      '另有 1 处未列出。 1 more are not listed.',
      expect.stringMatching(/^便民服务网点 Service points：3 行 rows，新增 new 0.*有误 bad 3/),
      expect.stringMatching(/^未写入任何内容.*Nothing was written/),
    ]);
  });

  it('are refused with a row that has too few cells and an empty file; a header alone imports nothing', async () => {
    const { faults } = await bench.runFile(
      servicePointImport,
      templateOf(servicePointImport).replace(/,[^,]*\r\n$/, '\r\n'),
    );
    expect(faults).toMatchObject([{ line: 2, column: '', zh: '应有 9 列，只有 8 列' }]);
    await expect(bench.runFile(servicePointImport, '')).rejects.toThrow(/empty/);
    const [header = ''] = templateOf(servicePointImport).split('\r\n');
    expect(await bench.runFile(servicePointImport, header)).toMatchObject({
      rows: 0,
      created: 0,
      committed: true,
    });
  });

  it('leave nothing behind on trial', async () => {
    expect(await run([row(1)], { dryRun: true })).toMatchObject({ created: 1, committed: false });
    expect(await points()).toEqual([]);
  });
});
