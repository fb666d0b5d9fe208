import { developmentKeyring } from '@district-graph/kit/encryption/keyring';
import { type ImportBench, importBench, rowOf } from '@district-graph/kit/testing/imports';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { careInstitutionImport } from '../care-institution/import.ts';
import { careWorkerImport } from '../care-worker/import.ts';
import { subgraph } from '../subgraph.ts';
import { checkDigitOf } from './id-number.ts';
import { elderImport } from './import.ts';
import { type Elder, encryptedElder } from './tables.ts';

let bench: ImportBench;
beforeAll(async () => {
  bench = await importBench(subgraph);
});
beforeEach(async () => {
  for (const table of ['elder', 'household', 'care_institution', 'care_worker'])
    await bench.sql`delete from ${bench.sql(table)}`;
});
afterAll(() => bench.stop());

/** A made-up number: 410105 and a day are real, the serial is the last. */
const number = (serial: number, day = '19400101') => {
  const digits = `410105${day}${String(serial).padStart(3, '0')}`;
  return `${digits}${checkDigitOf(digits)}`;
};
const person = (serial: number, cells = {}) => rowOf(elderImport, { idNumber: number(serial), ...cells });
const run = (rows: Record<string, string>[], options = {}) => bench.run(elderImport, rows, options);
const events = () => bench.sql`select detail from change_event order by sequence`;
const households = () => bench.sql`select recipients from household order by recipients`;

describe('elderly people from a file', () => {
  it('are registered with their number encrypted, and recognized by its blind index', async () => {
    expect(await run([person(1), person(2, { careMode: '', phone: '' })])).toMatchObject({ created: 2 });
    const [row] = await bench.sql<Elder[]>`select * from elder where care_mode = 'HOME'`;
    expect(row).toMatchObject({ birthDate: '1940-01-01', version: 1 });
    expect(JSON.stringify(row)).not.toMatch(/410105194001010019|00000000001|示例路|ALONE/);
    const decrypted = (name: 'idNumber' | 'phone' | 'address') =>
      encryptedElder.decrypt(developmentKeyring, row as Elder, name);
    expect([decrypted('idNumber'), decrypted('phone'), decrypted('address')]).toEqual([
      number(1),
      '00000000001',
      '郑州市金水区 示例路 1 号',
    ]);
    expect(await run([person(1), person(2, { careMode: '', phone: '' })])).toMatchObject({ unchanged: 2 });
    expect(await households()).toEqual([{ recipients: 1 }]);
    expect(await bench.recount()).toEqual([]);
  });

  it('change by what differs; the event names the fields without values', async () => {
    await run([person(1)]);
    expect(await run([person(1, { name: '另一人', careMode: '' })])).toMatchObject({ updated: 1 });
    expect((await events()).at(-1)).toEqual({
      detail: { changed: ['name', 'careMode', 'householdId'] },
    });
    expect(await run([person(1, { name: '另一人', careMode: '', phone: '00000000009' })])).toMatchObject({
      updated: 1,
    });
    expect((await events()).at(-1)).toEqual({ detail: { changed: ['phone'] } });
    const [row] = await bench.sql<Elder[]>`select * from elder`;
    expect(encryptedElder.decrypt(developmentKeyring, row as Elder, 'phone')).toBe('00000000009');
    expect(encryptedElder.decrypt(developmentKeyring, row as Elder, 'address')).toContain('示例路');
    expect(await households()).toEqual([{ recipients: 0 }]);
    expect(await bench.recount()).toEqual([]);
  });

  it('share a household with the person that the file names, registered or in the file', async () => {
    await run([person(1), person(2, { householdOf: number(1) })]);
    expect(await households()).toEqual([{ recipients: 2 }]);
    await run([person(3, { householdOf: number(1) })]);
    expect(await households()).toEqual([{ recipients: 3 }]);
    const { faults } = await run([person(4, { householdOf: number(9) })]);
    expect(faults).toMatchObject([{ line: 2, column: 'householdOf', value: '' }]);
  });

  it('move into institutions while there are beds, and get care workers', async () => {
    await bench.run(careInstitutionImport, [rowOf(careInstitutionImport, { beds: '2' })]);
    await bench.run(careWorkerImport, [rowOf(careWorkerImport)]);
    const inside = {
      careMode: 'INSTITUTION',
      careInstitutionKey: 'YL-410105-001',
      careWorkerKey: 'HL-410105-001',
    };
    const full = await run([person(1, inside), person(2, inside), person(3, inside)]);
    expect(full.faults).toMatchObject([{ line: 4, column: 'careInstitutionKey', value: 'YL-410105-001' }]);
    expect(await run([person(1, inside), person(2, inside)])).toMatchObject({ created: 2 });
    expect(await bench.sql`select residents_count from care_institution`).toEqual([{ residentsCount: 2 }]);
    // One leaves as another one moves in.
    expect(await run([person(1, { careMode: '' }), person(3, inside)])).toMatchObject({
      created: 1,
      updated: 1,
    });
    expect(
      (await bench.run(careInstitutionImport, [rowOf(careInstitutionImport, { beds: '1' })])).faults,
    ).toMatchObject([{ column: 'beds' }]);
    expect(await bench.recount()).toEqual([]);
  });

  it.each([
    ['a wrong check digit', { idNumber: '410105194001010010' }, 'idNumber', '410105********001*'],
    ['a number cut short', { idNumber: '4101051940010100' }, 'idNumber', '******'],
    ['somebody young', { idNumber: number(1, '20200101') }, 'idNumber', '410105********001'],
    ['a telephone number of letters', { phone: 'call 13800001111' }, 'phone', 'cal****1111'],
    ['no address', { address: '' }, 'address', ''],
    ['a name too long', { name: '示'.repeat(101) }, 'name', '示**'],
    ['a subdistrict', { divisionCode: '410105001' }, 'divisionCode', '410105001'],
    [
      'an institution and care at home',
      { careInstitutionKey: 'YL-410105-001' },
      'careInstitutionKey',
      'YL-410105-001',
    ],
    ['no institution', { careMode: 'INSTITUTION' }, 'careInstitutionKey', ''],
    [
      'an institution that is none',
      { careMode: 'INSTITUTION', careInstitutionKey: 'x' },
      'careInstitutionKey',
      'x',
    ],
    ['a worker who is none', { careWorkerKey: 'x' }, 'careWorkerKey', 'x'],
  ])('are refused for %s, and shown masked', async (_what, cells, column, shown) => {
    const { faults, committed } = await run([person(2), person(3, cells)]);
    expect(committed).toBe(false);
    expect(faults).toMatchObject([{ line: 3, column }]);
    expect(faults[0]?.value.startsWith(shown)).toBe(true);
    expect(JSON.stringify(faults)).not.toMatch(/\d{17}|13800001111/);
    expect(await bench.sql`select from elder`).toHaveLength(0);
  });

  it('are refused in another district, and once they have died; those who moved away return', async () => {
    await run([person(1), person(2)]);
    expect((await run([person(1, { divisionCode: '410104001001' })])).faults).toMatchObject([
      { line: 2, column: 'divisionCode' },
    ]);
    const close = (reason: string) => bench.sql`
      update elder set status = 'CLOSED', closed_on = '2026-01-01', close_reason = ${reason}, care_mode = null, household_id = null`;
    await close('DIED');
    expect((await run([person(1)])).faults).toMatchObject([{ line: 2, column: 'idNumber' }]);
    await close('MOVED_AWAY');
    expect(await run([person(1, { divisionCode: '410104001001' })])).toMatchObject({
      created: 1,
      rejected: 0,
    });
    expect(await bench.recount()).toEqual([]);
  });

  it('keep their rejected rows whole, for the importing user', async () => {
    await run([person(1), person(2, { phone: 'x' })], { rejectsFile: bench.rejectsFile });
    const rejects = await bench.rejects();
    expect(rejects).toContain(number(2));
    expect(rejects).toMatch(/\r\n3,phone 应为/);
    expect(rejects).not.toContain(number(1));
  });
});
