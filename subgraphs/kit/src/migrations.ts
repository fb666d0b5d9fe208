// Brings a database to the room's newest schema: the kit's own migrations first, then the room's, one writer at a time.
import { fileURLToPath } from 'node:url';
import { drizzle } from 'drizzle-orm/postgres-js';
import { migrate } from 'drizzle-orm/postgres-js/migrator';
import postgres from 'postgres';
import { connectionOf } from './database-tls.ts';

export const kitMigrations = fileURLToPath(new URL('../migrations', import.meta.url));

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
    const migrationsSchema = 'migrations';
    await migrate(database, { migrationsFolder: ownMigrations, migrationsSchema, migrationsTable: 'kit' });
    await migrate(database, { migrationsFolder, migrationsSchema, migrationsTable: 'room' });
  } finally {
    await client.end();
  }
}

/** A name with several addresses fails by a code alone. */
function refuseUnreached({ message, code }: NodeJS.ErrnoException): never {
  const reason = message || code;
  throw new Error(
    `无法连接数据库，请检查 <SUBGRAPH>_DATABASE_URL：${reason}。 The database cannot be reached, check <SUBGRAPH>_DATABASE_URL: ${reason}.`,
  );
}
