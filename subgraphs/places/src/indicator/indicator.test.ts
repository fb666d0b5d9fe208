import { type TestSubgraph, testSubgraph } from '@district-graph/kit/testing/test-subgraph';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { subgraph } from '../subgraph.ts';

let places: TestSubgraph;
beforeAll(async () => {
  places = await testSubgraph(subgraph);
});
afterAll(() => places.stop());

describe('the ranking of divisions by their own indicators', () => {
  it('answers divisions with their types, names and places', async () => {
    const { data, errors } = await places.request(`{
      placesRanking(level: DISTRICT, orderBy: { indicator: COMMUNITIES }, first: 2) {
        totalCount
        nodes { __typename code }
        edges { rank node { code name } value { value unavailable } }
      }
    }`);
    expect(errors).toBeUndefined();
    const { totalCount, nodes, edges } = data.placesRanking as {
      totalCount: number;
      nodes: { __typename: string; code: string }[];
      edges: { rank: number; node: { code: string; name: string }; value: { value: number } }[];
    };
    expect(totalCount).toBe(15);
    expect(nodes.map(({ __typename }) => __typename)).toEqual(['District', 'District']);
    expect(edges.map(({ node }) => node.code)).toEqual(nodes.map(({ code }) => code));
    expect(edges.map(({ rank }) => rank)).toEqual([1, 2]);
    expect(edges.every(({ node }) => node.name.length > 0)).toBe(true);
    expect(edges[0]?.value.value).toBeGreaterThanOrEqual(edges[1]?.value.value ?? Number.NaN);
  });
});
