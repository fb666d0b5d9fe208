// DistrictGateway in ApolloServer: what users of ApolloGateway rely on.
import { ApolloServer } from '@apollo/server';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type HttpSubgraphs, serveSubgraphs } from '../testing/http-subgraphs.ts';
import { goods, shopSubgraphs } from '../testing/shop-graph.ts';
import { DistrictGateway } from './district-gateway.ts';
import type { DistrictGatewayOptions } from './gateway-options.ts';

const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

let subgraphs: HttpSubgraphs;
beforeAll(async () => {
  subgraphs = await serveSubgraphs(shopSubgraphs);
});
afterAll(() => subgraphs.stop());

async function serve(options: Partial<DistrictGatewayOptions> = {}) {
  const gateway = new DistrictGateway({ supergraphSdl: subgraphs.sdl, logger: silent, ...options });
  const server = new ApolloServer<Record<string, unknown>>({
    gateway,
    logger: silent,
    includeStacktraceInErrorResponses: false,
  });
  await server.start();
  return {
    gateway,
    server,
    request: async (
      query: string,
      {
        variables,
        operationName,
        contextValue = {},
      }: {
        variables?: Record<string, unknown>;
        operationName?: string;
        contextValue?: Record<string, unknown>;
      } = {},
    ) => {
      const { body } = await server.executeOperation({ query, variables, operationName }, { contextValue });
      if (body.kind !== 'single') throw new Error('not a single result');
      return JSON.parse(JSON.stringify(body.singleResult));
    },
    stop: () => server.stop(),
  };
}

describe('an operation', () => {
  let served: Awaited<ReturnType<typeof serve>>;
  beforeAll(async () => {
    served = await serve();
  });
  afterAll(() => served.stop());

  it('is answered from several subgraphs, with aliases, variables and its operationName', async () => {
    const query =
      'query A { products { upc } } query B($first: Int) { things: products { sku: upc name tags(first: $first) estimate } }';
    const { data, errors } = await served.request(query, { operationName: 'B', variables: { first: 1 } });
    expect(errors).toBeUndefined();
    expect(data.things).toEqual(
      goods.map(({ upc, name, weight }) => ({ sku: upc, name, tags: [name], estimate: `weight ${weight}` })),
    );
  });
});
