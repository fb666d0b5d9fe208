import { type TestSubgraph, testSubgraph } from '@district-graph/kit/testing/test-subgraph';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { subgraph } from '../subgraph.ts';

let care: TestSubgraph;
beforeAll(async () => {
  care = await testSubgraph(subgraph);
});
afterAll(() => care.stop());

/** The plan of a statement as far as indexes can answer it. */
async function planOf(statement: string): Promise<string> {
  const plan = await care.sql.begin(async (sql) => {
    await sql`set local enable_seqscan = off`;
    await sql`set local enable_sort = off`;
    return sql.unsafe(`explain (generic_plan) ${statement}`).simple();
  });
  return JSON.stringify(plan);
}

describe('lists by beds', () => {
  it.each([
    ['410100', 'care_institution_beds_city'],
    ['410105', 'care_institution_beds_district'],
    ['410105007', 'care_institution_beds_subdistrict'],
    ['410105007003', 'care_institution_beds_community'],
  ])('of %s are in order, and read by the index %s', async (within, index) => {
    care.statements();
    const { data, errors } = await care.request(
      'query ($within: ID!) { careInstitutions(within: $within, orderBy: BEDS_DESC, first: 100) { nodes { beds } } }',
      { within },
    );
    expect(errors).toBeUndefined();
    const beds: number[] = data.careInstitutions.nodes.map((node: { beds: number }) => node.beds);
    if (within.length < 9) expect(beds.length).toBeGreaterThan(0);
    expect(beds).toEqual(beds.toSorted((one, other) => other - one));
    const [statement = ''] = care.statements();
    expect(await planOf(statement)).toContain(index);
  });

  it('are those of the overview, too, a page after the other', async () => {
    const page = async (after: string | null) => {
      const { data } = await care.request(
        `query ($r: [_Any!]!, $after: String) { _entities(representations: $r) { ... on Division { elderlyCare {
          institutions(orderBy: BEDS_DESC, first: 2, after: $after) { nodes { id beds } pageInfo { endCursor } } } } } }`,
        { r: [{ __typename: 'Division', code: '410105' }], after },
      );
      return data._entities[0].elderlyCare.institutions;
    };
    const first = await page(null);
    const second = await page(first.pageInfo.endCursor);
    expect(second.nodes[0].beds).toBeLessThanOrEqual(first.nodes[1].beds);
    expect(first.nodes.concat(second.nodes).map(({ id }: { id: string }) => id)).toHaveLength(4);
  });
});
