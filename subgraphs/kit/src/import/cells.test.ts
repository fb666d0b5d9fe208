import { parse } from 'graphql';
import { describe, expect, it } from 'vitest';
import { labelsOf } from '../schema/descriptions.ts';
import { BadCell, cellReader, shownCell } from './cells.ts';
import { requireHeader } from './header.ts';
import type { CellForm, ImportColumn, Masking, ModuleImport } from './module-import.ts';

const labels = labelsOf(parse('enum Colour { "红（旗）。 Red." RED "绿。 Green." GREEN }'));
const context = { labels, divisions: new Set(['410105', '410105001003']) };
const column = (form: CellForm, more: Partial<ImportColumn> = {}): ImportColumn => ({
  name: 'colour',
  zh: '颜色',
  form,
  example: '',
  ...more,
});
const read = (form: CellForm, cell: string, more: Partial<ImportColumn> = {}) =>
  cellReader(column(form, more), context)(cell);

describe('a cell of a file', () => {
  it.each([
    ['text', " '=x ", '=x'],
    ['integer', '12.0', 12],
    ['integer', '-3', -3],
    ['decimal', '113.68', 113.68],
    ['boolean', '是', true],
    ['boolean', 'No', false],
    ['date', '2026/1/5', '2026-01-05'],
    ['date', '2026-01-05', '2026-01-05'],
    ['division', '410105', '410105'],
    ['community', '410105001003', '410105001003'],
    ['key', '01A1FC14-C3C1-7069-8000-000000000001', '01a1fc14-c3c1-7069-8000-000000000001'],
    ['integer', '１２', 12],
    ['decimal', '１１３．６８１２', 113.6812],
    ['date', '２０２６－０１－０５', '2026-01-05'],
    ['boolean', 'Ｙ', true],
    ['division', '４１０１０５', '410105'],
    ['community', '\u3000４１０１０５００１００３\u3000', '410105001003'],
    [
      'key',
      '０１Ａ１ＦＣ１４－Ｃ３Ｃ１－７０６９－８０００－０００００００００００１',
      '01a1fc14-c3c1-7069-8000-000000000001',
    ],
    [{ oneOf: 'Colour' }, '红', 'RED'],
    [{ oneOf: 'Colour' }, 'green', 'GREEN'],
    [{ manyOf: 'Colour' }, '红；GREEN;', ['RED', 'GREEN']],
  ] as [CellForm, string, unknown][])('of %j, %j, is parsed', (form, cell, value) => {
    expect(read(form, cell)).toEqual(value);
  });

  it.each([
    ['text', 'a\u0000b'],
    ['integer', '1.5'],
    ['decimal', '1e5'],
    ['boolean', '也许'],
    ['date', '2026-02-30'],
    ['date', '46023000'],
    ['division', '410199'],
    ['community', '410105'],
    ['key', 'x'],
    [{ oneOf: 'Colour' }, '蓝'],
    [{ manyOf: 'Colour' }, '红；蓝'],
  ] as [CellForm, string][])('of %j, %j, is refused', (form, cell) => {
    expect(() => read(form, cell)).toThrow(BadCell);
  });

  it.each([
    ['integer', '1,030', 1030, ['separators']],
    ['integer', '１，０３０张', 1030, ['fullWidth', 'unit', 'separators']],
    ['integer', '30 个', 30, ['unit']],
    ['integer', '12.00', 12, ['decimals']],
    ['decimal', '1,234.5㎡', 1234.5, ['unit', 'separators']],
    ['date', '2024年5月1日', '2024-05-01', ['dateForm']],
    ['date', '2024.5.1', '2024-05-01', ['dateForm']],
    ['date', '20240501', '2024-05-01', ['dateForm']],
    ['date', '45413', '2024-05-01', ['dayNumber']],
    ['date', '2024-05-01 00:00:00', '2024-05-01', []],
    ['date', '2024-05-01 08:30', '2024-05-01', ['time']],
    ['date', '13/5/2024', '2024-05-13', ['dateForm']],
    ['date', '5/5/2024', '2024-05-05', ['dateForm']],
    ['boolean', '√', true, ['checkMark']],
    ['boolean', '×', false, ['checkMark']],
    ['division', "'410105", '410105', ['apostrophe']],
    ['division', '410105.0', '410105', ['decimals']],
    ['community', '4101 0500\u00a01003', '410105001003', ['blanks']],
    [{ manyOf: 'Colour' }, '红、绿', ['RED', 'GREEN'], ['separated']],
    [{ manyOf: 'Colour' }, '红,绿；RED', ['RED', 'GREEN', 'RED'], ['separated']],
    [{ oneOf: 'Colour' }, '红（旗）', 'RED', []],
  ] as [CellForm, string, unknown, string[]][])(
    'of %j as people type it, %j, is parsed and what was normalised is noted',
    (form, cell, value, noted) => {
      const notes: string[] = [];
      const units = ['张', '个', '平方米', '㎡'];
      expect(cellReader(column(form, { units }), context)(cell, (kind) => notes.push(kind))).toEqual(value);
      expect(notes.sort()).toEqual(noted.sort());
    },
  );

  it.each([
    ['integer', '30间'],
    ['integer', '1,03'],
    ['integer', '约30'],
    ['decimal', '113,68'],
    ['date', '24/5/1'],
    ['date', '2024年5月'],
    ['date', '2024'],
    ['division', '4.10105E+11'],
    ['boolean', '√√'],
  ] as [CellForm, string][])('of %j that is not certain, %j, is refused', (form, cell) => {
    expect(() => read(form, cell, { units: ['张'] })).toThrow(BadCell);
  });

  it('that a spreadsheet has shortened, or that has two readings, is refused with what happened', () => {
    expect(() => read('text', '4.10105E+17', { name: 'idNumber' })).toThrow(/scientific notation/);
    expect(() => read('date', '1/2/2024')).toThrow(/2024-01-02 or as 2024-02-01/);
  });

  it('may be empty only if its column allows it, and then has the default', () => {
    expect(() => read('text', ' ')).toThrow(BadCell);
    expect(read('text', '', { optional: true })).toBeNull();
    expect(read('text', '', { nullable: true })).toBeNull();
    expect(read('integer', '', { optional: true, defaultCell: '0' })).toBe(0);
    expect(() => read('integer', '9', { range: [1, 8] })).toThrow(BadCell);
  });

  it.each(['phone', 'idNumber', 'registrationKey'])(
    'of text called %s is known again of half width',
    (name) => {
      expect(read('text', '４１０Ａ－１', { name })).toBe('410A-1');
    },
  );

  it.each([
    ['name', '张三丰', '张**'],
    ['phone', '13800001111', '138****1111'],
    ['idNumber', '410105194001010019', '410105********001*'],
    ['idNumber', '41010519400101001', '******'],
    ['address', '金水区示例路 1 号', '金水区****'],
    ['location', '113.68123', '113.68****'],
    [undefined, 'x'.repeat(100), `${'x'.repeat(60)}…`],
  ] as [Masking | undefined, string, string][])(
    'with the masking %s is shown as: %j, %j',
    (masking, cell, shown) => {
      expect(shownCell(cell, masking)).toBe(shown);
    },
  );
});

describe('the header of a file', () => {
  const definition = {
    columns: [column('text'), { ...column('text', { optional: true }), name: 'size', zh: '大小' }],
  } as unknown as ModuleImport;
  const placed = (cells: string[]) =>
    requireHeader([{ line: 1, cells }], definition).mapped.map(({ column: { name }, index }) => [
      name,
      index,
    ]);

  it('may be in Chinese or English, in any order, with empty cells at its end', () => {
    expect(placed(['大小', 'Colour', '', ''])).toEqual([
      ['size', 0],
      ['colour', 1],
    ]);
    expect(placed(['颜色'])).toEqual([['colour', 0]]);
  });

  it('may be below titles, and of two rows', () => {
    const found = (...rows: string[][]) => {
      const { mapped, line, above } = requireHeader(
        rows.map((cells, index) => ({ line: index + 1, cells })),
        definition,
      );
      return { columns: mapped.map(({ column: { name }, index }) => [name, index]), line, above };
    };
    const columns = [
      ['colour', 0],
      ['size', 1],
    ];
    expect(found(['颜色统计表'], ['单位：甲'], ['*颜 色', '大小'], ['红', '1'])).toEqual({
      columns,
      line: 3,
      above: 2,
    });
    expect(found(['颜色', '大'], ['', '小']).columns).toEqual([columns[0], ['size', 1]]);
  });

  it('ignores unknown columns only if it is to, and takes the mapping that was chosen', () => {
    const rows = [{ line: 1, cells: ['颜色', 'weight', '尺寸'] }];
    expect(requireHeader(rows, definition, { ignoreUnknown: true }).ignored).toEqual(['weight', '尺寸']);
    const { mapped, ignored } = requireHeader(rows, definition, { mapping: { 尺寸: 'size', Weight: null } });
    expect(mapped.map(({ column: { name } }) => name)).toEqual(['colour', 'size']);
    expect(ignored).toEqual(['weight']);
  });

  it('may have the columns of a file of rejected rows, which are ignored', () => {
    expect(placed(['行 line', '原因 reason', '大小', '颜色'])).toEqual([
      ['size', 2],
      ['colour', 3],
    ]);
    expect(() => placed(['行', 'reason', '颜色'])).toThrow(/Unknown columns: 行, reason/);
  });

  it('is refused with all unknown, duplicate and missing columns, and the expected ones', () => {
    expect(() => placed(['大小', 'weight', 'size'])).toThrow(
      /Unknown columns: weight[\s\S]*Duplicate columns: size[\s\S]*Missing columns: 颜色 colour[\s\S]*Expected columns: 颜色 colour, 大小 size/,
    );
  });
});
