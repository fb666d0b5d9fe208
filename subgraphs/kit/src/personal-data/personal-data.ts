// What a subgraph's tables tell of persons: by what rows an elder is found, what becomes of them on request, and for how long they are kept.

import type { WriteDisclosures } from '../access/disclosures.ts';
import type { Database, Sql } from '../database/database.ts';
import type { EncryptedTable } from '../encryption/encrypted-columns.ts';
import type { Keyring } from '../encryption/keyring.ts';
import { type KeptAnswer, keptAnswersAbout } from '../mutations/idempotency.ts';
import type { MutationContext } from '../mutations/mutation.ts';

/** A row by its columns' names in camelCase, what is sealed in it as it is told. */
export type PlainRow = Record<string, unknown>;

/** Other values for some columns of a row, by which it tells of nobody any more. */
export type Anonymise = (row: PlainRow, today: string) => PlainRow;

export interface Erasure {
  /** What becomes of a row. What would be deleted is anonymised instead where histories are to stay, or another row needs it. */
  rule: 'DELETE' | 'ANONYMISE' | 'HOLD';
  /** Without it rows are deleted at any rate. */
  anonymise?: Anonymise;
  /** The law by which rows stay as they are; all of them, or those of which `isHeld` says so. */
  hold?: { basis: string; isHeld?: (row: PlainRow) => boolean };
}

interface Retention {
  /** How long, and from when: Chinese, then English. */
  rule: string;
  /** What is over; without it, rows stay with what they belong to, or are replaced with it. */
  over?: {
    /** A time of PostgreSQL, such as `3 years`, since the column's. */
    after: string;
    since: string;
    isDay?: boolean;
    /** Which rows it is about besides; an index begins with `since` and has this condition. */
    where: string;
    /** Rows are deleted without it. */
    anonymise?: Anonymise;
    /** The table whose rows go with it, and the column that names it. */
    with?: { table: string; column: string };
  };
}

/** By what a person is known who has no key. */
export interface NamedPerson {
  name: string;
  phone: string;
}

/** An elder by all that subgraphs may know them by. */
export interface SoughtElder {
  elderId: string;
  /** Name and telephone as they are on record; null where one of them is not. Values of a person: for the process that seeks, never for a log. */
  named: NamedPerson | null;
}

export interface PersonalTable {
  table: string;
  /** The type whose events tell of its rows. */
  type: string;
  /** What it tells, and of whom: Chinese, then English. */
  description: string;
  /** The column that names an elder, or that names a row of another table of which a column does; null where none does. */
  elder: string | { column: string; of: string; elder: string } | null;
  /** Where rows may be of persons without a key: the column of their blind index, and what it has of one under each key of the ring. */
  named?: { column: string; keysOf: (keyring: Keyring, person: NamedPerson) => readonly string[] };
  erasure: Erasure;
  retention: Retention;
}

export interface PersonalData {
  /** Those that refer to others stand before them. */
  tables: readonly PersonalTable[];
  /** The tables that tell of nobody. */
  impersonal: readonly string[];
  /** In the subgraph that has the records of elders: by what one of them is known where they have no key. */
  namedPerson?: (sql: Sql, keyring: Keyring, elderId: string) => Promise<NamedPerson | null>;
  /** Throws where an elder cannot be erased; asked before anything is done in any subgraph. */
  checkErasable?: (sql: Sql, elderId: string) => Promise<void>;
  /** Before anything of an elder is erased in this subgraph. */
  prepare?: (write: MutationContext, elder: SoughtElder) => Promise<void>;
}

/** What the kit keeps in every subgraph. */
export const ownTables: Readonly<Record<string, string>> = {
  change_event: '不含个人数据值，只追加，永久保留。 No personal values; append-only, kept for good.',
  access_record:
    '《个人信息保护法》第五十六条：至少三年；为不可断的链，满三年归档而不删除。 At least three years by article 56 of the Personal Information Protection Law; one chain, so that older records are archived and none is deleted.',
  idempotency_key: '24 小时，加密。 24 hours, sealed.',
  rollup: '只有计数。 Counts alone.',
  tally: '视图：逐项列出 rollup 的计数。 A view: the counts of rollup, one by one.',
  seed: '只有填充的规模与日期。 How the database was filled, and on which day.',
};

/** A subgraph, as far as its personal data go. */
export interface PersonalSubgraph {
  name: string;
  encrypted?: readonly EncryptedTable[];
  personalData: PersonalData;
}

export const encryptedTableOf = (
  { encrypted: sealed }: PersonalSubgraph,
  table: string,
): EncryptedTable | null => sealed?.find((each) => each.table === table) ?? null;

/** The elder as every subgraph can find them; asked of the subgraph that has the records of elders. */
export async function seekElder(
  { personalData }: PersonalSubgraph,
  { sql, keyring, elderId }: { sql: Sql; keyring: Keyring; elderId: string },
): Promise<SoughtElder> {
  return { elderId, named: (await personalData.namedPerson?.(sql, keyring, elderId)) ?? null };
}

/** The rows of a table that are about an elder, as they stand: by their key, and by that of their name with their telephone. */
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

/** The row with what is sealed in it as it is told; by what it is found again tells nothing more, and is left out. */
export function decryptedRow(keyring: Keyring, sealed: EncryptedTable | null, row: PlainRow): PlainRow {
  if (!sealed) return row;
  const opened = { ...row };
  for (const name of Object.keys(sealed.columns)) opened[name] = sealed.decrypt(keyring, row, name as never);
  if (sealed.index) delete opened[sealed.index.column];
  return opened;
}

export interface RecordsAboutElder {
  tables: Record<string, PlainRow[]>;
  /** Who was given what of these, or asked for it in vain. */
  accessRecords: PlainRow[];
  changes: PlainRow[];
  /** The first answers to keyed writes that tell of them, kept for a day. */
  keptAnswers: KeptAnswer[];
}

/** Everything that the subgraph holds on an elder, on record before it is given; null when that is nothing. */
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
    const sealed = encryptedTableOf(subgraph, name);
    return [name, each.map((row) => decryptedRow(keyring, sealed, row))];
  });
  return {
    tables: Object.fromEntries(tables),
    accessRecords: [...accessRecords],
    changes: [...changes],
    keptAnswers,
  };
}

/** The elder's key and those of the rows that are about them. */
export const idsOf = (elderId: string, rows: readonly PlainRow[]): string[] => [
  ...new Set([elderId, ...rows.flatMap(({ id }) => (typeof id === 'string' ? [id] : []))]),
];

export function divisionOf(rows: readonly PlainRow[]): string | null {
  for (const { divisionCode } of rows) if (typeof divisionCode === 'string') return divisionCode;
  return null;
}
