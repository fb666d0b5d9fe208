// A spreadsheet as a bureau makes it, how it is imported, and what several of them have.
import type { SheetCell } from './workbook.ts';

export interface OfficeFile {
  /** Its number, what is special about it, and its extension. */
  name: string;
  /** The import that it is sent to. */
  import: string;
  options?: { ignoreUnknown?: boolean; sheet?: string; skipBad?: boolean };
  make: () => Buffer | Promise<Buffer>;
}

export const community = '410105001003';

export const pointHead = [
  '牌号',
  '社区代码',
  '名称',
  '服务圈',
  '地址',
  '监督电话',
  '优惠人群',
  '经度',
  '纬度',
];
export const pointRow = (nth: number, more: Partial<Record<number, SheetCell>> = {}): SheetCell[] =>
  [
    `410105-7${String(nth).padStart(4, '0')}`,
    community,
    `示例便民店${nth}`,
    '生活服务圈',
    `金水区示例路 ${nth} 号`,
    '0371-00012345',
    '低收入家庭',
    113.6812,
    34.7654,
  ].map((cell, index) => more[index] ?? cell);

export const csv = (rows: readonly (readonly (string | number)[])[], separator = ','): string =>
  rows.map((cells) => cells.join(separator)).join('\r\n');
