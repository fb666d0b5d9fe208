// Writes a workbook with one sheet of text cells as a stream. Cells have the format of text, so that spreadsheets change no code or date.
import { ZipWriter } from './zip-writer.ts';

const declaration = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const main = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const packaged = 'http://schemas.openxmlformats.org/package/2006';
const office = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const typeOf = (name: string) => `application/vnd.openxmlformats-officedocument.spreadsheetml.${name}+xml`;

/** The parts of every workbook but its sheet. */
const parts: readonly (readonly [name: string, xml: (sheet: string) => string])[] = [
  [
    '[Content_Types].xml',
    () =>
      `<Types xmlns="${packaged}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="${typeOf('sheet.main')}"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="${typeOf('worksheet')}"/><Override PartName="/xl/styles.xml" ContentType="${typeOf('styles')}"/></Types>`,
  ],
  [
    '_rels/.rels',
    () =>
      `<Relationships xmlns="${packaged}/relationships"><Relationship Id="rId1" Type="${office}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
  ],
  [
    'xl/workbook.xml',
    (sheet) =>
      `<workbook xmlns="${main}" xmlns:r="${office}"><sheets><sheet name="${escaped(sheet)}" sheetId="1" r:id="rId1"/></sheets></workbook>`,
  ],
  [
    'xl/_rels/workbook.xml.rels',
    () =>
      `<Relationships xmlns="${packaged}/relationships"><Relationship Id="rId1" Type="${office}/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="${office}/styles" Target="styles.xml"/></Relationships>`,
  ],
  [
    'xl/styles.xml',
    () =>
      `<styleSheet xmlns="${main}"><fonts count="2"><font><sz val="11"/><name val="Calibri"/></font><font><b/><sz val="11"/><name val="Calibri"/></font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="2"><xf numFmtId="49" fontId="0" applyNumberFormat="1"/><xf numFmtId="49" fontId="1" applyNumberFormat="1" applyFont="1"/></cellXfs></styleSheet>`,
  ],
];

/** Characters that XML cannot have are left out. */
const escaped = (text: string): string =>
  text
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what XML does not allow
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');

const columnName = (index: number): string =>
  (index >= 26 ? columnName(Math.floor(index / 26) - 1) : '') + String.fromCharCode(65 + (index % 26));

/** Cells have their addresses, which some readers need. */
const rowXml = (cells: readonly string[], line: number): string =>
  `<row r="${line}">${cells
    .map((cell, index) => {
      if (cell === '') return '';
      const address = `r="${columnName(index)}${line}" s="${line === 1 ? 1 : 0}"`;
      return `<c ${address} t="inlineStr"><is><t xml:space="preserve">${escaped(cell)}</t></is></c>`;
    })
    .join('')}</row>`;

const rowsPerChunk = 500;

async function* sheetXml(rows: AsyncIterable<readonly string[]>): AsyncGenerator<string> {
  yield `${declaration}<worksheet xmlns="${main}"><sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews><sheetFormatPr defaultRowHeight="15"/><sheetData>`;
  let pending: string[] = [];
  let line = 0;
  for await (const cells of rows) {
    line += 1;
    pending.push(rowXml(cells, line));
    if (pending.length < rowsPerChunk) continue;
    yield pending.join('');
    pending = [];
  }
  yield `${pending.join('')}</sheetData></worksheet>`;
}

/** Writes the rows, the first of which is the header. */
export async function writeXlsx(
  sheet: string,
  rows: AsyncIterable<readonly string[]>,
  write: (bytes: Buffer) => Promise<void>,
): Promise<void> {
  const zip = new ZipWriter(write);
  for (const [name, xml] of parts) await zip.add(name, declaration + xml(sheet));
  await zip.add('xl/worksheets/sheet1.xml', sheetXml(rows));
  await zip.end();
}
