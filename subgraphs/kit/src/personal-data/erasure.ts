// Erases a subgraph's data about an elder, each table by its rule, in one transaction. It is idempotent.
import { today } from '../calendar.ts';
import { columnsOf, type Database, type Sql } from '../database/database.ts';
import type { EncryptedTable } from '../encryption/encrypted-columns.ts';
import type { Keyring } from '../encryption/keyring.ts';
import type { Viewer } from '../identity/viewer.ts';
import { appendEvent, type Change } from '../mutations/change-events.ts';
import { forgetAnswersAbout } from '../mutations/idempotency.ts';
import { inTransaction, type MutationContext } from '../mutations/mutation.ts';
import {
  decryptedRow,
  divisionOf,
  encryptedTableOf,
  findRowsAbout,
  idsOf,
  type PersonalSubgraph,
  type PersonalTable,
  type PlainRow,
  type SoughtElder,
} from './personal-data.ts';

/** What happened to the rows of a table. */
interface ErasedTable {
  table: string;
  deleted: number;
  anonymised: number;
  /** Rows under a legal hold. */
  retained: number;
  /** The legal basis of that hold. */
  basis: string | null;
}

export interface ErasedSubgraph {
  tables: ErasedTable[];
  /** Kept answers to mutations with idempotency keys that mention the elder. */
  answersForgotten: number;
}

export interface ErasureRequest {
  sql: Database;
  keyring: Keyring;
  /** The operator. Access rules do not apply. */
  viewer: Viewer;
  elder: SoughtElder;
  /** Whether rows that could be deleted are anonymised instead, so that histories and counts stay. */
  keepsHistories: boolean;
}

const action = 'ERASED';

export function eraseElder(subgraph: PersonalSubgraph, request: ErasureRequest): Promise<ErasedSubgraph> {
  const { sql: database, keyring, viewer, elder } = request;
  const { elderId } = elder;
  return inTransaction(database, async (sql) => {
    const context = contextOf(sql, keyring, viewer);
    const { tables, checkErasable, prepare } = subgraph.personalData;
    await checkErasable?.(sql, elderId);
    await prepare?.(context, elder);
    const all: PlainRow[] = [];
    const erased: ErasedTable[] = [];
    for (const table of tables) {
      const rows = await findRowsAbout(sql, keyring, table, elder);
      all.push(...rows);
      // Rows under a legal hold refer to the row of the elder.
      const isNeeded = table.elder === 'id' && erased.some(({ retained }) => retained > 0);
      const keepsHistories = request.keepsHistories || isNeeded;
      if (rows.length)
        erased.push(await eraseRows(context, subgraph, { table, rows }, { elderId, keepsHistories }));
    }
    const answersForgotten = await forgetAnswersAbout(sql, keyring, idsOf(elderId, all));
    const changed = erased.filter(({ deleted, anonymised }) => deleted + anonymised > 0);
    const divisionCode = divisionOf(all);
    if (changed.length && divisionCode !== null) {
      const detail = Object.fromEntries(
        changed.map(({ table, deleted, anonymised }) => [table, { deleted, anonymised }]),
      );
      await context.record({ entityType: 'Elder', entityId: elderId, divisionCode, detail });
    }
    return { tables: erased, answersForgotten };
  });
}

const contextOf = (sql: Sql, keyring: Keyring, viewer: Viewer): MutationContext => ({
  sql,
  keyring,
  viewer,
  get now() {
    return new Date().toISOString();
  },
  today: today(),
  record: (change: Change) => appendEvent(sql, viewer.id, action, change),
  recordRefusal: () => {},
});

async function eraseRows(
  context: MutationContext,
  subgraph: PersonalSubgraph,
  { table, rows }: { table: PersonalTable; rows: readonly PlainRow[] },
  { elderId, keepsHistories }: { elderId: string; keepsHistories: boolean },
): Promise<ErasedTable> {
  const { rule, hold, anonymise } = table.erasure;
  const isOnHold = (row: PlainRow) =>
    rule === 'HOLD' || (hold !== undefined && (hold.appliesTo?.(row) ?? true));
  const retained = rows.filter(isOnHold);
  const erasable = rows.filter((row) => !isOnHold(row));
  const outcome = {
    table: table.table,
    deleted: 0,
    anonymised: 0,
    retained: retained.length,
    basis: retained.length ? (hold?.basis ?? null) : null,
  };
  if (erasable.length === 0) return outcome;
  const isDeleted = rule === 'DELETE' && (!anonymise || !keepsHistories);
  if (isDeleted) {
    await deleteRows(context.sql, table, erasable, elderId);
    return { ...outcome, deleted: erasable.length };
  }
  return { ...outcome, anonymised: await anonymiseRows(context, subgraph, table, erasable) };
}

async function deleteRows(
  sql: Sql,
  { table, elder }: PersonalTable,
  rows: readonly PlainRow[],
  elderId: string,
): Promise<void> {
  const ids = rows.flatMap(({ id }) => (typeof id === 'string' ? [id] : []));
  if (ids.length) await sql`delete from ${sql(table)} where id = any(${ids}::uuid[])`;
  else await sql`delete from ${sql(table)} where ${sql(elder as string)} = ${elderId}::uuid`;
}

/** Anonymises rows; returns how many have changed. */
async function anonymiseRows(
  { sql, keyring, today: day }: Pick<MutationContext, 'sql' | 'keyring' | 'today'>,
  subgraph: PersonalSubgraph,
  { table, erasure }: PersonalTable,
  rows: readonly PlainRow[],
): Promise<number> {
  const encrypted = encryptedTableOf(subgraph, table);
  let count = 0;
  for (const row of rows) {
    const changes = erasure.anonymise?.(decryptedRow(keyring, encrypted, row), day) ?? {};
    if (await setValues(sql, keyring, { table, encrypted, row, changes })) count += 1;
  }
  return count;
}

/** Sets values of a row, encrypted where the column is; returns whether any of them differs. */
export async function setValues(
  sql: Sql,
  keyring: Keyring,
  {
    table,
    encrypted,
    row,
    changes,
  }: { table: string; encrypted: EncryptedTable | null; row: PlainRow; changes: PlainRow },
): Promise<boolean> {
  const before = decryptedRow(keyring, encrypted, row);
  const differing = Object.entries(changes).filter(([name, value]) => value !== (before[name] ?? null));
  if (differing.length === 0) return false;
  const values: PlainRow = Object.fromEntries(differing);
  const stored = encrypted
    ? (encrypted.encrypt(keyring, { ...values, id: row.id } as never) as PlainRow)
    : values;
  const { id: _, ...columns } = { ...stored, ...indexOf(encrypted, values) };
  const version = typeof row.version === 'number' ? { version: row.version + 1 } : {};
  await sql`update ${sql(table)} set ${sql(columnsOf({ ...columns, ...version }))} where id = ${row.id as string}::uuid`;
  return true;
}

/** A value that is emptied is removed from the blind index too. */
const indexOf = (encrypted: EncryptedTable | null, values: PlainRow): PlainRow =>
  encrypted?.index && values[encrypted.index.of] === null ? { [encrypted.index.column]: null } : {};
