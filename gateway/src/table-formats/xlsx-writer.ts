// Writes a workbook as its rows arrive: a sheet for each table, further ones where a sheet is full, and one that explains them.
import {
  columnName,
  rowXml,
  sheetEnd,
  sheetHead,
  styles,
  textCell,
  widthOf,
} from '@district-graph/kit/spreadsheet/writing/sheet-xml';
import { SheetNames, sheetPath, workbookParts } from '@district-graph/kit/spreadsheet/writing/workbook-parts';
import { ZipWriter } from '@district-graph/kit/spreadsheet/writing/zip-writer';
import type { TableColumn, TableLayout } from '../tables/table-layout.ts';
import type { Row } from '../tables/table-rows.ts';
import { aboutSheet, aboutSheetName } from './about-sheet.ts';
import { sheetCell } from './sheet-cell.ts';
import { headerOf, type TableSpec, valueLabels } from './table-spec.ts';

/** Rows of a sheet, with its header. */
const maxRows = 1_048_576;
const maxColumns = 16_384;
/** Rows by which the widths of the columns are chosen: they precede the rows. */
const measuredRows = 100;
const [minWidth, maxWidth] = [8, 60];
/** Text that is compressed at once. */
const pieceCharacters = 65_536;

interface OpenSheet {
  table: TableLayout;
  labels: ReturnType<typeof valueLabels>[];
  letters: string[];
  /** The rows so far, with the header, in this sheet. */
  rows: number;
  widths: number[];
  /** XML that is not written yet. While columns are measured the head is not written either. */
  pending: string;
  isMeasuring: boolean;
}

export class XlsxWriter {
  #spec: TableSpec;
  #zip = new ZipWriter();
  #names = new SheetNames();
  #sheets: { table: TableLayout; names: string[]; rows: number }[] = [];
  #open: OpenSheet | null = null;
  #cutTexts = 0;

  constructor(spec: TableSpec) {
    this.#spec = spec;
    if (spec.tables.some(({ columns }) => columns.length > maxColumns))
      throw new Error(`a sheet has at most ${maxColumns} columns`);
  }

  /** Rows of the table, after those that were written before. Yields bytes of the workbook. */
  *rows(table: TableLayout, rows: Iterable<Row>): Generator<Buffer> {
    if (this.#open?.table !== table) {
      yield* this.#close();
      this.#sheets.push({ table, names: [], rows: 0 });
      yield this.#start(table);
    }
    for (const row of rows) {
      const sheet = this.#open;
      if (!sheet) throw new Error('no sheet is open');
      this.#add(sheet, row);
      if (sheet.isMeasuring ? sheet.rows > measuredRows : sheet.pending.length >= pieceCharacters)
        yield this.#flush(sheet);
      if (sheet.rows === maxRows) {
        yield* this.#close();
        yield this.#start(table);
      }
    }
  }

  *finish(): Generator<Buffer> {
    yield* this.#close();
    const about = aboutSheet(this.#spec, { cutTexts: this.#cutTexts, sheets: this.#sheets });
    const index = this.#names.all.length;
    this.#names.add(aboutSheetName);
    yield this.#zip.add(sheetPath(index), about);
    for (const [name, xml] of workbookParts(this.#names.all)) yield this.#zip.add(name, xml);
    yield this.#zip.finish();
  }

  #start(table: TableLayout): Buffer {
    const { headers } = this.#spec;
    const index = this.#names.all.length;
    const name = this.#names.add(sheetNameOf(table));
    this.#sheets.at(-1)?.names.push(name);
    const titles = table.columns.map((column) => headerOf(column, headers));
    const letters = titles.map((_title, at) => columnName(at + 1));
    this.#open = {
      table,
      letters,
      labels: table.columns.map((column) => valueLabels(column, headers)),
      rows: 1,
      widths: titles.map((title) => Math.min(widthOf(title), maxWidth / 2)),
      pending: rowXml(
        1,
        titles.map((title) => textCell(title, styles.header)),
        letters,
      ),
      isMeasuring: true,
    };
    return this.#zip.open(sheetPath(index));
  }

  #add(sheet: OpenSheet, row: Row): void {
    sheet.rows += 1;
    const { columns } = sheet.table;
    const cells = row.map((cell, index) => {
      const { type } = columns[index] as TableColumn;
      const { xml, width, isCut } = sheetCell(cell, type, sheet.labels[index] ?? null);
      if (isCut) this.#cutTexts += 1;
      if (sheet.isMeasuring && width > (sheet.widths[index] ?? 0)) sheet.widths[index] = width;
      return xml;
    });
    sheet.pending += rowXml(sheet.rows, cells, sheet.letters);
    const counted = this.#sheets.at(-1);
    if (counted) counted.rows += 1;
  }

  #flush(sheet: OpenSheet): Buffer {
    const head = sheet.isMeasuring
      ? sheetHead(
          sheet.widths.map((width) => Math.max(minWidth, Math.min(maxWidth, width + 2))),
          1,
        )
      : '';
    const text = head + sheet.pending;
    sheet.isMeasuring = false;
    sheet.pending = '';
    return this.#zip.write(Buffer.from(text, 'utf8'));
  }

  *#close(): Generator<Buffer> {
    const sheet = this.#open;
    if (!sheet) return;
    sheet.pending += sheetEnd({ columns: sheet.table.columns.length, rows: sheet.rows });
    yield this.#flush(sheet);
    yield this.#zip.close();
    this.#open = null;
  }
}

/** The last response key that names the list, without that of a connection's nodes. */
function sheetNameOf({ path }: TableLayout): string {
  const lists = path.split('+');
  const keys = (lists[0] ?? '')
    .split('.')
    .filter((key, index) => index === 0 || !/^(nodes|edges)$/.test(key));
  const name = lists.length > 1 ? keys.slice(0, -1).at(-1) : keys.at(-1);
  return name || 'data';
}
