// Every feature that Apollo's subgraph compatibility suite tests in a subgraph library, tested in the same way: with our kit as the
// library and our gateway as the router. The suite defines the SDL and the data.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConfig } from '@district-graph/gateway/config/gateway-config';
import { type RunningGateway, startGateway } from '@district-graph/gateway/server';
import { type RunningSubgraph, type Subgraph, startSubgraph } from '@district-graph/kit/subgraph';
import type { Answer } from '@district-graph/kit/testing/test-subgraph';
import { composeSupergraph } from '@district-graph/schema/compose';
import { parse, print, stripIgnoredCharacters } from 'graphql';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { inventorySubgraph, productsSubgraph, usersSubgraph } from './subgraphs.ts';

const folder = mkdtempSync(join(tmpdir(), 'federation-compatibility-'));
const started: RunningSubgraph[] = [];
let productsUrl: string;
let usersUrl: string;
let gateway: RunningGateway;
/** The SDL of products, normalised. */
let sdl: string;
let supergraph: string;

/** A placeholder: no resolver here uses a database. */
const databaseUrl = 'postgres://127.0.0.1:9/none';

async function start(subgraph: Subgraph, tracing: boolean): Promise<string> {
  const running = await startSubgraph(subgraph, { databaseUrl, port: 0, tracing, log: () => {} });
  started.push(running);
  return running.url;
}

async function request(
  url: string,
  query: string,
  variables?: Record<string, unknown>,
  headers: Record<string, string> = {},
): Promise<Answer & { extensions?: { ftv1?: string } }> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ query, variables }),
  });
  return (await response.json()) as Answer;
}

const requestProducts = (query: string, variables?: Record<string, unknown>) =>
  request(productsUrl, query, variables);
const requestRouter = (query: string, variables?: Record<string, unknown>) =>
  request(`${gateway.url}/graphql`, query, variables);
const entities = (selection: string, representations: readonly object[]) =>
  requestProducts(
    `query ($representations: [_Any!]!) { _entities(representations: $representations) { ${selection} } }`,
    {
      representations,
    },
  );
const publishedBy = async (url: string): Promise<string> =>
  (await request(url, '{ _service { sdl } }')).data._service.sdl;

beforeAll(async () => {
  productsUrl = await start(productsSubgraph, true);
  usersUrl = await start(usersSubgraph, false);
  const urls = { products: productsUrl, users: usersUrl, inventory: await start(inventorySubgraph, false) };
  const published = await Promise.all(
    Object.entries(urls).map(async ([name, url]) => ({ name, url, sdl: await publishedBy(url) })),
  );
  sdl = stripIgnoredCharacters(await publishedBy(productsUrl));
  const file = join(folder, 'supergraph.graphql');
  supergraph = composeSupergraph(published);
  writeFileSync(file, supergraph);
  const config = readConfig({ SUPERGRAPH: file });
  gateway = await startGateway({ ...config, port: 0 }, () => {});
});
afterAll(async () => {
  await gateway?.stop();
  await Promise.all(started.map(({ stop }) => stop()));
  rmSync(folder, { recursive: true });
});

const federation = { id: 'apollo-federation' };

it('_service publishes the SDL', async () => {
  const own = readFileSync(new URL('src/product/schema.graphql', productsSubgraph.folder), 'utf8');
  const definitions = (text: string) => parse(text).definitions.map(print);
  expect(definitions(sdl)).toEqual(expect.arrayContaining(definitions(own)));
});

it('@key of one field', async () => {
  expect(sdl).toContain('type User@key(fields:"email")');
  const key = { __typename: 'User', email: 'support@apollographql.com' };
  expect(await entities('... on User { email name }', [key])).toEqual({
    data: { _entities: [{ email: 'support@apollographql.com', name: 'Jane Smith' }] },
  });
});

it('@key of several fields', async () => {
  expect(sdl).toContain('type DeprecatedProduct@key(fields:"sku package")');
  const key = { sku: 'apollo-federation-v1', package: '@apollo/federation-v1' };
  expect(
    await entities('... on DeprecatedProduct { sku package reason }', [
      { __typename: 'DeprecatedProduct', ...key },
    ]),
  ).toEqual({ data: { _entities: [{ ...key, reason: 'Migrate to Federation V2' }] } });
});

it('@key of a field of an object', async () => {
  expect(sdl).toContain('type ProductResearch@key(fields:"study { caseNumber }")');
  const key = { __typename: 'ProductResearch', study: { caseNumber: '1234' } };
  expect(await entities('... on ProductResearch { study { caseNumber description } }', [key])).toEqual({
    data: { _entities: [{ study: { caseNumber: '1234', description: 'Federation Study' } }] },
  });
});

it('@key more than once', async () => {
  expect(sdl).toContain(
    'type Product@custom@key(fields:"id")@key(fields:"sku package")@key(fields:"sku variation { id }"){',
  );
  const keys = [
    { id: 'apollo-federation' },
    { sku: 'federation', package: '@apollo/federation' },
    { sku: 'studio', variation: { id: 'platform' } },
  ];
  const representations = keys.map((key) => ({ __typename: 'Product', ...key }));
  expect(await entities('... on Product { id sku }', representations)).toEqual({
    data: {
      _entities: [
        { id: 'apollo-federation', sku: 'federation' },
        { id: 'apollo-federation', sku: 'federation' },
        { id: 'apollo-studio', sku: 'studio' },
      ],
    },
  });
});

it('@requires', async () => {
  expect(sdl).toContain(
    'averageProductsCreatedPerYear:Int@requires(fields:"totalProductsCreated yearsOfEmployment")',
  );
  const query = 'query ($id: ID!) { product(id: $id) { createdBy { averageProductsCreatedPerYear email } } }';
  expect(await requestRouter(query, federation)).toEqual({
    data: {
      product: {
        createdBy: { averageProductsCreatedPerYear: 134, email: 'support@apollographql.com' },
      },
    },
  });
  const delivery =
    '{ inventory(id: "apollo-oss") { products { delivery(zip: "94111") { fastestDelivery } } } }';
  expect(await requestRouter(delivery)).toEqual({
    data: { inventory: { products: [{ delivery: { fastestDelivery: '5/1/2019' } }] } },
  });
});

it('@provides', async () => {
  expect(sdl).toContain('createdBy:User@provides(fields:"totalProductsCreated")');
  const query = 'query ($id: ID!) { product(id: $id) { createdBy { email totalProductsCreated } } }';
  const expected = {
    data: { product: { createdBy: { email: 'support@apollographql.com', totalProductsCreated: 1337 } } },
  };
  expect(await requestProducts(query, federation)).toEqual(expected);
  expect(await requestRouter(query, federation)).toEqual(expected);
});

it('federated tracing, when it is enabled', async () => {
  const traced = { 'apollo-federation-include-trace': 'ftv1' };
  expect(await request(productsUrl, 'query { __typename }', undefined, traced)).toEqual({
    data: { __typename: 'Query' },
    extensions: { ftv1: expect.stringMatching(/^[\w+/]+=*$/) },
  });
  const answer = { data: { __typename: 'Query' } };
  expect(await request(productsUrl, 'query { __typename }')).toEqual(answer);
  expect(await request(usersUrl, 'query { __typename }', undefined, traced)).toEqual(answer);
});

it('@link', () => {
  expect(sdl.match(/@link\(url:".*?" import:\[.*?\]\)/g)).toEqual([
    expect.stringMatching(/^@link\(url:"https:\/\/specs\.apollo\.dev\/federation\/v2\.\d+" import:\["@key"/),
    '@link(url:"https://district-graph.cn/specs/access/v1.0" import:["@access"])',
    '@link(url:"https://myspecs.dev/myCustomDirective/v1.0" import:["@custom"])',
  ]);
});

it('@shareable', async () => {
  expect(sdl).toContain('type ProductDimension@shareable');
  const query = 'query ($id: ID!) { product(id: $id) { dimensions { size weight } } }';
  expect(await requestRouter(query, federation)).toEqual({
    data: { product: { dimensions: { size: 'small', weight: 1 } } },
  });
});

it('@tag', () => {
  expect(sdl).toContain('notes:String@tag(name:"internal")');
  expect(sdl).not.toContain('@federation__tag');
  expect(supergraph).toContain('@tag(name: "internal")');
});

it('@override', async () => {
  expect(sdl).toContain('name:String@federation__override(from:"users")');
  const query = 'query ($id: ID!) { product(id: $id) { createdBy { name } } }';
  expect(await requestRouter(query, federation)).toEqual({
    data: { product: { createdBy: { name: 'Jane Smith' } } },
  });
  expect(await requestRouter('{ users { name yearsOfEmployment } }')).toEqual({
    data: { users: [{ name: 'Jane Smith', yearsOfEmployment: 10 }] },
  });
});

it('@inaccessible', async () => {
  expect(sdl).toContain('unit:String@inaccessible');
  expect(sdl).not.toContain('@federation__inaccessible');
  const query = 'query ($id: ID!) { product(id: $id) { dimensions { unit } } }';
  expect(await requestProducts(query, federation)).toEqual({
    data: { product: { dimensions: { unit: 'kg' } } },
  });
  expect((await requestRouter(query, federation)).errors?.[0]?.extensions.code).toBe(
    'GRAPHQL_VALIDATION_FAILED',
  );
});

it('@composeDirective', () => {
  expect(sdl).toContain('@composeDirective(name:"@custom")');
  expect(sdl).toContain('directive@custom on OBJECT');
  expect(sdl).toContain('type Product@custom');
  expect(supergraph).toMatch(/\ntype Product(\n {2}@join__type.*)+\n {2}@custom\n/);
});

it('@interfaceObject', async () => {
  expect(sdl).toContain('type Inventory@interfaceObject@key(fields:"id")');
  const query = 'query ($id: ID!) { inventory(id: $id) { deprecatedProducts { sku reason } } }';
  expect(await requestRouter(query, { id: 'apollo-oss' })).toEqual({
    data: {
      inventory: {
        deprecatedProducts: [{ sku: 'apollo-federation-v1', reason: 'Migrate to Federation V2' }],
      },
    },
  });
});
