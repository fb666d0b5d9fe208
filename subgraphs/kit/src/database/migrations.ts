// Brings a database to the subgraph's newest schema: the kit's own migrations first, then the subgraph's, one writer at a time.
import { fileURLToPath } from 'node:url';
import { readMigrationFiles } from 'drizzle-orm/migrator';
import { drizzle } from 'drizzle-orm/postgres-js';
import { migrate } from 'drizzle-orm/postgres-js/migrator';
import postgres from 'postgres';
import type { Sql } from './database.ts';
import { connectionOf } from './database-tls.ts';
import { type LastMigrations, migrationsSchema } from './migrations-schema.ts';

export const kitMigrations = fileURLToPath(new URL('../../migrations', import.meta.url));

/** Where it stands which migrations a database has: those of the kit and those of the subgraph. */
export const migrationTables = ['migrations.kit', 'migrations.room'] as const;

/** The migration of the kit from which on migrations make all tables that there are: what is older cannot be made again from them. */
export const firstWhole = 1795906502326;

/** Applies every migration not yet applied. Safe to call from several processes at once. Rejects where there is no database. */
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
    await client`select 1`.catch(refuseUnreached);
    await client`select pg_advisory_lock(hashtext('district-graph migrations'))`;
    const database = drizzle(client);
    await migrate(database, { migrationsFolder: ownMigrations, migrationsSchema, migrationsTable: 'kit' });
    await migrate(database, { migrationsFolder, migrationsSchema, migrationsTable: 'room' });
    await adoptEvents(client);
  } finally {
    await client.end();
  }
}

/**
 * Events that came with a backup or a dump bear numbers of transactions of the server they are from. Those that are yet to come
 * here would be read when that number is reached, as if they were new: they are made events of this transaction, in their order.
 */
async function adoptEvents(client: postgres.Sql): Promise<void> {
  const ahead = client`transaction_id >= pg_snapshot_xmax(pg_current_snapshot())`;
  if ((await client`select from change_event where ${ahead} limit 1`).length === 0) return;
  await client.begin(async (sql) => {
    await sql`alter table change_event disable trigger change_event_append_only`;
    await sql`update change_event set transaction_id = pg_current_xact_id() where ${ahead}`;
    await sql`alter table change_event enable trigger change_event_append_only`;
  });
}

/**
 * Makes the tables of an empty database as they were after these migrations, by their `when`, in the caller's transaction. Which
 * they were is the caller's to note in the tables of migrations. Rejects where they are not among those that are here.
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
        '数据库的迁移为本版本所不知：请使用备份时的版本或更新的版本。 The database has migrations that this version does not know: use the version that made the backup, or a newer one.',
      );
    await sql.unsafe(
      `create table ${migrationsSchema}.${table} (id serial primary key, hash text not null, created_at bigint)`,
    );
    for (const { sql: statements, folderMillis } of migrations)
      if (folderMillis <= until[table]) for (const statement of statements) await sql.unsafe(statement);
  }
}

/** A name with several addresses fails by a code alone. */
function refuseUnreached({ message, code }: NodeJS.ErrnoException): never {
  const reason = message || code;
  throw new Error(
    `无法连接数据库，请检查 <SUBGRAPH>_DATABASE_URL：${reason}。 The database cannot be reached, check <SUBGRAPH>_DATABASE_URL: ${reason}.`,
  );
}
