// A refusal by the gateway, before it sends anything to a subgraph, is in the access records of that subgraph, as an auditor reads them.
import { verifyAccessRecords } from '@district-graph/kit/access-log/verification';
import { developmentKeyring } from '@district-graph/kit/encryption/keyring';
import { elderId } from '@district-graph/kit/seed/synthetic-city';
import { type Bearer, headersOf } from '@district-graph/kit/testing/identity';
import type { TestSubgraph } from '@district-graph/kit/testing/test-subgraph';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { startTestGraph, type TestGraph } from '../testkit/test-graph.ts';

let graph: TestGraph;
beforeAll(async () => {
  graph = await startTestGraph({ without: ['sanitation', 'culture'] });
});
afterAll(() => graph.stop());

const id = elderId('410105001003', 0);
const analyst = (sub: string): Bearer => ({
  sub,
  roles: ['analyst'],
  divisions: ['410105'],
  bureau: '统计局',
});

async function request(path: string, query: string, bearer: Bearer, requestId?: string) {
  const response = await fetch(`${graph.url}${path}`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(await headersOf(bearer)),
      ...(requestId === undefined ? {} : { 'x-request-id': requestId }),
    },
    body: JSON.stringify({ query }),
  });
  // biome-ignore lint/suspicious/noExplicitAny: the shape is the query's; the test states what it expects of it.
  const { data, errors } = (await response.json()) as { data?: any; errors?: { extensions: object }[] };
  return { status: response.status, data, errors };
}

/** The refusals of a viewer that the auditor of a division reads, once there are as many as expected. */
const found = (viewer: string, count = 1, division = '410105') =>
  vi.waitFor(
    async () => {
      const query = `query Audit { elderlyCareAccessRecords(viewer: "${viewer}", outcome: REFUSED, first: 100) { nodes {
        viewer bureau purpose operation requestId outcome subjectType subjectId divisionCode fields } } }`;
      const { data } = await request('/graphql', query, {
        sub: 'auditor',
        roles: ['auditor'],
        divisions: [division],
      });
      expect(data.elderlyCareAccessRecords.nodes).toHaveLength(count);
      return data.elderlyCareAccessRecords.nodes;
    },
    { timeout: 20_000, interval: 50 },
  );

describe('an analyst who requests an elder', () => {
  it('is refused by the gateway, and an auditor finds the viewer, operation and request', async () => {
    const care = graph.subgraphs['elderly-care'] as TestSubgraph;
    const { status, errors } = await request(
      '/graphql',
      `query Peek { elder(id: "${id}") { id } }`,
      analyst('analyst-ahead'),
      'request-51',
    );
    expect([status, errors]).toMatchObject([
      403,
      [{ extensions: { code: 'FORBIDDEN', scope: 'elder:read' } }],
    ]);
    expect(await found('analyst-ahead')).toEqual([
      {
        viewer: 'analyst-ahead',
        bureau: '统计局',
        purpose: null,
        operation: 'Peek',
        requestId: 'request-51',
        outcome: 'REFUSED',
        subjectType: 'Query',
        subjectId: 'elder',
        divisionCode: '410105',
        fields: ['elder'],
      },
    ]);
    expect((await verifyAccessRecords(care.sql, developmentKeyring)).faults).toEqual([]);
  });

  it('is recorded for the refused part of a larger operation', async () => {
    const { data, errors } = await request(
      '/graphql',
      `query Part { division(code: "410105") { name } elder(id: "${id}") { id } }`,
      analyst('analyst-part'),
    );
    expect([data, errors]).toMatchObject([
      { division: { name: '金水区' }, elder: null },
      [{ extensions: { code: 'FORBIDDEN' } }],
    ]);
    expect(await found('analyst-part')).toMatchObject([
      { operation: 'Part', requestId: null, subjectType: 'Query', subjectId: 'elder' },
    ]);
  });

  it('is recorded once per operation, however many arrive at once', async () => {
    const query = `query Loop { elder(id: "${id}") { id } }`;
    await Promise.all(
      Array.from({ length: 60 }, (_, index) =>
        request('/graphql', query, analyst('analyst-loop'), `loop-${index}`),
      ),
    );
    const records: { requestId: string }[] = await found('analyst-loop', 60);
    expect(new Set(records.map(({ requestId }) => requestId)).size).toBe(60);
  });
});

it('an unauthorized mutation is recorded by its name', async () => {
  await request(
    '/graphql',
    `mutation Close { closeElder(input: { elderId: "${id}", reason: DIED, closedOn: "2026-01-01" }) { __typename } }`,
    analyst('analyst-mutation'),
  );
  expect(await found('analyst-mutation')).toMatchObject([
    { operation: 'Close', subjectType: 'Mutation', subjectId: 'closeElder', fields: ['closeElder'] },
  ]);
});

it('an unauthorized subscription is recorded by its name', async () => {
  const { status } = await request(
    '/graphql/stream',
    'subscription Listen { careVisitChanged(within: "410105") { id } }',
    analyst('analyst-live'),
    'request-52',
  );
  expect(status).toBe(403);
  expect(await found('analyst-live')).toMatchObject([
    {
      operation: 'Listen',
      requestId: 'request-52',
      subjectType: 'Subscription',
      subjectId: 'careVisitChanged',
    },
  ]);
});

it('a viewer of several districts is found by the auditor of the city, but not by that of a district', async () => {
  const wide = { ...analyst('analyst-wide'), divisions: ['410105', '410102'] };
  await request('/graphql', `query Wide { elder(id: "${id}") { id } }`, wide);
  expect(await found('analyst-wide', 1, '410100')).toMatchObject([{ divisionCode: '410100' }]);
  expect(await found('analyst-wide', 0)).toEqual([]);
});
