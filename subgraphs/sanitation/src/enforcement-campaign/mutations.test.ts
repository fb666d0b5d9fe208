import { eventsOf, type WritableSubgraph, writableSubgraph } from '@district-graph/kit/testing/test-subgraph';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { subgraph } from '../subgraph.ts';

let server: WritableSubgraph;
beforeAll(async () => {
  server = await writableSubgraph(subgraph, {
    EnforcementCampaign:
      'id title startedOn endedOn closedAt results { personTimes vehiclesHeld smallAdsCleared }',
    InvalidTransition: 'message from to',
    VersionConflict: 'message current seen',
  });
});
afterAll(() => server.stop());

const missing = '01a1fc14-c3c1-7069-8000-000000000099';
const recount = () => server.sql`select * from tally_recount()`;
const campaign = {
  divisionCode: '410103',
  title: '示例市容整治',
  startedOn: '2026-03-01',
  endedOn: '2026-03-07',
};
const results = {
  personTimes: 686,
  vehicleTimes: 102,
  vehiclesHeld: 204,
  smallAdsCleared: 1072,
  lightBoxesRemoved: 57,
  billboardsRemoved: 36,
  steelStructuresRemoved: 5,
};

describe('a campaign', () => {
  it('is opened with its planned days and closed with its results', async () => {
    const { result } = await server.write('openEnforcementCampaign', campaign);
    expect(result).toMatchObject({ endedOn: '2026-03-07', closedAt: null, results: { personTimes: 0 } });
    const close = { campaignId: result.id, endedOn: '2026-03-09', results };
    const { result: closed } = await server.write('closeEnforcementCampaign', close);
    expect(closed).toMatchObject({
      endedOn: '2026-03-09',
      results: { personTimes: 686, vehiclesHeld: 204, smallAdsCleared: 1072 },
    });
    expect(closed.closedAt).not.toBeNull();
    const again = await server.write('closeEnforcementCampaign', close);
    expect(again.result).toMatchObject({ __typename: 'InvalidTransition', from: 'CLOSED', to: 'CLOSED' });
    expect(await eventsOf(server, result.id)).toEqual([
      { action: 'openEnforcementCampaign', fromStatus: null, toStatus: 'OPEN' },
      { action: 'closeEnforcementCampaign', fromStatus: 'OPEN', toStatus: 'CLOSED' },
    ]);
    const { data } = await server.request(
      `query ($r: [_Any!]!) { _entities(representations: $r) { ... on Division { sanitation {
        campaigns(period: { from: "2026-03-01", to: "2026-03-31" }) { personTimes billboardsRemoved } } } } }`,
      { r: [{ __typename: 'Division', code: '410100' }] },
    );
    expect(data._entities[0].sanitation.campaigns).toEqual({ personTimes: 686, billboardsRemoved: 36 });
    expect(await recount()).toHaveLength(0);
  });

  it('is closed once, with any number of concurrent requests', async () => {
    const { result } = await server.write('openEnforcementCampaign', campaign);
    const answers = await Promise.all(
      Array.from({ length: 5 }, () =>
        server.write('closeEnforcementCampaign', { campaignId: result.id, results }),
      ),
    );
    const types = answers.map((answer) => answer.result.__typename);
    expect(types.filter((type) => type === 'EnforcementCampaign')).toHaveLength(1);
    expect(await recount()).toHaveLength(0);
  });

  it('does not end before it started or in the future, nor with results below zero', async () => {
    const bad = 'BAD_USER_INPUT';
    expect((await server.write('openEnforcementCampaign', { ...campaign, endedOn: '2026-02-28' })).code).toBe(
      bad,
    );
    for (const title of ['', 'a\0'])
      expect((await server.write('openEnforcementCampaign', { ...campaign, title })).code).toBe(bad);
    expect((await server.write('openEnforcementCampaign', { ...campaign, divisionCode: '4' })).code).toBe(
      bad,
    );
    const { result } = await server.write('openEnforcementCampaign', campaign);
    for (const input of [
      { endedOn: '2026-02-28', results },
      { endedOn: '2999-01-01', results },
      { endedOn: '2026-03-07', results: { ...results, vehiclesHeld: -1 } },
    ])
      expect((await server.write('closeEnforcementCampaign', { campaignId: result.id, ...input })).code).toBe(
        bad,
      );
    expect((await server.write('closeEnforcementCampaign', { campaignId: missing, results })).code).toBe(
      'NO_SUCH_RECORD',
    );
  });
});
