import { newId } from '@district-graph/kit/database/ids';
import { emptyDatabase, type TestSubgraph, testSubgraph } from '@district-graph/kit/testing/test-subgraph';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { subgraph } from '../subgraph.ts';

let sanitation: TestSubgraph;
beforeAll(async () => {
  sanitation = await testSubgraph(subgraph);
});
afterAll(() => sanitation.stop());

describe('blind spots', () => {
  it('that are open are listed in each division, counted without reading rows, in two statements for all', async () => {
    sanitation.statements();
    const { data, errors } = await sanitation.request(
      `query ($r: [_Any!]!) { _entities(representations: $r) { ... on Division { sanitation {
        blindSpots(status: REPORTED, first: 100) { totalCount nodes { status clearedAt division { code } } pageInfo { hasNextPage } }
      } } } }`,
      { r: ['410105', '410103', '410105007'].map((code) => ({ __typename: 'Division', code })) },
    );
    expect(errors).toBeUndefined();
    expect(sanitation.statements()).toHaveLength(2);
    for (const { sanitation: found } of data._entities) {
      const { totalCount, nodes, pageInfo } = found.blindSpots;
      expect(pageInfo.hasNextPage).toBe(false);
      expect(nodes).toHaveLength(totalCount);
      for (const node of nodes) expect(node).toMatchObject({ status: 'REPORTED', clearedAt: null });
    }
  });

  it('are refused if cleared without a time, cleared before they were reported, or outside the city', async () => {
    const { sql, drop } = await emptyDatabase(subgraph);
    const insert = (values: Record<string, string | number>) => {
      const row = {
        id: newId('410105'),
        division_code: '410105007003',
        place: '巷口',
        kind: 'WEEDS',
        status: 'REPORTED',
        reported_at: '2026-03-01T08:00:00+08:00',
        longitude: 113.68,
        latitude: 34.79,
        ...values,
      };
      return sql`insert into blind_spot ${sql([row])}`;
    };
    await expect(insert({ status: 'CLEARED' })).rejects.toThrow('blind_spot_cleared');
    await expect(insert({ status: 'CLEARED', cleared_at: '2026-03-01T07:00:00+08:00' })).rejects.toThrow(
      'blind_spot_cleared',
    );
    await expect(insert({ cleared_at: '2026-03-01T09:00:00+08:00' })).rejects.toThrow('blind_spot_cleared');
    await expect(insert({ longitude: 34.79, latitude: 113.68 })).rejects.toThrow('blind_spot_location');
    await expect(insert({ kind: 'OTHER' })).rejects.toThrow('blind_spot_kind');
    await insert({});
    await drop();
  });
});
