import { eventsOf, type WritableSubgraph, writableSubgraph } from '@district-graph/kit/testing/test-subgraph';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { subgraph } from '../subgraph.ts';

let server: WritableSubgraph;
beforeAll(async () => {
  server = await writableSubgraph(subgraph, {
    PollutionAlert: 'id',
    InspectionTeam: 'id',
    PollutionSource: 'id',
    Inspection: 'id finding controlMeasure penalty { fen currency } source { id } alert { id }',
    AlertLifted: 'message alert { id }',
    InvalidTransition: 'message from to',
    VersionConflict: 'message current seen',
  });
});
afterAll(() => server.stop());

const missing = '01a1fc14-c3c1-7069-8000-000000000099';
const location = { longitude: 113.68, latitude: 34.79 };
const recount = () => server.sql`select * from tally_recount()`;
async function newAlert(divisionCode: string) {
  const alertId = (await server.write('issuePollutionAlert', { divisionCode, level: 'ORANGE' })).result.id;
  return {
    alertId,
    teamId: (await server.write('sendInspectionTeam', { alertId, name: '督查1组' })).result.id,
  };
}
async function newSource(divisionCode = '410105007003'): Promise<string> {
  const { result } = await server.write('registerPollutionSource', {
    divisionCode,
    name: '示例工地',
    category: 'CONSTRUCTION_SITE',
    address: '示例路 1 号',
    controlMeasure: '停止土石方作业',
    location,
  });
  return result.id;
}

let alert: { alertId: string; teamId: string };
beforeAll(async () => {
  alert = await newAlert('410105');
});

describe('an inspection', () => {
  it('has a finding, a measure and a fine, and counts in the progress of its alert', async () => {
    const sourceId = await newSource();
    const { result } = await server.write('recordInspection', {
      ...alert,
      sourceId,
      finding: 'VIOLATION',
      controlMeasure: '裸土覆盖',
      penaltyFen: 300_000,
    });
    expect(result).toMatchObject({
      finding: 'VIOLATION',
      controlMeasure: '裸土覆盖',
      penalty: { fen: 300_000, currency: 'CNY' },
      source: { id: sourceId },
      alert: { id: alert.alertId },
    });
    const other = await server.write('recordInspection', {
      ...alert,
      sourceId: await newSource(),
      finding: 'COMPLIANT',
    });
    expect(other.result).toMatchObject({ controlMeasure: '停止土石方作业', penalty: null });
    expect(await eventsOf(server, result.id)).toEqual([
      { action: 'recordInspection', fromStatus: null, toStatus: 'VIOLATION' },
    ]);
    const { data } = await server.request(
      'query ($id: ID!) { pollutionAlert(id: $id) { progress { category sources inspected violations } teams { inspected } } }',
      { id: alert.alertId },
    );
    expect(data.pollutionAlert.progress).toContainEqual({
      category: 'CONSTRUCTION_SITE',
      sources: 2,
      inspected: 2,
      violations: 1,
    });
    expect(data.pollutionAlert.teams).toEqual([{ inspected: 2 }]);
    expect(await recount()).toHaveLength(0);
  });

  it('fines a violation only, by an amount above zero', async () => {
    const sourceId = await newSource();
    for (const input of [
      { finding: 'COMPLIANT', penaltyFen: 100 },
      { finding: 'RECTIFIED', penaltyFen: 100 },
      { finding: 'VIOLATION', penaltyFen: 0 },
      { finding: 'VIOLATION', penaltyFen: -100 },
      { finding: 'VIOLATION', penaltyFen: 10_000_000_001 },
      { finding: 'VIOLATION', controlMeasure: ' ' },
      { finding: 'VIOLATION', controlMeasure: 'a\0' },
    ])
      expect((await server.write('recordInspection', { ...alert, sourceId, ...input })).code).toBe(
        'BAD_USER_INPUT',
      );
  });

  it('needs an open source and a team of the alert', async () => {
    const sourceId = await newSource();
    const finding = 'COMPLIANT';
    const foreign = await newAlert('410102');
    const closed = await newSource();
    await server.write('closePollutionSource', { sourceId: closed });
    for (const [input, code] of [
      [{ ...alert, sourceId: missing, finding }, 'NO_SUCH_RECORD'],
      [{ ...alert, sourceId, finding, alertId: missing }, 'NO_SUCH_RECORD'],
      [{ ...alert, sourceId, finding, teamId: missing }, 'NO_SUCH_RECORD'],
      [{ ...alert, sourceId, finding, teamId: foreign.teamId }, 'BAD_USER_INPUT'],
      [{ ...alert, sourceId: closed, finding }, 'BAD_USER_INPUT'],
    ] as const)
      expect((await server.write('recordInspection', input)).code).toBe(code);
    const outside = await server.write('recordInspection', { ...foreign, sourceId, finding });
    expect(outside.result.__typename).toBe('SourceOutsideAlert');
    expect(outside.result.message).toMatch(/\p{Script=Han}/u);
  });

  it('is refused under a lifted alert, also while it is being lifted', async () => {
    const lifted = await newAlert('410103');
    const sourceId = await newSource('410103001');
    const record = () => server.write('recordInspection', { ...lifted, sourceId, finding: 'COMPLIANT' });
    const [lift, ...answers] = await Promise.all([
      server.write('liftPollutionAlert', { alertId: lifted.alertId }),
      ...Array.from({ length: 8 }, record),
    ]);
    expect(lift.result.__typename).toBe('PollutionAlert');
    const recorded = answers.filter(({ result }) => result.__typename === 'Inspection');
    const refused = answers.filter(({ result }) => result.__typename === 'AlertLifted');
    expect(recorded.length + refused.length).toBe(8);
    expect((await record()).result).toMatchObject({
      __typename: 'AlertLifted',
      alert: { id: lifted.alertId },
    });
    expect(await server.sql`select from inspection where alert_id = ${lifted.alertId}`).toHaveLength(
      recorded.length,
    );
    expect(await recount()).toHaveLength(0);
  });
});
