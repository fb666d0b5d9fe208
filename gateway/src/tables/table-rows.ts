// The rows of a table, read from the JSON of an answer one at a time.
import { type Cell, cellOf } from './cells.ts';
import type { JsonReader } from './json-reader.ts';
import type { KeyTree, TableLayout, TableLevel } from './table-layout.ts';

/** A cell for each column. Null where the answer has null, or nothing. */
export type Row = (Cell | null)[];

/** Where the lists of the next level begin in an object that was read, by their numbers. */
type Lists = (number | undefined)[];

/**
 * The rows of the answer's data, which starts at `data`. An object without elements in its list has one row, if it has a value: nothing
 * that the answer says is lost.
 */
export function rowsOf(layout: TableLayout, reader: JsonReader, data: number): Generator<Row> {
  return new RowReader(layout, reader).rows(data);
}

class RowReader {
  readonly #levels: readonly TableLevel[];
  readonly #reader: JsonReader;
  readonly #row: Row;
  /** The columns that are filled at a level or below it. */
  readonly #columnsFrom: readonly (readonly number[])[];

  constructor({ levels, columns }: TableLayout, reader: JsonReader) {
    this.#levels = levels;
    this.#reader = reader;
    this.#row = columns.map(() => null);
    this.#columnsFrom = levels.map((_level, index) =>
      levels.slice(index).flatMap(({ lists }) => lists.flatMap(columnsOf)),
    );
  }

  *rows(data: number): Generator<Row> {
    yield* this.#element(0, 0, data);
  }

  /** The rows of an object, the offset after which is returned. */
  *#element(level: number, list: number, at: number): Generator<Row, number> {
    this.#clear(level);
    const lists: Lists = [];
    const end = this.#read(this.#levels[level]?.lists[list], at, lists);
    const next = this.#levels[level + 1];
    if (!next) {
      yield this.#row.slice();
      return end;
    }
    const hasRows =
      next.joinedBy === null ? yield* this.#list(level + 1, lists[0]) : yield* this.#joined(next, lists);
    if (!hasRows) {
      this.#clear(level + 1);
      if (this.#row.some((cell) => cell !== null)) yield this.#row.slice();
    }
    return end;
  }

  *#list(level: number, list: number | undefined): Generator<Row, boolean> {
    let at = list === undefined ? -1 : this.#reader.firstElement(list);
    const isEmpty = at < 0;
    while (at >= 0) at = this.#reader.nextElement(yield* this.#element(level, 0, at));
    return !isEmpty;
  }

  /** One row for each point of the time line that any of the series has. */
  *#joined({ lists: trees, joinedBy }: TableLevel, lists: Lists): Generator<Row, boolean> {
    const points = new Map<string, Row>();
    const columns = trees.flatMap(columnsOf);
    for (const [index, tree] of trees.entries()) {
      const list = lists[index];
      let at = list === undefined ? -1 : this.#reader.firstElement(list);
      /** How often a series has had a time already: it may not happen, but nothing is lost if it does. */
      const times = new Map<string, number>();
      while (at >= 0) {
        for (const column of columns) this.#row[column] = null;
        const end = this.#read(tree, at, []);
        const time = this.#row[joinedBy ?? 0]?.json ?? '';
        const earlier = times.get(time) ?? 0;
        times.set(time, earlier + 1);
        const key = `${time} ${earlier}`;
        const known = points.get(key);
        if (known) for (const column of columnsOf(tree)) known[column] = this.#row[column] ?? null;
        else points.set(key, this.#row.slice());
        at = this.#reader.nextElement(end);
      }
    }
    const sorted = [...points].sort(([one], [other]) => (one < other ? -1 : one > other ? 1 : 0));
    for (const [, row] of sorted) yield row;
    return sorted.length > 0;
  }

  #clear(level: number): void {
    for (const column of this.#columnsFrom[level] ?? []) this.#row[column] = null;
  }

  #read(tree: KeyTree | undefined, at: number, lists: Lists): number {
    const reader = this.#reader;
    if (!tree) return reader.end(at);
    return reader.members(at, (key, value) => {
      const node = tree.get(key);
      if (!node) return undefined;
      if (node.below) return this.#read(node.below, value, lists);
      if (node.list !== undefined) {
        lists[node.list] = value;
        return undefined;
      }
      const end = reader.end(value);
      this.#row[node.column as number] = cellOf(reader.text(value, end));
      return end;
    });
  }
}

const columnsOf = (tree: KeyTree): number[] =>
  [...tree.values()].flatMap(({ column, below }) =>
    column !== undefined ? [column] : below ? columnsOf(below) : [],
  );
