// Rows of a bureau's file: each becomes the values of its staged columns, or everything that is wrong with it.

import type { CopyValue } from '../database/copy.ts';
import { newId } from '../database/ids.ts';
import type { Keyring } from '../encryption/keyring.ts';
import { BadInput, type Bilingual } from '../errors.ts';
import { BadCell, type CellContext, cellReader, type ReadCell, shownCell } from './cells.ts';
import type { CsvRow } from './csv.ts';
import type { MappedColumn } from './header.ts';
import { type ImportColumn, type ModuleImport, type RowCheck, RowFault } from './module-import.ts';

/** What is wrong with one cell of a row, or with the row where `column` is empty. */
export interface Fault extends Bilingual {
  line: number;
  column: string;
  /** As it may be shown. */
  value: string;
}

interface Cell {
  column: ImportColumn;
  /** -1 where the file has no such column. */
  index: number;
  read: ReadCell;
}

export class RowReader {
  #definition: ModuleImport;
  #cells: Cell[];
  #names: readonly string[];
  #width: number;
  #check: RowCheck;
  #keyring: Keyring;

  /** `names`: the staged columns after line and key, in the order of COPY, in camelCase. */
  constructor(
    definition: ModuleImport,
    placed: readonly MappedColumn[],
    names: readonly string[],
    context: CellContext,
    check: RowCheck,
    keyring: Keyring,
  ) {
    this.#definition = definition;
    this.#names = names;
    this.#check = check;
    this.#keyring = keyring;
    this.#width = Math.max(...placed.map(({ index }) => index)) + 1;
    this.#cells = definition.columns.flatMap((column) => {
      const index = placed.find((other) => other.column === column)?.index ?? -1;
      return index < 0 && column.defaultCell === undefined
        ? []
        : [{ column, index, read: cellReader(column, context) }];
    });
  }

  /** The staged row, or its faults. */
  read(row: CsvRow): { staged: CopyValue[] } | { faults: Fault[] } {
    const faults: Fault[] = [];
    const given: Record<string, unknown> = {};
    const { line, cells } = row;
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
    for (const { column, index, read } of this.#cells) {
      try {
        given[column.name] = read(index < 0 ? '' : (cells[index] as string));
      } catch (error) {
        if (!(error instanceof BadCell)) throw error;
        faults.push(this.#fault(row, column, expected(error.expected)));
      }
    }
    const checked = this.#checked(row, given, faults);
    if (faults.length || !checked) return { faults };
    const id = newId(checked.divisionCode as string);
    const staged: CopyValue[] = [line, id];
    const values: typeof checked = this.#sealed({ ...checked, id });
    for (const name of this.#names)
      staged.push((name === 'knownId' ? (given.id as string | undefined) : values[name]) ?? null);
    return { staged };
  }

  #sealed(values: Record<string, CopyValue | undefined>): Record<string, CopyValue | undefined> {
    const { encrypted: sealed } = this.#definition;
    return sealed ? (sealed.encrypt(this.#keyring, values) as typeof values) : values;
  }

  /** The concept's check, again without what is found wrong, until nothing more is: every fault is told at once. */
  #checked(row: CsvRow, given: Record<string, unknown>, faults: Fault[]) {
    for (;;) {
      try {
        return this.#check(given);
      } catch (error) {
        const wrong = wrongOf(error);
        const column = this.#definition.columns.find(({ name }) => name === wrong.column);
        const told = column && faults.some((fault) => fault.column === column.name);
        if (!told) faults.push(this.#fault(row, column, wrong));
        if (!column || given[column.name] === undefined) return null;
        given[column.name] = undefined;
      }
    }
  }

  #fault({ line, cells }: CsvRow, column: ImportColumn | undefined, { zh, en }: Bilingual): Fault {
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

const expected = ({ zh, en }: Bilingual): Bilingual => ({ zh: `应为${zh}`, en: `expected ${en}` });

function wrongOf(error: unknown): Bilingual & { column: string } {
  if (error instanceof RowFault) return { column: error.column, ...error.text };
  if (!(error instanceof BadInput)) throw error;
  // `residentsServed.max` is the column residentsServedMax.
  const column = error.argument.replace(/\.(\w)/g, (_match, letter: string) => letter.toUpperCase());
  return { column, ...expected(error.expected) };
}
