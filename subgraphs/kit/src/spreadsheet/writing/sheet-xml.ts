// The XML of a worksheet: its head with frozen header and column widths, its rows, and cells of text.

/** Cell formats, by their position in `stylesXml` of the workbook. */
export const styles = {
  plain: 0,
  header: 1,
  text: 2,
  date: 3,
  dateTime: 4,
  whole: 5,
  formulaLike: 6,
  wrapped: 7,
};

/** As many characters as a cell can hold. */
const maxCellCharacters = 32_767;

export const xmlHeader = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
export const sheetNamespace = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';

/** What XML cannot contain, as the format escapes it, and what would be taken for such an escape. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: those are what is escaped.
const forbidden = /[\x00-\x08\x0b\x0c\x0d\x0e-\x1f\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)/g;

export const escapeXml = (text: string): string =>
  text
    .replace(
      forbidden,
      (character) => `_x${character.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}_`,
    )
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;');

export function sheetHead(widths: readonly number[], frozenRows: number): string {
  const columns = widths
    .map((width, index) => `<col min="${index + 1}" max="${index + 1}" width="${width}" customWidth="1"/>`)
    .join('');
  const pane = frozenRows
    ? `<pane ySplit="${frozenRows}" topLeftCell="A${frozenRows + 1}" activePane="bottomLeft" state="frozen"/>`
    : '';
  return `${xmlHeader}<worksheet xmlns="${sheetNamespace}"><sheetViews><sheetView workbookViewId="0">${pane}</sheetView></sheetViews>${
    columns ? `<cols>${columns}</cols>` : ''
  }<sheetData>`;
}

export const sheetEnd = (filtered: { columns: number; rows: number } | null): string =>
  `</sheetData>${
    filtered && filtered.columns > 0
      ? `<autoFilter ref="A1:${columnName(filtered.columns)}${filtered.rows}"/>`
      : ''
  }</worksheet>`;

/** A, B, … Z, AA, … */
export function columnName(number: number): string {
  const rest = Math.floor((number - 1) / 26);
  return `${rest > 0 ? columnName(rest) : ''}${String.fromCharCode(65 + ((number - 1) % 26))}`;
}

/** A row of cells, of which the empty ones are left out. */
export function rowXml(number: number, cells: readonly string[], columns: readonly string[]): string {
  let xml = `<row r="${number}">`;
  for (const [index, cell] of cells.entries()) if (cell) xml += `<c r="${columns[index]}${number}"${cell}`;
  return `${xml}</row>`;
}

/** A text, after the address of its cell. */
export function textCell(text: string, style: number): string {
  const cut = text.length > maxCellCharacters ? `${text.slice(0, maxCellCharacters - 1)}…` : text;
  return ` s="${style}" t="inlineStr"><is><t xml:space="preserve">${escapeXml(cut)}</t></is></c>`;
}

export const isCut = (text: string): boolean => text.length > maxCellCharacters;

/** Chinese characters are as wide as two digits. */
export const widthOf = (text: string): number => {
  let width = 0;
  for (const character of text.slice(0, 100)) width += (character.codePointAt(0) ?? 0) > 0x2e7f ? 2 : 1;
  return width;
};
