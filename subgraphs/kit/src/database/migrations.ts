// Migrates a database to the subgraph's newest schema: the kit's migrations first, then the subgraph's, one process at a time.
import { fileURLToPath } from 'node:url';
import { readMigrationFiles } from 'drizzle-orm/migrator';
import { drizzle } from 'drizzle-orm/postgres-js';
import { migrate } from 'drizzle-orm/postgres-js/migrator';
import postgres from 'postgres';
import type { Sql } from './database.ts';
import { connectionOf } from './database-tls.ts';
import { type LastMigrations, migrationsSchema } from './migrations-schema.ts';

export const kitMigrations = fileURLToPath(new URL('../../migrations', import.meta.url));

/** The tables that record which migrations of the kit and of the subgraph were applied. */
export const migrationTables = ['migrations.kit', 'migrations.room'] as const;

/** The `when` of the kit's migration from which on migrations create all tables: older schemas cannot be recreated from migrations. */
export const firstWhole = 1795906502326;

/** Applies every migration that was not applied yet. Safe to call from several processes at once. */
export async function migrateDatabase(
  databaseUrl: string,
  migrationsFolder: string,
  ownMigrations = kitMigrations,
): Promise<void> {
  const { address, options: tls } = connectionOf(databaseUrl);
  const client = postgres(address, {
    ...tls,
    max: 1,
    onnotice: () => {},
    connection: { TimeZone: 'Asia/Shanghai' },
  });
  try {
    await client`select pg_advisory_lock(hashtext('district-graph migrations'))`;
    const database = drizzle(client);
    await migrate(database, { migrationsFolder: ownMigrations, migrationsSchema, migrationsTable: 'kit' });
    await migrate(database, { migrationsFolder, migrationsSchema, migrationsTable: 'room' });
    await renumberEvents(client);
  } finally {
    await client.end();
  }
}

/**
 * Change events that were restored from a backup or a dump have transaction ids of the server that they come from. Events whose
 * id this server has not reached would be read as new when it does: they get the id of this transaction, in their order.
 */
async function renumberEvents(client: postgres.Sql): Promise<void> {
  const fromFuture = client`transaction_id >= pg_snapshot_xmax(pg_current_snapshot())`;
  if ((await client`select from change_event where ${fromFuture} limit 1`).length === 0) return;
  await client.begin(async (sql) => {
    await sql`alter table change_event disable trigger change_event_append_only`;
    await sql`update change_event set transaction_id = pg_current_xact_id() where ${fromFuture}`;
    await sql`alter table change_event enable trigger change_event_append_only`;
  });
}

/**
 * Creates the tables of an empty database as they were after the migrations `until`, in the transaction of `sql`. It creates the
 * tables of migrations, and leaves it to the caller to fill them. Rejects if this version does not have those migrations.
 */
export async function replayMigrations(
  sql: Sql,
  migrationsFolder: string,
  until: LastMigrations,
): Promise<void> {
  await sql.unsafe(`create schema ${migrationsSchema}`);
  for (const [table, folder] of [
    ['kit', kitMigrations],
    ['room', migrationsFolder],
  ] as const) {
    const migrations = readMigrationFiles({ migrationsFolder: folder });
    if (!migrations.some(({ folderMillis }) => folderMillis === until[table]))
      throw new Error(
        '数据库中有本版本不认识的迁移：请使用备份时的版本或更新的版本。 The database has migrations that this version does not know: use the version that made the backup, or a newer one.',
      );
    await sql.unsafe(
      `create table ${migrationsSchema}.${table} (id serial primary key, hash text not null, created_at bigint)`,
    );
    for (const { sql: statements, folderMillis } of migrations)
      if (folderMillis <= until[table]) for (const statement of statements) await sql.unsafe(statement);
  }
}
