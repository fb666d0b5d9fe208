// npm run build:apollo: the package runs in a folder of its own, as plain JavaScript, on the Node of this run and on others that are installed.
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import {
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'apollo-package-'));
const example = join(folder, 'examples', 'drop-in');
const packageName = '@district-graph/apollo-gateway';

/** With this the packages are installed from the registry; otherwise those of the project are linked, which needs no network. */
const installs = process.env.TEST_NPM_INSTALL === '1';

/** This Node, and the one that is installed on the machine, if that is another. */
const programs = [
  ...new Set([
    process.execPath,
    ...(process.env.PATH ?? '')
      .split(delimiter)
      .filter((path) => path !== '' && !path.includes('node_modules'))
      .map((path) => join(path, process.platform === 'win32' ? 'node.exe' : 'node'))
      .filter((file) => existsSync(file))
      .slice(0, 1),
  ]),
];

beforeAll(async () => {
  // Laid out as in the repository: the example names the package by its path.
  const built = join(folder, 'dist', 'apollo-gateway');
  await run(process.execPath, ['scripts/build/apollo.ts', '--out', built], { cwd: root });
  cpSync(join(root, 'examples', 'drop-in'), example, {
    recursive: true,
    filter: (from) => !from.includes('node_modules', root.length),
  });
  if (installs) await install();
  else await link(built);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** As its README says. A link to the package would find the `graphql` of the repository beside that of the example. */
async function install(): Promise<void> {
  await run('npm', ['install', '--no-audit', '--no-fund', '--ignore-scripts'], { cwd: example });
  expect(lstatSync(join(example, 'node_modules', packageName)).isSymbolicLink()).toBe(false);
}

/** Packs the package, unpacks it, and links what it and the example declare. */
async function link(built: string): Promise<void> {
  const { stdout } = await run('npm', ['pack', '--silent', '--pack-destination', folder], {
    cwd: built,
    shell: process.platform === 'win32',
  });
  const tarball = join(folder, stdout.trim());
  const target = join(example, 'node_modules', packageName);
  mkdirSync(target, { recursive: true });
  await run('tar', ['-xzf', tarball, '--strip-components', '1', '-C', target]);
  const declared = [target, example].flatMap((each) => {
    const { dependencies, peerDependencies } = JSON.parse(readFileSync(join(each, 'package.json'), 'utf8'));
    return Object.keys({ ...dependencies, ...peerDependencies });
  });
  for (const name of new Set(declared.filter((each) => each !== packageName))) {
    const path = join(example, 'node_modules', name);
    mkdirSync(dirname(path), { recursive: true });
    symlinkSync(join(root, 'node_modules', name), path, 'junction');
  }
}

describe.each(programs)('with %s', (program) => {
  let server: ChildProcess;
  let url: string;

  beforeAll(async () => {
    server = spawn(program, ['server.js'], {
      cwd: example,
      env: { PATH: process.env.PATH, PORT: '0', APOLLO_TELEMETRY_DISABLED: '1' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const errors: string[] = [];
    server.stderr?.on('data', (text) => errors.push(String(text)));
    url = await new Promise((resolve, reject) => {
      if (server.stdout)
        createInterface({ input: server.stdout }).on('line', (line) => {
          if (line.startsWith('http://')) resolve(line);
        });
      server.on('exit', () => reject(new Error(errors.join(''))));
    });
  });
  afterAll(async () => {
    if (server.exitCode !== null) return;
    const exited = new Promise((resolve) => server.once('exit', resolve));
    server.kill('SIGKILL');
    await exited;
  });

  it('the example answers from both subgraphs by plans of Apollo’s planner, and forwards the authorization', async () => {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: 'Bearer abc' },
      body: JSON.stringify({ query: '{ roads { name crew minutes requestedBy } }' }),
    });
    expect(await response.json()).toEqual({
      data: {
        roads: [
          { name: '文化路 Wenhua Road', crew: 'crew 1', minutes: 30, requestedBy: 'Bearer abc' },
          { name: '花园路 Huayuan Road', crew: 'crew 2', minutes: 20, requestedBy: 'Bearer abc' },
        ],
      },
    });
  });

  it('fragments, conditions and introspection work', async () => {
    const query =
      '{ a: roads { ...R } b: roads { ...R @include(if: true) } __schema { queryType { name } } } fragment R on Road { id crew }';
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query }),
    });
    const { data, errors } = (await response.json()) as { data: Record<string, unknown>; errors?: unknown };
    expect(errors).toBeUndefined();
    expect(data).toMatchObject({
      b: [
        { id: '1', crew: 'crew 1' },
        { id: '2', crew: 'crew 2' },
      ],
    });
  });
});

it('has types that a strict TypeScript project accepts', async () => {
  writeFileSync(
    join(example, 'program.ts'),
    `
  import { ApolloServer } from '@apollo/server';
  import { ApolloGateway, DistrictGateway, IntrospectAndCompose, LocalCompose, RemoteGraphQLDataSource } from '${packageName}';
  class Source extends RemoteGraphQLDataSource<{ token?: string }> {
    override willSendRequest({ request, context }: Parameters<NonNullable<RemoteGraphQLDataSource<{ token?: string }>['willSendRequest']>>[0]) {
      request.http?.headers.set('authorization', String(context));
    }
  }
  const composed = new IntrospectAndCompose({ subgraphs: [] });
  const local = new LocalCompose({ localServiceList: [] });
  for (const supergraphSdl of ['', composed, local, async () => ({ supergraphSdl: '' })])
    new ApolloServer({ gateway: new ApolloGateway({ supergraphSdl, buildService: ({ url }) => new Source({ url }) }) });
  // @ts-expect-error: not an option
  new DistrictGateway({ supergraphSdl: '', serviceList: [] });
`,
  );
  const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  const options =
    '--noEmit --strict --skipLibCheck --module nodenext --target es2022 --types node --typeRoots'.split(' ');
  const { stdout } = await run(
    process.execPath,
    [compiler, ...options, join(root, 'node_modules', '@types'), 'program.ts'],
    { cwd: example },
  ).catch((error: { stdout: string }) => error);
  expect(stdout).toBe('');
});
