// The recipes for Apollo Client and urql, on the mock gateway: objects by their keys, the pages of a list as one, results of mutations in the cache.
import { ApolloClient, gql as apolloGql, HttpLink, InMemoryCache } from '@apollo/client';
import { cacheConfig as apolloCache } from '@district-graph/client/recipes/apollo';
import { cacheConfig as urqlCache } from '@district-graph/client/recipes/urql';
import { type MockGateway, startMockGateway } from '@district-graph/scripts/mock/mock-gateway';
import { createClient, fetchExchange, gql as urqlGql } from '@urql/core';
import { cacheExchange } from '@urql/exchange-graphcache';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';

let mock: MockGateway;
beforeAll(async () => {
  const today = new Date('2026-11-30');
  mock = await startMockGateway({ port: 0, seed: '1', today, latencyMs: 0, eventsMs: 0, env: {} });
});
afterAll(() => mock.stop());

const venues = `query Venues($after: String) {
  division(code: "410105") { __typename code name }
  venues(within: "410105", first: 3, after: $after) { nodes { id name capacity } pageInfo { hasNextPage endCursor } }
}`;
const population = `query Population { divisionsByCode(codes: ["410105"]) { code elderlyCare { homeCareRecipients } } }`;
const workers = `query Workers { division(code: "410105") { code name elderlyCare { careWorkersOnDuty } } }`;
const device = `query Device { devices(within: "410105", first: 5) { nodes { id ... on SecurityDevice { deviceCode } } } }`;
const rename = `mutation Rename($input: UpdateVenueInput!) { updateVenue(input: $input) { ... on Venue { id name } ... on Refusal { message } } }`;
const inputOf = (id: string) => ({ input: { venueId: id, name: '新的名称', version: 1 } });

// biome-ignore lint/suspicious/noExplicitAny: the shape is the query's; the test states what it expects of it.
type Data = any;

/** The caches report wrong use of themselves to the console. */
const complaints: unknown[] = [];
/** urql’s, in development, about the fields of members that a result is not. */
const ofOtherMembers = /Invalid undefined: The field at `message`/;
beforeEach(() => {
  complaints.length = 0;
  for (const method of ['warn', 'error'] as const)
    vi.spyOn(console, method).mockImplementation((...complaint) => void complaints.push(complaint));
});
afterEach(() => {
  vi.restoreAllMocks();
  expect(complaints.filter((each) => !ofOtherMembers.test(String(each)))).toEqual([]);
});

describe('Apollo Client', () => {
  const clientOf = () =>
    new ApolloClient({
      link: new HttpLink({ uri: `${mock.url}/graphql` }),
      cache: new InMemoryCache(apolloCache),
    });
  const gql = (text: string) => apolloGql(text);

  it('has divisions by their code, whatever they were found by, and merges what is known of them', async () => {
    const client = clientOf();
    for (const query of [venues, population, workers]) await client.query({ query: gql(query) });
    const cache = client.cache.extract() as Data;
    expect(cache['District:{"code":"410105"}']).toMatchObject({
      name: '金水区',
      elderlyCare: { homeCareRecipients: expect.any(Number), careWorkersOnDuty: expect.any(Number) },
    });
    expect(cache.ROOT_QUERY['divisionsByCode({"codes":["410105"]})']).toEqual([
      { __ref: 'District:{"code":"410105"}' },
    ]);
  });

  it('has the pages of a list as one, and a page that is read again in its place', async () => {
    const client = clientOf();
    const { data } = await client.query<Data>({ query: gql(venues) });
    const { endCursor: after } = data.venues.pageInfo;
    for (let nth = 0; nth < 2; nth += 1)
      await client.query({ query: gql(venues), variables: { after }, fetchPolicy: 'network-only' });
    const list = client.readQuery<Data>({ query: gql(venues) });
    expect(list.venues.nodes).toHaveLength(6);
    expect(list.venues.pageInfo.endCursor).not.toBe(after);
    expect(new Set(list.venues.nodes.map(({ id }: { id: string }) => id)).size).toBe(6);
  });

  it('matches fragments on interfaces, and takes the result of a mutation over into lists', async () => {
    const client = clientOf();
    const devices = await client.query<Data>({ query: gql(device) });
    expect(devices.data.devices.nodes[0].deviceCode).toMatch(/^\d{20}$/);
    const { data } = await client.query<Data>({ query: gql(venues) });
    const [{ id }] = data.venues.nodes;
    await client.mutate({ mutation: gql(rename), variables: inputOf(id) });
    expect(client.readQuery<Data>({ query: gql(venues) }).venues.nodes[0].name).toBe('新的名称');
  });
});

describe('urql', () => {
  const clientOf = () =>
    createClient({
      url: `${mock.url}/graphql`,
      exchanges: [cacheExchange(urqlCache), fetchExchange],
      preferGetMethod: false,
    });
  const read = async (client: ReturnType<typeof clientOf>, text: string, variables = {}): Promise<Data> => {
    const { data, error } = await client.query(urqlGql(text), variables).toPromise();
    if (error) throw error;
    return data;
  };

  it('has divisions by their code, and merges what is known of them', async () => {
    const client = clientOf();
    for (const query of [population, workers]) await read(client, query);
    const both = `{ division(code: "410105") { code elderlyCare { homeCareRecipients careWorkersOnDuty } } }`;
    const { data } = await client.query(urqlGql(both), {}, { requestPolicy: 'cache-only' }).toPromise();
    expect(data.division.elderlyCare).toMatchObject({
      homeCareRecipients: expect.any(Number),
      careWorkersOnDuty: expect.any(Number),
    });
  });

  it('has the pages of a list as one', async () => {
    const client = clientOf();
    const first = await read(client, venues);
    const both = await read(client, venues, { after: first.venues.pageInfo.endCursor });
    const ids = both.venues.nodes.map(({ id }: { id: string }) => id);
    expect(ids.slice(0, 3)).toEqual(first.venues.nodes.map(({ id }: { id: string }) => id));
    expect(new Set(ids).size).toBe(6);
  });

  it('matches fragments on interfaces, and takes the result of a mutation over into lists', async () => {
    const client = clientOf();
    expect((await read(client, device)).devices.nodes[0].deviceCode).toMatch(/^\d{20}$/);
    const [{ id }] = (await read(client, venues)).venues.nodes;
    await client.mutation(urqlGql(rename), inputOf(id)).toPromise();
    expect((await read(client, venues)).venues.nodes[0].name).toBe('新的名称');
  });
});
