// npm run build:client: the package runs as plain JavaScript on the Node of this run and on the machine's, in a page, and with strict types.
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { type MockGateway, startMockGateway } from '@district-graph/scripts/mock/mock-gateway';
import { afterAll, beforeAll, expect, it } from 'vitest';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'client-package-'));
const target = join(folder, 'node_modules', '@district-graph', 'client');
let mock: MockGateway;
let built = '';

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
  const out = join(folder, 'built');
  built = (await run(process.execPath, ['scripts/build/client.ts', '--out', out], { cwd: root })).stdout;
  const { stdout } = await run('npm', ['pack', '--silent', '--pack-destination', folder], {
    cwd: out,
    shell: process.platform === 'win32',
  });
  mkdirSync(target, { recursive: true });
  await run('tar', ['-xzf', join(folder, stdout.trim()), '--strip-components', '1', '-C', target]);
  const today = new Date('2026-11-30');
  mock = await startMockGateway({ port: 0, seed: '1', today, latencyMs: 0, eventsMs: 500, env: {} });
});
afterAll(async () => {
  await mock.stop();
  rmSync(folder, { recursive: true, force: true });
});

it('is smaller than 8 kB, and depends on nothing', () => {
  expect(Number(/([\d.]+) kB/.exec(built)?.[1])).toBeLessThan(8);
  const { dependencies = {}, peerDependenciesMeta } = JSON.parse(
    readFileSync(join(target, 'package.json'), 'utf8'),
  );
  expect(dependencies).toEqual({});
  expect(Object.values(peerDependenciesMeta)).toEqual([{ optional: true }, { optional: true }]);
});

it.each(programs)('queries, changes and subscribes on %s', async (program) => {
  writeFileSync(
    join(folder, 'program.mjs'),
    `
  import { createClient, isRefusal } from '@district-graph/client';
  import { BookSeatDocument, DistrictBoardDocument, IncidentFeedDocument } from '@district-graph/client/documents';
  const client = createClient({ url: '${mock.url}/graphql', language: 'en' });
  const { data } = await client.query(DistrictBoardDocument, { period: { from: '2026-11-01', to: '2026-11-30' } });
  const stream = client.subscribe(IncidentFeedDocument, { within: '410100' });
  const { value } = await stream.next();
  stream.close();
  const input = { sessionId: '01a23aa6-31e0-7711-810e-410105007001', idempotencyKey: 'refuse' };
  const booked = await client.mutate(BookSeatDocument, { input });
  console.log(JSON.stringify([data.divisions.totalCount, value.data.incidentChanged.division.code.length, isRefusal(booked.data.bookSession)]));
`,
  );
  const { stdout } = await run(program, ['program.mjs'], { cwd: folder });
  expect(JSON.parse(stdout)).toEqual([15, 12, true]);
});

it.each([
  ['Node', ['--types', 'node', '--typeRoots', join(root, 'node_modules', '@types'), '--lib', 'es2024']],
  ['a page', ['--types', '', '--lib', 'es2024,dom,dom.iterable,dom.asynciterable']],
])('has types that a strict TypeScript project for %s accepts', async (_where, options) => {
  writeFileSync(
    join(folder, 'program.ts'),
    `
  import { createClient, match } from '@district-graph/client';
  import { BookSeatDocument } from '@district-graph/client/documents';
  import { possibleTypes } from '@district-graph/client/possible-types';
  import { webSockets } from '@district-graph/client/websocket';
  const client = createClient({ url: '/graphql', token: async () => null, transport: webSockets() });
  export const book = async (sessionId: string): Promise<string> => {
    const { data } = await client.mutate(BookSeatDocument, { input: { sessionId } });
    return match(data.bookSession, { Booking: ({ status }) => status, Refusal: ({ __typename }) => __typename });
  };
  // @ts-expect-error: the session is missing
  void client.mutate(BookSeatDocument, { input: {} });
  // @ts-expect-error: not a purpose
  void client.mutate(BookSeatDocument, { input: { sessionId: '' } }, { purpose: 'CURIOSITY' });
  export const types: string[] | undefined = possibleTypes.SecurityDevice;
`,
  );
  const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  const { stdout } = await run(
    process.execPath,
    [
      compiler,
      '--noEmit',
      '--strict',
      '--module',
      'nodenext',
      '--target',
      'es2022',
      ...options,
      'program.ts',
    ],
    { cwd: folder },
  ).catch((error: { stdout: string }) => error);
  expect(stdout).toBe('');
});

it('has the published schema for graphql-codegen, and the manifest of trusted documents', () => {
  const schema = readFileSync(join(target, 'schema.graphql'), 'utf8');
  expect(schema).toBe(readFileSync(join(root, 'schema/contracts/api.graphql'), 'utf8'));
  expect(existsSync(join(target, 'trusted-documents.json'))).toBe(true);
});
