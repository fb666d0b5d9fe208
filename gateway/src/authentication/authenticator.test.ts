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

/** The GraphQL requests that the subgraph received. */
let calls: { headers: IncomingHttpHeaders; raw: string[]; body: string }[] = [];
/** The refusals that were reported to it, with what it verifier of each report. */
let reports: {
  viewer: string;
  purpose: string | null;
  authorization: string | undefined;
  refusals: { requestId: string | null }[];
}[] = [];
/** Resolves when it answers reports. */
let answering = Promise.resolve();
const verifier = new ViewerVerifier(testIdentity.viewerKeys, 'elderly-care');
const subgraph = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    const body = Buffer.concat(chunks).toString();
    if (request.url === '/refusals') {
      const { authorization } = request.headers;
      const { id: viewer, purpose } = verifier.verify(String(request.headers[viewerHeader]), body);
      reports.push({ viewer, purpose, authorization, ...JSON.parse(body) });
      void answering.then(() => response.writeHead(204).end());
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
  reports = [];
});
afterEach(() => {
  vi.useRealTimers();
});

async function request(headers: Record<string, string>, query = '{ division(code: "410105") { name } }') {
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

describe('a subgraph receives', () => {
  it('the viewer and the purpose, signed together with the body, and nothing of the token', async () => {
    const headers = await headersOf(worker, 'CARE');
    expect((await request(headers)).status).toBe(200);
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

  it('nothing that a client sends in the gateway’s own header', async () => {
    const forged = `test.${Date.now()}.nonce.places.${claimsText({ ...anonymous, id: 'root' })}.${'A'.repeat(43)}`;
    await request({ [viewerHeader]: forged });
    const sent = calls[0]?.raw.filter((_text, index, all) => all[index - 1]?.toLowerCase() === viewerHeader);
    expect(sent).toHaveLength(1);
    const viewers = new ViewerVerifier(testIdentity.viewerKeys, 'places');
    expect(viewers.verify(sent?.[0] ?? '', calls[0]?.body ?? '').id).toBe('anonymous');
  });

  it('a call for each viewer: the same query is not shared between viewers', async () => {
    const bearers = [worker, { ...worker, sub: 'other' }, { ...worker, divisions: ['410102'] }];
    await Promise.all(
      [...(await Promise.all(bearers.map((bearer) => headersOf(bearer)))), {}].map((headers) =>
        request(headers as Record<string, string>),
      ),
    );
    expect(calls).toHaveLength(4);
  });
});

describe('no subgraph is called for', () => {
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
      'a token that has expired',
      () => headersOf({ ...worker, lifeSeconds: -61 }),
      '{ division(code: "410105") { name } }',
      401,
      'UNAUTHENTICATED',
    ],
    [
      'a purpose that the viewer may not declare',
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
    ['no token', async () => ({}), '{ elder(id: "x") { id } }', 403, 'FORBIDDEN'],
    [
      'a mutation without the scope',
      () => headersOf(worker),
      'mutation { closeElder(input: { elderId: "x", reason: DIED, closedOn: "2026-01-01" }) { __typename } }',
      403,
      'FORBIDDEN',
    ],
  ])('%s', async (_what, headers, query, status, code) => {
    const answer = await request(await headers(), query);
    expect([answer.status, answer.code, calls.length]).toEqual([status, code, 0]);
  });
});

describe('what the gateway refuses itself', () => {
  /** The reports about one viewer; reports about others may still arrive from earlier tests. */
  const reportsOf = (sub: string) => reports.filter(({ viewer }) => viewer === sub);
  const soon = { timeout: 20_000, interval: 20 };

  it('is reported to the subgraph that owns it, signed for the viewer and the purpose, without the token', async () => {
    const headers = await headersOf({ ...worker, sub: 'reported' }, 'CARE');
    const mutation =
      'mutation Close { closeElder(input: { elderId: "x", reason: DIED, closedOn: "2026-01-01" }) { __typename } }';
    await request({ ...headers, 'x-request-id': 'request-é' }, mutation);
    await vi.waitFor(
      () =>
        expect(reportsOf('reported')).toEqual([
          {
            viewer: 'reported',
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
    const startedAt = performance.now();
    for (let round = 0; round < 40; round += 1)
      expect(new Set(await Promise.all(Array.from({ length: 50 }, refused)))).toEqual(new Set([403]));
    await vi.waitFor(
      () => expect(reportsOf('hostile').flatMap(({ refusals }) => refusals)).toHaveLength(2000),
      soon,
    );
    // One report for each hundred, and one for the rest in each quarter of a second.
    expect(reportsOf('hostile').length).toBeLessThanOrEqual(
      20 + Math.ceil((performance.now() - startedAt) / 250),
    );
    expect(calls).toEqual([]);
  });

  it('is answered at once while its subgraph does not answer reports', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    answering = promise;
    const headers = await headersOf({ sub: 'patient', roles: ['analyst'] });
    await request(headers, '{ elder(id: "x") { id } }');
    await vi.waitFor(() => expect(reportsOf('patient')).toHaveLength(1), soon);
    for (let time = 0; time < 20; time += 1)
      expect(await request(headers, '{ elder(id: "x") { id } }')).toEqual({ status: 403, code: 'FORBIDDEN' });
    expect(reportsOf('patient')).toHaveLength(1);
    resolve();
    await vi.waitFor(
      () => expect(reportsOf('patient').map(({ refusals }) => refusals.length)).toEqual([1, 20]),
      soon,
    );
  });

  it('is not reported for clients without a token', async () => {
    await request({}, '{ elder(id: "x") { id } }');
    await request(await headersOf({ sub: 'afterwards', roles: ['analyst'] }), '{ elder(id: "x") { id } }');
    await vi.waitFor(() => expect(reportsOf('afterwards')).toHaveLength(1), soon);
    expect(reportsOf(anonymous.id)).toEqual([]);
  });
});

/** A client with a token, and the authenticator of a gateway before these subgraphs that identified it. */
async function identified(
  bearer: Parameters<typeof headersOf>[0],
  { called = [], audited = [] }: { called?: string[]; audited?: string[] } = {},
) {
  const subgraphs = new Subgraphs({ ...config, log: () => {} });
  subgraphs.update(called.map((name) => ({ name, url: address() })));
  const { keyOf } = config.admission;
  const authenticator = new Authenticator({ ...config, keyOf, subgraphs, auditedSubgraphs: () => audited });
  const request = { headers: await headersOf(bearer), address: '127.0.0.1' };
  return { authenticator, client: await authenticator.identify(request) };
}

describe('a token that expires during its operation or stream', () => {
  it('is used until then and no longer', async () => {
    const { authenticator, client } = await identified(
      { ...worker, lifeSeconds: 30 },
      { called: ['places'] },
    );
    const context = authenticator.contextFor(client);
    const body = '{"query":"{ division(code: \\"410105\\") { name } }"}';
    vi.useFakeTimers({ toFake: ['Date'] });
    vi.setSystemTime(Date.now() + 80_000);
    await context.call('places', body, false);
    vi.setSystemTime(Date.now() + 20_000);
    await expect(context.call('places', body, false)).rejects.toMatchObject({
      extensions: { code: 'UNAUTHENTICATED' },
    });
    expect(calls).toHaveLength(1);
    vi.useRealTimers();
  });

  it('starts no operation on a socket after that, and the refusal is reported', async () => {
    const served = ['elderly-care'];
    const { authenticator, client } = await identified(
      { ...worker, lifeSeconds: 30 },
      { called: served, audited: served },
    );
    vi.useFakeTimers({ toFake: ['Date'] });
    vi.setSystemTime(Date.now() + 100_000);
    expect(() => authenticator.contextFor(client)).toThrow(
      expect.objectContaining({ status: 401, code: 'UNAUTHENTICATED' }),
    );
    vi.useRealTimers();
    await authenticator.close();
    expect(reports).toMatchObject([
      { viewer: 'anonymous', refusals: [{ field: 'Request.authorization', address: '127.0.0.1' }] },
    ]);
  });
});

describe('a viewer', () => {
  const hasPermission = async (bearer: Parameters<typeof headersOf>[0], ...requested: [string, string?]) => {
    const { authenticator, client } = await identified(bearer);
    return authenticator.contextFor(client).hasPermission?.(...requested);
  };

  it('may do what a scope allows inside its divisions', async () => {
    expect(await hasPermission(worker, 'elder:read')).toBe(true);
    expect(await hasPermission(worker, 'elder:read', '410105007')).toBe(true);
    expect(await hasPermission(worker, 'elder:read', '410102')).toBe(false);
    expect(await hasPermission(worker, 'subsidy:write')).toBe(false);
    expect(await hasPermission(worker, 'constructor')).toBe(false);
    expect(await hasPermission({ ...worker, divisions: [] }, 'elder:read')).toBe(false);
  });

  it('that is an elder is refused nothing that may be about them, and refused lists of others', async () => {
    const elder = { roles: ['resident' as const], elder: '01a1fc14-c3c1-7069-8000-000000000001' };
    expect([
      await hasPermission(elder, 'elder:read'),
      await hasPermission(elder, 'elder:read', '410105'),
    ]).toEqual([true, false]);
  });
});
