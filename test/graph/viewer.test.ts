// What is the viewer's own, over all subgraphs: a resident's bookings, an elder's visits and subsidies, through the gateway.
import { headersOf } from '@district-graph/kit/testing/identity';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Ids, settle } from '../access/protected-records.ts';
import { startTestGraph, type TestGraph } from '../testkit/test-graph.ts';

let town: TestGraph;
let ids: Ids;
beforeAll(async () => {
  town = await startTestGraph();
  ids = await settle(town);
});
afterAll(() => town.stop());

async function ask(query: string, headers: Record<string, string> = {}, variables = {}) {
  const response = await fetch(`${town.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ query, variables }),
  });
  // biome-ignore lint/suspicious/noExplicitAny: the shape is the query's; the test states what it expects of it.
  return (await response.json()) as { data: any; errors?: { extensions: { code: string } }[] };
}

const own = `{ viewer { id bookings { totalCount nodes { id seats session { place } } }
  visits { nodes { id elder { name } } } subsidies { nodes { id month } } } }`;
const book = `mutation ($input: BookSessionInput!) { bookSession(input: $input) {
  __typename ... on Booking { id seats } ... on AlreadyBooked { message booking { id } } } }`;

describe('the viewer', () => {
  it('is nobody for anonymous callers', async () => {
    expect(await ask(own)).toEqual({ data: { viewer: null } });
  });

  it('who is a resident sees the booking just made, in the answer, by its key and among their own', async () => {
    const { data: found } = await ask(`{ booking(id: "${ids.Booking}") { id session { id } } }`, {
      ...(await headersOf({ roles: ['venue-manager'] })),
    });
    const resident = await headersOf({ sub: 'resident-li', roles: ['resident'], divisions: ['410105'] });
    const input = { sessionId: found.booking.session.id, name: '示例', phone: '00000000001', seats: 2 };
    const { data: made, errors } = await ask(book, resident, { input });
    expect([errors, made.bookSession]).toMatchObject([undefined, { __typename: 'Booking', seats: 2 }]);
    const { id } = made.bookSession;
    expect(await ask(`{ booking(id: "${id}") { id seats } }`, resident)).toEqual({
      data: { booking: { id, seats: 2 } },
    });
    expect(await ask(own, resident)).toEqual({
      data: {
        viewer: {
          id: 'resident-li',
          bookings: { totalCount: 1, nodes: [{ id, seats: 2, session: { place: '示例' } }] },
          visits: null,
          subsidies: null,
        },
      },
    });
    const again = await ask(book, resident, { input });
    expect(again).toMatchObject({ data: { bookSession: { __typename: 'AlreadyBooked', booking: { id } } } });
    const another = await headersOf({ sub: 'resident-wu', roles: ['resident'], divisions: ['410105'] });
    expect(await ask(book, another, { input })).toMatchObject({
      data: { bookSession: { __typename: 'AlreadyBooked', booking: null } },
    });
    const { data: theirs, errors: refused } = await ask(`{ booking(id: "${id}") { id } }`, another);
    expect([theirs.booking, refused?.[0]?.extensions.code]).toEqual([null, 'FORBIDDEN']);
  });

  it('who is an elder sees the visits, subsidies and bookings that are theirs', async () => {
    const elder = await headersOf({
      sub: 'the-elder',
      roles: ['resident'],
      divisions: ['410102'],
      elder: ids.Elder,
    });
    const { data, errors } = await ask(own, elder);
    expect(errors).toBeUndefined();
    expect(data.viewer).toMatchObject({
      bookings: { nodes: [{ id: ids.Booking }] },
      visits: { nodes: [{ id: ids.CareVisit, elder: { name: '欧***' } }] },
      subsidies: { nodes: [{ id: ids.Subsidy }] },
    });
  });
});
