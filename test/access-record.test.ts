// The record of access through the gateway: rooms know the client's operation and request, and its refusals.
import { elderId } from '@district-graph/kit/synthetic-city';
import type { TestSubgraph } from '@district-graph/kit/testing';
import { headersOf } from '@district-graph/kit/testing-identity';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startGraph, type TestGraph } from './support/graph.ts';

let graph: TestGraph;
beforeAll(async () => {
  graph = await startGraph({ without: ['sanitation'] });
});
afterAll(() => graph.stop());

const inside = elderId('410105001003', 0);
const outside = elderId('410102001002', 0);

/** The answer to a care worker of one district, and what is on record of it afterwards. */
async function asked(sub: string, query: string, headers: Record<string, string> = {}) {
  const response = await fetch(`${graph.gateway.url}/graphql`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(await headersOf({ sub, roles: ['care-worker'], divisions: ['410105'] }, 'CARE')),
      ...headers,
    },
    body: JSON.stringify({ query }),
  });
  const answer = (await response.json()) as {
    data: Record<string, unknown>;
    errors?: { extensions: Record<string, unknown> }[];
  };
  const care = graph.rooms['elderly-care'] as TestSubgraph;
  await care.recorded();
  const records = await care.sql`select * from access_record where viewer = ${sub} order by sequence`;
  return { ...answer, records };
}

it("bears the client's name of the operation and the request's identifier", async () => {
  const { data, records } = await asked(
    'gateway-given',
    `query ElderHome { elder(id: "${inside}") { name bookings(first: 1) { totalCount } } }`,
    { 'x-request-id': 'request-41' },
  );
  expect(data.elder).toMatchObject({ name: expect.not.stringContaining('*') });
  expect(records).toMatchObject([
    { outcome: 'GIVEN', operation: 'ElderHome', requestId: 'request-41', purpose: 'CARE', subjectId: inside },
  ]);
});

it('has no name for an operation without one', async () => {
  const { records } = await asked('gateway-unnamed', `{ elder(id: "${inside}") { name } }`);
  expect(records).toMatchObject([{ outcome: 'GIVEN', operation: null, requestId: null }]);
});

it('has what a room refused to a client of the gateway', async () => {
  const { errors, records } = await asked(
    'gateway-refused',
    `query Peek { elder(id: "${outside}") { name } }`,
  );
  expect(errors?.[0]?.extensions.code).toBe('FORBIDDEN');
  expect(records).toMatchObject([{ outcome: 'REFUSED', operation: 'Peek', subjectId: outside }]);
});

it('tells a client of the gateway when it has read too much', async () => {
  const page = (after: string) =>
    `query List { elders(within: "410105", first: 100${after}) { pageInfo { endCursor } nodes { phone } } }`;
  let after = '';
  const codes: unknown[] = [];
  for (let time = 0; time < 3; time += 1) {
    const { data, errors } = await asked('gateway-greedy', page(after));
    codes.push(errors?.[0]?.extensions.code);
    after = `, after: "${(data.elders as { pageInfo: { endCursor: string } }).pageInfo.endCursor}"`;
  }
  expect(codes).toEqual([undefined, undefined, 'BULK_READ']);
});
