// The commands of the documents, run one after the other on the whole system as `npm start` starts it.
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { listedSubgraphs, variablePrefix } from '@district-graph/schema/registry';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { codeBlocks, documents, read, root } from './markdown.ts';

const port = 22_500;
const folder = mkdtempSync(join(tmpdir(), 'district-graph-documents-'));
const base = `http://127.0.0.1:${port}`;
/** The address that a reader has. */
const usual = 'http://127.0.0.1:4000';

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
    .replaceAll(usual, base)
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

/** Programs in other languages that read from the gateway. Where their interpreters are given, they are run, as `.ci/recipes` does. */
const recipes = documents
  .filter((file) => !/zh-CN/.test(file))
  .flatMap((file) =>
    codeBlocks(read(file))
      .filter(
        ({ language, text }) => ['powerquery', 'python', 'r'].includes(language) && text.includes(usual),
      )
      .map(({ language, text, line }) => ({ file, language, line, text })),
  );
const interpreters: Record<string, string | undefined> = {
  python: process.env.TEST_RECIPES_PYTHON,
  r: process.env.TEST_RECIPES_RSCRIPT,
};

const readWorkbook = `
import io, urllib.request, openpyxl
address = "${usual}/queries/district-board?format=xlsx&period.from=2026-01-01&period.to=2026-06-30"
workbook = openpyxl.load_workbook(io.BytesIO(urllib.request.urlopen(address).read()))
sheet = workbook.worksheets[0]
first = [cell.value for cell in sheet[2]]
print(workbook.sheetnames, sheet.freeze_panes, first[:2], [type(value).__name__ for value in first[:3]])
`;

describe('the recipes', () => {
  it.each(recipes)('$file:$line request addresses that answer with rows', async ({ text }) => {
    const addresses = text.match(/http:\/\/127\.0\.0\.1:4000[^"]*/g) ?? [];
    expect(addresses.length).toBeGreaterThan(0);
    for (const address of addresses) {
      const response = await fetch(adapted(address));
      const body = await response.text();
      expect({ address, status: response.status, body: response.ok ? '' : body }).toEqual({
        address,
        status: 200,
        body: '',
      });
      const [first = '', second = ''] = body.split('\n');
      expect(second).not.toBe('');
      // Columns that the recipe names by their paths.
      for (const [, column = ''] of text.matchAll(/"(\w+(?:\.\w+)+)"/g))
        if (!column.endsWith('.ndjson')) expect(first).toContain(column);
    }
  });

  it
    .runIf(interpreters.python && interpreters.r)
    .each(recipes.filter(({ language }) => language in interpreters))(
    '$file:$line runs in $language',
    { timeout: commandTimeoutMs },
    async ({ text, language }) => {
      const script = join(folder, `recipe.${language}`);
      writeFileSync(script, adapted(text));
      const { code, out, complaint } = await run(`cd ${folder} && ${interpreters[language]} ${script}`);
      expect({ code, complaint: code === 0 ? '' : complaint }).toEqual({ code: 0, complaint: '' });
      expect(out.trim()).not.toBe('');
    },
  );

  it.runIf(interpreters.python)('read a workbook as openpyxl, another program than wrote it', async () => {
    const script = join(folder, 'workbook.py');
    writeFileSync(script, adapted(readWorkbook));
    const { complaint, out } = await run(`cd ${folder} && ${interpreters.python} -W error ${script}`);
    expect({ complaint, out: out.trim() }).toEqual({
      complaint: '',
      out: "['divisions', '说明 About'] A2 ['410102', '中原区'] ['str', 'str', 'int']",
    });
  });
});

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
