// A row of a file, whatever its form.

/** Where the text of a cell came from, if it was not text: a number, the result of a formula, or the merged cells that it belongs to. */
export type CellOrigin = 'number' | 'formula' | 'merged';

export interface FileRow {
  /** The line on which it starts, or the number of the row in its sheet, from 1. */
  line: number;
  cells: string[];
  isHidden?: true;
  /** By the indexes of cells; only of sheets. */
  origins?: (CellOrigin | undefined)[];
}

export function setOrigin(row: FileRow, index: number, origin: CellOrigin): void {
  row.origins ??= [];
  row.origins[index] = origin;
}
