// The schema that records which migrations were applied, for programs that do not apply any.
import postgres from 'postgres';
import { connectionOf } from './database-tls.ts';

export const migrationsSchema = 'migrations';

/**
 * The `when` of the last migrations that were applied, of the kit and of the subgraph. Databases and backups call the subgraph `room`,
 * and keep that name: a backup of any version must be restorable.
 */
export interface LastMigrations {
  kit: number;
  room: number;
}

/** Whether any migration was applied. Rejects if the database cannot be reached. */
export async function isMigrated(databaseUrl: string): Promise<boolean> {
  const { address, options: tls } = connectionOf(databaseUrl);
  const client = postgres(address, { ...tls, max: 1, onnotice: () => {} });
  try {
    const [found] = await client`select from pg_namespace where nspname = ${migrationsSchema}`;
    return found !== undefined;
  } finally {
    await client.end();
  }
}
