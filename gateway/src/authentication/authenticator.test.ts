import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { anonymous } from '@district-graph/kit/identity/viewer';
import { claimsText, ViewerVerifier, viewerHeader } from '@district-graph/kit/identity/viewer-signature';
import { headersOf, testIdentity } from '@district-graph/kit/testing/identity';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { readConfig } from '../config/gateway-config.ts';
import { Subgraphs } from '../fetching/subgraphs.ts';
import { type RunningGateway, startGateway } from '../server.ts';
import { Authenticator } from './authenticator.ts';

/** What the subgraph was sent. */
let calls: { headers: IncomingHttpHeaders; raw: string[]; body: string }[] = [];
/** What it was told beside its GraphQL, as it was verified there. */
let told: {
  viewer: string;
  purpose: string | null;
  authorization: string | undefined;
  refusals: { requestId: string | null }[];
}[] = [];
/** Resolves when it takes what it is told. */
let taking = Promise.resolve();
const verified = new ViewerVerifier(testIdentity.viewerKeys, 'elderly-care');
const subgraph = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    const body = Buffer.concat(chunks).toString();
    if (request.url === '/refusals') {
      const { authorization } = request.headers;
      const { id: viewer, purpose } = verified.verify(String(request.headers[viewerHeader]), body);
      told.push({ viewer, purpose, authorization, ...JSON.parse(body) });
      void taking.then(() => response.writeHead(204).end());
      return;
    }
    calls.push({ headers: request.headers, raw: request.rawHeaders, body });
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end('{"data":{}}');
  });
});
const address = () => `http://127.0.0.1:${(subgraph.address() as AddressInfo).port}/graphql`;
let gateway: RunningGateway;
let config: ReturnType<typeof readConfig>;
beforeAll(async () => {
  await new Promise<void>((resolve) => subgraph.listen(0, '127.0.0.1', resolve));
  config = {
    ...readConfig({ PORT: '4000', PLACES_URL: address(), ELDERLY_CARE_URL: address() }),
    identity: testIdentity,
    port: 0,
  };
  gateway = await startGateway(config, () => {});
});
afterAll(async () => {
  await gateway.stop();
  subgraph.closeAllConnections();
  subgraph.close();
});
beforeEach(() => {
  calls = [];
  told = [];
});
afterEach(() => {
  vi.useRealTimers();
});

async function ask(headers: Record<string, string>, query = '{ division(code: "410105") { name } }') {
  const response = await fetch(`${gateway.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ query }),
  });
  const { errors } = (await response.json()) as {
    errors?: { extensions: { code: string } }[];
  };
  return { status: response.status, code: errors?.[0]?.extensions.code };
}

const worker = { sub: 'worker', roles: ['care-worker' as const], divisions: ['410105'] };

describe('a subgraph is told', () => {
  it('who asks and what for, signed with the body, and nothing of the token', async () => {
    const headers = await headersOf(worker, 'CARE');
    expect((await ask(headers)).status).toBe(200);
    const [call] = calls;
    const viewers = new ViewerVerifier(testIdentity.viewerKeys, 'places');
    expect(viewers.verify(String(call?.headers[viewerHeader]), call?.body ?? '')).toMatchObject({
      id: 'worker',
      purpose: 'CARE',
      divisions: ['410105'],
    });
    expect(call?.headers.authorization).toBeUndefined();
    expect(call?.raw.join('\n')).not.toContain(headers.authorization?.slice(7));
  });

  it('nothing that a client says of itself in the gateway’s own header', async () => {
    const forged = `test.${Date.now()}.nonce.places.${claimsText({ ...anonymous, id: 'root' })}.${'A'.repeat(43)}`;
    await ask({ [viewerHeader]: forged });
    const sent = calls[0]?.raw.filter((_text, index, all) => all[index - 1]?.toLowerCase() === viewerHeader);
    expect(sent).toHaveLength(1);
    const viewers = new ViewerVerifier(testIdentity.viewerKeys, 'places');
    expect(viewers.verify(sent?.[0] ?? '', calls[0]?.body ?? '').id).toBe('anonymous');
  });

  it('two viewers by two calls: the same query is not shared between them', async () => {
    const bearers = [worker, { ...worker, sub: 'other' }, { ...worker, divisions: ['410102'] }];
    await Promise.all(
      [...(await Promise.all(bearers.map((bearer) => headersOf(bearer)))), {}].map((headers) =>
        ask(headers as Record<string, string>),
      ),
    );
    expect(calls).toHaveLength(4);
  });
});

describe('nothing is fetched for', () => {
  it.each<[string, () => Promise<Record<string, string>>, string, number, string]>([
    [
      'a token that is not valid',
      async () => ({ authorization: 'Bearer a.b.c' }),
      '{ division(code: "410105") { name } }',
      401,
      'UNAUTHENTICATED',
    ],
    [
      'another scheme',
      async () => ({ authorization: 'Basic YTpi' }),
      '{ division(code: "410105") { name } }',
      401,
      'UNAUTHENTICATED',
    ],
    [
      'a token that has ended',
      () => headersOf({ ...worker, lifeSeconds: -61 }),
      '{ division(code: "410105") { name } }',
      401,
      'UNAUTHENTICATED',
    ],
    [
      'a purpose that is not the viewer’s',
      () => headersOf(worker, 'AUDIT'),
      '{ division(code: "410105") { name } }',
      403,
      'FORBIDDEN',
    ],
    [
      'a viewer without the scope',
      () => headersOf({ roles: ['venue-manager'] }),
      '{ elder(id: "x") { id } }',
      403,
      'FORBIDDEN',
    ],
    ['nobody’s token', async () => ({}), '{ elder(id: "x") { id } }', 403, 'FORBIDDEN'],
    [
      'a mutation without the scope',
      () => headersOf(worker),
      'mutation { closeElder(input: { elderId: "x", reason: DIED, closedOn: "2026-01-01" }) { __typename } }',
      403,
      'FORBIDDEN',
    ],
  ])('%s', async (_what, headers, query, status, code) => {
    const answer = await ask(await headers(), query);
    expect([answer.status, answer.code, calls.length]).toEqual([status, code, 0]);
  });
});

describe('what is refused ahead', () => {
  /** What was told of one viewer: of others' refusals before this test, more may come. */
  const toldOf = (sub: string) => told.filter(({ viewer }) => viewer === sub);
  const soon = { timeout: 20_000, interval: 20 };

  it('is told to the subgraph that owns it, signed for the viewer and their purpose, with nothing of the token', async () => {
    const headers = await headersOf({ ...worker, sub: 'told' }, 'CARE');
    const mutation =
      'mutation Close { closeElder(input: { elderId: "x", reason: DIED, closedOn: "2026-01-01" }) { __typename } }';
    await ask({ ...headers, 'x-request-id': 'request-é' }, mutation);
    await vi.waitFor(
      () =>
        expect(toldOf('told')).toEqual([
          {
            viewer: 'told',
            purpose: 'CARE',
            authorization: undefined,
            refusals: [
              {
                operation: 'Close',
                requestId: 'request-é',
                field: 'Mutation.closeElder',
                address: '127.0.0.1',
              },
            ],
          },
        ]),
      soon,
    );
    expect(calls).toEqual([]);
  });

  it('costs few calls, though one viewer is refused two thousand times', async () => {
    const headers = await headersOf({ sub: 'hostile', roles: ['analyst'] });
    const body = JSON.stringify({ query: '{ elder(id: "x") { id } }' });
    const refused = async () => {
      const response = await fetch(`${gateway.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body,
      });
      await response.arrayBuffer();
      return response.status;
    };
    const beganAt = performance.now();
    for (let round = 0; round < 40; round += 1)
      expect(new Set(await Promise.all(Array.from({ length: 50 }, refused)))).toEqual(new Set([403]));
    await vi.waitFor(
      () => expect(toldOf('hostile').flatMap(({ refusals }) => refusals)).toHaveLength(2000),
      soon,
    );
    // One for each hundred, and one for what is over in each quarter of a second.
    expect(toldOf('hostile').length).toBeLessThanOrEqual(20 + Math.ceil((performance.now() - beganAt) / 250));
    expect(calls).toEqual([]);
  });

  it('is answered at once while its subgraph takes nothing', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    taking = promise;
    const headers = await headersOf({ sub: 'patient', roles: ['analyst'] });
    await ask(headers, '{ elder(id: "x") { id } }');
    await vi.waitFor(() => expect(toldOf('patient')).toHaveLength(1), soon);
    for (let time = 0; time < 20; time += 1)
      expect(await ask(headers, '{ elder(id: "x") { id } }')).toEqual({ status: 403, code: 'FORBIDDEN' });
    expect(toldOf('patient')).toHaveLength(1);
    resolve();
    await vi.waitFor(
      () => expect(toldOf('patient').map(({ refusals }) => refusals.length)).toEqual([1, 20]),
      soon,
    );
  });

  it('is told of nobody without a token', async () => {
    await ask({}, '{ elder(id: "x") { id } }');
    await ask(await headersOf({ sub: 'afterwards', roles: ['analyst'] }), '{ elder(id: "x") { id } }');
    await vi.waitFor(() => expect(toldOf('afterwards')).toHaveLength(1), soon);
    expect(toldOf(anonymous.id)).toEqual([]);
  });
});

describe('a token that ends while its operation or stream goes on', () => {
  it('is passed on until then, and afterwards no more', async () => {
    const subgraphs = new Subgraphs({ ...config, log: () => {} });
    subgraphs.update([{ name: 'places', url: address() }]);
    const callers = new Authenticator({ ...config, subgraphs, recordedBy: () => [] });
    const caller = await callers.authenticate({
      headers: await headersOf({ ...worker, lifeSeconds: 30 }),
      address: '127.0.0.1',
    });
    const body = '{"query":"{ division(code: \\"410105\\") { name } }"}';
    vi.useFakeTimers({ toFake: ['Date'] });
    vi.setSystemTime(Date.now() + 80_000);
    await caller.call('places', body, false);
    vi.setSystemTime(Date.now() + 20_000);
    await expect(caller.call('places', body, false)).rejects.toMatchObject({
      extensions: { code: 'UNAUTHENTICATED' },
    });
    expect(calls).toHaveLength(1);
    vi.useRealTimers();
  });
});

describe('a viewer', () => {
  const may = async (bearer: Parameters<typeof headersOf>[0], ...asked: [string, string?]) => {
    const callers = new Authenticator({
      ...config,
      subgraphs: new Subgraphs({ ...config, log: () => {} }),
      recordedBy: () => [],
    });
    return (await callers.authenticate({ headers: await headersOf(bearer), address: '' })).hasPermission?.(
      ...asked,
    );
  };

  it('may what a scope allows inside the divisions', async () => {
    expect(await may(worker, 'elder:read')).toBe(true);
    expect(await may(worker, 'elder:read', '410105007')).toBe(true);
    expect(await may(worker, 'elder:read', '410102')).toBe(false);
    expect(await may(worker, 'subsidy:write')).toBe(false);
    expect(await may(worker, 'constructor')).toBe(false);
    expect(await may({ ...worker, divisions: [] }, 'elder:read')).toBe(false);
  });

  it('who is an elder is refused nothing ahead that may be about them, and no list of others', async () => {
    const elder = { roles: ['resident' as const], elder: '01a1fc14-c3c1-7069-8000-000000000001' };
    expect([await may(elder, 'elder:read'), await may(elder, 'elder:read', '410105')]).toEqual([true, false]);
  });
});
