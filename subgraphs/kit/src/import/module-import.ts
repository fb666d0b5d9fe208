// The declaration of a bureau's file for one module: its columns, and how its rows become records.

import type { CopyValue } from '../database/copy.ts';
import type { Sql } from '../database/database.ts';
import type { EncryptedTable } from '../encryption/encrypted-columns.ts';
import type { Keyring } from '../encryption/keyring.ts';
import type { Bilingual } from '../errors.ts';
import type { Scope } from '../identity/roles.ts';

/**
 * The type of a column's cells. `date`: 2026-01-31, 2026/1/31, 2026年1月31日, 20260131 or a day number. `boolean`: 是 or 否, yes or no,
 * √ or ×. `division`, `community`: a code of the division register. `key`: an id of the graph. `oneOf`, `manyOf`: values of an enum of
 * the subgraph's schema, by their name or the Chinese of their description; several are separated by `；`, `、` or `,`.
 */
export type CellForm =
  | 'text'
  | 'integer'
  | 'decimal'
  | 'boolean'
  | 'date'
  | 'division'
  | 'community'
  | 'key'
  | { oneOf: string }
  | { manyOf: string };

/** How a value is masked in reports and logs: as in the graph, or more strictly. */
export type Masking = 'name' | 'phone' | 'idNumber' | 'address' | 'location';

export interface ImportColumn {
  /** Its header in English, and the name of its value in the row that `check` receives. */
  name: string;
  /** Its header in Chinese. */
  zh: string;
  form: CellForm;
  /** Further headers that bureaus use for it. Headers are compared without case, width and blanks. */
  aliases?: readonly string[];
  /** The unit of a number as people write it after the number or in the header; the first one is shown. */
  units?: readonly string[];
  /** The cell of the template's example row, which must pass. */
  example: string;
  /** The column may be missing, and its cells empty: the record then has no value, or `defaultCell`. A missing column leaves existing records unchanged. */
  optional?: true;
  /** Cells may be empty; the column may not be missing. */
  nullable?: true;
  /** The cell that an empty one stands for, where a record needs a value. */
  defaultCell?: string;
  /** Bounds of a number. */
  range?: readonly [least: number, most: number];
  /** A record keeps the value that it was registered with. */
  immutable?: true;
  masking?: Masking;
  /** The columns of the table that it sets; by default its own name in snake case. */
  targetColumns?: readonly string[];
  /** `resolve` computes them, also when the file has no such column. */
  resolved?: true;
}

/**
 * A fault that only the database can find: rows for which the SQL condition `where` holds, over `s` (the row of the file) and,
 * where `of` is `changed`, `r` (the existing record).
 */
interface StagedCheck extends Bilingual {
  column: string;
  of?: 'changed';
  where: string;
}

/**
 * Applies the checks of the module's mutations: turns the values of a row into columns of the table, in camelCase, or throws `badInput` or
 * `RowFault`. With only some values of a row it checks those.
 */
export type RowCheck = (values: Record<string, unknown>) => Record<string, CopyValue | undefined>;

/** A fault of a row with a message of its own. */
export class RowFault extends Error {
  readonly column: string;
  readonly text: Bilingual;

  constructor(column: string, text: Bilingual) {
    super(text.en);
    this.column = column;
    this.text = text;
  }
}

/** How the rows of a file become the rows of a table. SQL texts come from this declaration, never from a file. */
export interface ModuleImport {
  /** `<subgraph>.<module>`, as on the command line. */
  name: string;
  title: Bilingual;
  /** The type and the action of its change events. */
  entityType: string;
  action: string;
  table: string;
  /** The table's encrypted columns. `check` returns plain values; they are staged encrypted. */
  encrypted?: EncryptedTable;
  /** The bureau's own key, by which an existing record is found: the column of the file and that of the table. `where` limits the records that are searched. */
  key: { column: string; targetColumn: string; where?: string };
  columns: readonly ImportColumn[];
  /** The scope that viewers need, in the divisions of the records, to import over HTTP: that of the module's mutations. */
  scope: Scope;
  /** Makes the check of rows, once for a file, with what it needs from the database. */
  check: (sql: Sql, today: string, keyring: Keyring) => RowCheck | Promise<RowCheck>;
  /** Columns that `check` returns for `resolve` and `checks` and that the table does not have, with their types. */
  stagedColumns?: Readonly<Record<string, string>>;
  /** Columns that every new record has, as SQL expressions. */
  constants?: Readonly<Record<string, string>>;
  /** The status of a record `r` as an SQL expression, that of a new record, and those in which a record can be edited. */
  status: { of: string; first: string; editable: readonly string[] };
  /** Statements before the checks that replace the bureau's keys of other records by their ids. */
  resolve?: readonly string[];
  checks?: readonly StagedCheck[];
  /** Statements before and after the new records are inserted, for rows that belong to them. */
  before?: readonly string[];
  after?: readonly string[];
  /** The order in which new records are inserted; by division unless given, which fills the indexes in sequence. */
  order?: string;
  /** The detail of the event of a new record `s`, as an SQL expression. */
  detail?: string;
}

const snakeCase = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** The columns of the table that a column of the file sets. */
export const targetColumnsOf = ({ name, targetColumns }: ImportColumn): readonly string[] =>
  targetColumns ?? [snakeCase(name)];
