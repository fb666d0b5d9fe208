// Backs up a subgraph's database while it is in use: its tables as they are in one snapshot, each in a file.
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

export interface BackedUp {
  subgraph: PersonalSubgraph;
  sql: Database;
  keyring: Keyring;
}

/** A database whose snapshot is taken. */
export interface Snapshot extends BackedUp {
  transaction: Sql;
  tables: readonly Table[];
}

interface Table {
  table: string;
  columns: string[];
  /** By the statistics, for progress only. */
  estimate: number;
}

/**
 * Calls the work with a snapshot of each database, all taken within moments: what has begun in one and is going on in another
 * is in both or nearly so. Tables keep their form until the work is done.
 */
export async function withSnapshots<Result>(
  databases: readonly BackedUp[],
  work: (snapshots: readonly Snapshot[]) => Promise<Result>,
  taken: readonly Snapshot[] = [],
): Promise<Result> {
  const [next, ...others] = databases;
  if (!next) return work(taken);
  const tables = await findTables(next);
  const result = await next.sql.begin('isolation level repeatable read read only', async (begun) => {
    const transaction = begun as unknown as Sql;
    // The snapshot is that of the first statement after the lock.
    await transaction.unsafe(
      `lock table ${tables.map(({ table }) => table).join(', ')} in access share mode`,
    );
    await transaction`set local idle_in_transaction_session_timeout = 0`;
    await transaction`select`;
    return withSnapshots(others, work, [...taken, { ...next, transaction, tables }]);
  });
  return result as Result;
}

/** The tables that migrations make. Throws where there are others, which a restore would not bring back. */
async function findTables({ subgraph, sql }: BackedUp): Promise<Table[]> {
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
      `${subgraph.name} 的数据库尚无本版本的表：请先启动一次。 The database of ${subgraph.name} has not the tables of this version: start it once.`,
    );
  const foreign = found.filter(({ name }) => !known.has(name));
  if (foreign.length)
    throw new Error(
      `${subgraph.name} 的数据库中有不属于它的表，备份不含它们，请先移走。 The database of ${subgraph.name} has tables that are none of its own and would not be in the backup; move them first: ${foreign.map(({ name }) => name).join(', ')}`,
    );
  return found.map(({ table, columns, estimate }) => ({ table, columns, estimate }));
}

/** All tables that are not the server's own, by name, with the columns that are not generated. */
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

/** Writes the files of a snapshot below the folder, in one that has the subgraph's name. */
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
  // Sequences know no snapshot: read behind the rows, each is as far as these or further.
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

/** Compresses what comes into the file, and sums it up. */
async function writeRows(
  source: NodeJS.ReadableStream,
  path: string,
  onRows: (rows: number) => void,
): Promise<Pick<TableBackup, 'rows' | 'bytes' | 'sha256'>> {
  let rows = 0;
  let bytes = 0;
  const hash = createHash('sha256');
  // In COPY's text format a line ends nowhere but behind a row.
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
