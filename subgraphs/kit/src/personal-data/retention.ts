// Deletes or anonymises rows whose retention period is over, in batches.
import { today } from '../calendar.ts';
import type { Database, Sql } from '../database/database.ts';
import type { Keyring } from '../encryption/keyring.ts';
import type { Job } from '../jobs.ts';
import type { Log } from '../log.ts';
import { appendEvent } from '../mutations/change-events.ts';
import { inTransaction } from '../mutations/mutation.ts';
import { setValues } from './erasure.ts';
import {
  decryptedRow,
  encryptedTableOf,
  type PersonalSubgraph,
  type PersonalTable,
  type PlainRow,
} from './personal-data.ts';

const batchRows = 500;
const hourMs = 3_600_000;
const action = 'RETENTION_OVER';

type Expiry = NonNullable<PersonalTable['retention']['over']>;

export interface Swept {
  table: string;
  rows: number;
}

export interface RetentionOptions {
  sql: Database;
  keyring: Keyring;
  batch?: number;
  /** Only counts the rows. */
  isDryRun?: boolean;
}

/** Removes expired rows; returns how many there were in each table. Rows that are locked are left for the next time. */
export async function sweep(subgraph: PersonalSubgraph, options: RetentionOptions): Promise<Swept[]> {
  const swept: Swept[] = [];
  const { batch = batchRows } = options;
  for (const table of subgraph.personalData.tables) {
    let rows =
      options.isDryRun && table.retention.over
        ? await countExpired(options.sql, table.table, table.retention.over)
        : 0;
    for (let taken = table.retention.over && !options.isDryRun ? batch : 0; taken === batch; ) {
      taken = await sweepBatch(subgraph, table, { ...options, batch });
      rows += taken;
    }
    if (rows) swept.push({ table: table.table, rows });
  }
  return swept;
}

/** The scheduled job of a subgraph. Several processes each take rows that no other has locked. */
export const retentionJob = (subgraph: PersonalSubgraph, keyring: Keyring, log: Log): Job => ({
  name: 'retention',
  everyMs: hourMs,
  perform: async (sql) => {
    const swept = await sweep(subgraph, { sql, keyring });
    if (swept.length) log({ event: 'retention over', swept });
  },
});

function sweepBatch(
  subgraph: PersonalSubgraph,
  { table, type, retention }: PersonalTable,
  { sql: database, keyring, batch }: RetentionOptions & { batch: number },
): Promise<number> {
  const { over } = retention;
  if (!over) return Promise.resolve(0);
  return inTransaction(database, async (sql) => {
    const rows = await findExpired(sql, table, over, batch);
    if (over.with) {
      const { table: other, column } = over.with;
      await sql`delete from ${sql(other)} where ${sql(column)} = any(${rows.map(({ id }) => id as string)}::uuid[])`;
    }
    if (!over.anonymise) {
      await sql`delete from ${sql(table)} where ctid = any(${rows.map(({ ctid }) => String(ctid))}::text[]::tid[])`;
      return rows.length;
    }
    const encrypted = encryptedTableOf(subgraph, table);
    const day = today();
    for (const { ctid: _, ...row } of rows) {
      const changes = over.anonymise(decryptedRow(keyring, encrypted, row), day);
      if (!(await setValues(sql, keyring, { table, encrypted, row, changes })))
        throw new Error(
          `${table}: an expired row is unchanged by its anonymisation, and would be found again`,
        );
      const { id, divisionCode } = row as { id: string; divisionCode: string };
      const changed = Object.keys(changes);
      await appendEvent(sql, 'retention', action, {
        entityType: type,
        entityId: id,
        divisionCode,
        detail: { changed },
      });
    }
    return rows.length;
  });
}

async function findExpired(sql: Sql, table: string, over: Expiry, limit: number): Promise<PlainRow[]> {
  return [
    ...(await sql<PlainRow[]>`
      select t.ctid::text as ctid, t.* from ${sql(table)} t
      where ${isExpired(sql, over)} limit ${limit} for update of t skip locked`),
  ];
}

async function countExpired(sql: Sql, table: string, over: Expiry): Promise<number> {
  const [row] = await sql<{ rows: number }[]>`
    select count(*) as rows from ${sql(table)} t where ${isExpired(sql, over)}`;
  return row?.rows ?? 0;
}

function isExpired(sql: Sql, { after, since, isDay, where }: Expiry) {
  const cutoff = isDay
    ? sql`(now() - ${after}::text::interval)::date`
    : sql`now() - ${after}::text::interval`;
  return sql`t.${sql(since)} < ${cutoff} and ${sql.unsafe(where)}`;
}
