// The foreign subgraphs in examples/, in Python and Go, joined to the graph. examples/check.sh installs and builds them and runs this file.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { readConfig } from '@district-graph/gateway/config/gateway-config';
import { type RunningGateway, startGateway } from '@district-graph/gateway/server';
import { headersOf, testIdentity } from '@district-graph/kit/testing/identity';
import { type Answer, type TestSubgraph, testSubgraph } from '@district-graph/kit/testing/test-subgraph';
import { subgraph as places } from '@district-graph/places';
import { runCommand } from '@district-graph/scripts/command-line/run-command';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const python = process.env.TEST_CANTEENS_PYTHON ?? '';
const busStops = process.env.TEST_BUS_STOPS ?? '';
const examples = fileURLToPath(new URL('../../examples/', import.meta.url));
const viewerKeys = `one:${Buffer.alloc(32, 'canteens').toString('base64url')}`;

async function freePort(): Promise<number> {
  const server = createServer();
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** Starts a program of an example; resolves once its health path answers. */
async function start(
  command: string,
  args: readonly string[],
  { port, ...options }: { cwd: string; env: Record<string, string>; port: number },
): Promise<ChildProcess> {
  const child = spawn(command, args, {
    ...options,
    env: { ...process.env, ...options.env },
    stdio: 'inherit',
  });
  for (;;) {
    if (child.exitCode !== null) throw new Error(`${command} exited with ${child.exitCode}`);
    const response = await fetch(`http://127.0.0.1:${port}/health`).catch(() => null);
    if (response?.ok) return child;
    await delay(100);
  }
}

describe.skipIf(!python || !busStops)('the foreign subgraphs in Python and Go', () => {
  const folder = mkdtempSync(join(tmpdir(), 'foreign-examples-'));
  const keysFile = join(folder, 'keys');
  const supergraph = join(folder, 'supergraph.graphql');
  const list = { SUBGRAPHS_FILE: join(examples, 'subgraphs.json') };
  const children: ChildProcess[] = [];
  const urls: Record<string, string> = {};
  let ofPlaces: TestSubgraph;
  let gateway: RunningGateway;

  beforeAll(async () => {
    writeFileSync(keysFile, viewerKeys);
    const composed = await runCommand('compose', ['--output', supergraph], list);
    expect(composed).toEqual({ code: 0, output: '', errorOutput: '' });
    const [canteensPort, stopsPort] = [await freePort(), await freePort()];
    urls.canteens = `http://127.0.0.1:${canteensPort}/graphql`;
    urls['bus-stops'] = `http://127.0.0.1:${stopsPort}/graphql`;
    const uvicorn = [
      '-m',
      'uvicorn',
      'canteens.app:app',
      '--port',
      String(canteensPort),
      '--log-level',
      'critical',
    ];
    children.push(
      await start(python, uvicorn, {
        cwd: join(examples, 'subgraph-python'),
        port: canteensPort,
        env: {
          VIEWER_KEYS: viewerKeys,
          PYTHONPATH: join(examples, 'viewer-signature/python'),
          PYTHONDONTWRITEBYTECODE: '1',
        },
      }),
      await start(busStops, [], { cwd: folder, port: stopsPort, env: { LISTEN: `127.0.0.1:${stopsPort}` } }),
    );
    ofPlaces = await testSubgraph(places);
    const [[id, key] = ['', Buffer.alloc(0)]] = testIdentity.viewerKeys;
    const config = readConfig({
      ...list,
      SUPERGRAPH: supergraph,
      PLACES_URL: ofPlaces.url,
      CANTEENS_URL: urls.canteens,
      BUS_STOPS_URL: urls['bus-stops'],
      VIEWER_KEYS: `${id}:${key.toString('base64url')}`,
      CANTEENS_VIEWER_KEYS: viewerKeys,
    });
    const identity = { ...config.identity, tokens: testIdentity.tokens };
    gateway = await startGateway({ ...config, identity, port: 0 }, () => {});
  });
  afterAll(async () => {
    for (const child of children) child.kill();
    await gateway?.stop();
    await ofPlaces?.stop();
    rmSync(folder, { recursive: true });
  });

  const query = `{
    division(code: "410105") { name canteens { name division { name } managerPhone } }
    servicePoints(within: "410105", first: 20) {
      nodes { name busStops(withinMetres: 5000) { distanceMetres busStop { name lines } } }
    }
  }`;
  async function request(headers: Record<string, string>): Promise<Answer> {
    const response = await fetch(`${gateway.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ query }),
    });
    return (await response.json()) as Answer;
  }
  const stopsIn = ({ data }: Answer): string[] =>
    data.servicePoints.nodes.flatMap(({ busStops: near }: { busStops: { busStop: { name: string } }[] }) =>
      near.map(({ busStop }) => busStop.name),
    );

  it('answer one query together with a subgraph of this project', async () => {
    const result = await request(await headersOf({ scopes: ['worker:identify'], divisions: ['410105'] }));
    expect(result.errors).toBeUndefined();
    expect(result.data.division.name).toBe('金水区');
    expect(result.data.division.canteens).toContainEqual({
      name: '示例体育社区食堂',
      division: { name: '体育社区居民居委会' },
      managerPhone: '0371-00010001',
    });
    expect(stopsIn(result)).toContain('示例丰庆路站');
  });

  it('withhold what a viewer may not see: the subgraph in Python verifies who it is by the signature', async () => {
    const elsewhere = await request(await headersOf({ scopes: ['worker:identify'], divisions: ['410103'] }));
    const codes = new Set(elsewhere.errors?.map(({ extensions }) => extensions.code));
    expect(codes).toEqual(new Set(['FORBIDDEN']));
    const phones = elsewhere.data.division.canteens.map(
      ({ managerPhone }: { managerPhone: unknown }) => managerPhone,
    );
    expect(new Set(phones)).toEqual(new Set([null]));
    expect((await request({})).errors?.map(({ extensions }) => extensions.code)).toEqual(
      expect.arrayContaining(['FORBIDDEN']),
    );
  });

  it.each([
    [
      'canteens',
      ['--viewer-keys-file', keysFile, '--examples', join(examples, 'subgraph-python/conformance.json')],
    ],
    ['bus-stops', []],
  ])(
    'pass the conformance checks: %s',
    async (name, args) => {
      const { code, output } = await runCommand('conformance', [
        urls[name] ?? '',
        '--subgraph',
        name,
        ...args,
      ]);
      expect(output).toMatch(/, 0 failed, /);
      expect(code).toBe(0);
    },
    180_000,
  );

  it('cost only their own fields when one is down', async () => {
    const [canteens] = children;
    canteens?.kill('SIGKILL');
    if (canteens) await once(canteens, 'close');
    const result = await request(await headersOf({}));
    expect(result.data.division).toEqual({ name: '金水区', canteens: null });
    expect(stopsIn(result)).toContain('示例丰庆路站');
    expect(result.errors?.map(({ path, extensions }) => [path?.join('.'), extensions.code])).toEqual([
      ['division', 'SUBGRAPH_UNAVAILABLE'],
    ]);
  });
});
