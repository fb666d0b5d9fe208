import { type TestSubgraph, testSubgraph } from '@district-graph/kit/testing/test-subgraph';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { subgraph } from '../subgraph.ts';

let sanitation: TestSubgraph;
beforeAll(async () => {
  sanitation = await testSubgraph(subgraph);
});
afterAll(() => sanitation.stop());

describe('roads', () => {
  it('are paged in the order of their divisions, each once', async () => {
    const ids: string[] = [];
    let after: string | null = null;
    do {
      const { data } = await sanitation.request(
        'query ($after: String) { roads(within: "410105", first: 90, after: $after) { totalCount nodes { id division { code } } pageInfo { hasNextPage endCursor } } }',
        { after },
      );
      expect(data.roads.totalCount).toBe(300);
      ids.push(...data.roads.nodes.map((node: { id: string }) => node.id));
      after = data.roads.pageInfo.hasNextPage ? data.roads.pageInfo.endCursor : null;
    } while (after);
    expect(new Set(ids).size).toBe(300);
  });

  it('have a cleaning grade whose limits are stored by edition', async () => {
    const { data } = await sanitation.request(
      '{ cleaningGradeStandards { grade edition peels sewageSquareMetres } }',
    );
    expect(data.cleaningGradeStandards).toEqual(
      [
        ['FIRST', 4, 0],
        ['SECOND', 6, 0.5],
        ['THIRD', 8, 1.5],
        ['FOURTH', 10, 2],
      ].map(([grade, peels, sewageSquareMetres]) => ({
        grade,
        edition: expect.stringContaining('to be verified'),
        peels,
        sewageSquareMetres,
      })),
    );
  });

  it('are null when unknown or when the identifier is none', async () => {
    const { data, errors } = await sanitation.request(
      '{ a: road(id: "014aa2ca-6000-7069-8000-000000000000") { id } b: road(id: "x") { id } }',
    );
    expect({ data, errors }).toEqual({ data: { a: null, b: null }, errors: undefined });
  });
});
