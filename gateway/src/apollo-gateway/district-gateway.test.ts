// DistrictGateway in ApolloServer: what users of ApolloGateway rely on.
import { ApolloServer } from '@apollo/server';
import { composeSupergraph } from '@district-graph/schema/compose';
import type { GraphQLFormattedError } from 'graphql';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { Engine } from '../engine/engine.ts';
import { sdlOf } from '../testing/federation.ts';
import { json } from '../testing/gateways/roads-gateway.ts';
import { type HttpSubgraphs, serveSubgraphs } from '../testing/http-subgraphs.ts';
import { goods, shopSubgraphs } from '../testing/shop-graph.ts';
import { IntrospectAndCompose, LocalCompose, stringifyResult } from './apollo-gateway.ts';
import { DistrictGateway } from './district-gateway.ts';
import type { DistrictGatewayOptions, SupergraphSdlHook } from './gateway-options.ts';

const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

interface Answer {
  // biome-ignore lint/suspicious/noExplicitAny: the shape is the operation's; the test states what it expects of it.
  data?: any;
  errors?: GraphQLFormattedError[];
  extensions?: Record<string, unknown>;
}

interface Request {
  variables?: Record<string, unknown>;
  operationName?: string;
  headers?: Record<string, string>;
}

let subgraphs: HttpSubgraphs;
beforeAll(async () => {
  subgraphs = await serveSubgraphs(shopSubgraphs);
});
afterAll(() => subgraphs.stop());

async function serve(options: Partial<DistrictGatewayOptions> = {}) {
  const gateway = new DistrictGateway({ supergraphSdl: subgraphs.sdl, logger: silent, ...options });
  const server = new ApolloServer({
    gateway,
    logger: silent,
    includeStacktraceInErrorResponses: false,
    csrfPrevention: false,
  });
  await server.start();
  const send = async (query: string, { headers = {}, ...request }: Request = {}) => {
    const { HeaderMap } = await import('@apollo/server');
    return server.executeHTTPGraphQLRequest({
      context: async () => ({}),
      httpGraphQLRequest: {
        method: 'POST',
        headers: new HeaderMap(Object.entries({ 'content-type': 'application/json', ...headers })),
        search: '',
        body: { query, ...request },
      },
    });
  };
  return {
    gateway,
    send,
    request: async (query: string, request?: Request): Promise<Answer> => {
      const { body } = await send(query, request);
      return JSON.parse(body.kind === 'complete' ? body.string : '');
    },
    stop: () => server.stop(),
  };
}

describe('an operation', () => {
  let served: Awaited<ReturnType<typeof serve>>;
  beforeAll(async () => {
    served = await serve({ district: { forwardedHeaders: ['Authorization'] } });
  });
  afterAll(() => served.stop());

  it('is answered from several subgraphs, with aliases, variables and its operationName', async () => {
    const query =
      'query A { products { upc } } query B($first: Int) { things: products { sku: upc name tags(first: $first) estimate } }';
    const { data, errors } = await served.request(query, { operationName: 'B', variables: { first: 1 } });
    expect(errors).toBeUndefined();
    expect(data.things).toEqual(
      goods.map(({ upc, name, weight }) => ({
        sku: upc,
        name,
        tags: [name],
        estimate: `weight ${weight}`,
      })),
    );
  });

  it('may introspect the schema', async () => {
    const { data } = await served.request('{ __type(name: "Product") { name } products { upc } }');
    expect(data).toEqual({ __type: { name: 'Product' }, products: [{ upc: 'p1' }, { upc: 'p2' }] });
  });

  it('forwards only the headers that were named', async () => {
    subgraphs.received();
    await served.request('{ products { upc } }', { headers: { authorization: 'Bearer x', cookie: 'a=b' } });
    const [received] = subgraphs.received();
    expect(received?.headers.authorization).toBe('Bearer x');
    expect(received?.headers.cookie).toBeUndefined();
  });

  it('is refused by Apollo Server where it is not valid, and by the engine where a variable is missing', async () => {
    const invalid = await served.request('{ nothing }');
    expect(invalid.errors?.[0]?.extensions?.code).toBe('GRAPHQL_VALIDATION_FAILED');
    const { status, body } = await served.send('query A($upc: String!) { product(upc: $upc) { name } }');
    expect(status).toBe(400);
    expect(body).toMatchObject({ string: expect.stringContaining('"code":"BAD_USER_INPUT"') });
  });

  it('has the errors of a subgraph with their path, code, extensions and serviceName', async () => {
    const extensions = { code: 'OUT_OF_STOCK', retry: true };
    subgraphs.replace(
      'shipping',
      json({
        data: { _entities: [{ inStock: true }, { inStock: null }] },
        errors: [{ message: 'sold out', path: ['_entities', 1, 'inStock'], extensions }],
      }),
    );
    const { data, errors } = await served.request('{ products { upc inStock } }');
    subgraphs.replace('shipping', null);
    expect(data.products).toEqual([
      { upc: 'p1', inStock: true },
      { upc: 'p2', inStock: null },
    ]);
    expect(errors).toMatchObject([
      {
        message: 'sold out',
        path: ['products', 1, 'inStock'],
        extensions: { ...extensions, serviceName: 'shipping' },
      },
    ]);
  });

  it('has an error without a code as DOWNSTREAM_SERVICE_ERROR, and one without a path once', async () => {
    subgraphs.replace('catalogue', json({ data: null, errors: [{ message: 'closed' }] }));
    const { data, errors } = await served.request('{ product(upc: "p1") { upc } things { name } }');
    subgraphs.replace('catalogue', null);
    expect(data).toEqual({ product: null, things: null });
    expect(errors).toEqual([
      { message: 'closed', extensions: { code: 'DOWNSTREAM_SERVICE_ERROR', serviceName: 'catalogue' } },
    ]);
  });

  it('has one error for a subgraph that fails, without its address', async () => {
    subgraphs.replace('catalogue', (_request, response) => void response.writeHead(500).end('no'));
    const { data, errors } = await served.request('{ product(upc: "p1") { upc } things { name } }');
    subgraphs.replace('catalogue', null);
    expect(data).toEqual({ product: null, things: null });
    expect(errors).toHaveLength(1);
    expect(errors?.[0]?.extensions).toMatchObject({ serviceName: 'catalogue' });
    expect(JSON.stringify(errors)).not.toContain('127.0.0.1');
  });

  it.each([
    [401, 'UNAUTHENTICATED'],
    [403, 'FORBIDDEN'],
    [404, 'SUBGRAPH_BAD_RESPONSE'],
  ])('has the code of a subgraph’s status %i, %s', async (status, code) => {
    subgraphs.replace('catalogue', (_request, response) => void response.writeHead(status).end('no'));
    const { errors } = await served.request('{ product(upc: "p1") { upc } }');
    subgraphs.replace('catalogue', null);
    expect(errors).toMatchObject([{ path: ['product'], extensions: { code, serviceName: 'catalogue' } }]);
  });

  it('is refused where it is a subscription', async () => {
    const sdl = sdlOf({
      name: 'prices',
      sdl: 'type Query { price: Int } type Subscription { prices: Int }',
      resolvers: {},
    });
    const supergraphSdl = composeSupergraph([{ name: 'prices', url: subgraphs.urlOf('catalogue'), sdl }]);
    const other = await serve({ supergraphSdl });
    const { status, body } = await other.send('subscription { prices }');
    await other.stop();
    expect([status, JSON.parse(body.kind === 'complete' ? body.string : '').errors]).toEqual([
      400,
      [
        {
          message: expect.stringContaining('does not execute subscriptions'),
          extensions: { code: 'BAD_REQUEST' },
        },
      ],
    ]);
  });

  it('reports a value that is missing where no subgraph reports an error as ApolloGateway does: as an extension', async () => {
    subgraphs.replace('catalogue', json({ data: { products: [{ upc: null }] } }));
    const { data, errors, extensions } = await served.request('{ products { upc } }');
    subgraphs.replace('catalogue', null);
    expect(data).toBeNull();
    expect(errors).toBeUndefined();
    expect(extensions?.valueCompletion).toMatchObject([{ path: ['products', 0, 'upc'] }]);
  });

  it('restricts the cache policy of its answer by the subgraphs', async () => {
    subgraphs.responseHeaders.set('catalogue', { 'cache-control': 'max-age=60, public' });
    subgraphs.responseHeaders.set('shipping', { 'cache-control': 'max-age=30, private' });
    const { headers } = await served.send('{ products { upc inStock } }');
    expect(headers.get('cache-control')).toBe('max-age=30, private');
    subgraphs.responseHeaders.clear();
    const uncached = await served.send('{ products { upc inStock } }');
    expect(uncached.headers.get('cache-control')).toBe('no-store');
  });

  it('shows its query plan to clients that ask for it', async () => {
    const headers = { 'apollo-query-plan-experimental': '1' };
    const { extensions } = await served.request('{ products { upc inStock } }', { headers });
    expect(extensions?.__queryPlanExperimental).toContain('Fetch(service: "shipping")');
    expect((await served.request('{ products { upc } }')).extensions).toBeUndefined();
  });
});

describe('a long response', () => {
  const many = Array.from({ length: 1000 }, (_, index) => ({
    upc: `p${index}`,
    price: '12345678901234567890',
  }));
  const text = JSON.stringify({ data: { products: many } }).replaceAll(/"(\d{20})"/g, '$1');

  it('is read by plugins as an object, and with stringifyResult written as it came', async () => {
    const served = await serve();
    subgraphs.replace(
      'catalogue',
      (_request, response) => void response.writeHead(200, { 'content-type': 'application/json' }).end(text),
    );
    const { data } = await served.request('{ products { upc price } }');
    expect(data.products).toHaveLength(1000);
    const requestContext = { request: {}, source: '{ products { upc price } }', context: {} };
    type Incoming = Parameters<DistrictGateway['executor']>[0];
    const lazy = await served.gateway.executor(requestContext as Incoming);
    expect(stringifyResult(lazy)).toContain('"price":12345678901234567890');
    expect(lazy.data?.products[1].upc).toBe('p1');
    expect(Object.keys(lazy.data ?? {})).toEqual(['products']);
    if (lazy.data) lazy.data.products[1].upc = 'changed';
    expect(stringifyResult(lazy)).toContain('"changed"');
    expect(JSON.parse(JSON.stringify(lazy)).data.products[1].upc).toBe('changed');
    subgraphs.replace('catalogue', null);
    await served.stop();
  });
});

describe('the supergraph', () => {
  it('may come from IntrospectAndCompose, which uses the data sources of the gateway', async () => {
    subgraphs.received();
    const introspectionHeaders = { authorization: 'Bearer introspection' };
    const supergraphSdl = new IntrospectAndCompose({
      subgraphs: subgraphs.definitions,
      introspectionHeaders,
      logger: silent,
    });
    const served = await serve({ supergraphSdl });
    expect(subgraphs.received().map(({ headers }) => headers.authorization)).toEqual(
      Array(2).fill(introspectionHeaders.authorization),
    );
    expect((await served.request('{ products { upc inStock } }')).errors).toBeUndefined();
    await served.stop();
  });

  it('may come from LocalCompose', async () => {
    const { parse } = await import('graphql');
    const supergraphSdl = new LocalCompose({
      localServiceList: shopSubgraphs.map((each) => ({
        name: each.name,
        url: subgraphs.urlOf(each.name),
        typeDefs: parse(sdlOf(each)),
      })),
    });
    const served = await serve({ supergraphSdl });
    expect((await served.request('{ products { upc inStock } }')).errors).toBeUndefined();
    await served.stop();
  });

  it('may be updated; one that is not valid is logged, and the last good one stays', async () => {
    const [catalogue] = subgraphs.definitions;
    if (!catalogue) throw new Error('no subgraph');
    const smaller = composeSupergraph([
      { ...catalogue, sdl: sdlOf({ name: '', sdl: 'type Query { things: [Int] }', resolvers: {} }) },
    ]);
    const logged: unknown[] = [];
    let update: Parameters<SupergraphSdlHook>[0]['update'] = () => {};
    let isCleanedUp = false;
    const compositions: (string | undefined)[][] = [];
    const hook: SupergraphSdlHook = async (options) => {
      ({ update } = options);
      return {
        supergraphSdl: subgraphs.sdl,
        cleanup: async () => {
          isCleanedUp = true;
        },
      };
    };
    const served = await serve({
      supergraphSdl: hook,
      logger: { ...silent, error: (message) => logged.push(message) },
      experimental_didUpdateSupergraph: (current, previous) =>
        compositions.push([current.supergraphSdl, previous?.supergraphSdl]),
    });
    const changes: unknown[] = [];
    served.gateway.onSchemaLoadOrUpdate(({ apiSchema }) => changes.push(apiSchema.getQueryType()));
    update('not a supergraph');
    update(smaller);
    await expect.poll(() => changes.length).toBe(1);
    expect(logged).toHaveLength(1);
    expect(compositions).toEqual([
      [subgraphs.sdl, undefined],
      [smaller, subgraphs.sdl],
    ]);
    expect((await served.request('{ products { upc } }')).errors?.[0]?.message).toContain('products');
    const close = vi.spyOn(Engine.prototype, 'close');
    await served.stop();
    expect(close).toHaveBeenCalledTimes(compositions.length);
    close.mockRestore();
    expect(isCleanedUp).toBe(true);
    expect(() => update(subgraphs.sdl)).toThrow('stopped');
  });

  it('that cannot be loaded makes the start fail, and is cleaned up', async () => {
    let isCleanedUp = false;
    const gateway = new DistrictGateway({
      supergraphSdl: async () => ({
        supergraphSdl: 'type Query { a: Int }',
        cleanup: async () => {
          isCleanedUp = true;
        },
      }),
      logger: silent,
    });
    await expect(gateway.load()).rejects.toThrow();
    expect(isCleanedUp).toBe(true);
    await gateway.stop();
  });
});

describe('health checks', () => {
  it('at the start and on demand fail when a subgraph does not answer', async () => {
    const served = await serve({ serviceHealthCheck: true });
    expect(await served.gateway.serviceHealthCheck()).toHaveLength(2);
    subgraphs.replace('shipping', (_request, response) => void response.writeHead(500).end());
    await expect(served.gateway.serviceHealthCheck()).rejects.toThrow('[shipping]');
    const other = new DistrictGateway({
      supergraphSdl: subgraphs.sdl,
      serviceHealthCheck: true,
      logger: silent,
    });
    await expect(other.load()).rejects.toThrow('[shipping]');
    subgraphs.replace('shipping', null);
    await served.stop();
  });
});
