// Writes the rows with faults, unchanged, after their line number and the reasons, to a file of the form of the one that was imported.
import { once } from 'node:events';
import { createWriteStream, type WriteStream } from 'node:fs';
import { rename } from 'node:fs/promises';
import { extname } from 'node:path';
import { finished } from 'node:stream/promises';
import { byteOrderMark, csvLine, neutralised } from '../spreadsheet/csv.ts';
import type { FileForm } from '../spreadsheet/file-form.ts';
import type { FileRow } from '../spreadsheet/file-row.ts';
import type { RowFile } from '../spreadsheet/open-file.ts';
import { writeTextWorkbook } from '../spreadsheet/writing/text-workbook.ts';
import { type Header, isRejectColumn, rejectColumns } from './header.ts';
import type { ImportStaging } from './staging.ts';

/** The file that is written first: a file of rejects is complete, or not there. */
export const partOf = (file: string): string => `${file}.part-${process.pid}`;

/** The form of a file of rejects: by its name, or else that of the file that was imported. */
function formOfRejects(file: string, form: FileForm): FileForm {
  const extension = extname(file).toLowerCase();
  return extension === '.xlsx' ? 'xlsx' : extension === '.csv' ? 'csv' : form;
}

/** Reads the file again and writes its rejected rows, with reasons that replace those of an earlier import. */
export async function writeRejects(
  staging: ImportStaging,
  file: RowFile,
  header: Header,
  rejectsFile: string,
): Promise<void> {
  // Rejected rows may have personal data: only the operator may read the file.
  const out = createWriteStream(partOf(rejectsFile), { flags: 'wx', mode: 0o600, flush: true });
  const rows = rejectedRows(staging, file, header);
  if (formOfRejects(rejectsFile, file.form) === 'xlsx')
    await writeTextWorkbook('有误的行 rejected rows', rows, (bytes) => write(out, bytes));
  else {
    await write(out, byteOrderMark);
    for await (const cells of rows) await write(out, csvLine(cells));
  }
  out.end();
  await finished(out);
}

async function write(out: WriteStream, content: string | Buffer): Promise<void> {
  if (!out.write(content)) await once(out, 'drain');
}

/** The header and the rejected rows. Cells that a spreadsheet would evaluate are neutralised. */
async function* rejectedRows(
  staging: ImportStaging,
  file: RowFile,
  { titles }: Header,
): AsyncGenerator<string[]> {
  const ownCells = (cells: readonly string[]) =>
    titles.flatMap((title, index) => (isRejectColumn(title) ? [] : [neutralised(cells[index] ?? '')]));
  yield [...rejectColumns, ...ownCells(titles)];
  const rows = eachRow(file);
  for await (const page of staging.rejections())
    for (const { line, reason } of page) {
      let row = (await rows.next()).value;
      while (row && row.line < line) row = (await rows.next()).value;
      yield [String(line), reason, ...ownCells(row?.cells ?? [])];
    }
  await rows.return(undefined);
}

async function* eachRow(file: RowFile): AsyncGenerator<FileRow, undefined> {
  for await (const batch of file.rows()) yield* batch;
}

export async function moveRejects(rejectsFile: string | undefined, rejected: number): Promise<void> {
  if (rejectsFile && rejected > 0) await rename(partOf(rejectsFile), rejectsFile);
}
