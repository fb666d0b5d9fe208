import { type TestSubgraph, testSubgraph } from '@district-graph/kit/testing/test-subgraph';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { subgraph } from '../subgraph.ts';

let security: TestSubgraph;
beforeAll(async () => {
  security = await testSubgraph(subgraph);
});
afterAll(() => security.stop());

/** The plan of a statement as far as indexes can answer it. */
async function planOf(statement: string): Promise<string> {
  const plan = await security.sql.begin(async (sql) => {
    await sql`set local enable_seqscan = off`;
    await sql`set local enable_sort = off`;
    return sql.unsafe(`explain (generic_plan) ${statement}`).simple();
  });
  return JSON.stringify(plan);
}

describe('lists of incidents, oldest first', () => {
  it.each([
    ['410100', 'incident_city'],
    ['410104', 'incident_district'],
    ['410106001', 'incident_subdistrict'],
  ])('of %s are in order over pages, and read by the index %s', async (within, index) => {
    security.statements();
    const page = async (after: string | null) => {
      const { data, errors } = await security.request(
        `query ($within: ID!, $after: String) { incidents(within: $within, orderBy: RAISED_AT_ASC, first: 3, after: $after) {
          nodes { id raisedAt } pageInfo { endCursor } } }`,
        { within, after },
      );
      expect(errors).toBeUndefined();
      return data.incidents;
    };
    const first = await page(null);
    const [statement = ''] = security.statements();
    const second = await page(first.pageInfo.endCursor);
    const nodes: { id: string; raisedAt: string }[] = [...first.nodes, ...second.nodes];
    const times = nodes.map(({ raisedAt }) => raisedAt);
    expect(times).toEqual(times.toSorted());
    expect(new Set(nodes.map(({ id }) => id)).size).toBe(nodes.length);
    expect(await planOf(statement)).toContain(index);
  });

  it('refuse cursors of lists that are newest first', async () => {
    const list = (args: string) =>
      security.request(`{ incidents(within: "410104", first: 1 ${args}) { pageInfo { endCursor } } }`);
    const { data } = await list('');
    const { errors } = await list(`orderBy: RAISED_AT_ASC, after: "${data.incidents.pageInfo.endCursor}"`);
    expect(errors?.[0]?.extensions.code).toBe('BAD_CURSOR');
  });
});
