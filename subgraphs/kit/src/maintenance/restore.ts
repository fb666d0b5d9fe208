// Restores a backup of a subgraph's database into an empty one, in one transaction.
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { openCopy } from '../database/copy.ts';
import type { Database, Sql } from '../database/database.ts';
import { replayMigrations } from '../database/migrations.ts';
import type { Progress } from '../progress.ts';
import { catalogTables } from './backup.ts';
import type { DatabaseBackup, TableBackup } from './manifest.ts';

/** Whether the database has no tables. */
export async function isEmpty(sql: Database): Promise<boolean> {
  const [table] = await sql`
    select from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where c.relkind in ('r', 'p') and n.nspname !~ '^pg_' and n.nspname <> 'information_schema' limit 1`;
  return table === undefined;
}

/** Creates the tables as they were at the time of the backup, and fills them. If anything fails it rejects, and leaves the database empty. */
export async function restore(
  sql: Database,
  backup: DatabaseBackup,
  { folder, migrationsFolder, progress }: { folder: string; migrationsFolder: string; progress: Progress },
): Promise<void> {
  await sql.begin(async (connection) => {
    const transaction = connection as unknown as Sql;
    await transaction`select pg_advisory_xact_lock(hashtext('district-graph migrations'))`;
    await replayMigrations(transaction, migrationsFolder, backup.migrations);
    await checkNames(transaction, backup);
    await fill(transaction, backup, folder, progress);
  });
  await sql.unsafe('analyze');
}

/** Rejects if the backup names anything but the tables, columns and sequences that the migrations have created: names become part of statements. */
async function checkNames(sql: Sql, { tables, sequences }: DatabaseBackup): Promise<void> {
  const created = new Map((await catalogTables(sql)).map(({ table, columns }) => [table, columns]));
  const ofTable = ({ table, columns }: TableBackup) => {
    const known = created.get(table) ?? [];
    return columns.length === known.length && known.every((column) => columns.includes(column));
  };
  const names = new Set(tables.map(({ table }) => table));
  const known = await sql<{ sequence: string }[]>`
    select format('%I.%I', schemaname, sequencename) as sequence from pg_sequences`;
  const matches =
    names.size === tables.length &&
    names.size === created.size &&
    tables.every(ofTable) &&
    sequences.every(({ sequence }) => known.some((each) => each.sequence === sequence));
  if (!matches)
    throw new Error(
      '备份所列的表、列或序列与其迁移不符，未写入任何内容。 The backup names tables, columns or sequences that its migrations do not create; nothing was written.',
    );
}

async function fill(
  sql: Sql,
  { tables, sequences }: DatabaseBackup,
  folder: string,
  progress: Progress,
): Promise<void> {
  const names = tables.map(({ table }) => table);
  // Triggers would count, check and notify what was counted, checked and notified before the backup.
  for (const table of names) await sql.unsafe(`alter table ${table} disable trigger user`);
  const recreate = await dropIndexes(sql);
  await sql.unsafe(`truncate ${names.join(', ')}`);
  const total = tables.reduce((sum, { rows }) => sum + rows, 0);
  let done = 0;
  for (const table of tables) {
    await fillTable(sql, table, folder);
    done += table.rows;
    progress(done, total ? done / total : 1);
  }
  for (const statement of recreate) await sql.unsafe(statement);
  for (const table of names) await sql.unsafe(`alter table ${table} enable trigger user`);
  for (const { sequence, value } of sequences)
    await sql`select setval(${sequence}::text::regclass, ${value}::text::bigint)`;
  progress(total, 1, true);
}

/** Drops foreign keys and the indexes that no constraint needs; returns the statements that recreate them, which is faster over all rows at once. */
async function dropIndexes(sql: Sql): Promise<string[]> {
  const keys = await sql<{ drop: string; make: string }[]>`
    select format('alter table %s drop constraint %I', c.conrelid::regclass, c.conname) as drop,
      format('alter table %s add constraint %I %s', c.conrelid::regclass, c.conname, pg_get_constraintdef(c.oid)) as make
    from pg_constraint c where c.contype = 'f' and c.conparentid = 0`;
  for (const { drop } of keys) await sql.unsafe(drop);
  const indexes = await sql<{ drop: string; make: string }[]>`
    select format('drop index %s', i.indexrelid::regclass) as drop, pg_get_indexdef(i.indexrelid) as make
    from pg_index i join pg_class c on c.oid = i.indrelid join pg_namespace n on n.oid = c.relnamespace
    where n.nspname !~ '^pg_' and not exists (select from pg_constraint o where o.conindid = i.indexrelid)`;
  for (const { drop } of indexes) await sql.unsafe(drop);
  return [...indexes, ...keys].map(({ make }) => make);
}

async function fillTable(
  sql: Sql,
  { table, columns, rows, file, sha256 }: TableBackup,
  folder: string,
): Promise<void> {
  // Frozen rows need no later vacuum; allowed because the table was created in this transaction.
  const copy = await openCopy(sql, `copy ${table} (${columns.join(', ')}) from stdin (freeze)`);
  // Verifies that the restored file is the one that was checked.
  const hash = createHash('sha256');
  try {
    await pipeline(
      createReadStream(join(folder, file)),
      async function* (chunks: AsyncIterable<Buffer>) {
        for await (const chunk of chunks) {
          hash.update(chunk);
          yield chunk;
        }
      },
      createGunzip(),
      async (chunks: AsyncIterable<Buffer>) => {
        for await (const chunk of chunks) await copy.write(chunk);
      },
    );
    if (hash.digest('hex') !== sha256) throw new Error(`${file} has changed since it was checked`);
    await copy.end('');
  } catch (error) {
    copy.abort();
    throw error;
  }
  const [{ count } = { count: -1 }] = await sql<
    { count: number }[]
  >`select count(*) as count from ${sql.unsafe(table)}`;
  if (count !== rows) throw new Error(`${table}: ${count} rows were restored of ${rows}`);
}
