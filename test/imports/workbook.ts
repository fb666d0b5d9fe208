// Makes workbooks as Excel saves them, for tests: typed cells, shared texts, merged cells, hidden rows and sheets.
import { ZipWriter } from '@district-graph/kit/spreadsheet/writing/zip-writer';

/** A text, a number, or a cell of another type. */
export type SheetCell =
  | string
  | number
  | boolean
  | null
  /** A day number that is shown as a date. */
  | { date: number; format?: string }
  /** A formula with the result that was saved. */
  | { formula: string; result: string | number }
  /** A text with formatted parts. */
  | { rich: readonly string[] };

export interface SheetSpec {
  name: string;
  isHidden?: boolean;
  rows: readonly (readonly SheetCell[])[];
  merged?: readonly string[];
  /** Numbers of rows, from 1. */
  hiddenRows?: readonly number[];
}

const main = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const office = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');

const columnName = (index: number): string =>
  (index >= 26 ? columnName(Math.floor(index / 26) - 1) : '') + String.fromCharCode(65 + (index % 26));

class SharedStrings {
  #indexes = new Map<string, number>();

  indexOf(xml: string): number {
    const index = this.#indexes.get(xml) ?? this.#indexes.size;
    this.#indexes.set(xml, index);
    return index;
  }

  get xml(): string {
    return `${head}<sst xmlns="${main}">${[...this.#indexes.keys()].map((text) => `<si>${text}</si>`).join('')}</sst>`;
  }
}

/** The styles: general, a date, and the formats that cells name. */
class Formats {
  #codes: string[] = [];

  styleOf(format: string): number {
    if (!this.#codes.includes(format)) this.#codes.push(format);
    return this.#codes.indexOf(format) + 2;
  }

  get xml(): string {
    const formats = this.#codes.map(
      (code, nth) => `<numFmt numFmtId="${164 + nth}" formatCode="${escaped(code)}"/>`,
    );
    const styles = this.#codes.map((_code, nth) => `<xf numFmtId="${164 + nth}" applyNumberFormat="1"/>`);
    return `${head}<styleSheet xmlns="${main}"><numFmts count="${formats.length}">${formats.join('')}</numFmts><cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/>${styles.join('')}</cellXfs></styleSheet>`;
  }
}

function cellXml(cell: SheetCell, at: string, strings: SharedStrings, formats: Formats): string {
  if (cell === null || cell === '') return '';
  const shared = (xml: string) => `<c r="${at}" t="s"><v>${strings.indexOf(xml)}</v></c>`;
  if (typeof cell === 'string') return shared(`<t xml:space="preserve">${escaped(cell)}</t>`);
  if (typeof cell === 'number') return `<c r="${at}"><v>${cell}</v></c>`;
  if (typeof cell === 'boolean') return `<c r="${at}" t="b"><v>${cell ? 1 : 0}</v></c>`;
  if ('rich' in cell)
    return shared(
      `${cell.rich.map((part) => `<r><rPr><b/></rPr><t xml:space="preserve">${escaped(part)}</t></r>`).join('')}<rPh sb="0" eb="1"><t>ㄓㄥ</t></rPh>`,
    );
  if ('date' in cell) {
    const style = cell.format === undefined ? 1 : formats.styleOf(cell.format);
    return `<c r="${at}" s="${style}"><v>${cell.date}</v></c>`;
  }
  const { formula, result } = cell;
  return `<c r="${at}"${typeof result === 'string' ? ' t="str"' : ''}><f>${escaped(formula)}</f><v>${escaped(String(result))}</v></c>`;
}

function sheetXml(spec: SheetSpec, strings: SharedStrings, formats: Formats): string {
  const { rows, merged = [], hiddenRows = [] } = spec;
  const xml = rows.map((cells, index) => {
    const hidden = hiddenRows.includes(index + 1) ? ' hidden="1"' : '';
    const inner = cells.map((cell, column) =>
      cellXml(cell, `${columnName(column)}${index + 1}`, strings, formats),
    );
    return `<row r="${index + 1}"${hidden}>${inner.join('')}</row>`;
  });
  const merges = merged.length
    ? `<mergeCells count="${merged.length}">${merged.map((ref) => `<mergeCell ref="${ref}"/>`).join('')}</mergeCells>`
    : '';
  return `${head}<worksheet xmlns="${main}"><dimension ref="A1:Z${rows.length}"/><sheetData>${xml.join('')}</sheetData>${merges}</worksheet>`;
}

/** The bytes of a ZIP file with these parts. */
export function zipOf(parts: Iterable<readonly [name: string, text: string]>): Buffer {
  const zip = new ZipWriter();
  return Buffer.concat([...[...parts].map(([name, text]) => zip.add(name, text)), zip.finish()]);
}

/** The parts of a workbook, by name: tests may change them. */
export function workbookParts(sheets: readonly SheetSpec[], { is1904 = false } = {}): Map<string, string> {
  const strings = new SharedStrings();
  const formats = new Formats();
  const xmls = sheets.map((sheet) => sheetXml(sheet, strings, formats));
  const names = sheets.map(
    ({ name, isHidden }, nth) =>
      `<sheet name="${escaped(name)}" sheetId="${nth + 1}"${isHidden ? ' state="hidden"' : ''} r:id="rId${nth + 1}"/>`,
  );
  const relations = [
    ...sheets.map(
      (_sheet, nth) =>
        `<Relationship Id="rId${nth + 1}" Type="${office}/worksheet" Target="worksheets/sheet${nth + 1}.xml"/>`,
    ),
    `<Relationship Id="rIdA" Type="${office}/sharedStrings" Target="sharedStrings.xml"/>`,
    `<Relationship Id="rIdB" Type="${office}/styles" Target="/xl/styles.xml"/>`,
  ];
  return new Map([
    [
      '[Content_Types].xml',
      `${head}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>`,
    ],
    [
      'xl/workbook.xml',
      `${head}<workbook xmlns="${main}" xmlns:r="${office}"><workbookPr${is1904 ? ' date1904="1"' : ''}/><sheets>${names.join('')}</sheets></workbook>`,
    ],
    [
      'xl/_rels/workbook.xml.rels',
      `${head}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">${relations.join('')}</Relationships>`,
    ],
    ...xmls.map((xml, nth) => [`xl/worksheets/sheet${nth + 1}.xml`, xml] as const),
    // Their parts come after those that refer to them.
    ['xl/sharedStrings.xml', strings.xml],
    ['xl/styles.xml', formats.xml],
  ]);
}

export const workbook = (sheets: readonly SheetSpec[], options?: { is1904?: boolean }): Buffer =>
  zipOf(workbookParts(sheets, options));
