// npm test: runs all tests; npm test -- <file>… runs the tests in those files only.
import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { buildPortalIfChanged } from '@district-graph/portal/build/build-if-changed';
import { root } from './processes/child-process.ts';

const usage = `用法 usage: npm test [-- <file>… | <vitest options>]
运行全部测试；指定文件或 vitest 的选项时，只运行一次 vitest run。 Runs all tests; with files or options of vitest, one vitest run with them.
`;

/** Compares databases with their backup, which tests of other files would change meanwhile. */
const alone = 'test/commands/backup.test.ts';

const parentCheckMs = 500;
const vitest = join(createRequire(import.meta.url).resolve('vitest/package.json'), '../vitest.mjs');

/** Resolves with the exit code of `vitest run`. A signal to this process, or the end of its parent, ends it. */
function run(args: readonly string[]): Promise<number> {
  const child = spawn(process.execPath, [vitest, 'run', ...args], { cwd: root, stdio: 'inherit' });
  const stop = () => child.kill('SIGTERM');
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, stop);
  // A supervisor's signal to npm ends only npm and its shell.
  const parent = process.ppid;
  const watching = setInterval(() => process.ppid !== parent && stop(), parentCheckMs);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      clearInterval(watching);
      for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.off(name, stop);
      resolve(code ?? 1);
    });
  });
}

const args = process.argv.slice(2);
if (args.includes('--help')) process.stdout.write(usage);
else {
  await buildPortalIfChanged();
  process.exitCode =
    args.length > 0 ? await run(args) : (await run(['--exclude', alone])) || (await run([alone]));
}
