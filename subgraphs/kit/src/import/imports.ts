// What a bureau's file of a concept looks like, declared as data beside the concept, and what its rows become.
import type { Bilingual } from '../bilingual.ts';
import type { CopyValue } from '../database/copy.ts';
import type { Sql } from '../database/database.ts';
import { cityBox } from '../divisions/geography.ts';
import type { EncryptedTable } from '../encryption/encrypted-columns.ts';
import type { Keyring } from '../encryption/keyring.ts';

/**
 * What the cells of a column hold. `day`: 2026-01-31 or 2026/1/31. `yesNo`: 是 or 否, yes or no. `division`, `community`: a
 * code of the register. `key`: a key of the graph. `oneOf`, `manyOf`: values of an enum of the subgraph's schema, by their name or the Chinese of their
 * description; several are apart by `;` or `；`.
 */
export type CellForm =
  | 'text'
  | 'whole'
  | 'decimal'
  | 'yesNo'
  | 'day'
  | 'division'
  | 'community'
  | 'key'
  | { oneOf: string }
  | { manyOf: string };

/** What is shown of a value in reports and logs: as in the graph, or less. */
export type Masking = 'name' | 'phone' | 'idNumber' | 'address' | 'place';

export interface ImportColumn {
  /** Its header in English, and the name under which `check` is given its value. */
  name: string;
  /** Its header in Chinese. */
  zh: string;
  form: CellForm;
  /** A cell of the template's row, which must pass. */
  example: string;
  /** May be missing or empty: the record is without it, or has `otherwise`. A missing column leaves records as they are. */
  optional?: true;
  /** May be empty, not missing. */
  mayBeEmpty?: true;
  /** The cell that an empty one stands for, where a record cannot be without. */
  otherwise?: string;
  /** Bounds of a number. */
  within?: readonly [least: number, most: number];
  /** A record keeps what it was registered with. */
  fixed?: true;
  masking?: Masking;
  /** The columns of the table that it sets, when not its own name in snake case. */
  sets?: readonly string[];
  /** They are worked out by `resolve` also when the file has no such column. */
  resolved?: true;
}

/**
 * A fault that only the database knows: rows for which `where` holds, over `s` (the row of the file), and where
 * `of` is `changed`, `r` (the record that is there already).
 */
interface StagedCheck extends Bilingual {
  column: string;
  of?: 'changed';
  where: string;
}

/**
 * The mutations' own checks: what a row gives becomes columns of the table, in camelCase, or an error of `badInput` or
 * `RowFault`. Given part of a row, it checks that part.
 */
export type RowCheck = (given: Record<string, unknown>) => Record<string, CopyValue | undefined>;

/** What is wrong with a row, in words of its own. */
export class RowFault extends Error {
  readonly column: string;
  readonly words: Bilingual;

  constructor(column: string, words: Bilingual) {
    super(words.en);
    this.column = column;
    this.words = words;
  }
}

/** The rows of a file that become the rows of a table. The texts of SQL are the declaration's own, never a file's. */
export interface ModuleImport {
  /** `<subgraph>.<concept>`, as on the command line. */
  name: string;
  title: Bilingual;
  entityType: string;
  /** Of its change events. */
  action: string;
  table: string;
  /** Its sealed columns: `check` gives them plain, staged they are sealed. */
  encrypted?: EncryptedTable;
  /** The bureau's own key, by which a record is known again: the file's column and the table's. */
  key: { column: string; sets: string; among?: string };
  columns: readonly ImportColumn[];
  /** What checks rows; made once for a file, with what it needs of the database. */
  check: (sql: Sql, today: string, keyring: Keyring) => RowCheck | Promise<RowCheck>;
  /** Columns that `check` gives for `resolve` and `checks`, which the table does not have, with their types. */
  staged?: Readonly<Record<string, string>>;
  /** SQL of columns that every new record has. */
  constants?: Readonly<Record<string, string>>;
  /** Of a record `r`: its status, that of a new one, and those in which it can be edited. */
  status: { of: string; first: string; editable: readonly string[] };
  /** Statements before the checks: what the file's keys of other records stand for. */
  resolve?: readonly string[];
  checks?: readonly StagedCheck[];
  /** Statements before and after the new records are inserted, for what belongs to them. */
  before?: readonly string[];
  after?: readonly string[];
  /** In which order new records are inserted, when not by division, which fills the indexes side by side. */
  order?: string;
  /** SQL of the detail of the event of a new record `s`. */
  detail?: string;
}

const snakeCase = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** The columns of the table that a column of the file sets. */
export const setBy = ({ name, sets }: ImportColumn): readonly string[] => sets ?? [snakeCase(name)];

/** The column that says where a record lies. */
export const divisionColumn = (more: Partial<ImportColumn> = {}): ImportColumn => ({
  name: 'divisionCode',
  zh: '区划代码',
  form: 'division',
  example: '410105001003',
  ...more,
});

/** The columns of a point (WGS 84). */
export const pointColumns = (more: Partial<ImportColumn> = {}): ImportColumn[] => [
  {
    name: 'longitude',
    zh: '经度',
    form: 'decimal',
    within: cityBox.longitude,
    example: '113.6812',
    ...more,
  },
  { name: 'latitude', zh: '纬度', form: 'decimal', within: cityBox.latitude, example: '34.7654', ...more },
];

/**
 * The columns of a record that the bureau knows by a number of its own: that number and, where the record is here
 * already without it, the key that it has in the graph.
 */
export const registrationColumns = (zh: string, example: string): ImportColumn[] => [
  { name: 'registrationKey', zh, form: 'text', example },
  { name: 'id', zh: '标识', form: 'key', optional: true, example: '', sets: ['known_id'] },
];

/** The point that a row gives, whole or not at all. */
export const pointOf = ({ longitude, latitude }: Record<string, unknown>) =>
  typeof longitude === 'number' && typeof latitude === 'number' ? { longitude, latitude } : undefined;
