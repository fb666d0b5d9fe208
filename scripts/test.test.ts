// npm test: the files that it runs, its exit code, and that nothing of it outlives a signal.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runningServer } from '@district-graph/kit/postgres/cluster';
import { afterAll, expect, it } from 'vitest';
import { commandFile, runCommand } from './command-line/run-command.ts';

const folder = mkdtempSync(join(tmpdir(), 'district-graph-npm-test-'));
afterAll(() => rmSync(folder, { recursive: true }));

it('runs the given files only, and exits with 1 when there are none', async () => {
  const { code, output } = await runCommand('test', ['subgraphs/kit/src/masking.test.ts'], { NO_COLOR: '1' });
  expect(code).toBe(0);
  expect(output).toMatch(/Test Files +1 passed \(1\)/);
  const none = await runCommand('test', ['subgraphs/kit/src/nowhere.test.ts'], { NO_COLOR: '1' });
  expect(none.code).toBe(1);
  expect(none.output + none.errorOutput).toContain('No test files found');
});

it('ends the database server of the tests on a signal', async () => {
  const { TEST_POSTGRES_URL: _, ...env } = process.env;
  const child = spawn(process.execPath, [commandFile('test'), 'test/databases/search-path.test.ts'], {
    env: { ...env, TMPDIR: folder },
    stdio: 'ignore',
  });
  const dataDir = () => readdirSync(folder).find((name) => name.startsWith('district-graph-test-'));
  const server = () => runningServer(join(folder, dataDir() ?? 'none', 'postgres'));
  await expect.poll(server, { timeout: 60_000 }).not.toBeNull();
  const port = server()?.port ?? 0;
  child.kill('SIGTERM');
  const [code] = await once(child, 'close');
  expect(code).not.toBe(0);
  expect(dataDir()).toBeUndefined();
  await expect(once(connect(port, '127.0.0.1'), 'connect')).rejects.toThrow(/ECONNREFUSED/);
});
