// npm run new-subgraph in a copy of the project: what it refuses, that a failure leaves nothing, and that a new subgraph works.
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  appendFileSync,
  cpSync,
  existsSync,
  globSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const project = mkdtempSync(join(tmpdir(), 'district-graph-new-subgraph-'));
const culture = join(project, 'subgraphs/culture/src/venue/schema.graphql');

/** What the command reads or writes, and what the tests of a subgraph need. */
const copied = [
  'biome.json',
  'client',
  'docs',
  'gateway',
  'package-lock.json',
  'package.json',
  'portal',
  'schema',
  'scripts',
].concat(['subgraphs', 'test', 'tsconfig.json', 'vitest.config.ts', '.gitignore']);

beforeAll(() => {
  for (const path of copied)
    cpSync(join(root, path), join(project, path), {
      recursive: true,
      filter: (from) => !/node_modules/.test(from),
    });
  const modules = join(project, 'node_modules');
  mkdirSync(join(modules, '@district-graph'), { recursive: true });
  for (const name of readdirSync(join(root, 'node_modules')))
    if (name !== '@district-graph' && !name.startsWith('.new-subgraph'))
      symlinkSync(join(root, 'node_modules', name), join(modules, name));
  for (const name of readdirSync(join(root, 'node_modules/@district-graph')))
    symlinkSync(
      readlinkSync(join(root, 'node_modules/@district-graph', name)),
      join(modules, '@district-graph', name),
    );
});
afterAll(() => rmSync(project, { recursive: true }));

interface Outcome {
  code: number;
  output: string;
  errorOutput: string;
}

/** Runs Node in the copy. */
const node = (...args: string[]): Promise<Outcome> =>
  new Promise((resolve) => {
    execFile(process.execPath, args, { cwd: project, maxBuffer: 1e8 }, (error, output, errorOutput) =>
      resolve({ code: error ? Number(error.code) : 0, output, errorOutput }),
    );
  });

const command = 'scripts/new-subgraph/new-subgraph.ts';
const create = (...args: string[]) => node(command, ...args);

/** Every file and link of the copy, with the text of what the command may change. */
function contents(): Record<string, string> {
  const files = globSync(
    '{*,{client,docs,schema,subgraphs,test/access}/**,node_modules/*,node_modules/@district-graph/*}',
    {
      cwd: project,
    },
  );
  return Object.fromEntries(
    files
      .filter((file) => lstatSync(join(project, file)).isFile() || file.startsWith('node_modules'))
      .map((file) => [
        file,
        file.startsWith('node_modules') ? '' : readFileSync(join(project, file), 'utf8'),
      ]),
  );
}

describe('bad names', () => {
  it.each([
    ['no name', [], '用法 usage'],
    ['a name that is not in kebab-case', ['Green_Spaces'], 'expected kebab-case'],
    ['the name of a subgraph', ['culture'], 'the name culture is taken or reserved'],
    ['the name of another package', ['kit'], 'the name kit is taken or reserved'],
    ['a type that is not in PascalCase', ['parks', '--type', 'park'], 'expected PascalCase'],
    ['the type of another subgraph', ['rooms', '--type', 'Venue'], 'Venue of the schema is taken'],
    [
      'a type whose list exists',
      ['rooms', '--type', 'Room', '--plural', 'Venues'],
      'Query.venues of the schema',
    ],
    [
      'a field that a level of divisions has',
      ['households', '--type', 'Flat'],
      'Division.households of the schema',
    ],
    ['a word of SQL', ['orders', '--type', 'Order'], 'order is reserved'],
    ['a word of JavaScript', ['packages', '--type', 'Package'], 'package is reserved'],
    ['a word of the template’s code', ['contexts', '--type', 'Page'], 'Page is reserved or has another use'],
    ['the name of a module', ['summaries', '--type', 'Overview'], 'the module of the type Overview'],
    ['a Chinese name in English', ['parks', '--zh', 'park'], 'expected Chinese characters'],
    ['an unknown option', ['parks', '--colour', 'green'], '--colour'],
  ])('are refused, before anything is written: %s', async (_what, args, message) => {
    const before = contents();
    const { code, output, errorOutput } = await create(...args);
    expect([code, output]).toEqual([1, '']);
    expect(errorOutput).toContain(message);
    expect(contents()).toEqual(before);
  });
});

it('a name or a type that is taken is the only thing that is refused: all that is derived from it is taken, too', async () => {
  const name = await create('culture', '--type', 'Venue');
  expect(name.errorOutput.trim().split('\n')).toEqual([
    expect.stringContaining('the name culture is taken or reserved'),
  ]);
  const type = await create('rooms', '--type', 'Venue');
  expect(type.errorOutput.trim().split('\n')).toEqual([
    expect.stringContaining('Venue of the schema is taken'),
  ]);
});

describe('a failure midway', () => {
  it('leaves everything as it was, and shows what failed', async () => {
    const schema = readFileSync(culture, 'utf8');
    appendFileSync(culture, 'type Ticket { name: Strin! }\n');
    const before = contents();
    const { code, output, errorOutput } = await create('parks', '--no-matrix');
    expect([code, output]).toEqual([1, '']);
    expect(errorOutput).toContain('[culture] Unknown type Strin');
    expect(errorOutput).toContain('Nothing was changed.');
    expect(contents()).toEqual(before);
    writeFileSync(culture, schema);
  });

  it.each([
    ['SIGINT', 'schema/supergraph.graphql'],
    ['SIGTERM', 'docs/settings.md'],
  ] as const)('by %s does, too, while it writes %s', async (signal, step) => {
    const before = contents();
    const child: ChildProcess = spawn(process.execPath, [command, 'parks', '--no-matrix'], {
      cwd: project,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let text = '';
    let isSent = false;
    child.stderr?.on('data', (data) => {
      text += data;
      if (isSent || !text.includes(step)) return;
      isSent = child.kill(signal);
    });
    expect((await once(child, 'close'))[0]).toBe(1);
    expect(text).toContain('Nothing was changed.');
    expect(contents()).toEqual(before);
  });
});

describe('a new subgraph', () => {
  const read = (file: string) => readFileSync(join(project, file), 'utf8');
  let created: Outcome;
  beforeAll(async () => {
    created = await create(
      'green-spaces',
      '--zh',
      '绿地',
      '--title-zh',
      '园林',
      '--title-en',
      'gardens',
      '--no-matrix',
    );
  });

  it('is in the list, the lock file, the roles, the supergraph and the settings, and is linked', () => {
    const folders = ['subgraphs/culture', 'subgraphs/green-spaces'];
    const [mode, own] = folders.map((folder) => lstatSync(join(project, folder)).mode);
    expect(own).toBe(mode);
    expect(created).toMatchObject({ code: 0, output: expect.stringContaining('npm run access:matrix') });
    const listed = JSON.parse(read('schema/subgraphs.json')) as { name: string; port: number }[];
    expect(listed.at(-1)).toEqual({ name: 'green-spaces', port: (listed.at(-2)?.port ?? 0) + 1 });
    const { packages } = JSON.parse(read('package-lock.json'));
    expect(packages['node_modules/@district-graph/green-spaces']).toEqual({
      resolved: 'subgraphs/green-spaces',
      link: true,
    });
    expect(packages['subgraphs/green-spaces']).toMatchObject({ name: '@district-graph/green-spaces' });
    expect(read('node_modules/@district-graph/green-spaces/package.json')).toContain('green-spaces');
    expect(read('subgraphs/kit/src/identity/roles.ts')).toContain("'green-spaces:write'");
    expect(read('schema/supergraph.graphql')).toMatch(/^type GreenSpace$/m);
    for (const file of ['docs/settings.md', 'docs/zh-CN/settings.md'])
      expect(read(file)).toContain('`GREEN_SPACES`');
  });

  it('contains no name of the template', () => {
    const files = globSync('subgraphs/green-spaces/**/*.*', { cwd: project });
    expect(files.length).toBeGreaterThan(30);
    const named = files.filter((file) => /sample.?(record|bureau)|示例(记录|局)/i.test(file + read(file)));
    expect(named).toEqual([]);
  });

  it('is formatted, has no type errors, and passes its own tests and those of every subgraph', async () => {
    const biome = 'node_modules/@biomejs/biome/bin/biome';
    const checks = await Promise.all([
      node(biome, 'check', 'subgraphs/green-spaces', 'subgraphs/kit/src/identity', 'schema/subgraphs.json'),
      node('node_modules/typescript/bin/tsc', '--noEmit'),
      node(
        'node_modules/vitest/vitest.mjs',
        ...['run', '--maxWorkers=1', 'subgraphs/green-spaces', 'test/databases/migrations.test.ts'],
        ...['test/graph/schema-conventions.test.ts', 'test/graph/supergraph.test.ts'],
        ...['scripts/codegen', 'scripts/docs', 'scripts/publish'],
      ),
    ]);
    for (const { code, output, errorOutput } of checks)
      expect({ code, text: code ? output + errorOutput : '' }).toEqual({ code: 0, text: '' });
  }, 300_000);

  it('answers through the gateway over the composed supergraph, at every level, over its seeded database', async () => {
    const program = `
      import { startTestGraph } from './test/testkit/test-graph.ts';
      const graph = await startTestGraph({ only: ['places', 'green-spaces'] });
      const { data, errors } = await graph.query(\`{
        division(code: "410105") { name greenSpaces { greenSpaceCount } }
        greenSpaces(within: "410105", first: 1) { totalCount nodes { name contactPhone division { code } } }
      }\`);
      console.log(JSON.stringify({ data, errors }));
      await graph.stop();`;
    writeFileSync(join(project, 'query.ts'), program);
    const { output, errorOutput } = await node('query.ts');
    const { data, errors } = JSON.parse(output || JSON.stringify({ errors: errorOutput }));
    expect(errors).toBeUndefined();
    expect(data.division).toEqual({
      name: '金水区',
      greenSpaces: { greenSpaceCount: data.greenSpaces.totalCount },
    });
    expect(data.greenSpaces.totalCount).toBeGreaterThan(100);
    const [{ name, contactPhone, division }] = data.greenSpaces.nodes;
    expect([name, contactPhone, division.code]).toEqual([
      expect.stringMatching(/^绿地\d+$/),
      expect.stringMatching(/^00\d\*{4}\d{4}$/),
      expect.stringMatching(/^410105/),
    ]);
  }, 300_000);

  it('is not created twice', async () => {
    const { code, errorOutput } = await create('green-spaces');
    expect([code, errorOutput]).toEqual([1, expect.stringContaining('the name green-spaces is taken')]);
    expect(existsSync(join(project, 'subgraphs/green-spaces/README.md'))).toBe(true);
  });
});
