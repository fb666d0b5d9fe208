// Backs up a subgraph's database while it is in use: its tables in one snapshot, each as a file.
import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import type { ChainEnd } from '../access-log/verification.ts';
import { readCopy } from '../database/copy.ts';
import type { Database, Sql } from '../database/database.ts';
import { firstWhole, migrationTables } from '../database/migrations.ts';
import type { LastMigrations } from '../database/migrations-schema.ts';
import type { Keyring } from '../encryption/keyring.ts';
import { ownTables, type PersonalSubgraph } from '../personal-data/personal-data.ts';
import type { Progress } from '../progress.ts';
import { type DatabaseBackup, fileOf, type TableBackup } from './manifest.ts';

/** A database to back up. */
export interface BackupSource {
  subgraph: PersonalSubgraph;
  sql: Database;
  keyring: Keyring;
}

/** A database with its snapshot. */
export interface Snapshot extends BackupSource {
  transaction: Sql;
  tables: readonly Table[];
}

interface Table {
  table: string;
  columns: string[];
  /** The number of rows by the statistics, for progress only. */
  estimate: number;
}

/**
 * Runs `work` with a snapshot of each database, all taken within moments, so that work across subgraphs is in all of them or
 * nearly so. No table can be altered until the work is done.
 */
export async function withSnapshots<Result>(
  databases: readonly BackupSource[],
  work: (snapshots: readonly Snapshot[]) => Promise<Result>,
  taken: readonly Snapshot[] = [],
): Promise<Result> {
  const [next, ...others] = databases;
  if (!next) return work(taken);
  const tables = await findTables(next);
  const result = await next.sql.begin('isolation level repeatable read read only', async (connection) => {
    const transaction = connection as unknown as Sql;
    // The snapshot is taken by the first statement after the lock.
    await transaction.unsafe(
      `lock table ${tables.map(({ table }) => table).join(', ')} in access share mode`,
    );
    await transaction`set local idle_in_transaction_session_timeout = 0`;
    await transaction`select`;
    return withSnapshots(others, work, [...taken, { ...next, transaction, tables }]);
  });
  return result as Result;
}

/** The tables that migrations create. Throws if there are others, which a restore would not bring back. */
async function findTables({ subgraph, sql }: BackupSource): Promise<Table[]> {
  const { tables, impersonal } = subgraph.personalData;
  const known = new Set([
    ...[...tables.map(({ table }) => table), ...impersonal, ...Object.keys(ownTables)],
    ...migrationTables,
  ]);
  const found = await catalogTables(sql);
  const names = new Set(found.map(({ name }) => name));
  const isMigrated =
    migrationTables.every((name) => names.has(name)) && (await lastMigrations(sql)).kit >= firstWhole;
  if (!isMigrated)
    throw new Error(
      `${subgraph.name} 的数据库尚无本版本的表：请先启动一次。 The database of ${subgraph.name} does not have the tables of this version: start the subgraph once.`,
    );
  const foreign = found.filter(({ name }) => !known.has(name));
  if (foreign.length)
    throw new Error(
      `${subgraph.name} 的数据库中有不属于它的表，备份不含它们，请先移走。 The database of ${subgraph.name} has tables of others, which the backup would not contain. Move them first: ${foreign.map(({ name }) => name).join(', ')}`,
    );
  return found.map(({ table, columns, estimate }) => ({ table, columns, estimate }));
}

/** All tables except the server's own, by name, with the columns that are not generated. */
export const catalogTables = (sql: Sql) => sql<(Table & { name: string })[]>`
  select case when n.nspname = current_schema() then c.relname else n.nspname || '.' || c.relname end as name, format('%I.%I', n.nspname, c.relname) as table,
      greatest(c.reltuples, 0)::float8 as estimate,
      array(select quote_ident(a.attname) from pg_attribute a
        where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = '' order by a.attnum) as columns
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where c.relkind in ('r', 'p') and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
    order by 1`;

async function lastMigrations(sql: Sql): Promise<DatabaseBackup['migrations']> {
  const [last] = await sql<LastMigrations[]>`
    select (select max(created_at) from migrations.kit) as kit, (select max(created_at) from migrations.room) as room`;
  return last ?? { kit: 0, room: 0 };
}

/** Writes the files of a snapshot to `<folder>/<subgraph>`. */
export async function backUp(
  { subgraph, keyring, transaction: sql, tables }: Snapshot,
  folder: string,
  progress: Progress,
): Promise<DatabaseBackup> {
  await mkdir(join(folder, subgraph.name), { mode: 0o700 });
  const estimated = tables.reduce((sum, { estimate }) => sum + estimate, 0);
  const written: TableBackup[] = [];
  let done = 0;
  for (const { table, columns } of tables) {
    const file = fileOf(subgraph.name, table);
    const source = await readCopy(sql, `copy ${table} (${columns.join(', ')}) to stdout`);
    const before = done;
    const sums = await writeRows(source, join(folder, file), (rows) => {
      done = before + rows;
      progress(done, estimated ? done / estimated : 1);
    });
    written.push({ table, columns, file, ...sums });
  }
  progress(done, 1, true);
  const [last] = await sql<ChainEnd[]>`
    select r.sequence, encode(r.hash, 'hex') as hash from access_record r order by r.sequence desc limit 1`;
  // Sequences are not part of the snapshot: read after the rows, each value is at least theirs.
  const sequences = await sql<{ sequence: string; value: string }[]>`
    select format('%I.%I', schemaname, sequencename) as sequence, last_value::text as value
    from pg_sequences where last_value is not null order by 1`;
  return {
    subgraph: subgraph.name,
    keys: keyring.fingerprints(),
    migrations: await lastMigrations(sql),
    sequences: [...sequences],
    accessRecords: last ?? null,
    tables: written,
  };
}

const newline = 0x0a;

/** Compresses the rows into the file; returns its size, checksum and number of rows. */
async function writeRows(
  source: NodeJS.ReadableStream,
  path: string,
  onRows: (rows: number) => void,
): Promise<Pick<TableBackup, 'rows' | 'bytes' | 'sha256'>> {
  let rows = 0;
  let bytes = 0;
  const hash = createHash('sha256');
  // In COPY's text format only rows end with a line break.
  const counted = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      for (let at = chunk.indexOf(newline); at >= 0; at = chunk.indexOf(newline, at + 1)) rows += 1;
      onRows(rows);
      done(null, chunk);
    },
  });
  const summed = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length;
      hash.update(chunk);
      done(null, chunk);
    },
  });
  const out = createWriteStream(path, { flags: 'wx', mode: 0o600, flush: true });
  await pipeline(source, counted, createGzip({ level: 1 }), summed, out);
  return { rows, bytes, sha256: hash.digest('hex') };
}
