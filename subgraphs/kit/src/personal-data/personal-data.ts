// Declares the personal data in a subgraph's tables: which rows are about an elder, how they are erased on request, and how long they are kept.

import type { WriteDisclosures } from '../access/disclosures.ts';
import type { Database, Sql } from '../database/database.ts';
import type { EncryptedTable } from '../encryption/encrypted-columns.ts';
import type { Keyring } from '../encryption/keyring.ts';
import { type KeptAnswer, keptAnswersAbout } from '../mutations/idempotency.ts';
import type { MutationContext } from '../mutations/mutation.ts';

/** A decrypted row, by the names of its columns in camelCase. */
export type PlainRow = Record<string, unknown>;

/** What stands for a text that was erased, in columns that are never null. Partial indexes of tables contain it as a literal. */
export const erasedText = '已删除';

/** New values for some columns of a row, with which it is no longer about a person. */
export type Anonymise = (row: PlainRow, today: string) => PlainRow;

export interface Erasure {
  /** What happens to a row. A row to be deleted is anonymised instead if histories are to stay, or if another row needs it. */
  rule: 'DELETE' | 'ANONYMISE' | 'HOLD';
  /** Without it, rows are always deleted. */
  anonymise?: Anonymise;
  /** The legal hold under which rows stay unchanged: all of them, or those that it applies to. */
  hold?: { basis: string; appliesTo?: (row: PlainRow) => boolean };
}

interface Retention {
  /** How long rows are kept, and from when: Chinese, then English. */
  rule: string;
  /** Which rows have expired. Without it, rows stay as long as what they belong to, or are replaced with it. */
  over?: {
    /** An interval of PostgreSQL, such as `3 years`, after the time in the column `since`. */
    after: string;
    since: string;
    isDay?: boolean;
    /** A further condition. There is a partial index on `since` with this condition. */
    where: string;
    /** Without it, rows are deleted. */
    anonymise?: Anonymise;
    /** A table whose rows are deleted together with it, and the column that refers to it. */
    with?: { table: string; column: string };
  };
}

/** Identifies a person without an id. */
export interface NamedPerson {
  name: string;
  phone: string;
}

/** An elder, by everything by which subgraphs may know them. */
export interface SoughtElder {
  elderId: string;
  /** Name and telephone as recorded; null if one of them is not. Personal values: never log them. */
  named: NamedPerson | null;
}

export interface PersonalTable {
  table: string;
  /** The entity type of the change events of its rows. */
  type: string;
  /** What it contains, and about whom: Chinese, then English. */
  description: string;
  /** The column with the id of an elder, or the column that refers to a row of another table with such a column; null if there is none. */
  elder: string | { column: string; of: string; elder: string } | null;
  /** For rows about persons without an id: the column of their blind index, and the index of a person under each key of the keyring. */
  named?: { column: string; keysOf: (keyring: Keyring, person: NamedPerson) => readonly string[] };
  erasure: Erasure;
  retention: Retention;
}

export interface PersonalData {
  /** Tables that refer to others come before them. */
  tables: readonly PersonalTable[];
  /** The tables without personal data. */
  impersonal: readonly string[];
  /** In the subgraph with the records of elders: name and telephone of an elder. */
  namedPerson?: (sql: Sql, keyring: Keyring, elderId: string) => Promise<NamedPerson | null>;
  /** Throws if an elder cannot be erased; called before anything is erased in any subgraph. */
  checkErasable?: (sql: Sql, elderId: string) => Promise<void>;
  /** Called before anything of an elder is erased in this subgraph. */
  prepare?: (context: MutationContext, elder: SoughtElder) => Promise<void>;
}

/** The kit's own tables in every subgraph. */
export const ownTables: Readonly<Record<string, string>> = {
  change_event: '不含个人数据值，只追加，永久保留。 No personal values; append-only, kept permanently.',
  access_record:
    '《个人信息保护法》第五十六条：至少三年；为不可断的链，满三年归档而不删除。 At least three years by article 56 of the Personal Information Protection Law; older records are archived and never deleted, because they form one chain.',
  idempotency_key: '24 小时，加密。 24 hours, encrypted.',
  rollup: '只有计数。 Counts only.',
  division_population: '社区的户数与人数，公开。 Households and residents of communities, which are public.',
  tally: '视图：逐项列出 rollup 的计数。 A view of the counts of `rollup`, one per row.',
  seed: '只有填充的规模与日期。 The extent and the day of seeding.',
};

/** What is needed of a subgraph for its personal data. */
export interface PersonalSubgraph {
  name: string;
  encrypted?: readonly EncryptedTable[];
  personalData: PersonalData;
}

export const encryptedTableOf = ({ encrypted }: PersonalSubgraph, table: string): EncryptedTable | null =>
  encrypted?.find((each) => each.table === table) ?? null;

/** The elder as every subgraph can find them, read from the subgraph with the records of elders. */
export async function seekElder(
  { personalData }: PersonalSubgraph,
  { sql, keyring, elderId }: { sql: Sql; keyring: Keyring; elderId: string },
): Promise<SoughtElder> {
  return { elderId, named: (await personalData.namedPerson?.(sql, keyring, elderId)) ?? null };
}

/** The stored rows of a table that are about an elder: by their id, and by the blind index of name and telephone. */
export async function findRowsAbout(
  sql: Sql,
  keyring: Keyring,
  { table, elder, named }: PersonalTable,
  { elderId, named: person }: SoughtElder,
): Promise<PlainRow[]> {
  if (elder === null) return [];
  const keys = (person && named?.keysOf(keyring, person)) ?? [];
  const orNamed =
    named && keys.length ? sql`or ${sql(named.column)} = any(${keys as string[]}::text[])` : sql``;
  const rows =
    typeof elder === 'string'
      ? sql`select * from ${sql(table)} where ${sql(elder)} = ${elderId}::uuid ${orNamed}`
      : sql`select t.* from ${sql(table)} t join ${sql(elder.of)} o on o.id = t.${sql(elder.column)}
          where o.${sql(elder.elder)} = ${elderId}::uuid`;
  return [...((await rows) as PlainRow[])];
}

/** The row with its encrypted columns decrypted, without the blind index. */
export function decryptedRow(keyring: Keyring, encrypted: EncryptedTable | null, row: PlainRow): PlainRow {
  if (!encrypted) return row;
  const plain = { ...row };
  for (const name of Object.keys(encrypted.columns))
    plain[name] = encrypted.decrypt(keyring, row, name as never);
  if (encrypted.index) delete plain[encrypted.index.column];
  return plain;
}

export interface RecordsAboutElder {
  tables: Record<string, PlainRow[]>;
  /** Who has seen which of these values, or was refused them. */
  accessRecords: PlainRow[];
  changes: PlainRow[];
  /** Answers to mutations with idempotency keys that mention the elder, which are kept for a day. */
  keptAnswers: KeptAnswer[];
}

/** All data of the subgraph about an elder, recorded as a disclosure before it is returned; null if there is none. */
export async function readAboutElder(
  subgraph: PersonalSubgraph,
  { sql, keyring, elder }: { sql: Database; keyring: Keyring; elder: SoughtElder },
  record: WriteDisclosures,
): Promise<RecordsAboutElder | null> {
  const { elderId } = elder;
  const found = new Map<string, PlainRow[]>();
  for (const table of subgraph.personalData.tables) {
    const rows = await findRowsAbout(sql, keyring, table, elder);
    if (rows.length) found.set(table.table, rows);
  }
  const rows = [...found.values()].flat();
  const ids = idsOf(elderId, rows);
  const accessRecords = await sql<PlainRow[]>`
    select r.sequence::text as sequence, r.at, r.viewer, r.bureau, r.purpose, r.operation, r.outcome, r.subject_type, r.subject_id,
      r.fields from access_record r where r.subject_id = any(${ids}::text[]) order by r.sequence`;
  const changes = await sql<PlainRow[]>`
    select e.at, e.caller, e.action, e.entity_type, e.entity_id, e.from_status, e.to_status, e.detail
    from change_event e where e.entity_id = any(${ids}::text[]) order by e.sequence`;
  const keptAnswers = await keptAnswersAbout(sql, keyring, ids);
  const division = divisionOf(rows);
  if (division !== null)
    await record([{ type: 'Elder', id: elderId, divisionCode: division, fields: [...found.keys()] }]);
  else if (accessRecords.length + changes.length + keptAnswers.length === 0) return null;
  const tables = [...found].map(([name, each]) => {
    const encrypted = encryptedTableOf(subgraph, name);
    return [name, each.map((row) => decryptedRow(keyring, encrypted, row))];
  });
  return {
    tables: Object.fromEntries(tables),
    accessRecords: [...accessRecords],
    changes: [...changes],
    keptAnswers,
  };
}

/** The id of the elder, and those of the rows about them. */
export const idsOf = (elderId: string, rows: readonly PlainRow[]): string[] => [
  ...new Set([elderId, ...rows.flatMap(({ id }) => (typeof id === 'string' ? [id] : []))]),
];

export function divisionOf(rows: readonly PlainRow[]): string | null {
  for (const { divisionCode } of rows) if (typeof divisionCode === 'string') return divisionCode;
  return null;
}
