// Where a database keeps which migrations were applied to it, for programs that apply none.
import postgres from 'postgres';
import { connectionOf } from './database-tls.ts';

export const migrationsSchema = 'migrations';

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
