// Erases what a subgraph holds on an elder, each table by its rule, in one transaction. Done again, it finds nothing to do.
import { today } from '../calendar.ts';
import { columnsOf, type Database, type Sql } from '../database/database.ts';
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

/** What became of the rows of a table. */
interface ErasedTable {
  table: string;
  deleted: number;
  anonymised: number;
  held: number;
  /** The law by which those are held. */
  basis: string | null;
}

export interface ErasedSubgraph {
  tables: ErasedTable[];
  /** Kept answers to keyed writes that told of the elder. */
  answersForgotten: number;
}

export interface ErasureRequest {
  sql: Database;
  keyring: Keyring;
  /** Whose divisions are all there are. */
  viewer: Viewer;
  elder: SoughtElder;
  /** Whether rows stay, anonymised, so that histories and counts do. */
  keepsHistories: boolean;
}

const action = 'ERASED';

export function eraseElder(subgraph: PersonalSubgraph, request: ErasureRequest): Promise<ErasedSubgraph> {
  const { sql: database, keyring, viewer, elder } = request;
  const { elderId } = elder;
  return inTransaction(database, async (sql) => {
    const record = (change: Change) => appendEvent(sql, viewer.id, action, change);
    const write: MutationContext = {
      sql,
      keyring,
      viewer,
      get now() {
        return new Date().toISOString();
      },
      today: today(),
      record,
      recordRefusal: () => {},
    };
    const { tables, checkErasable, prepare } = subgraph.personalData;
    await checkErasable?.(sql, elderId);
    await prepare?.(write, elder);
    const all: PlainRow[] = [];
    const erased: ErasedTable[] = [];
    for (const table of tables) {
      const rows = await findRowsAbout(sql, keyring, table, elder);
      all.push(...rows);
      // What the law holds refers to the elder by their key.
      const isNeeded = table.elder === 'id' && erased.some(({ held }) => held > 0);
      const keepsHistories = request.keepsHistories || isNeeded;
      if (rows.length)
        erased.push(await eraseRows(write, subgraph, table, rows, { elderId, keepsHistories }));
    }
    const answersForgotten = await forgetAnswersAbout(sql, keyring, idsOf(elderId, all));
    const changed = erased.filter(({ deleted, anonymised }) => deleted + anonymised > 0);
    const divisionCode = divisionOf(all);
    if (changed.length && divisionCode !== null) {
      const detail = Object.fromEntries(
        changed.map(({ table, deleted, anonymised }) => [table, { deleted, anonymised }]),
      );
      await record({ entityType: 'Elder', entityId: elderId, divisionCode, detail });
    }
    return { tables: erased, answersForgotten };
  });
}

async function eraseRows(
  write: MutationContext,
  subgraph: PersonalSubgraph,
  table: PersonalTable,
  rows: readonly PlainRow[],
  { elderId, keepsHistories }: { elderId: string; keepsHistories: boolean },
): Promise<ErasedTable> {
  const { rule, hold, anonymise } = table.erasure;
  const isHeld = (row: PlainRow) => rule === 'HOLD' || (hold !== undefined && (hold.isHeld?.(row) ?? true));
  const held = rows.filter(isHeld);
  const free = rows.filter((row) => !isHeld(row));
  const outcome = {
    table: table.table,
    deleted: 0,
    anonymised: 0,
    held: held.length,
    basis: held.length ? (hold?.basis ?? null) : null,
  };
  if (free.length === 0) return outcome;
  const isDeleted = rule === 'DELETE' && (!anonymise || !keepsHistories);
  if (isDeleted) {
    await deleteRows(write.sql, table, free, elderId);
    return { ...outcome, deleted: free.length };
  }
  return { ...outcome, anonymised: await anonymiseRows(write, subgraph, table, free) };
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

/** How many rows were not so before. */
async function anonymiseRows(
  { sql, keyring, today: day }: Pick<MutationContext, 'sql' | 'keyring' | 'today'>,
  subgraph: PersonalSubgraph,
  { table, erasure }: PersonalTable,
  rows: readonly PlainRow[],
): Promise<number> {
  const sealed = encryptedTableOf(subgraph, table);
  let count = 0;
  for (const row of rows) {
    const changes = erasure.anonymise?.(decryptedRow(keyring, sealed, row), day) ?? {};
    if (await setValues(sql, keyring, { table, sealed, row, changes })) count += 1;
  }
  return count;
}

/** Gives a row other values, sealed where they are to be; returns whether any of them differs. */
export async function setValues(
  sql: Sql,
  keyring: Keyring,
  {
    table,
    sealed,
    row,
    changes,
  }: { table: string; sealed: ReturnType<typeof encryptedTableOf>; row: PlainRow; changes: PlainRow },
): Promise<boolean> {
  const before = decryptedRow(keyring, sealed, row);
  const differing = Object.entries(changes).filter(([name, value]) => value !== (before[name] ?? null));
  if (differing.length === 0) return false;
  const values: PlainRow = Object.fromEntries(differing);
  const kept = sealed ? (sealed.encrypt(keyring, { ...values, id: row.id } as never) as PlainRow) : values;
  const { id: _, ...columns } = { ...kept, ...indexOf(sealed, values) };
  const version = typeof row.version === 'number' ? { version: row.version + 1 } : {};
  await sql`update ${sql(table)} set ${sql(columnsOf({ ...columns, ...version }))} where id = ${row.id as string}::uuid`;
  return true;
}

/** What is not told any more is not found by it either. */
const indexOf = (sealed: ReturnType<typeof encryptedTableOf>, values: PlainRow): PlainRow =>
  sealed?.index && values[sealed.index.of] === null ? { [sealed.index.column]: null } : {};
