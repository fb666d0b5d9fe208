// The viewer's own records in all subgraphs, read through the gateway: a resident's bookings, an elder's visits and subsidies.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Ids } from '../access/community-records.ts';
import { insertProtectedRecords } from '../access/protected-records.ts';
import { startTestGraph, type TestGraph } from '../testkit/test-graph.ts';

let graph: TestGraph;
let ids: Ids;
beforeAll(async () => {
  graph = await startTestGraph({ databases: 'empty' });
  ids = await insertProtectedRecords(graph);
});
afterAll(() => graph.stop());

const ownRecords = `{ viewer { id bookings { totalCount nodes { id seats session { place } } }
  visits { nodes { id elder { name } } } subsidies { nodes { id month } } } }`;
const book = `mutation ($input: BookSessionInput!) { bookSession(input: $input) {
  __typename ... on Booking { id seats } ... on AlreadyBooked { message booking { id } } } }`;

describe('the viewer', () => {
  it('is null for an anonymous client', async () => {
    expect(await graph.query(ownRecords, {}, {})).toEqual({ data: { viewer: null } });
  });

  it('sees a booking that they have just made: in the response, by its key and among their own', async () => {
    const manager = await graph.clientOf({ roles: ['venue-manager'] });
    const { data: found } = await manager(`{ booking(id: "${ids.Booking}") { id session { id } } }`);
    const resident = await graph.clientOf({ sub: 'resident-li', roles: ['resident'], divisions: ['410105'] });
    const input = { sessionId: found.booking.session.id, name: '示例', phone: '00000000001', seats: 2 };
    const { data: made, errors } = await resident(book, { input });
    expect([errors, made.bookSession]).toMatchObject([undefined, { __typename: 'Booking', seats: 2 }]);
    const { id } = made.bookSession;
    expect(await resident(`{ booking(id: "${id}") { id seats } }`)).toEqual({
      data: { booking: { id, seats: 2 } },
    });
    expect(await resident(ownRecords)).toEqual({
      data: {
        viewer: {
          id: 'resident-li',
          bookings: { totalCount: 1, nodes: [{ id, seats: 2, session: { place: '示例' } }] },
          visits: null,
          subsidies: null,
        },
      },
    });
    const again = await resident(book, { input });
    expect(again).toMatchObject({ data: { bookSession: { __typename: 'AlreadyBooked', booking: { id } } } });
    const another = await graph.clientOf({ sub: 'resident-wu', roles: ['resident'], divisions: ['410105'] });
    expect(await another(book, { input })).toMatchObject({
      data: { bookSession: { __typename: 'AlreadyBooked', booking: null } },
    });
    const { data: theirs, errors: refused } = await another(`{ booking(id: "${id}") { id } }`);
    expect([theirs.booking, refused?.[0]?.extensions.code]).toEqual([null, 'FORBIDDEN']);
  });

  it('sees their own visits, subsidies and bookings as an elder', async () => {
    const elder = await graph.clientOf({
      sub: 'the-elder',
      roles: ['resident'],
      divisions: ['410102'],
      elder: ids.Elder,
    });
    const { data, errors } = await elder(ownRecords);
    expect(errors).toBeUndefined();
    expect(data.viewer).toMatchObject({
      bookings: { nodes: [{ id: ids.Booking }] },
      visits: { nodes: [{ id: ids.CareVisit, elder: { name: '欧***' } }] },
      subsidies: { nodes: [{ id: ids.Subsidy }] },
    });
  });
});
