// Starts the one PostgreSQL server that all test files share, each in databases of its own, and removes it afterwards.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPostgresServer } from '@district-graph/kit/postgres/server';

export default async function setup() {
  if (process.env.TEST_POSTGRES_URL) return;
  const dataDir = await mkdtemp(join(tmpdir(), 'district-graph-test-'));
  const server = await startPostgresServer({ dataDir, port: 20432, durable: false });
  process.env.TEST_POSTGRES_URL = server.databaseUrl('postgres');
  return async () => {
    await server.stop();
    await rm(dataDir, { recursive: true, force: true });
  };
}
