// The commands of the documents, run one after the other on the whole system as `npm start` starts it.
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { listedSubgraphs, variablePrefix } from '@district-graph/schema/registry';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { codeBlocks, documents, read, root } from './markdown.ts';

const port = 22_500;
const folder = mkdtempSync(join(tmpdir(), 'district-graph-documents-'));
const base = `http://127.0.0.1:${port}`;

const env: NodeJS.ProcessEnv = {
  ...process.env,
  PORT: String(port),
  DATA_DIR: join(folder, 'data'),
  GATEWAY_URL: `${base}/graphql`,
  ...Object.fromEntries(
    listedSubgraphs.map(({ name }, nth) => [`${variablePrefix(name)}_PORT`, String(port + 1 + nth)]),
  ),
};

/** Seeding takes a minute on two cores that nothing else uses. */
const startTimeoutMs = 900_000;
const commandTimeoutMs = 600_000;

let system: ChildProcess;

beforeAll(async () => {
  system = spawn(process.execPath, ['scripts/start.ts'], {
    cwd: root,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const lines: string[] = [];
  createInterface({ input: system.stderr as NodeJS.ReadableStream }).on('line', (line) => lines.push(line));
  await new Promise<void>((resolve, reject) => {
    createInterface({ input: system.stdout as NodeJS.ReadableStream }).on('line', (line) => {
      if (line === 'ready') resolve();
    });
    system.once('exit', () => reject(new Error(lines.slice(-20).join('\n'))));
  });
}, startTimeoutMs);

afterAll(async () => {
  if (system?.exitCode === null) {
    system.kill('SIGINT');
    await once(system, 'exit');
  }
  rmSync(folder, { recursive: true, force: true });
});

/** The command with this test's port and folder in the place of those that a reader has. */
const adapted = (command: string): string =>
  command
    .replaceAll('http://127.0.0.1:4000', base)
    .replaceAll(/(?<=http:\/\/127\.0\.0\.1:)40\d\d\b/g, (usual) => {
      const nth = listedSubgraphs.findIndex((subgraph) => subgraph.port === Number(usual));
      return nth < 0 ? usual : String(port + 1 + nth);
    })
    .replaceAll('/backups/', `${folder}/`)
    .replaceAll(/\b(points\.csv|roads\.csv|roads\.graphql|joined\.graphql)\b/g, `${folder}/$1`);

const run = (command: string): Promise<{ code: number; out: string; complaint: string }> =>
  new Promise((resolve) => {
    const options = { cwd: root, env, maxBuffer: 1e8 };
    execFile('bash', ['-euo', 'pipefail', '-c', adapted(command)], options, (error, out, complaint) =>
      resolve({ code: error ? Number(error.code) : 0, out, complaint }),
    );
  });

const runDocuments = documents
  .filter((file) => !/zh-CN/.test(file))
  .map((file) => ({
    file,
    blocks: codeBlocks(read(file)).filter(({ comment }) => /^run(:|$)/.test(comment ?? '')),
  }))
  .filter(({ blocks }) => blocks.length > 0);

describe.each(runDocuments)('$file', ({ blocks }) => {
  it.each(blocks)('line $line', { timeout: commandTimeoutMs }, async ({ text, comment, answer }) => {
    const { code, out, complaint } = await run(text);
    expect({ code, complaint: code === 0 ? '' : complaint }).toEqual({ code: 0, complaint: '' });
    const expected = /^run: (.+)$/.exec(comment ?? '')?.[1];
    if (expected) expect(out).toContain(expected);
    else expect(out).not.toContain('"errors"');
    // A document shows the subgraphs that it is about: there may be more.
    if (answer !== null) expect(JSON.parse(out)).toMatchObject(JSON.parse(answer));
  });
});
