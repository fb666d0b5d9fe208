// The layout of a table: which list of the answer its rows are, and which values its columns. Plain data, so that a thread can be sent it.
import type { Labels } from './cells.ts';
import type { ColumnLabel } from './column-labels.ts';

export type ColumnType = 'text' | 'number' | 'boolean' | 'date' | 'dateTime';

export interface TableColumn {
  /** Unique in the table: the response keys from the object of the outermost list, or from the root above it. */
  name: string;
  label: ColumnLabel;
  type: ColumnType;
  /** Labels of the values of an enum. */
  values: Readonly<Record<'zh' | 'en', Labels>> | null;
  /** Whether its description says that small counts are withheld. */
  mayBeWithheld: boolean;
  /** From the schema: Chinese, then English. */
  description: string;
}

/** What the members of an object are for: the number of a column or of a list, or the members of an object below. */
export interface KeyNode {
  column?: number;
  list?: number;
  below?: KeyTree;
}

export type KeyTree = ReadonlyMap<string, KeyNode>;

/** One list in the list above, or the root. Several lists are series that are joined by the column `joinedBy`. */
export interface TableLevel {
  /** The members of the elements of each list. */
  lists: readonly KeyTree[];
  joinedBy: number | null;
}

export interface TableLayout {
  /** The path of the list by response keys; empty where the whole answer is one row. */
  path: string;
  columns: readonly TableColumn[];
  /** From the root, which has one element, to the rows. Each level's lists are numbered in the trees of the one above. */
  levels: readonly TableLevel[];
  /** Paths of lists that are not in the table. */
  leftOut: readonly string[];
}
