// Data sources in DistrictGateway: those of @apollo/gateway, ours in their place, and any other.
import { RemoteGraphQLDataSource as ApolloDataSource, LocalGraphQLDataSource } from '@apollo/gateway';
import { ApolloServer } from '@apollo/server';
import { GraphQLError } from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DistrictGateway } from '../apollo-gateway/district-gateway.ts';
import type { DistrictGatewayOptions } from '../apollo-gateway/gateway-options.ts';
import { schemaOf, sdlOf } from '../testing/federation.ts';
import { type HttpSubgraphs, serveSubgraphs } from '../testing/http-subgraphs.ts';
import { shopSubgraphs } from '../testing/shop-graph.ts';
import type { DataSource } from './data-source.ts';
import { RemoteGraphQLDataSource } from './remote-data-source.ts';

const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

let subgraphs: HttpSubgraphs;
beforeAll(async () => {
  subgraphs = await serveSubgraphs(shopSubgraphs);
});
afterAll(() => subgraphs.stop());

type BuildService = NonNullable<DistrictGatewayOptions['buildService']>;

/** Executes operations with the data sources, one gateway each. */
async function execute(
  buildService: BuildService,
  query = '{ products { upc inStock } }',
  options: Partial<DistrictGatewayOptions> = {},
) {
  const gateway = new DistrictGateway({
    supergraphSdl: subgraphs.sdl,
    logger: silent,
    buildService,
    ...options,
  });
  const server = new ApolloServer({ gateway, logger: silent, includeStacktraceInErrorResponses: false });
  await server.start();
  subgraphs.received();
  try {
    const { body } = await server.executeOperation({ query }, { contextValue: { token: 'abc' } });
    if (body.kind !== 'single') throw new Error('not a single result');
    return JSON.parse(JSON.stringify(body.singleResult));
  } finally {
    await server.stop();
  }
}

const expected = {
  products: [
    { upc: 'p1', inStock: true },
    { upc: 'p2', inStock: false },
  ],
};

describe.each([
  ['of @apollo/gateway', ApolloDataSource],
  ['of ours', RemoteGraphQLDataSource],
])('a RemoteGraphQLDataSource %s', (_whose, Source) => {
  // Both have the same hooks; one class is enough for the types.
  const Remote = Source as typeof ApolloDataSource;

  it('sends what willSendRequest adds to a request, with the context of the operation', async () => {
    const { data } = await execute(
      ({ url }) =>
        new Remote({
          url,
          willSendRequest: async ({ request, context, kind }) => {
            request.http?.headers.set('Authorization', `Bearer ${context.token}`);
            request.extensions = { kind };
          },
        }),
    );
    expect(data).toEqual(expected);
    expect(subgraphs.received()).toMatchObject([
      { headers: { authorization: 'Bearer abc' }, extensions: { kind: 'incoming operation' } },
      { headers: { authorization: 'Bearer abc' }, extensions: { kind: 'incoming operation' } },
    ]);
  });

  it('sends a request that willSendRequest has changed', async () => {
    await execute(
      ({ url }) =>
        new Remote({
          url,
          willSendRequest: ({ request }) => {
            request.variables = { ...request.variables, more: 1 };
            request.query = `${request.query} # changed`;
          },
        }),
    );
    for (const { query, variables } of subgraphs.received()) {
      expect(query).toMatch(/# changed$/);
      expect(variables).toMatchObject({ more: 1 });
    }
  });

  it('hands didReceiveResponse the response with its headers, and uses what that returns', async () => {
    subgraphs.responseHeaders.set('shipping', { 'x-region': 'north' });
    const seen: unknown[] = [];
    const { data } = await execute(
      ({ name, url }) =>
        new Remote({
          url,
          didReceiveResponse: ({ response, pathInIncomingRequest }) => {
            seen.push([
              name,
              response.http?.status,
              response.http?.headers.get('X-Region'),
              pathInIncomingRequest,
            ]);
            if (name === 'catalogue') return response;
            return {
              ...response,
              data: { _entities: response.data?._entities.map(() => ({ inStock: null })) },
            };
          },
        }),
    );
    subgraphs.responseHeaders.clear();
    expect(seen).toEqual([
      ['catalogue', 200, null, []],
      ['shipping', 200, 'north', ['products', '@']],
    ]);
    expect(data.products).toEqual([
      { upc: 'p1', inStock: null },
      { upc: 'p2', inStock: null },
    ]);
  });

  it('fails with the error that willSendRequest throws', async () => {
    const extensions = { code: 'UNAUTHENTICATED', hint: 'sign in' };
    const { data, errors } = await execute(
      ({ url }) =>
        new Remote({
          url,
          willSendRequest: () => {
            throw new GraphQLError('no token', { extensions });
          },
        }),
      '{ things { name } product(upc: "p1") { name } }',
    );
    expect(data).toEqual({ things: null, product: null });
    expect(errors).toEqual([{ message: 'no token', extensions }]);
  });

  it('tells didEncounterError why a request failed', async () => {
    subgraphs.replace('shipping', (_request, response) => void response.writeHead(500).end('no'));
    const seen: unknown[] = [];
    class Watched extends Remote {
      override didEncounterError(error: Error, request: { url: string }) {
        seen.push([error instanceof Error, request.url]);
        throw error;
      }
    }
    const { errors } = await execute(({ url }) => new Watched({ url }));
    subgraphs.replace('shipping', null);
    expect(errors).toHaveLength(1);
    expect(seen).toEqual([[true, subgraphs.urlOf('shipping')]]);
  });

  it.each([
    ['refuses connections', null, 'SUBGRAPH_UNAVAILABLE'],
    ['answers with a status', { status: 500, type: 'text/plain', text: 'select 1' }, undefined],
    [
      'answers with what is not JSON',
      { status: 200, type: 'application/json', text: '{"data":' },
      'SUBGRAPH_BAD_RESPONSE',
    ],
  ])(
    'discloses to clients neither the address nor the response of a subgraph that %s, by Apollo’s HTTP client',
    async (_what, answer, code) => {
      const listening = new URL(subgraphs.urlOf('catalogue')).host;
      if (answer)
        subgraphs.replace('catalogue', (_request, response) =>
          response.writeHead(answer.status, { 'content-type': answer.type }).end(answer.text),
        );
      const { errors } = await execute(
        ({ url }) => new Remote({ url: answer ? (url ?? '') : 'http://127.0.0.1:9/graphql', apq: true }),
        '{ products { upc } }',
      );
      subgraphs.replace('catalogue', null);
      expect(errors).toHaveLength(1);
      if (code) expect(errors[0].extensions).toMatchObject({ code, serviceName: 'catalogue' });
      else
        expect(errors[0].extensions.response).toEqual({ status: 500, statusText: 'Internal Server Error' });
      for (const secret of ['127.0.0.1', listening, 'select 1'])
        expect(JSON.stringify(errors)).not.toContain(secret);
    },
  );

  it('sends to the address that willSendRequest has put into the request', async () => {
    const { data } = await execute(
      ({ name }) =>
        new Remote({
          url: 'http://127.0.0.1:9/nowhere',
          willSendRequest: ({ request }) => {
            if (request.http) Object.assign(request.http, { url: subgraphs.urlOf(name) });
          },
        }),
    );
    expect(data).toEqual(expected);
  });

  it('uses a fetcher of its own', async () => {
    let calls = 0;
    const { data } = await execute(
      ({ url }) =>
        new Remote({
          url,
          fetcher: async (address, init) => {
            calls += 1;
            return (await fetch(address, init as RequestInit)) as never;
          },
        }),
    );
    expect(data).toEqual(expected);
    expect(calls).toBe(2);
  });

  it('refuses a header with an end of line', async () => {
    const { errors } = await execute(
      ({ url }) =>
        new Remote({
          url,
          willSendRequest: ({ request }) => request.http?.headers.set('x-a', 'b\r\nx-c: d'),
        }),
    );
    expect(errors?.[0]?.message).toMatch(/x-a|not a legal HTTP header/);
    expect(subgraphs.received()).toEqual([]);
  });
});

describe('ours', () => {
  it('sends the requests itself, and those of a subclass that reads responses by Apollo’s client', async () => {
    class Parsing extends RemoteGraphQLDataSource {
      override async parseBody(...response: Parameters<RemoteGraphQLDataSource['parseBody']>) {
        return super.parseBody(...response);
      }
    }
    const agentOf = async (Source: typeof RemoteGraphQLDataSource) => {
      const { data } = await execute(({ url }) => new Source({ url }));
      expect(data).toEqual(expected);
      return subgraphs.received()[0]?.headers['user-agent'];
    };
    expect(await agentOf(RemoteGraphQLDataSource)).toBeUndefined();
    expect(await agentOf(Parsing)).toContain('fetch');
  });

  it('counts requests that are equal once', async () => {
    await execute(
      ({ url }) => new RemoteGraphQLDataSource({ url }),
      '{ a: product(upc: "p1") { inStock } b: product(upc: "p1") { inStock } }',
    );
    expect(subgraphs.received().map(({ subgraph }) => subgraph)).toEqual(['catalogue', 'shipping']);
  });
});

it('a LocalGraphQLDataSource executes its schema', async () => {
  const schemas = new Map(
    shopSubgraphs.map((each) => [each.name, schemaOf({ ...each, sdl: sdlOf(each) })] as const),
  );
  const { data } = await execute(({ name }) => {
    const schema = schemas.get(name);
    if (!schema) throw new Error(`no subgraph ${name}`);
    return new LocalGraphQLDataSource(schema);
  });
  expect(data).toEqual(expected);
  expect(subgraphs.received()).toEqual([]);
});

it('any other data source gets what those of @apollo/gateway get, with a document where it is asked for', async () => {
  const seen: Record<string, unknown>[] = [];
  const source = ({ name }: { name: string }): DataSource => ({
    process: async (options: Record<string, unknown>) => {
      seen.push({ name, ...options });
      return name === 'catalogue'
        ? { data: { products: [{ __typename: 'Product', upc: '文' }] } }
        : { data: { _entities: [{ inStock: true }] } };
    },
  });
  const { data } = await execute(source, undefined, {
    queryPlannerConfig: { exposeDocumentNodeInFetchNode: true },
  });
  expect(data).toEqual({ products: [{ upc: '文', inStock: true }] });
  expect(seen).toMatchObject([
    {
      name: 'catalogue',
      kind: 'incoming operation',
      pathInIncomingRequest: [],
      document: { kind: 'Document' },
    },
    {
      name: 'shipping',
      context: { token: 'abc' },
      request: { variables: { representations: [{ __typename: 'Product', upc: '文' }] } },
      pathInIncomingRequest: ['products', '@'],
    },
  ]);
});
