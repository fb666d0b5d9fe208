import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { headersOf, testIdentity } from '@district-graph/kit/testing-identity';
import { anonymous } from '@district-graph/kit/viewer';
import { claimsText, SignedViewers, viewerHeader } from '@district-graph/kit/viewer-signature';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { readConfig } from '../config.ts';
import { Subgraphs } from '../fetch/subgraphs.ts';
import { type RunningGateway, startGateway } from '../server.ts';
import { Callers } from './callers.ts';

/** What the room was sent. */
let calls: { headers: IncomingHttpHeaders; raw: string[]; body: string }[] = [];
const room = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    calls.push({ headers: request.headers, raw: request.rawHeaders, body: Buffer.concat(chunks).toString() });
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end('{"data":{}}');
  });
});
const address = () => `http://127.0.0.1:${(room.address() as AddressInfo).port}/graphql`;
let gateway: RunningGateway;
let config: ReturnType<typeof readConfig>;
beforeAll(async () => {
  await new Promise<void>((resolve) => room.listen(0, '127.0.0.1', resolve));
  config = {
    ...readConfig({ PORT: '4000', PLACES_URL: address(), ELDERLY_CARE_URL: address() }),
    identity: testIdentity,
    port: 0,
  };
  gateway = await startGateway(config, () => {});
});
afterAll(async () => {
  await gateway.stop();
  room.closeAllConnections();
  room.close();
});
beforeEach(() => {
  calls = [];
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

describe('a room is told', () => {
  it('who asks and what for, signed with the body, and nothing of the token', async () => {
    const headers = await headersOf(worker, 'CARE');
    expect((await ask(headers)).status).toBe(200);
    const [call] = calls;
    const viewers = new SignedViewers(testIdentity.viewerKeys, 'places');
    expect(viewers.verified(String(call?.headers[viewerHeader]), call?.body ?? '')).toMatchObject({
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
    const viewers = new SignedViewers(testIdentity.viewerKeys, 'places');
    expect(viewers.verified(sent?.[0] ?? '', calls[0]?.body ?? '').id).toBe('anonymous');
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

describe('a token that ends while its operation or stream goes on', () => {
  it('is passed on until then, and afterwards no more', async () => {
    const subgraphs = new Subgraphs({ ...config, log: () => {} });
    subgraphs.update([{ name: 'places', url: address() }]);
    const callers = new Callers({ ...config, subgraphs });
    const caller = await callers.callerOf(await headersOf({ ...worker, lifeSeconds: 30 }));
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
    const callers = new Callers({ ...config, subgraphs: new Subgraphs({ ...config, log: () => {} }) });
    return (await callers.callerOf(await headersOf(bearer))).may?.(...asked);
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
