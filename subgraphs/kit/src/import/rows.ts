// Reads rows of a bureau's file: each becomes the values of its staged columns, or a list of all its faults.

import type { CopyValue } from '../database/copy.ts';
import { newId } from '../database/ids.ts';
import { isInside } from '../divisions/divisions.ts';
import type { Keyring } from '../encryption/keyring.ts';
import { BadInput, type Bilingual, expectedZh } from '../errors.ts';
import type { CellOrigin, FileRow } from '../spreadsheet/file-row.ts';
import { BadCell, checkLeadingZero, type Normalisation } from './cell-values.ts';
import { type CellContext, cellReader, type ReadCell, shownCell } from './cells.ts';
import type { MappedColumn } from './header.ts';
import { type ImportColumn, type ModuleImport, type RowCheck, RowFault } from './module-import.ts';

/** A fault of a cell, or of the whole row if `column` is empty. */
export interface Fault extends Bilingual {
  line: number;
  column: string;
  /** The masked cell. */
  value: string;
}

interface Cell {
  column: ImportColumn;
  /** -1 if the file does not have the column. */
  index: number;
  read: ReadCell;
  note: (kind: Normalisation) => void;
}

/** Columns of text whose cells spreadsheets may keep as numbers. */
const isOfText = ({ form }: ImportColumn): boolean =>
  form === 'text' || form === 'division' || form === 'community' || form === 'key';

const normalisationOf = (origin: CellOrigin, column: ImportColumn): Normalisation | null =>
  origin !== 'number' ? origin : isOfText(column) ? 'number' : null;

interface RowReaderOptions {
  mapped: readonly MappedColumn[];
  /** The staged columns after line and id, in the order of COPY, in camelCase. */
  names: readonly string[];
  context: CellContext;
  check: RowCheck;
  keyring: Keyring;
  /** Whether rows end with their last cell that has text, as those of sheets do. */
  endsEarly: boolean;
  /** The divisions that records may lie in; by default all. */
  divisions?: readonly string[] | undefined;
}

/** How often the cells of a column were normalised in one way. */
export interface Normalised {
  column: ImportColumn;
  kind: Normalisation;
  count: number;
}

export class RowReader {
  #definition: ModuleImport;
  #cells: Cell[];
  #names: readonly string[];
  #width: number;
  #check: RowCheck;
  #keyring: Keyring;
  #divisions: readonly string[] | undefined;
  #normalised = new Map<ImportColumn, Map<Normalisation, number>>();

  constructor(
    definition: ModuleImport,
    { mapped, names, context, check, keyring, endsEarly, divisions }: RowReaderOptions,
  ) {
    this.#definition = definition;
    this.#divisions = divisions;
    this.#names = names;
    this.#check = check;
    this.#keyring = keyring;
    this.#width = endsEarly ? 0 : Math.max(...mapped.map(({ index }) => index)) + 1;
    this.#cells = definition.columns.flatMap((column) => {
      const index = mapped.find((other) => other.column === column)?.index ?? -1;
      return index < 0 && column.defaultCell === undefined
        ? []
        : [{ column, index, read: cellReader(column, context), note: this.#noteFor(column) }];
    });
  }

  /** What was normalised, by column. */
  get normalised(): Normalised[] {
    return [...this.#normalised].flatMap(([column, kinds]) =>
      [...kinds].map(([kind, count]) => ({ column, kind, count })),
    );
  }

  #noteFor(column: ImportColumn): (kind: Normalisation) => void {
    return (kind) => {
      const kinds = this.#normalised.get(column) ?? new Map<Normalisation, number>();
      this.#normalised.set(column, kinds);
      kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
    };
  }

  /** The staged row, or its faults. */
  read(row: FileRow): { staged: CopyValue[] } | { faults: Fault[] } {
    const faults: Fault[] = [];
    const values: Record<string, unknown> = {};
    const { line, cells, origins } = row;
    if (cells.length < this.#width)
      return {
        faults: [
          {
            line,
            column: '',
            value: String(cells.length),
            zh: `应有 ${this.#width} 列，只有 ${cells.length} 列`,
            en: `expected ${this.#width} cells, there are ${cells.length}`,
          },
        ],
      };
    for (const { column, index, read, note } of this.#cells) {
      try {
        const origin = origins?.[index];
        if (origin === 'number' && /phone$/i.test(column.name)) checkLeadingZero(cells[index] ?? '');
        values[column.name] = read(cells[index] ?? '', note);
        const normalisation = origin && normalisationOf(origin, column);
        if (normalisation) note(normalisation);
      } catch (error) {
        if (!(error instanceof BadCell)) throw error;
        faults.push(this.#fault(row, column, expected(error.expected)));
      }
    }
    const checked = this.#checkRow(row, values, faults);
    if (checked && !this.#isOwn(checked.divisionCode as string | undefined))
      faults.push(this.#fault(row, this.#column('divisionCode'), beyondDivisions));
    if (faults.length || !checked) return { faults };
    const id = newId(checked.divisionCode as string);
    const staged: CopyValue[] = [line, id];
    const encrypted = this.#encrypted({ ...checked, id });
    for (const name of this.#names)
      staged.push((name === 'knownId' ? (values.id as string | undefined) : encrypted[name]) ?? null);
    return { staged };
  }

  /** A code that is no division is a fault already. */
  #isOwn(divisionCode: string | undefined): boolean {
    if (!this.#divisions || !divisionCode) return true;
    return this.#divisions.some((division) => isInside(divisionCode, division));
  }

  #column(column: string): ImportColumn | undefined {
    return this.#definition.columns.find(({ name }) => name === column);
  }

  #encrypted(values: Record<string, CopyValue | undefined>): Record<string, CopyValue | undefined> {
    const { encrypted } = this.#definition;
    return encrypted ? (encrypted.encrypt(this.#keyring, values) as typeof values) : values;
  }

  /** Runs the module's check, again without each value that it refuses, so that every fault is reported at once. */
  #checkRow(row: FileRow, values: Record<string, unknown>, faults: Fault[]) {
    for (;;) {
      try {
        return this.#check(values);
      } catch (error) {
        const fault = faultOf(error);
        const column = this.#column(fault.column);
        const isReported = column && faults.some((other) => other.column === column.name);
        if (!isReported) faults.push(this.#fault(row, column, fault));
        if (!column || values[column.name] === undefined) return null;
        values[column.name] = undefined;
      }
    }
  }

  #fault({ line, cells }: FileRow, column: ImportColumn | undefined, { zh, en }: Bilingual): Fault {
    const index = this.#cells.find((cell) => cell.column === column)?.index ?? -1;
    return {
      line,
      column: column?.name ?? '',
      value: shownCell(cells[index] ?? '', column?.masking),
      zh,
      en,
    };
  }
}

const beyondDivisions: Bilingual = {
  zh: '该区划不在您的权限范围内',
  en: 'the division is not one that you may write in',
};

const expected = ({ zh, en }: Bilingual): Bilingual => ({ zh: expectedZh(zh), en: `expected ${en}` });

function faultOf(error: unknown): Bilingual & { column: string } {
  if (error instanceof RowFault) return { column: error.column, ...error.text };
  if (!(error instanceof BadInput)) throw error;
  // The argument `residentsServed.max` is the column `residentsServedMax`.
  const column = error.argument.replace(/\.(\w)/g, (_match, letter: string) => letter.toUpperCase());
  return { column, ...expected(error.expected) };
}
