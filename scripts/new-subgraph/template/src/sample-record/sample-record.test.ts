import { headersOf } from '@district-graph/kit/testing/identity';
import { type TestSubgraph, testSubgraph } from '@district-graph/kit/testing/test-subgraph';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { subgraph } from '../subgraph.ts';

let server: TestSubgraph;
beforeAll(async () => {
  server = await testSubgraph(subgraph);
});
afterAll(() => server.stop());

const district = '410105';
const list = (args: string, fields = 'id') =>
  `{ sampleRecords(within: "${district}"${args}) { totalCount nodes { ${fields} } pageInfo { hasNextPage endCursor } } }`;

describe('sample records', () => {
  it('are listed in pages, by kind, as many as the total count', async () => {
    const { data } = await server.request(list(', first: 2'));
    const { totalCount, nodes, pageInfo } = data.sampleRecords;
    expect([nodes.length, pageInfo.hasNextPage]).toEqual([2, true]);
    const next = await server.request(list(`, first: 2, after: "${pageInfo.endCursor}"`));
    expect(next.data.sampleRecords.nodes).not.toContainEqual(nodes[0]);
    const counts = await Promise.all(
      ['GENERAL', 'OTHER'].map(
        async (kind) => (await server.request(list(`, kind: ${kind}`))).data.sampleRecords.totalCount,
      ),
    );
    expect(counts.every((count) => count > 0)).toBe(true);
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(totalCount);
  });

  it('are found by key, any number with one statement; what is no key finds nothing', async () => {
    const { data } = await server.request(list(', first: 3'));
    const ids = data.sampleRecords.nodes.map(({ id }: { id: string }) => id);
    server.statements();
    const found = await server.request(
      'query ($r: [_Any!]!) { _entities(representations: $r) { ... on SampleRecord { id division { code } } } }',
      { r: [...ids, 'x'].map((id) => ({ __typename: 'SampleRecord', id })) },
    );
    expect(server.statements()).toHaveLength(1);
    expect(found.data._entities.slice(0, 3).map(({ id }: { id: string }) => id)).toEqual(ids);
    expect(found.data._entities[3]).toBeNull();
    expect((await server.request('{ sampleRecord(id: "x") { id } }')).data).toEqual({ sampleRecord: null });
  });
});

describe('the telephone number of a sample record', () => {
  let id: string;
  beforeEach(async () => {
    id = (await server.request(list(', first: 1'))).data.sampleRecords.nodes[0].id;
  });
  const phoneFor = async (headers: Record<string, string>) =>
    (await server.request('query ($id: ID!) { sampleRecord(id: $id) { contactPhone } }', { id }, headers))
      .data.sampleRecord.contactPhone;

  it('is shown to viewers with the scope there who declare a purpose, and masked for all others', async () => {
    const here = { roles: ['sanitation-dispatcher'], divisions: [district] } as const;
    expect(await phoneFor(await headersOf(here, 'EMERGENCY'))).toMatch(/^00\d{9}$/);
    for (const headers of [
      await headersOf(here),
      await headersOf({ ...here, divisions: ['410102'] }, 'EMERGENCY'),
      await headersOf({ roles: ['analyst'], divisions: [district] }),
    ])
      expect(await phoneFor(headers)).toMatch(/^00\d\*{4}\d{4}$/);
  });

  it('is on the access record once it was shown, where only auditors find it', async () => {
    const sub = 'reader of a telephone number';
    await phoneFor(
      await headersOf({ sub, roles: ['sanitation-dispatcher'], divisions: [district] }, 'EMERGENCY'),
    );
    const query = `{ sampleBureauAccessRecords(viewer: "${sub}") { nodes { subjectId fields outcome } } }`;
    const { data } = await server.request(query, {}, await headersOf({ roles: ['auditor'] }));
    expect(data.sampleBureauAccessRecords.nodes).toContainEqual({
      subjectId: id,
      fields: ['contactPhone'],
      outcome: 'GIVEN',
    });
    const refused = await server.request(query, {}, await headersOf({ roles: ['sanitation-dispatcher'] }));
    expect(refused.errors?.[0]?.extensions.code).toBe('FORBIDDEN');
  });

  it('is stored encrypted', async () => {
    const stored = await server.sql<{ contactPhone: string }[]>`select contact_phone from sample_record`;
    expect(stored.length).toBeGreaterThan(1000);
    expect(stored.filter(({ contactPhone }) => contactPhone.includes('00000'))).toEqual([]);
  });
});
