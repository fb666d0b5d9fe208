// Where a database keeps which migrations were applied to it, for programs that apply none.
import postgres from 'postgres';
import { connectionOf } from './database-tls.ts';

export const migrationsSchema = 'migrations';

/**
 * By its `when`, the last migration that was applied of the kit and of the subgraph, which databases and backups call `room`: a
 * backup of any version must be restored.
 */
export interface LastMigrations {
  kit: number;
  room: number;
}

/** Whether any migration was applied. Rejects where there is no database. */
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
