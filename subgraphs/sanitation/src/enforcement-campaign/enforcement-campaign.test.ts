import { addDays, today } from '@district-graph/kit/calendar';
import { newId } from '@district-graph/kit/database/ids';
import { emptyDatabase, type TestSubgraph, testSubgraph } from '@district-graph/kit/testing/test-subgraph';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { subgraph } from '../subgraph.ts';

let sanitation: TestSubgraph;
beforeAll(async () => {
  sanitation = await testSubgraph(subgraph);
});
afterAll(() => sanitation.stop());

const figures =
  'personTimes vehicleTimes vehiclesHeld smallAdsCleared lightBoxesRemoved billboardsRemoved steelStructuresRemoved';

interface Campaign {
  id: string;
  startedOn: string;
  endedOn: string;
  results: Record<string, number>;
}

async function list(within: string, first: number) {
  const rows: Campaign[] = [];
  const totals = new Set<number>();
  let after: string | null = null;
  do {
    const { data, errors } = await sanitation.request(
      `query ($within: ID!, $first: Int, $after: String) { enforcementCampaigns(within: $within, first: $first, after: $after) {
        totalCount nodes { id startedOn endedOn results { ${figures} } } pageInfo { hasNextPage endCursor }
      } }`,
      { within, first, after },
    );
    expect(errors).toBeUndefined();
    const { nodes, totalCount, pageInfo } = data.enforcementCampaigns;
    rows.push(...nodes);
    totals.add(totalCount);
    after = pageInfo.hasNextPage ? pageInfo.endCursor : null;
  } while (after);
  return { rows, totals: [...totals] };
}

describe('the campaigns inside a division', () => {
  it.each([
    ['410100', '4101', 7, 60],
    ['410105', '410105', 1, 4],
  ])('of %s are paged by division code and first day, each once', async (within, prefix, first, count) => {
    const { rows, totals } = await list(within, first);
    const expected = await sanitation.sql<{ id: string }[]>`
      select id from enforcement_campaign where starts_with(division_code, ${prefix}) order by division_code, started_on, id`;
    expect(rows.map(({ id }) => id)).toEqual(expected.map(({ id }) => id));
    expect(rows).toHaveLength(count);
    expect(totals).toEqual([count]);
  });

  it('have together the results that the overview sums for their first days', async () => {
    const { rows } = await list('410100', 100);
    const sums = async (from: string, to: string) => {
      const { data } = await sanitation.request(
        `query ($r: [_Any!]!, $period: DateRange!) { _entities(representations: $r) { ... on Division {
          sanitation { campaigns(period: $period) { ${figures} } }
        } } }`,
        { r: [{ __typename: 'Division', code: '410100' }], period: { from, to } },
      );
      return data._entities[0].sanitation.campaigns;
    };
    const expected: Record<string, number> = {};
    for (const { results } of rows)
      for (const [figure, value] of Object.entries(results))
        expected[figure] = (expected[figure] ?? 0) + value;
    expect(Object.keys(expected)).toHaveLength(7);
    expect(await sums('2015-10-22', addDays(today(), -25))).toEqual(expected);
    // Counted on its first day, not on those after it.
    const none = Object.fromEntries(Object.keys(expected).map((figure) => [figure, 0]));
    expect(await sums('2015-10-23', '2015-10-28')).toEqual(none);
  });

  it('are refused with a code, and empty where there are none', async () => {
    const { data } = await sanitation.request(
      '{ sanitationCrews(within: "410105", first: 1) { pageInfo { endCursor } } }',
    );
    for (const [args, code, argument] of [
      ['within: "410105", first: 0', 'BAD_USER_INPUT', 'first'],
      ['within: "410105 "', 'BAD_USER_INPUT', 'within'],
      [`within: "410105", after: "${data.sanitationCrews.pageInfo.endCursor}"`, 'BAD_CURSOR', 'after'],
    ]) {
      const { errors } = await sanitation.request(`{ enforcementCampaigns(${args}) { totalCount } }`);
      expect(errors?.[0]?.extensions).toEqual({ code, argument });
    }
    expect(await list('410105007', 10)).toEqual({ rows: [], totals: [0] });
  });
});

it('at Erqi Square is known by its title, days and division; an unknown one is null', async () => {
  const [campaign] = (await list('410103', 1)).rows;
  const { data, errors } = await sanitation.request(
    `query ($id: ID!) {
      a: enforcementCampaign(id: $id) { title division { code } startedOn endedOn results { steelStructuresRemoved } }
      b: enforcementCampaign(id: "014aa2ca-6000-7069-8000-000000000000") { id }
      c: enforcementCampaign(id: "x") { id }
    }`,
    { id: campaign?.id },
  );
  expect(errors).toBeUndefined();
  expect(data).toEqual({
    a: {
      title: expect.stringContaining('二七广场'),
      division: { code: '410103' },
      startedOn: '2015-10-22',
      endedOn: '2015-10-28',
      results: { steelStructuresRemoved: 5 },
    },
    b: null,
    c: null,
  });
});

it('may last one day, and is refused if it ends before it starts, with a result below zero, or under another key', async () => {
  const { sql, drop } = await emptyDatabase(subgraph);
  const columns = [
    'person_times',
    'vehicle_times',
    'vehicles_held',
    'small_ads_cleared',
    'light_boxes_removed',
  ];
  const results = [...columns, 'billboards_removed', 'steel_structures_removed'];
  const insert = (change: Record<string, string | number> = {}) => {
    const row = { id: newId('410105'), division_code: '410105', title: '示例' };
    const days = { started_on: '2026-03-01', ended_on: '2026-03-01' };
    const zeros = Object.fromEntries(results.map((column) => [column, 0]));
    return sql`insert into enforcement_campaign ${sql([{ ...row, ...days, ...zeros, ...change }])}`;
  };
  await expect(insert({ ended_on: '2026-02-28' })).rejects.toThrow('enforcement_campaign_days');
  for (const column of results)
    await expect(insert({ [column]: -1 }), column).rejects.toThrow('enforcement_campaign_results');
  await expect(insert({ id: newId('410102') })).rejects.toThrow('enforcement_campaign_id_home');
  await insert();
  expect(await sql`select * from tally_recount()`).toEqual([]);
  await drop();
});
