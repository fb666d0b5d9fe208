// The parts of a workbook beside its worksheets: its list of sheets, cell formats, content types and relationships.
import { escapeXml, sheetNamespace, xmlHeader } from './sheet-xml.ts';

const officeNamespace = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const packageNamespace = 'http://schemas.openxmlformats.org/package/2006';
const spreadsheet = 'application/vnd.openxmlformats-officedocument.spreadsheetml';

/** The positions of the cell formats are the numbers in `styles`. */
const stylesXml = `${xmlHeader}<styleSheet xmlns="${sheetNamespace}"><numFmts count="2"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd"/><numFmt numFmtId="165" formatCode="yyyy\\-mm\\-dd\\ hh:mm:ss"/></numFmts><fonts count="2"><font><sz val="11"/><name val="Calibri"/><family val="2"/></font><font><b/><sz val="11"/><name val="Calibri"/><family val="2"/></font></fonts><fills count="3"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill><fill><patternFill patternType="solid"><fgColor rgb="FFE8EEF7"/><bgColor indexed="64"/></patternFill></fill></fills><borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders><cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs><cellXfs count="8">${[
  '<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>',
  '<xf numFmtId="49" fontId="1" fillId="2" borderId="0" xfId="0" applyNumberFormat="1" applyFont="1" applyFill="1" applyAlignment="1"><alignment vertical="top" wrapText="1"/></xf>',
  '<xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>',
  '<xf numFmtId="164" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>',
  '<xf numFmtId="165" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>',
  '<xf numFmtId="1" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>',
  '<xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" quotePrefix="1" applyNumberFormat="1"/>',
  '<xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1" applyAlignment="1"><alignment vertical="top" wrapText="1"/></xf>',
].join(
  '',
)}</cellXfs><cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>`;

const sheetFile = (index: number): string => `worksheets/sheet${index + 1}.xml`;

/** The name of the file of a sheet in the archive. */
export const sheetPath = (index: number): string => `xl/${sheetFile(index)}`;

/** The other files of the archive, by name, for sheets with these names. */
export function workbookParts(sheets: readonly string[]): [name: string, xml: string][] {
  const listed = sheets
    .map((name, index) => `<sheet name="${escapeXml(name)}" sheetId="${index + 1}" r:id="rId${index + 1}"/>`)
    .join('');
  const related = sheets
    .map(
      (_name, index) =>
        `<Relationship Id="rId${index + 1}" Type="${officeNamespace}/worksheet" Target="${sheetFile(index)}"/>`,
    )
    .join('');
  const types = sheets
    .map(
      (_name, index) =>
        `<Override PartName="/${sheetPath(index)}" ContentType="${spreadsheet}.worksheet+xml"/>`,
    )
    .join('');
  return [
    [
      'xl/workbook.xml',
      `${xmlHeader}<workbook xmlns="${sheetNamespace}" xmlns:r="${officeNamespace}"><sheets>${listed}</sheets></workbook>`,
    ],
    [
      'xl/_rels/workbook.xml.rels',
      `${xmlHeader}<Relationships xmlns="${packageNamespace}/relationships">${related}<Relationship Id="rId${sheets.length + 1}" Type="${officeNamespace}/styles" Target="styles.xml"/></Relationships>`,
    ],
    ['xl/styles.xml', stylesXml],
    [
      '_rels/.rels',
      `${xmlHeader}<Relationships xmlns="${packageNamespace}/relationships"><Relationship Id="rId1" Type="${officeNamespace}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
    ],
    [
      '[Content_Types].xml',
      `${xmlHeader}<Types xmlns="${packageNamespace}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="${spreadsheet}.sheet.main+xml"/><Override PartName="/xl/styles.xml" ContentType="${spreadsheet}.styles+xml"/>${types}</Types>`,
    ],
  ];
}

/** Names that a spreadsheet accepts: up to 31 characters, each once, without those that addresses use. */
export class SheetNames {
  readonly all: string[] = [];

  add(wanted: string): string {
    const allowed = wanted.replaceAll(/[[\]:*?/\\]|^'|'$/g, ' ').trim() || 'Sheet';
    // Excel keeps this name for itself.
    const clean = allowed.toLowerCase() === 'history' ? `${allowed}_` : allowed;
    for (let number = 1; ; number += 1) {
      const suffix = number === 1 ? '' : ` (${number})`;
      const name = `${clean.slice(0, 31 - suffix.length)}${suffix}`;
      if (this.all.some((other) => other.toLowerCase() === name.toLowerCase())) continue;
      this.all.push(name);
      return name;
    }
  }
}
