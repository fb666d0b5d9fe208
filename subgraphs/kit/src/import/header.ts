// Finds the header of a bureau's file, below title rows and in one or two rows, and maps it to the declared columns; writes it into templates.
import { byteOrderMark, csvLine, restored } from '../spreadsheet/csv.ts';
import { FileFault } from '../spreadsheet/file-fault.ts';
import type { FileRow } from '../spreadsheet/file-row.ts';
import type { ImportColumn, ModuleImport } from './module-import.ts';

export interface MappedColumn {
  column: ImportColumn;
  /** The index of its cell in a row. */
  index: number;
}

export interface HeaderOptions {
  /** Columns that are unknown are ignored. */
  ignoreUnknown?: boolean | undefined;
  /** The names of columns by headers of the file, which go before those that the import knows; null ignores a column. */
  mapping?: Readonly<Record<string, string | null>> | undefined;
}

/** A file's header as it was found. */
export interface Header {
  mapped: MappedColumn[];
  /** The header of each cell; empty where it has none. */
  titles: string[];
  /** The line of its last row. */
  line: number;
  /** The number of rows above it. */
  above: number;
  /** The headers of columns that are ignored because the file is one of rejected rows, or because they are unknown. */
  ignored: string[];
}

/** A header as far as it can be mapped. */
export interface HeaderMapping extends Header {
  unknown: string[];
  duplicate: string[];
  missing: ImportColumn[];
}

/** The rows of a file among which the header is searched: titles and notes above a table are few. */
export const headerSearchRows = 30;

/** The columns that a file of rejected rows has before those of its import. Such a file is imported again when it is corrected. */
export const rejectColumns: readonly string[] = ['行 line', '原因 reason'];

const headerOf = (cell: string): string => restored(cell.trim()).replace(/\s*[\r\n]+\s*/g, '');

/** Whether the header is that of a column of rejected rows, which an import ignores. */
export const isRejectColumn = (cell: string): boolean => rejectColumns.includes(headerOf(cell));

/** What headers are compared by: without case, width, blanks, separators of words, and marks of required columns. */
export const headerKey = (header: string): string =>
  header
    .normalize('NFKC')
    .toLowerCase()
    .replace(/\((?:必填|选填|required|optional)\)|[\s_*:'’\-\u200b]/g, '');

/** Columns by what their headers are compared by: names, aliases, and these followed by a unit. */
function columnsByHeader({ columns }: ModuleImport): Map<string, ImportColumn> {
  const byKey = new Map<string, ImportColumn>();
  for (const column of columns)
    for (const name of [column.name, column.zh, ...(column.aliases ?? [])]) {
      byKey.set(headerKey(name), column);
      for (const unit of column.units ?? []) byKey.set(headerKey(`${name}(${unit})`), column);
    }
  return byKey;
}

class HeaderMapper {
  #definition: ModuleImport;
  #byKey: Map<string, ImportColumn>;
  #chosen: Map<string, ImportColumn | null>;

  constructor(definition: ModuleImport, { mapping = {} }: HeaderOptions) {
    this.#definition = definition;
    this.#byKey = columnsByHeader(definition);
    this.#chosen = new Map(
      Object.entries(mapping).map(([header, name]) => [
        headerKey(header),
        definition.columns.find((column) => column.name === name) ?? null,
      ]),
    );
  }

  /** The column of a header; null if it is to be ignored, undefined if it is unknown. */
  columnOf(header: string): ImportColumn | null | undefined {
    const key = headerKey(header);
    const chosen = this.#chosen.get(key);
    return chosen === undefined ? this.#byKey.get(key) : chosen;
  }

  map(cells: readonly string[]): HeaderMapping {
    const { columns } = this.#definition;
    const mapped: MappedColumn[] = [];
    const unknown: string[] = [];
    const duplicate: string[] = [];
    const ignored: string[] = [];
    const titles = cells.map(headerOf);
    titles.forEach((header, index) => {
      if (header === '') return;
      const column = isRejectColumn(header) ? null : this.columnOf(header);
      if (column === null) ignored.push(header);
      else if (!column) unknown.push(header.slice(0, 40));
      else if (mapped.some((other) => other.column === column)) duplicate.push(header);
      else mapped.push({ column, index });
    });
    const missing = columns.filter(
      (column) => !column.optional && !mapped.some((other) => other.column === column),
    );
    return { mapped, unknown, duplicate, missing, ignored, titles, line: 0, above: 0 };
  }

  /**
   * Two rows as one: a cell of the upper row that has none below, or that is merged over several below. An upper header and the lower
   * one are joined if that is the header of a column.
   */
  joined(upper: readonly string[], lower: readonly string[]): string[] {
    const titles: string[] = [];
    let above = '';
    for (let index = 0; index < Math.max(upper.length, lower.length); index += 1) {
      const [own, below] = [upper[index] ?? '', lower[index] ?? ''].map(headerOf) as [string, string];
      if (own !== '') above = own;
      const joined = `${above}${below}`;
      if (below === '' || below === own) titles.push(own || below);
      else titles.push(this.columnOf(joined) ? joined : below);
    }
    return titles;
  }
}

/** How many rows of titles a mapping explains better than another one. */
const score = ({ mapped, missing, duplicate }: HeaderMapping): number =>
  mapped.length * 2 - missing.length - duplicate.length;

/** Maps the best header among the first rows of a file. */
export function findHeader(
  rows: readonly FileRow[],
  definition: ModuleImport,
  options: HeaderOptions = {},
): HeaderMapping {
  const mapper = new HeaderMapper(definition, options);
  let best: HeaderMapping | null = null;
  for (const [above, row] of rows.entries()) {
    const next = rows[above + 1];
    const single = { ...mapper.map(row.cells), line: row.line, above };
    const double =
      // A title is no upper row of a header.
      next && single.mapped.length > 0 && single.missing.length + single.unknown.length > 0
        ? { ...mapper.map(mapper.joined(row.cells, next.cells)), line: next.line, above }
        : null;
    for (const found of double ? [single, double] : [single])
      if (found.mapped.length > 0 && (!best || score(found) > score(best))) best = found;
    if (best?.missing.length === 0 && best.duplicate.length === 0) break;
  }
  const [first] = rows;
  if (!first) throw new FileFault('文件是空的。', 'The file is empty.');
  return best ?? { ...mapper.map(first.cells), line: first.line, above: 0 };
}

/** The header of a file. Throws one `FileFault` with all headers that are unknown, missing or duplicate. */
export function requireHeader(
  rows: readonly FileRow[],
  definition: ModuleImport,
  options: HeaderOptions = {},
): Header {
  const { unknown, duplicate, missing, ...header } = findHeader(rows, definition, options);
  const refused = options.ignoreUnknown ? [] : unknown;
  if (refused.length + duplicate.length + missing.length === 0)
    return { ...header, ignored: [...header.ignored, ...unknown] };
  const { columns } = definition;
  throw new HeaderFault(
    [
      ...(refused.length
        ? [
            `不认识的列 Unknown columns: ${refused.join(', ')}（可用 --ignore-unknown 忽略 ignore them with --ignore-unknown）`,
          ]
        : []),
      ...(duplicate.length ? [`重复的列 Duplicate columns: ${duplicate.join(', ')}`] : []),
      ...(missing.length ? [`缺少的列 Missing columns: ${missing.map(headersOf).join(', ')}`] : []),
      `应有的列 Expected columns: ${columns.map((column) => `${headersOf(column)}${column.optional ? '（可缺 optional）' : ''}`).join(', ')}`,
    ].join('\n'),
  );
}

/** The fault of a header, one line for each kind. */
class HeaderFault extends FileFault {
  constructor(lines: string) {
    super('', lines);
    this.message = lines;
  }
}

const headersOf = ({ name, zh }: ImportColumn): string => `${zh} ${name}`;

/** The template of a bureau's file: the headers and a valid example row, as CSV for spreadsheets. */
export const templateOf = ({ columns }: ModuleImport, language: 'zh' | 'en' = 'zh'): string =>
  byteOrderMark +
  csvLine(columns.map((column) => (language === 'zh' ? column.zh : column.name))) +
  csvLine(columns.map(({ example }) => example));
