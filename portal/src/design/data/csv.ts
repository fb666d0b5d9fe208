// Tables as CSV that spreadsheets open as they are: UTF-8 with a byte order mark, and no cell that would be taken for a formula.

export type Cell = string | number | null;

const byteOrderMark = '\uFEFF';

/** The rule of the imports, which take the apostrophe away again: full-width characters count, and invisible ones before them. */
const formula = /^(?:[\s\u200b-\u200f\u2060\ufeff]*[=+\-@＝＋－＠﹦﹢﹣﹫]|[\t\r\n])/;

/** Text that begins like a formula gets an apostrophe, which spreadsheets take for "this is text". */
const neutralised = (text: string): string => (formula.test(text) ? `'${text}` : text);

function cellText(cell: Cell): string {
  if (cell === null) return '';
  if (typeof cell === 'number') return String(cell);
  const text = neutralised(cell);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

export const csvOf = (rows: readonly (readonly Cell[])[]): string =>
  `${byteOrderMark}${rows.map((row) => row.map(cellText).join(',')).join('\r\n')}\r\n`;

/** Offers the content as a file. */
export function download(name: string, content: Blob): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(content);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

export const downloadCsv = (name: string, rows: readonly (readonly Cell[])[]): void =>
  download(`${name}.csv`, new Blob([csvOf(rows)], { type: 'text/csv;charset=utf-8' }));
