// Writes a workbook with one sheet of text cells as a stream. Cells have the format of text, so that spreadsheets change no code or date.
import { columnName, rowXml, sheetEnd, sheetHead, styles, textCell } from './sheet-xml.ts';
import { sheetPath, workbookParts } from './workbook-parts.ts';
import { ZipWriter } from './zip-writer.ts';

/** Text that is compressed at once. */
const pieceCharacters = 65_536;

/** Writes the rows, the first of which is the header. */
export async function writeTextWorkbook(
  sheet: string,
  rows: AsyncIterable<readonly string[]>,
  write: (bytes: Buffer) => Promise<void>,
): Promise<void> {
  const zip = new ZipWriter();
  const columns: string[] = [];
  await write(zip.open(sheetPath(0)));
  let pending = sheetHead([], 1);
  let line = 0;
  for await (const cells of rows) {
    line += 1;
    while (columns.length < cells.length) columns.push(columnName(columns.length + 1));
    const style = line === 1 ? styles.header : styles.text;
    pending += rowXml(
      line,
      cells.map((cell) => (cell === '' ? '' : textCell(cell, style))),
      columns,
    );
    if (pending.length < pieceCharacters) continue;
    await write(zip.write(Buffer.from(pending, 'utf8')));
    pending = '';
  }
  await write(zip.write(Buffer.from(pending + sheetEnd(null), 'utf8')));
  await write(zip.close());
  for (const [name, xml] of workbookParts([sheet])) await write(zip.add(name, xml));
  await write(zip.finish());
}
