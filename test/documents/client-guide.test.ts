// The code of docs/client.md, run as a reader runs it: with the built package, against the mock gateway.
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { type MockGateway, startMockGateway } from '@district-graph/scripts/mock/mock-gateway';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { codeBlocks, read, root } from './markdown.ts';

const run = promisify(execFile);
const folder = mkdtempSync(join(tmpdir(), 'client-guide-'));
const typescript = (file: string) => codeBlocks(read(file)).filter(({ language }) => language === 'ts');
const blocks = typescript('docs/client.md');
const programs = blocks.filter(({ comment }) => comment !== null);
let mock: MockGateway;

beforeAll(async () => {
  const target = join(folder, 'node_modules', '@district-graph', 'client');
  await run(process.execPath, ['scripts/build/client.ts', '--out', target], { cwd: root });
  for (const name of ['@apollo/client', '@urql/core', '@urql/exchange-graphcache', 'graphql', 'rxjs']) {
    const path = join(folder, 'node_modules', name);
    mkdirSync(dirname(path), { recursive: true });
    symlinkSync(join(root, 'node_modules', name), path, 'junction');
  }
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
  const today = new Date('2026-11-30');
  mock = await startMockGateway({ port: 0, seed: '1', today, latencyMs: 0, eventsMs: 500, env: {} });
});
afterAll(async () => {
  await mock.stop();
  rmSync(folder, { recursive: true, force: true });
});

describe.each(programs)('the program in line $line', ({ text, comment, line }) => {
  const file = `line-${line}.ts`;

  it('prints what the guide says', async () => {
    writeFileSync(join(folder, file), text.replaceAll('http://127.0.0.1:4000', mock.url));
    const { stdout } = await run(process.execPath, [file], { cwd: folder });
    expect(stdout).toContain(/^prints: (.+)$/.exec(comment ?? '')?.[1]);
  });

  it('has types that a strict TypeScript project accepts', async () => {
    writeFileSync(join(folder, file), text);
    const options =
      '--noEmit --strict --skipLibCheck --module nodenext --target es2022 --types node --typeRoots';
    const { stdout } = await run(
      process.execPath,
      [
        join(root, 'node_modules', 'typescript', 'bin', 'tsc'),
        ...options.split(' '),
        join(root, 'node_modules', '@types'),
        file,
      ],
      { cwd: folder },
    ).catch((error: { stdout: string }) => error);
    expect(stdout).toBe('');
  });
});

it('has programs', () => {
  expect(programs).toHaveLength(4);
});

it('shows the configuration of graphql-codegen that the example has', () => {
  const [configuration] = blocks.filter(({ comment }) => comment === null);
  const [, ofExample] = readFileSync(`${root}examples/react-app/codegen.ts`, 'utf8').split(
    /^const config.*$/m,
  );
  expect(configuration?.text.split('\n').slice(1).join('\n').trim()).toBe(ofExample?.trim());
});

it('has the same programs in Chinese', () => {
  const textOf = (file: string) => typescript(file).map(({ text, comment }) => [comment, text]);
  expect(textOf('docs/zh-CN/client.md')).toEqual(textOf('docs/client.md'));
});
