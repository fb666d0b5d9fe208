// Workbooks: what is written is read back, numbers and dates are as they were typed, and damaged or hostile files are refused.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FileFault } from './file-fault.ts';
import { dateOfDayNumber, isDateFormat, numberText } from './number-formats.ts';
import { openFile } from './open-file.ts';
import { writeTextWorkbook } from './writing/text-workbook.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'district-graph-xlsx-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function written(rows: readonly (readonly string[])[]): Promise<Buffer> {
  const chunks: Buffer[] = [];
  async function* each() {
    yield* rows;
  }
  await writeTextWorkbook('甲 & <乙>', each(), async (bytes) => void chunks.push(bytes));
  return Buffer.concat(chunks);
}

async function readBack(bytes: Buffer, sheet?: string) {
  const file = join(folder, 'book.xlsx');
  await writeFile(file, bytes);
  const opened = await openFile(file, { sheet });
  const rows: { line: number; cells: string[] }[] = [];
  for await (const batch of opened.rows()) rows.push(...batch.map(({ line, cells }) => ({ line, cells })));
  opened.close();
  return { sheet: opened.sheet, rows };
}

describe('a workbook', () => {
  it('has the cells that were written: codes, formulas as text, line breaks, and any characters', async () => {
    const rows = [
      ['编码', '值'],
      ['410105001003', "'=1+1"],
      ['', ' a\nb '],
      ['<&>"\u{20BB7}', 'x'.repeat(32_767)],
    ];
    expect(await readBack(await written(rows))).toEqual({
      sheet: '甲 & <乙>',
      rows: rows.map((cells, index) => ({ line: index + 1, cells })),
    });
    const odd = ['a\u0000\u0001b', '_x0041_'];
    expect((await readBack(await written([odd]))).rows).toEqual([{ line: 1, cells: odd }]);
  });

  it('of which any byte is damaged is refused or read, and never crashes the reader', async () => {
    const bytes = await written(Array.from({ length: 40 }, (_row, nth) => [`键${nth}`, '值']));
    for (let at = 0; at < bytes.length; at += 7) {
      const damaged = Buffer.from(bytes);
      damaged.writeUInt8(damaged.readUInt8(at) ^ 0xff, at);
      const outcome = await readBack(damaged).catch((error: unknown) => error);
      if (outcome instanceof Error) expect(outcome, `byte ${at}`).toBeInstanceOf(FileFault);
    }
  });

  it.each([50, 500, 900])('that ends after %i bytes is refused', async (length) => {
    const bytes = await written([['a'.repeat(50)]]);
    await expect(readBack(bytes.subarray(0, length))).rejects.toThrow(FileFault);
  });
});

describe('a number of a workbook', () => {
  it.each([
    ['410105001003', '410105001003'],
    ['0.1', '0.1'],
    ['0.30000000000000004', '0.3'],
    ['113.68120000000001', '113.6812'],
    ['1E-3', '0.001'],
    ['2.0E4', '20000'],
    ['410105194001010016', '4.1010519400101E+17'],
    ['-12', '-12'],
    ['', ''],
  ])('that is stored as %j is read as %j', (raw, text) => {
    expect(numberText(raw)).toBe(text);
  });

  it.each([
    [45_413, false, '2024-05-01'],
    [43_951, true, '2024-05-01'],
    [45_413.354_166_666_7, false, '2024-05-01 08:30'],
    [0.5, false, '12:00'],
    [1, false, '1900-01-01'],
    [59, false, '1900-02-28'],
    [61, false, '1900-03-01'],
    [-1, false, null],
    [3_000_000, false, null],
  ])('%d, with days from 1904: %s, is the date %j', (days, is1904, date) => {
    expect(dateOfDayNumber(days, is1904)).toBe(date);
  });

  it.each([
    [14, undefined, true],
    [31, undefined, true],
    [2, undefined, false],
    [164, 'yyyy"年"m"月"d"日"', true],
    [164, '[$-804]aaaa;@', false],
    [164, '0.00" days"', false],
    [164, '#,##0\\ "m²"', false],
    [164, '[h]:mm', true],
    [164, '[Red]#,##0', false],
    [164, 'General', false],
  ])('in the format %d %j shows a date: %s', (id, code, isDate) => {
    expect(isDateFormat(id, code)).toBe(isDate);
  });
});
