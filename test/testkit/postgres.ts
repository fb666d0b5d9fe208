// Starts the one PostgreSQL server that all test files share, each in databases of its own, and removes it afterwards.
import { rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { runningServer } from '@district-graph/kit/postgres/cluster';
import { startPostgresServer } from '@district-graph/kit/postgres/server';

export default async function setup() {
  if (process.env.TEST_POSTGRES_URL) return;
  const dataDir = await mkdtemp(join(tmpdir(), 'district-graph-test-'));
  const remove = () => rmSync(dataDir, { recursive: true, force: true });
  /** After a signal there is no teardown, and an exiting process cannot wait in any other way. */
  const abandon = () => {
    const path = join(dataDir, 'postgres');
    const running = runningServer(path);
    if (running) process.kill(running.pid, 'SIGQUIT');
    const pause = new Int32Array(new SharedArrayBuffer(4));
    for (let nth = 0; nth < 100 && runningServer(path); nth += 1) Atomics.wait(pause, 0, 0, 20);
    remove();
  };
  process.once('exit', abandon);
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.once(name, () => process.exit(128 + constants.signals[name]));
  const server = await startPostgresServer({ dataDir, port: 20432, durable: false });
  process.env.TEST_POSTGRES_URL = server.databaseUrl('postgres');
  return async () => {
    await server.stop();
    process.off('exit', abandon);
    remove();
  };
}
