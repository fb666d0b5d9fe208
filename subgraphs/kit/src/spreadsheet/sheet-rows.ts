// Reads the rows of a sheet one after the other, each cell as the text that somebody would have typed.

import { FileFault } from './file-fault.ts';
import { type CellOrigin, type FileRow, setOrigin } from './file-row.ts';
import { columnIndex, MergedCellFiller, mergedCellsOf } from './merged-cells.ts';
import { dateOfDayNumber, numberText } from './number-formats.ts';
import { TextCollector, type Workbook } from './workbook.ts';
import { type Attributes, parsePart } from './xml.ts';
import { damaged } from './zip-file.ts';

/** No bureau's table is wider; cells beyond are formats that reach to the end of the sheet. */
const maxColumns = 500;
const maxRowNumber = 1_048_576;
const maxRowCharacters = 1_000_000;

/** The rows of a sheet that have any text, some hundred at a time. Calls `read` with the share that is read. */
export async function* sheetRows(
  workbook: Workbook,
  part: string,
  read?: (share: number) => void,
): AsyncGenerator<FileRow[]> {
  const { zip } = workbook;
  const merged = new MergedCellFiller(await mergedCellsOf(zip, part));
  const parser = new SheetParser(workbook);
  const size = Math.max(zip.sizeOf(part), 1);
  for await (const bytes of parsePart(zip, part, parser)) {
    read?.(bytes / size);
    const rows = parser.take();
    for (const row of rows) merged.fill(row);
    if (rows.length) yield rows;
  }
}

class SheetParser {
  #workbook: Workbook;
  #rows: FileRow[] = [];
  #row: FileRow | null = null;
  #line = 0;
  #characters = 0;
  #type = '';
  #style = 0;
  #index = 0;
  #isFormula = false;
  #isValue = false;
  #value = '';
  #inline = new TextCollector();

  constructor(workbook: Workbook) {
    this.#workbook = workbook;
  }

  take(): FileRow[] {
    const rows = this.#rows;
    this.#rows = [];
    return rows;
  }

  open = (name: string, attributes: Attributes): void => {
    if (name === 'c') this.#openCell(attributes);
    else if (name === 'v') this.#isValue = true;
    else if (name === 'f') this.#isFormula = true;
    else if (name === 'row') this.#openRow(attributes);
    else if (this.#type === 'inlineStr') this.#inline.open(name);
  };

  text = (text: string): void => {
    if (this.#isValue) this.#value += text;
    else if (this.#type === 'inlineStr') this.#inline.add(text);
  };

  close = (name: string): void => {
    if (name === 'c') this.#closeCell();
    else if (name === 'v') this.#isValue = false;
    else if (name === 'row') this.#closeRow();
    else if (this.#type === 'inlineStr') this.#inline.close(name);
  };

  #openRow({ r, hidden }: Attributes): void {
    const line = r === undefined ? this.#line + 1 : Number(r);
    // Rows in another order, or twice, could not be named by their numbers.
    if (!(line > this.#line && line <= maxRowNumber)) throw damaged();
    this.#line = line;
    this.#index = -1;
    this.#characters = 0;
    this.#row = { line, cells: [] };
    if (hidden === '1' || hidden === 'true') this.#row.isHidden = true;
  }

  #closeRow(): void {
    if (this.#row && this.#row.cells.length > 0) this.#rows.push(this.#row);
    this.#row = null;
  }

  #openCell({ r, t = 'n', s = '0' }: Attributes): void {
    this.#index = r === undefined ? this.#index + 1 : columnIndex(r.replace(/\d+$/, ''));
    this.#type = t;
    this.#style = Number(s);
    this.#isFormula = false;
    this.#value = '';
  }

  #closeCell(): void {
    const [text, origin] = this.#text();
    this.#type = '';
    const row = this.#row;
    if (!row || text === '') return;
    if (!(this.#index >= 0 && this.#index < maxColumns)) throw tooWide(row.line);
    this.#characters += text.length;
    if (this.#characters > maxRowCharacters) throw damaged();
    while (row.cells.length < this.#index) row.cells.push('');
    row.cells[this.#index] = text;
    const from = this.#isFormula ? 'formula' : origin;
    if (from) setOrigin(row, this.#index, from);
  }

  #text(): [text: string, origin?: CellOrigin] {
    if (this.#type === 'inlineStr') return [this.#inline.take()];
    const value = this.#value;
    if (value === '') return [''];
    if (this.#type === 's') {
      const text = this.#workbook.strings[Number(value)];
      if (text === undefined) throw damaged();
      return [text];
    }
    if (this.#type === 'b') return [value === '1' ? 'TRUE' : 'FALSE'];
    if (this.#type === 'd') return [value.replace(/T00:00(:00(\.0+)?)?Z?$/, '')];
    // Texts that formulas result in, and errors such as #N/A.
    if (this.#type !== 'n') return [value];
    const date = this.#workbook.dateStyles[this.#style]
      ? dateOfDayNumber(Number(value), this.#workbook.is1904)
      : null;
    return date === null ? [numberText(value), 'number'] : [date];
  }
}

const tooWide = (line: number): FileFault =>
  new FileFault(
    `第 ${line} 行超过 ${maxColumns} 列；请删去表格以外的内容。`,
    `Row ${line} has more than ${maxColumns} columns: delete what is not of the table.`,
  );
