import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { csvLine, type Encoding, encodingOf, neutralised, readCsv, restored, separatorOf } from './csv.ts';
import type { FileRow } from './file-row.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'district-graph-csv-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function written(bytes: string | Uint8Array): Promise<string> {
  const file = join(folder, 'rows.csv');
  await writeFile(file, bytes);
  return file;
}

async function rowsOf(bytes: string | Uint8Array, given?: Encoding): Promise<FileRow[]> {
  const file = await written(bytes);
  const rows: FileRow[] = [];
  const encoding = given ?? (await encodingOf(file));
  const separator = given ? ',' : await separatorOf(file, encoding);
  for await (const batch of readCsv(file, { encoding, separator })) rows.push(...batch);
  return rows;
}

/** 郑州,牌号 and 䶵 (four bytes) in GB18030. */
const chinese = Buffer.from([
  ...[0xd6, 0xa3, 0xd6, 0xdd, 0x2c, 0xc5, 0xc6, 0xba, 0xc5, 0x0a, 0x82, 0x35, 0x87, 0x38, 0x2c, 0x31, 0x0a],
]);

describe('a file of rows', () => {
  it('is read with the line of each row, with any line breaks and quotation marks', async () => {
    expect(await rowsOf('a,b\r\n\r\n"x\ny","q""r"\n3,\n')).toEqual([
      { line: 1, cells: ['a', 'b'] },
      { line: 3, cells: ['x\ny', 'q"r'] },
      { line: 5, cells: ['3', ''] },
    ]);
  });

  it('may be UTF-8 with or without a byte order mark, or GB18030, detected by all of its bytes', async () => {
    expect(await rowsOf('\uFEFF名称,b\n')).toEqual([{ line: 1, cells: ['名称', 'b'] }]);
    expect((await rowsOf(chinese)).map(({ cells }) => cells)).toEqual([
      ['郑州', '牌号'],
      ['䶵', '1'],
    ]);
    const late = Buffer.concat([Buffer.from('abc,def\n'.repeat(100_000)), chinese]);
    expect(await encodingOf(await written(late))).toBe('gb18030');
    expect(await encodingOf(await written('郑'.repeat(200_001)))).toBe('utf-8');
  });

  it.each([
    ['utf-16le', (text: string) => Buffer.from(`\uFEFF${text}`, 'utf16le')],
    ['utf-16be', (text: string) => Buffer.from(`\uFEFF${text}`, 'utf16le').swap16()],
  ] as const)('may be %s with a byte order mark', async (encoding, encoded) => {
    expect(await encodingOf(await written(encoded('名称\tb\n')))).toBe(encoding);
    expect(await rowsOf(encoded('名称\tb\n郑州\t1\n'))).toEqual([
      { line: 1, cells: ['名称', 'b'] },
      { line: 2, cells: ['郑州', '1'] },
    ]);
  });

  it.each([
    [';', 'a;b;c\n1,5;2;"x;y,z"\n2,5;3;4\n'],
    ['\t', '某区，名册,二〇二六年\na\tb\n1\t2,3\n'],
    [',', 'a,b\n1,"x;y;z"\n'],
    [',', 'a\n1\n'],
  ])('has its columns separated by %j', async (separator, text) => {
    expect(await separatorOf(await written(text), 'utf-8')).toBe(separator);
  });

  it('is refused if it is in neither, or not in the given encoding', async () => {
    await expect(rowsOf(Buffer.from([0xff, 0xff, 0x00]))).rejects.toThrow(/UTF-8.*GB18030/);
    await expect(rowsOf(chinese, 'utf-8')).rejects.toThrow(/not encoded in utf-8/);
    await expect(encodingOf(join(folder, 'nowhere.csv'))).rejects.toThrow(/ENOENT/);
  });

  it.each([
    ['a quotation mark that is never closed', 'a,b\n1,"2\n3,4\n', /第 \d 行.*CSV_QUOTE_NOT_CLOSED/],
    ['one in the midst of a cell', 'a,b\n1,2"3\n', /第 2 行.*INVALID_OPENING_QUOTE/],
  ])('is refused for %s, without repeating the content', async (_what, text, said) => {
    await expect(rowsOf(text)).rejects.toThrow(said);
  });

  it('does not read a row of unlimited length into memory', async () => {
    await expect(rowsOf(`a\n"${'x'.repeat(1_200_000)}"\n`)).rejects.toThrow(/CSV_MAX_RECORD_SIZE/);
  });
});

describe('a cell', () => {
  it.each([
    '=1+1',
    '+86 371',
    '-x',
    '@SUM(A1)',
    '\tx',
    '\rx',
    '\nx',
    '=HYPERLINK("http://x")',
    '+1',
    '-1',
    '-1.25',
    '+1e3',
    '＝1+1',
    '＋1',
    '－1',
    '＠SUM(A1)',
    ' =1+1',
    '\u200b=1+1',
    '\ufeff=1+1',
  ])('that a spreadsheet would evaluate, %j, is neutralised and restored', (cell) => {
    expect(neutralised(cell)).toBe(`'${cell}`);
    expect(restored(neutralised(cell))).toBe(cell);
  });

  it.each(['', '5', '1e-3', '1-2', "'quoted'", 'a=b', '郑州', ' 郑州'])(
    'such as %j stays as it is',
    (cell) => {
      expect(neutralised(cell)).toBe(cell);
      expect(restored(cell)).toBe(cell);
    },
  );

  it('is quoted because of a comma, a quotation mark, a line break or a surrounding blank', () => {
    expect(csvLine(['a', 'b,c', 'd"e', 'f\ng', ' h', ''])).toBe('a,"b,c","d""e","f\ng"," h",\r\n');
  });
});
