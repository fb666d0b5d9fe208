// A gateway before a foreign subgraph: what it sends to it, what it believes of its answers, and which access rules it enforces for it.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ViewerVerifier, viewerHeader } from '@district-graph/kit/identity/viewer-signature';
import { headersOf, trusted } from '@district-graph/kit/testing/identity';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { Authenticator } from './authentication/authenticator.ts';
import { Subgraphs } from './fetching/subgraphs.ts';
import { CanteensGateway, canteensSdl } from './testing/gateways/canteens-gateway.ts';

const graph = new CanteensGateway();
beforeAll(() => graph.open());
afterEach(() => graph.reset());
afterAll(() => graph.close());

const oneCanteen = { division: { name: '金水区', canteens: [{ name: '食堂' }] } };
const keyText = `canteens:${Buffer.alloc(32, 'canteens').toString('base64url')}`;
const signed = { identity: 'viewer-signature', viewerKeys: { env: 'CANTEENS_KEYS' } };

describe('a call to a foreign subgraph', () => {
  it('has no token, signature, purpose or cookie of the viewer, where those of other subgraphs do', async () => {
    const gateway = await graph.start();
    const headers = { ...trusted, 'x-purpose': 'CARE', cookie: 'a=b', 'x-request-id': 'r1' };
    const { data } = await graph.request(gateway, undefined, headers);
    expect(data).toEqual(oneCanteen);
    expect(graph.calls.places[0]?.headers).toHaveProperty(viewerHeader);
    const received = graph.calls.canteens[0]?.headers ?? {};
    expect(Object.keys(received).sort()).toEqual([
      'accept',
      'accept-encoding',
      'accept-language',
      'content-length',
      'content-type',
      'host',
      'x-request-id',
    ]);
  });

  it('has the token where its entry says so, but never an API key', async () => {
    const gateway = await graph.start({ identity: 'token' });
    await graph.request(gateway, undefined, trusted);
    expect(graph.calls.canteens[0]?.headers.authorization).toBe(trusted.authorization);
    expect(graph.calls.canteens[0]?.headers).not.toHaveProperty(viewerHeader);
    const unchecked = await graph.start({ identity: 'token' }, { VIEWER_KEYS: '' });
    await graph.request(unchecked, undefined, { authorization: 'ApiKey partner.secret' });
    expect(graph.calls.canteens[1]?.headers).not.toHaveProperty('authorization');
  });

  it('has a signature of the viewer with the key of that subgraph where its entry says so', async () => {
    const gateway = await graph.start(signed, { CANTEENS_KEYS: keyText });
    await graph.request(gateway, undefined, await headersOf({ sub: 'cook', roles: ['analyst'] }));
    const [call] = graph.calls.canteens;
    const keys = new Map([['canteens', Buffer.alloc(32, 'canteens')]]);
    const viewer = new ViewerVerifier(keys, 'canteens').verify(
      String(call?.headers[viewerHeader]),
      call?.body ?? '',
    );
    expect(viewer).toMatchObject({ id: 'cook', roles: ['analyst'] });
  });

  it('has the headers of its allow list, and those that its entry sets from secrets', async () => {
    writeFileSync(join(graph.folder, 'key.txt'), 'from-file\n');
    const set = { 'x-api-key': { env: 'CANTEENS_API_KEY' }, 'x-tenant': { file: 'key.txt' } };
    const gateway = await graph.start(
      { headers: { forward: ['x-district'], set } },
      { CANTEENS_API_KEY: 'secret 1' },
    );
    await graph.request(gateway, undefined, { 'x-district': '410105', 'x-api-key': 'forged' });
    expect(graph.calls.canteens[0]?.headers).toMatchObject({
      'x-district': '410105',
      'x-api-key': 'secret 1',
      'x-tenant': 'from-file',
    });
    expect(graph.calls.places[0]?.headers).not.toHaveProperty('x-district');
    expect(graph.calls.places[0]?.headers).not.toHaveProperty('x-api-key');
  });

  it('is not shared by queries that differ in a header that only this subgraph gets', async () => {
    const gateway = await graph.start({ headers: { forward: ['x-district'] } });
    const waiting: (() => void)[] = [];
    const { answer } = graph;
    graph.answer = (...call) => {
      waiting.push(() => answer(...call));
      if (waiting.length === 2) for (const each of waiting) each();
    };
    await Promise.all(['1', '2'].map((each) => graph.request(gateway, undefined, { 'x-district': each })));
    expect(graph.calls.canteens.map(({ headers }) => headers['x-district']).sort()).toEqual(['1', '2']);
  });
});

describe('the gateway’s own requests to a foreign subgraph, such as for its change stream', () => {
  const ownHeaders = async (entry: Record<string, unknown>) => {
    const config = graph.configOf(entry, { CANTEENS_KEYS: keyText, CANTEENS_API_KEY: 'secret' });
    const subgraphs = new Subgraphs({ ...config, log: () => {} });
    const { keyOf } = config.admission;
    const authenticator = new Authenticator({ ...config, keyOf, subgraphs, auditedSubgraphs: () => [] });
    const headers = authenticator.ownHeaders('canteens');
    await authenticator.close();
    subgraphs.close();
    return headers;
  };

  it('have the headers that its entry sets, and no signature', async () => {
    const headers = { set: { 'x-api-key': { env: 'CANTEENS_API_KEY' } } };
    expect(await ownHeaders({ headers })).toEqual({ 'x-api-key': 'secret' });
  });

  it('are signed with the keys of that subgraph where its entry says so', async () => {
    const { [viewerHeader]: signature = '', ...others } = await ownHeaders(signed);
    const keys = new Map([['canteens', Buffer.alloc(32, 'canteens')]]);
    expect(new ViewerVerifier(keys, 'canteens').verify(signature, '')).toMatchObject({ id: 'anonymous' });
    expect(others).toEqual({});
  });
});

describe('a supergraph that is replaced', () => {
  it('is refused if it has a foreign subgraph without an entry; the last good one stays', async () => {
    const gateway = await graph.start();
    const good = readFileSync(graph.supergraphFile, 'utf8');
    writeFileSync(
      graph.supergraphFile,
      good.replace('# foreign subgraphs: canteens', '# foreign subgraphs: canteens other'),
    );
    await vi.waitFor(
      () =>
        expect(graph.logged).toContainEqual(
          expect.objectContaining({ error: expect.stringMatching(/other.*SUBGRAPHS_FILE/) }),
        ),
      { timeout: 10_000 },
    );
    expect((await graph.request(gateway)).data).toEqual(oneCanteen);
    writeFileSync(graph.supergraphFile, good);
  });
});

describe('limits of a foreign subgraph', () => {
  const codeOf = ({ data, errors }: Awaited<ReturnType<CanteensGateway['request']>>) => {
    expect(data).toEqual({ division: { name: '金水区', canteens: null } });
    return errors?.map(({ extensions }) => extensions.code);
  };

  it('refuse calls over its rate and answers over its size', async () => {
    const slow = await graph.start({ limits: { requestsPerSecond: 1 } });
    expect((await graph.request(slow)).data).toEqual(oneCanteen);
    expect(codeOf(await graph.request(slow))).toEqual(['SUBGRAPH_OVERLOADED']);
    const small = await graph.start({ limits: { responseBytes: 1024 } });
    graph.answer = (response) => response.end(`{"data":{"_entities":[null],"x":"${'x'.repeat(2000)}"}}`);
    expect(codeOf(await graph.request(small))).toEqual(['SUBGRAPH_BAD_RESPONSE']);
  });

  it('end calls after its own time-out', async () => {
    const gateway = await graph.start({ timeoutMs: 100, retry: false });
    graph.answer = () => {};
    expect(codeOf(await graph.request(gateway))).toEqual(['SUBGRAPH_TIMEOUT']);
  });

  it('allow no second attempt where its entry says so', async () => {
    const gateway = await graph.start({ retry: false });
    graph.answer = (response) => response.writeHead(502).end();
    expect(codeOf(await graph.request(gateway))).toEqual(['SUBGRAPH_UNAVAILABLE']);
    expect(graph.calls.canteens).toHaveLength(1);
  });

  it('open its circuit breaker after its own number of failures', async () => {
    const gateway = await graph.start({ retry: false, breaker: { failures: 1, resetMs: 60_000 } });
    graph.answer = (response) => response.writeHead(502).end();
    await graph.request(gateway);
    await vi.waitFor(() =>
      expect(graph.logged).toContainEqual(expect.objectContaining({ event: 'circuit breaker open' })),
    );
    const before = graph.calls.canteens.length;
    expect(codeOf(await graph.request(gateway))).toEqual(['SUBGRAPH_UNAVAILABLE']);
    expect(graph.calls.canteens).toHaveLength(before);
  });
});

describe('errors of a foreign subgraph', () => {
  const fails = (extensions: Record<string, unknown>) => () => {
    graph.answer = (response) =>
      response.setHeader('set-cookie', 'tracker=1').end(
        JSON.stringify({
          data: { _entities: [{ canteens: null }] },
          errors: [{ message: 'select * from cooks', path: ['_entities', 0, 'canteens'], extensions }],
        }),
      );
  };

  it('are masked, even with one of our codes, and its headers never reach clients', async () => {
    fails({ code: 'BAD_USER_INPUT', argument: 'secret' })();
    const gateway = await graph.start({}, { RETURNED_HEADERS: 'set-cookie,cache-control' });
    const { errors, headers } = await graph.request(gateway);
    expect(errors).toMatchObject([
      { path: ['division', 'canteens'], extensions: { code: 'INTERNAL_SERVER_ERROR', service: 'canteens' } },
    ]);
    expect(JSON.stringify(errors)).not.toMatch(/select|secret/);
    expect(headers.get('set-cookie')).toBeNull();
  });

  it('are passed on with the extensions that its entry names', async () => {
    fails({ code: 'CLOSED', until: '18:00', internal: 1 })();
    const gateway = await graph.start({ errors: 'exposed', errorExtensions: ['until'] });
    const { errors } = await graph.request(gateway);
    expect(errors).toMatchObject([{ message: 'select * from cooks' }]);
    expect(errors?.[0]?.extensions).toEqual({ code: 'CLOSED', until: '18:00', service: 'canteens' });
  });
});

describe('an access rule of a foreign subgraph that does not check it', () => {
  const query = '{ division { name canteens { name cook menu } } }';
  const canteensFor = async (bearer: Parameters<typeof headersOf>[0] | null, entry = {}) => {
    const gateway = await graph.start(entry, { CANTEENS_KEYS: keyText });
    const result = await graph.request(gateway, query, bearer ? await headersOf(bearer) : {});
    const sent = graph.calls.canteens.map(({ body }) => body).join();
    return { ...result, canteen: result.data?.division?.canteens?.[0], sent };
  };

  it('withholds the field from viewers without the scope, and the field is not even requested', async () => {
    const { canteen, errors, sent } = await canteensFor(null);
    expect(canteen).toEqual({ name: '食堂', cook: null, menu: null });
    expect(errors?.map(({ extensions }) => extensions.code)).toEqual(['FORBIDDEN', 'FORBIDDEN']);
    expect(sent).not.toMatch(/cook|menu/);
  });

  it('requires the scope in the whole city where it depends on the division of a record', async () => {
    const district = { scopes: ['worker:read'] as const, divisions: ['410105'] };
    expect((await canteensFor(district)).canteen).toEqual({ name: '食堂', cook: null, menu: '面' });
    const city = { scopes: ['worker:read'] as const, divisions: ['410100'] };
    expect((await canteensFor(city)).canteen).toEqual({ name: '食堂', cook: '张', menu: '面' });
  });

  it('leaves divisions to a subgraph that gets signed viewers and says that it checks them', async () => {
    const district = { scopes: ['worker:read'] as const, divisions: ['410105'] };
    const { canteen } = await canteensFor(district, { ...signed, access: 'subgraph' });
    expect(canteen).toEqual({ name: '食堂', cook: '张', menu: '面' });
  });

  it('also holds for the payload of a mutation, and where the gateway verifies no tokens', async () => {
    const gateway = await graph.start();
    const { data } = await graph.request(gateway, 'mutation { openCanteen { name cook } }');
    expect(data).toEqual({ openCanteen: { name: '食堂', cook: null } });
    const unverified = await graph.start({}, { VIEWER_KEYS: '' });
    const result = await graph.request(unverified, query, trusted);
    expect(result.data?.division.canteens[0]).toEqual({ name: '食堂', cook: null, menu: null });
    expect(graph.calls.canteens.map(({ body }) => body).join()).not.toMatch(/cook|menu/);
  });

  it('cannot have a mask', async () => {
    graph.compose(canteensSdl.replace('within: "code"', 'within: "code", mask: "NAME"'));
    await expect(graph.start()).rejects.toThrow(/Canteen\.cook.*mask/);
    graph.compose(canteensSdl);
  });
});

describe('readiness', () => {
  const stateWith = async (entry: Record<string, unknown>) => {
    const gateway = await graph.start(entry);
    const response = await fetch(`${gateway.url}/health/ready`);
    return ((await response.json()) as { subgraphs: unknown }).subgraphs;
  };

  it('reports a foreign subgraph by its health path, or as unchecked', async () => {
    expect(await stateWith({})).toEqual({ places: 'up', canteens: 'unchecked' });
    graph.answer = (response, { url }) => response.writeHead(url === '/ping' ? 200 : 500).end();
    expect(await stateWith({ health: '/ping' })).toEqual({ places: 'up', canteens: 'up' });
    expect(await stateWith({ health: '/other' })).toEqual({ places: 'up', canteens: 'down' });
    expect(await stateWith({ health: 'http://127.0.0.1:9/ping' })).toMatchObject({ canteens: 'down' });
  });
});

it('refuses a supergraph with a foreign subgraph that has no entry, which it would take for one of its own', async () => {
  await expect(graph.start(null)).rejects.toThrow(/canteens.*SUBGRAPHS_FILE/);
});
