// The preview of an uploaded file: its sheets, its header as it was recognised, and its first rows.
import { shownCell } from '../import/cells.ts';
import { findHeader, type HeaderOptions, headerKey, headerSearchRows } from '../import/header.ts';
import type { ModuleImport } from '../import/module-import.ts';
import type { FileRow } from '../spreadsheet/file-row.ts';
import { type OpenOptions, openFile } from '../spreadsheet/open-file.ts';

export interface Preview {
  form: string;
  encoding: string | null;
  sheet: string | null;
  sheets: readonly { name: string; isHidden: boolean }[];
  notes: readonly { zh: string; en: string }[];
  /** The line of the header's last row. */
  headerLine: number;
  /** The columns of the file that have a header; `column` is null where it is unknown or ignored; `isRemembered` where somebody of the bureau has chosen it. */
  columns: readonly { index: number; title: string; column: string | null; isRemembered: boolean }[];
  /** The columns that the import needs and the file does not have. */
  missing: readonly string[];
  duplicate: readonly string[];
  /** The first rows below the header; cells of protected columns are masked. */
  rows: readonly { line: number; cells: readonly string[] }[];
}

const previewRows = 10;
const maxCellCharacters = 60;

/** Throws a `FileFault` for a file that cannot be read. */
export async function previewOf(
  definition: ModuleImport,
  file: string,
  options: OpenOptions & HeaderOptions,
): Promise<Preview> {
  const opened = await openFile(file, options);
  try {
    const head: FileRow[] = [];
    for await (const rows of opened.rows()) {
      head.push(...rows);
      if (head.length >= headerSearchRows + previewRows) break;
    }
    const { mapped, titles, line, missing, duplicate } = findHeader(
      head.slice(0, headerSearchRows),
      definition,
      options,
    );
    const remembered = new Set(Object.keys(options.mapping ?? {}).map(headerKey));
    const columnAt = new Map(mapped.map(({ index, column }) => [index, column]));
    const { form, encoding, sheet, sheets, notes } = opened;
    return {
      ...{ form, encoding, sheet, sheets, notes, headerLine: line, duplicate },
      columns: titles.flatMap((title, index) =>
        title === ''
          ? []
          : [
              {
                ...{ index, title, column: columnAt.get(index)?.name ?? null },
                isRemembered: remembered.has(headerKey(title)),
              },
            ],
      ),
      missing: missing.map(({ name }) => name),
      rows: head
        .filter((row) => row.line > line)
        .slice(0, previewRows)
        .map((row) => ({
          line: row.line,
          cells: titles.map((_title, index) =>
            shownCell(row.cells[index] ?? '', columnAt.get(index)?.masking).slice(0, maxCellCharacters),
          ),
        })),
    };
  } finally {
    opened.close();
  }
}
