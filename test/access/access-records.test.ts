// Access records of requests through the gateway: they contain the client's operation and request, and refusals.
import { existsSync } from 'node:fs';
import { request } from 'node:http';
import { elderId } from '@district-graph/kit/seed/synthetic-city';
import { headersOf } from '@district-graph/kit/testing/identity';
import type { TestSubgraph } from '@district-graph/kit/testing/test-subgraph';
import { subgraphs } from '@district-graph/scripts/subgraphs/all-subgraphs';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { startTestGraph, type TestGraph } from '../testkit/test-graph.ts';

/** One is down, so that the others are seen not to depend on it. */
const down = 'sanitation';

/** The running subgraphs with access records. */
const audited = subgraphs
  .filter(({ name, folder }) => name !== down && existsSync(new URL('src/access-record/', folder)))
  .map(({ name }) => name);

let graph: TestGraph;
beforeAll(async () => {
  graph = await startTestGraph({ without: [down] });
});
afterAll(() => graph.stop());

const inside = elderId('410105001003', 0);
const outside = elderId('410102001002', 0);

/** Sends a query as a care worker of one district; returns the response and the viewer's access records. */
async function queryAndRecords(sub: string, query: string, headers: Record<string, string> = {}) {
  const response = await fetch(`${graph.url}/graphql`, {
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
  const care = graph.subgraphs['elderly-care'] as TestSubgraph;
  await care.recorded();
  const records = await care.sql`select * from access_record where viewer = ${sub} order by sequence`;
  return { ...answer, records };
}

it("contains the client's operation name and request id", async () => {
  const { data, records } = await queryAndRecords(
    'gateway-given',
    `query ElderHome { elder(id: "${inside}") { name bookings(first: 1) { totalCount } } }`,
    { 'x-request-id': 'request-41' },
  );
  expect(data.elder).toMatchObject({ name: expect.not.stringContaining('*') });
  expect(records).toMatchObject([
    { outcome: 'GIVEN', operation: 'ElderHome', requestId: 'request-41', purpose: 'CARE', subjectId: inside },
  ]);
});

it("contains the viewer's roles and the address that the gateway saw, not one that a client invents", async () => {
  const { records } = await queryAndRecords('gateway-from', `{ elder(id: "${inside}") { name } }`, {
    'x-forwarded-for': '203.0.113.9',
  });
  expect(records).toMatchObject([{ roles: ['care-worker'], address: '127.0.0.1' }]);
});

describe('a request that is refused as a whole', () => {
  /** The record of a refused request in a subgraph, once it is written. */
  const found = (where: string, name = 'community') =>
    vi.waitFor(async () => {
      const subgraph = graph.subgraphs[name] as TestSubgraph;
      const records = await subgraph.sql`
        select viewer, purpose, operation, roles, address, outcome, subject_type, subject_id, fields, request_id from access_record
        where subject_type = 'Request' and request_id = ${where}`;
      expect(records).toHaveLength(1);
      return records[0];
    });
  const send = (headers: Record<string, string>) =>
    fetch(`${graph.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: '{"query":"query Peek { elders(within: \\"410105001003\\", first: 1) { nodes { name } } }"}',
    });

  it('because the viewer may not declare the purpose, is recorded in every subgraph with access records', async () => {
    const headers = await headersOf({ sub: 'gateway-purpose', roles: ['care-worker'] }, 'AUDIT');
    expect((await send({ ...headers, 'x-request-id': 'purpose-1' })).status).toBe(403);
    expect(audited).toEqual(expect.arrayContaining(['culture', 'elderly-care', 'security']));
    for (const subgraph of audited)
      expect(await found('purpose-1', subgraph)).toEqual({
        viewer: 'gateway-purpose',
        purpose: 'AUDIT',
        operation: 'Peek',
        roles: ['care-worker'],
        address: '127.0.0.1',
        outcome: 'REFUSED',
        subjectType: 'Request',
        subjectId: 'purpose',
        fields: ['purpose'],
        requestId: 'purpose-1',
      });
  });

  it('because of an unknown purpose, is recorded without a purpose', async () => {
    const headers = await headersOf({ sub: 'gateway-purpose', roles: ['care-worker'] }, 'x'.repeat(50));
    expect((await send({ ...headers, 'x-request-id': 'purpose-2' })).status).toBe(403);
    expect(await found('purpose-2')).toMatchObject({ viewer: 'gateway-purpose', purpose: null });
  });

  it('because of an invalid token, is recorded with its address, once a minute', async () => {
    for (const id of ['token-1', 'token-2']) {
      const response = await send({ authorization: 'Bearer made.up.token', 'x-request-id': id });
      expect(response.status).toBe(401);
    }
    expect(await found('token-1')).toMatchObject({
      viewer: 'anonymous',
      address: '127.0.0.1',
      subjectId: 'authorization',
    });
    const first = graph.subgraphs.community as TestSubgraph;
    expect(await first.sql`select from access_record where request_id = 'token-2'`).toHaveLength(0);
  });
});

it.each([
  ['the gateway', () => `${graph.url}/graphql`],
  ['a subgraph', () => graph.subgraphs['elderly-care']?.url ?? ''],
])('does not contain a request with two Authorization headers, which %s rejects', async (_what, url) => {
  const tokens = await Promise.all(
    ['one', 'two'].map(async (sub) => (await headersOf({ sub, roles: ['care-worker'] })).authorization),
  );
  for (const authorization of [tokens, [tokens[0], tokens[0]]]) {
    const status = await new Promise<number | undefined>((resolve, reject) => {
      const sent = request(url(), { method: 'POST', headers: { 'content-type': 'application/json' } });
      sent.setHeader('authorization', authorization as string[]);
      sent.on('error', reject);
      sent.on('response', (response) => resolve(response.resume().statusCode));
      sent.end('{"query":"{ __typename }"}');
    });
    expect(status).toBe(401);
  }
});

it('has no operation name for an anonymous operation', async () => {
  const { records } = await queryAndRecords('gateway-unnamed', `{ elder(id: "${inside}") { name } }`);
  expect(records).toMatchObject([{ outcome: 'GIVEN', operation: null, requestId: null }]);
});

it('contains refusals of a subgraph to a client of the gateway', async () => {
  const { errors, records } = await queryAndRecords(
    'gateway-refused',
    `query Peek { elder(id: "${outside}") { name } }`,
  );
  expect(errors?.[0]?.extensions.code).toBe('FORBIDDEN');
  expect(records).toMatchObject([{ outcome: 'REFUSED', operation: 'Peek', subjectId: outside }]);
});

it('a client of the gateway is refused after too many unmasked reads', async () => {
  const page = (after: string) =>
    `query List { elders(within: "410105", first: 100${after}) { pageInfo { endCursor } nodes { phone } } }`;
  let after = '';
  const codes: unknown[] = [];
  for (let time = 0; time < 3; time += 1) {
    const { data, errors } = await queryAndRecords('gateway-greedy', page(after));
    codes.push(errors?.[0]?.extensions.code);
    after = `, after: "${(data.elders as { pageInfo: { endCursor: string } }).pageInfo.endCursor}"`;
  }
  expect(codes).toEqual([undefined, undefined, 'BULK_READ']);
});
