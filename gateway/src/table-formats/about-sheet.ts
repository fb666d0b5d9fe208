// The last sheet of a workbook: what was asked, when and where, what the columns mean, what is withheld, and what went wrong.

import {
  columnName,
  rowXml,
  sheetEnd,
  sheetHead,
  styles,
  textCell,
} from '@district-graph/kit/spreadsheet/writing/sheet-xml';
import type { TableColumn, TableLayout } from '../tables/table-layout.ts';
import { type AboutTable, headerOf, type TableSpec } from './table-spec.ts';

export const aboutSheetName = '说明 About';

const withheldRule =
  '空单元格：没有值，或未给出。少于 5 人的人数及可据以推知它的数未给出，绝不写作 0；只登记到上级区划的为未知。 ' +
  'An empty cell: there is no value, or it is withheld. Counts of fewer than five people, and figures from which they could be derived, are withheld and never written as 0; what is registered only for a parent division is unknown.';

const licence =
  '数据归各业务部门所有，按其规定使用；引用时注明来源和查询时间。 ' +
  'The data belongs to the bureaus and may be used by their rules; name the source and the time when you quote it.';

const types: Readonly<Record<TableColumn['type'], string>> = {
  text: '文本 text',
  number: '数 number',
  boolean: '是否 boolean',
  date: '日期 date',
  dateTime: '时刻（北京时间） date and time (Asia/Shanghai)',
};

export interface WrittenTables {
  /** The number of texts that were longer than a cell can hold. */
  cutTexts: number;
  /** The sheets of each table. */
  sheets: readonly { table: TableLayout; names: readonly string[]; rows: number }[];
}

export function aboutSheet({ about, headers }: TableSpec, written: WrittenTables): string {
  const lines: (readonly string[])[] = [
    ...generalLines(about, written),
    [],
    ['工作表 Sheet', '列 Column', '路径 Path', '类型 Type', '未给出？ Withheld?', '含义 Meaning'],
    ...written.sheets.flatMap(({ table, names }) =>
      table.columns.map((column) => [
        names[0] ?? '',
        headerOf(column, headers),
        column.name,
        types[column.type],
        column.mayBeWithheld ? '可能 possible' : '',
        column.description,
      ]),
    ),
  ];
  const titles = lines.length - written.sheets.flatMap(({ table }) => table.columns).length;
  const letters = Array.from({ length: 6 }, (_value, index) => columnName(index + 1));
  const rows = lines.map((cells, index) => {
    const isTitle = index === titles - 1;
    return rowXml(
      index + 1,
      cells.map((cell, at) =>
        cell ? textCell(cell, isTitle || (at === 0 && index < titles) ? styles.header : styles.wrapped) : '',
      ),
      letters,
    );
  });
  return `${sheetHead([22, 48, 34, 18, 14, 80], 0)}${rows.join('')}${sheetEnd(null)}`;
}

function generalLines(about: AboutTable, { cutTexts, sheets }: WrittenTables): string[][] {
  const leftOut = [...new Set(sheets.flatMap(({ table }) => table.leftOut))];
  const shown = new Set(sheets.flatMap(({ table }) => table.path.split('+')));
  const missing = leftOut.filter((path) => !shown.has(path));
  return [
    ['名称 Title', about.title],
    ['查询时间 Answered at', about.answeredAt],
    ['来源 Source', about.source],
    ['使用 Licence', licence],
    ['空单元格 Empty cells', withheldRule],
    ...sheets.map(({ names, rows }) => ['行数 Rows', `${names.join('、')}: ${rows}`]),
    ...about.errors.map((error) => ['错误 Error', error]),
    ...(missing.length ? [['未列出的列表 Lists left out', missing.join('\n')]] : []),
    ...(cutTexts
      ? [
          [
            '截短 Shortened',
            `${cutTexts} 个文本超过单元格的上限（32767 字），已截短。 ${cutTexts} texts are longer than a cell can hold (32,767 characters) and were shortened.`,
          ],
        ]
      : []),
    ['查询 Query', about.query],
    ['变量 Variables', about.variables],
  ];
}
