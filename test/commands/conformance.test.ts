// npm run conformance against this project's own subgraphs, and against one that does everything wrong.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { subgraph as culture } from '@district-graph/culture';
import { testIdentity } from '@district-graph/kit/testing/identity';
import { emptyDatabase, testSubgraph } from '@district-graph/kit/testing/test-subgraph';
import { listedSubgraphs } from '@district-graph/schema/registry';
import { runCommand } from '@district-graph/scripts/command-line/run-command';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { startTestGraph, type TestGraph } from '../testkit/test-graph.ts';

const folder = mkdtempSync(join(tmpdir(), 'conformance-test-'));
const keysFile = join(folder, 'keys');
const [[keyId, key] = ['', Buffer.alloc(0)]] = testIdentity.viewerKeys;
writeFileSync(keysFile, `${keyId}:${key.toString('base64url')}\n`);
afterAll(() => rmSync(folder, { recursive: true }));

/** Writes a file of examples; returns its path. */
function examplesFile(name: string, examples: unknown): string {
  const path = join(folder, `${name}.json`);
  writeFileSync(path, JSON.stringify(examples));
  return path;
}

/** Only bureaus may read the SDL of this project's subgraphs. */
const viewer = { id: 'conformance', bureau: 'test', roles: ['analyst'], divisions: ['410100'] };

interface Report {
  failed: number;
  checks: { id: string; status: string; found?: string }[];
}

/** The exit code, and the outcome of each check by its id. */
async function reportOf(url: string, args: readonly string[] = []) {
  const { code, output, errorOutput } = await runCommand('conformance', [url, '--json', ...args]);
  expect(errorOutput).toBe('');
  const { checks } = JSON.parse(output) as Report;
  const faults = checks.filter(({ status }) => status === 'failed').map(({ id, found }) => `${id}: ${found}`);
  return { code, faults, outcomes: Object.fromEntries(checks.map(({ id, status }) => [id, status])) };
}

// The checks compose the graph, which takes long on a busy machine.
vi.setConfig({ testTimeout: 180_000 });

describe('a subgraph of this project', () => {
  let graph: TestGraph;
  beforeAll(async () => {
    graph = await startTestGraph();
  });
  afterAll(() => graph.stop());

  it.each(listedSubgraphs.map(({ name }) => name))('%s passes', async (name) => {
    const examples = examplesFile(name, { viewer });
    const args = ['--subgraph', name, '--viewer-keys-file', keysFile, '--examples', examples];
    const { code, faults, outcomes } = await reportOf(graph.subgraphs[name]?.url ?? '', args);
    expect(faults).toEqual([]);
    expect(code).toBe(0);
    expect(outcomes).toMatchObject({
      'service.composition': 'passed',
      'signature.replay': 'passed',
      'signature.unsigned': name === 'places' ? 'not applicable' : 'passed',
      'change-stream.form': 'passed',
    });
  });

  it('passes with its entities looked up', async () => {
    const examples = examplesFile('places', { viewer });
    const args = ['--subgraph', 'places', '--viewer-keys-file', keysFile, '--examples', examples];
    const { outcomes } = await reportOf(graph.subgraphs.places?.url ?? '', args);
    const entities = Object.entries(outcomes).filter(([id]) => id.startsWith('entities.'));
    expect(new Set(entities.map(([, status]) => status))).toEqual(new Set(['passed']));
  });
});

it('passes with a mutation, whose key was used for one input', async () => {
  const { url: database, drop } = await emptyDatabase(culture);
  const running = await testSubgraph(culture, database);
  const input = {
    divisionCode: '410105007003',
    name: '合唱队',
    kind: 'DANCE',
    members: 20,
    idempotencyKey: 'conformance',
  };
  const mutation = {
    query:
      'mutation ($input: RegisterTroupeInput!) { registerTroupe(input: $input) { __typename ... on Troupe { id } } }',
    variables: { input },
    otherVariables: { input: { ...input, members: 21 } },
  };
  const writer = { ...viewer, scopes: ['culture:write'] };
  const examples = examplesFile('culture', { viewer: writer, mutations: [mutation] });
  const args = ['--subgraph', 'culture', '--viewer-keys-file', keysFile, '--examples', examples];
  const { faults, outcomes } = await reportOf(running.url, args);
  await running.stop();
  await drop();
  expect(faults).toEqual([]);
  expect(outcomes['mutations.idempotency']).toBe('passed');
});

const badSdl = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])
type Query { stops(first: Int): [Stop!] secret: String @access(scope: "elder:read") }
type Mutation { openStop(name: String, idempotencyKey: String): Stop }
directive @access(scope: String!) on FIELD_DEFINITION
type Stop @key(fields: "id") { id: ID! }`;

let opened = 0;

/** Answers of a subgraph that does everything wrong, by the text of the request. */
function badData(query: string, representations: { id?: string }[]): unknown {
  if (query.includes('_service')) return { _service: { sdl: badSdl } };
  if (query.includes('null')) return null;
  if (query.includes('list: stops')) return { list: [{ id: '1' }, { id: '2' }] };
  if (query.includes('openStop')) {
    opened += 1;
    return { openStop: { __typename: 'Stop', id: String(opened) } };
  }
  if (query.includes('secret')) return { secret: 'secret' };
  if (query.includes('_entities')) {
    const ids = [...new Set(representations.map(({ id }) => id))].sort();
    return { _entities: ids.map((id) => ({ __typename: 'Stop', id })) };
  }
  return { __typename: 'Query', a: 'Query', ...(query.includes('$no') && { b: 'Query' }) };
}

const answerBadly: RequestListener = async (request, response) => {
  let text = '';
  for await (const chunk of request) text += chunk;
  if (request.url === '/changes') {
    response.writeHead(200, { 'content-type': 'text/plain' }).end('no event');
    return;
  }
  let body: { query?: string; variables?: { representations?: { id?: string }[] } } = {};
  try {
    body = JSON.parse(text);
  } catch {}
  const { query = '', variables } = body;
  const data = badData(query, variables?.representations ?? []);
  const errors =
    data === null || query.includes('noField') ? [{ message: 'Traceback (most recent call last)' }] : [];
  response
    .writeHead(data === null ? 500 : 200, { 'content-type': 'text/html', connection: 'close' })
    .end(JSON.stringify({ data, ...(errors.length && { errors }) }));
};

describe('a subgraph that does everything wrong', () => {
  let server: Server;
  const url = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`;
  beforeAll(() => {
    server = createServer(answerBadly);
    return new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterAll(() => server.close());
  const mutation = {
    query:
      'mutation ($name: String, $key: String) { openStop(name: $name, idempotencyKey: $key) { __typename id } }',
    variables: { name: 'a', key: 'k' },
    otherVariables: { name: 'b', key: 'k' },
  };

  it('fails every check but those of what it cannot do wrong', async () => {
    const examples = examplesFile('bad', { mutations: [mutation] });
    const { code, outcomes } = await reportOf(url(), [
      '--viewer-keys-file',
      keysFile,
      '--examples',
      examples,
    ]);
    expect(code).toBe(1);
    const others = Object.entries(outcomes).filter(([, status]) => status !== 'failed');
    expect(Object.fromEntries(others)).toEqual({
      'http.post': 'passed',
      'service.sdl': 'passed',
      'signature.valid': 'passed',
      'limits.time': 'passed',
    });
  });

  it('is shown in both languages what is wrong and what to do', async () => {
    const { output } = await runCommand('conformance', [url()]);
    expect(output).toMatch(/✗ 未通过 FAILED {2}http\.keep-alive：保持连接。 keeps connections open\./);
    expect(output).toMatch(/结果 found: the connection was closed/);
    expect(output).toMatch(/办法 what to do: 支持 HTTP\/1\.1 keep-alive.*Support keep-alive/);
    expect(output).toMatch(/– 不适用 not applicable {2}signature\.valid/);
    expect(output).toMatch(/\d+ passed, \d+ failed, \d+ not applicable\.$/m);
  });
});

it('says what is wrong with its arguments, its files and an address that nothing listens at', async () => {
  expect(await runCommand('conformance', ['ftp://x'])).toMatchObject({ code: 1, output: '' });
  const examples = examplesFile('wrong', { entities: [{}], other: 1 });
  const wrong = await runCommand('conformance', ['http://127.0.0.1:9/', '--examples', examples]);
  expect(wrong).toMatchObject({ code: 1, errorOutput: expect.stringMatching(/__typename[\s\S]*other/) });
  const away = await runCommand('conformance', ['http://127.0.0.1:9/graphql']);
  expect(away).toMatchObject({
    code: 1,
    output: '',
    errorOutput: expect.stringMatching(
      /^http:\/\/127\.0\.0\.1:9\/graphql .*does not answer \(ECONNREFUSED\): start the subgraph, or check the address\.\n$/,
    ),
  });
  const broken = join(folder, 'broken.json');
  writeFileSync(broken, '{');
  const notJson = await runCommand('conformance', ['http://127.0.0.1:9/', '--examples', broken]);
  expect(notJson.errorOutput).toContain(`${broken}: expected JSON.`);
});
