import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { ConfigurationError, Environment } from './environment.ts';
import { readConnectedSubgraphs, readForeignSubgraphs } from './foreign-subgraphs.ts';

const folder = mkdtempSync(join(tmpdir(), 'foreign-subgraphs-test-'));
afterAll(() => rmSync(folder, { recursive: true }));

const keyOf = (fill: string) => Buffer.alloc(32, fill);
const gatewayKeys = new Map([['gateway', keyOf('gateway')]]);
const minimal = { name: 'canteens', url: 'http://127.0.0.1:7000/graphql', sdl: 'canteens.graphql' };

function environmentOf(list: unknown, env: Record<string, string> = {}) {
  const path = join(folder, 'list.json');
  writeFileSync(path, typeof list === 'string' ? list : JSON.stringify(list));
  const variables = { SUBGRAPHS_FILE: path, ...env };
  return { environment: new Environment(variables), variables };
}

/** The subgraphs of a list with their secrets; throws what is wrong with it. */
function connected(list: unknown, env: Record<string, string> = {}, keys = gatewayKeys) {
  const { environment, variables } = environmentOf(list, env);
  const subgraphs = readConnectedSubgraphs(environment, keys, variables);
  environment.check();
  return subgraphs;
}

function faultsOf(list: unknown, env: Record<string, string> = {}, keys = gatewayKeys): readonly string[] {
  try {
    connected(list, env, keys);
  } catch (error) {
    if (error instanceof ConfigurationError) return error.faults;
    throw error;
  }
  return [];
}

describe('the entry of a foreign subgraph', () => {
  it('needs no more than a name, a URL and a file of SDL, and then gives the subgraph nothing of the viewer', () => {
    expect(connected([minimal])).toMatchObject([
      {
        sdlFile: join(folder, 'canteens.graphql'),
        health: null,
        identity: 'none',
        exposesErrors: false,
        checksAccess: false,
        retry: true,
        headers: [],
        forwardedHeaders: ['accept-language', 'x-request-id', 'traceparent', 'tracestate'],
      },
    ]);
  });

  it('is refused with every fault at once, in both languages', () => {
    const faults = faultsOf([
      { name: 'Canteens', url: 'ftp://x', sdl: '', timeoutMs: 0, limits: { concurrency: 1.5, depth: 3 } },
      { ...minimal, name: 'bus-stops', identity: 'all', errors: 'some', typo: 1, health: 'ping' },
      7,
    ]);
    const places = faults.map((fault) => fault.split(/ 应为|：/)[0]);
    expect(places).toEqual([
      'SUBGRAPHS_FILE Canteens.name',
      'SUBGRAPHS_FILE Canteens.url',
      'SUBGRAPHS_FILE Canteens.sdl',
      'SUBGRAPHS_FILE Canteens.timeoutMs',
      'SUBGRAPHS_FILE Canteens.limits.concurrency',
      'SUBGRAPHS_FILE Canteens.limits.depth',
      'SUBGRAPHS_FILE bus-stops.health',
      'SUBGRAPHS_FILE bus-stops.identity',
      'SUBGRAPHS_FILE bus-stops.errors',
      'SUBGRAPHS_FILE bus-stops.typo',
      'SUBGRAPHS_FILE [2]',
    ]);
    for (const fault of faults) expect(fault).toMatch(/应为.*。.*expected .*\.$/);
  });

  it.each([
    ['not JSON', '{'],
    ['not a list', {}],
  ])('is refused in a file that is %s', (_title, list) => {
    expect(faultsOf(list)).toEqual([
      'SUBGRAPHS_FILE 应为外部子图条目的 JSON 列表。 SUBGRAPHS_FILE: expected a JSON list of entries of foreign subgraphs.',
    ]);
  });

  it.each([
    ['of a subgraph in this repository', [{ ...minimal, name: 'places' }]],
    ['of another entry', [minimal, minimal]],
  ])('cannot have the name %s', (_title, list) => {
    expect(faultsOf(list)).toEqual([expect.stringMatching(/no other subgraph has/)]);
  });

  it.each([
    'authorization',
    'cookie',
    'x-purpose',
    'x-district-viewer',
    'forwarded',
    'x-forwarded-for',
    'x-real-ip',
    'host',
    'content-length',
    'X-A',
  ])('cannot forward the header %s by name', (name) => {
    expect(faultsOf([{ ...minimal, headers: { forward: [name] } }])).toHaveLength(1);
  });

  it.each(['x-district-viewer', 'host', 'content-type'])('cannot set the header %s', (name) => {
    expect(faultsOf([{ ...minimal, headers: { set: { [name]: { env: 'KEY' } } } }])).toHaveLength(1);
  });

  it.each([
    ['signatures without keys', { identity: 'viewer-signature' }],
    ['keys without signatures', { viewerKeys: { env: 'KEYS' } }],
    ['checking access without knowing the viewer', { access: 'subgraph' }],
    ['extensions of errors that are masked', { errorExtensions: ['until'] }],
    ['a header twice', { headers: { forward: ['x-a'], set: { 'x-a': { env: 'A' } } } }],
    ['two tokens', { identity: 'token', headers: { forward: [], set: { authorization: { env: 'A' } } } }],
  ])('cannot ask for %s', (_title, fields) => {
    const { environment } = environmentOf([{ ...minimal, ...fields }]);
    readForeignSubgraphs(environment);
    expect(() => environment.check()).toThrow(ConfigurationError);
  });
});

describe('a secret of a foreign subgraph', () => {
  const withKey = { ...minimal, headers: { set: { 'x-api-key': { env: 'CANTEENS_KEY' } } } };

  it('is read from the environment or a file', () => {
    writeFileSync(join(folder, 'key'), 'from a file\r\n');
    const set = { a: { env: 'CANTEENS_KEY' }, b: { file: 'key' } };
    const [subgraph] = connected([{ ...minimal, headers: { set } }], { CANTEENS_KEY: 'k' });
    expect(subgraph?.headers).toEqual(['a', 'k', 'b', 'from a file']);
  });

  it.each([
    ['missing', {}],
    ['no header text', { CANTEENS_KEY: 'one\r\nx-other: two' }],
  ])('that is %s is a fault, which does not repeat it', (_title, env) => {
    const [fault = ''] = faultsOf([withKey], env);
    expect(fault).toMatch(
      /^canteens\.headers\.set\.x-api-key：须设置环境变量 CANTEENS_KEY.*Set the environment variable CANTEENS_KEY, with one line/,
    );
    expect(fault).not.toMatch(/x-other/);
  });

  it('is not repeated where it was written into the entry itself', () => {
    const [fault = ''] = faultsOf([{ ...minimal, headers: { set: { 'x-api-key': 'hunter2' } } }]);
    expect(fault).toMatch(/"env": "VARIABLE"/);
    expect(fault).not.toMatch(/hunter2/);
  });

  it('is not needed to compose', () => {
    const { environment } = environmentOf([withKey]);
    readForeignSubgraphs(environment);
    expect(() => environment.check()).not.toThrow();
  });
});

describe('the keys that viewers are signed with for a foreign subgraph', () => {
  const signed = { ...minimal, identity: 'viewer-signature', viewerKeys: { env: 'CANTEENS_KEYS' } };
  const textOf = (key: Buffer) => `one:${key.toString('base64url')}`;

  it('are its own', () => {
    const [subgraph] = connected([signed], { CANTEENS_KEYS: textOf(keyOf('canteens')) });
    expect([...(subgraph?.signingKeys ?? [])]).toEqual([['one', keyOf('canteens')]]);
  });

  it('are refused if one is a key of the gateway, whose holder could sign viewers for every subgraph', () => {
    const [fault = ''] = faultsOf([signed], { CANTEENS_KEYS: textOf(keyOf('gateway')) });
    expect(fault).toMatch(/differ from VIEWER_KEYS/);
  });

  it('are refused if another foreign subgraph has the same', () => {
    const other = { ...signed, name: 'bus-stops' };
    const [fault = '', ...others] = faultsOf([signed, other], { CANTEENS_KEYS: textOf(keyOf('canteens')) });
    expect(fault).toMatch(/^bus-stops\.viewerKeys.*keys of other subgraphs/);
    expect(others).toEqual([]);
  });

  it.each([
    ['missing', {}, gatewayKeys],
    ['malformed', { CANTEENS_KEYS: 'one:short' }, gatewayKeys],
    ['of a gateway that verifies nobody', { CANTEENS_KEYS: textOf(keyOf('canteens')) }, new Map()],
  ])('are a fault where they are %s', (_title, env, keys) => {
    expect(faultsOf([signed], env, keys)).toHaveLength(1);
  });
});
