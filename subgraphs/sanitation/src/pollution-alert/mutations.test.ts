import { eventsOf, type WritableSubgraph, writableSubgraph } from '@district-graph/kit/testing/test-subgraph';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { subgraph } from '../subgraph.ts';

let server: WritableSubgraph;
beforeAll(async () => {
  server = await writableSubgraph(subgraph, {
    PollutionAlert: 'id level issuedAt liftedAt version',
    AlertAlreadyStands: 'message alert { id level }',
    InspectionTeam: 'id name inspected',
    AlertLifted: 'message alert { id liftedAt }',
    InvalidTransition: 'message from to',
    VersionConflict: 'message current seen',
  });
});
afterAll(() => server.stop());

const missing = '01a1fc14-c3c1-7069-8000-000000000099';
const recount = () => server.sql`select * from tally_recount()`;
const current = async (code: string) =>
  (
    await server.request(
      'query ($r: [_Any!]!) { _entities(representations: $r) { ... on Division { sanitation { currentAlert { id level } } } } }',
      { r: [{ __typename: 'Division', code }] },
    )
  ).data._entities[0].sanitation.currentAlert;

describe('an alert', () => {
  it('is issued, raised and lifted, and is in force meanwhile', async () => {
    const { result } = await server.write('issuePollutionAlert', { divisionCode: '410105', level: 'YELLOW' });
    expect(result).toMatchObject({ level: 'YELLOW', liftedAt: null, version: 1 });
    expect(await current('410105007003')).toEqual({ id: result.id, level: 'YELLOW' });
    const raise = { alertId: result.id, version: 1, level: 'ORANGE' };
    expect((await server.write('changePollutionAlertLevel', raise)).result).toMatchObject({
      level: 'ORANGE',
      version: 2,
    });
    expect((await server.write('changePollutionAlertLevel', raise)).result).toMatchObject({
      __typename: 'VersionConflict',
      current: 2,
      seen: 1,
    });
    expect((await server.write('liftPollutionAlert', { alertId: result.id })).result.liftedAt).not.toBeNull();
    expect(await current('410105007003')).toBeNull();
    for (const [action, input] of [
      ['liftPollutionAlert', { alertId: result.id }],
      ['changePollutionAlertLevel', { ...raise, version: 3 }],
    ] as const)
      expect((await server.write(action, input)).result).toMatchObject({
        __typename: 'InvalidTransition',
        from: 'LIFTED',
      });
    expect(await eventsOf(server, result.id)).toEqual([
      { action: 'issuePollutionAlert', fromStatus: null, toStatus: 'STANDING' },
      { action: 'changePollutionAlertLevel', fromStatus: 'STANDING', toStatus: 'STANDING' },
      { action: 'liftPollutionAlert', fromStatus: 'STANDING', toStatus: 'LIFTED' },
    ]);
    expect(await recount()).toHaveLength(0);
  });

  it('is one per division, with any number of concurrent issues', async () => {
    const issue = { divisionCode: '410102', level: 'RED' };
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => server.write('issuePollutionAlert', issue)),
    );
    const issued = answers.filter(({ result }) => result.__typename === 'PollutionAlert');
    expect(issued).toHaveLength(1);
    const refused = answers.filter(({ result }) => result.__typename === 'AlertAlreadyStands');
    expect(refused).toHaveLength(19);
    for (const { result } of refused)
      expect(result.alert).toEqual({ id: issued[0]?.result.id, level: 'RED' });
    expect(
      (await server.write('issuePollutionAlert', { ...issue, divisionCode: '410100' })).result.level,
    ).toBe('RED');
    expect((await server.write('issuePollutionAlert', { ...issue, divisionCode: '41' })).code).toBe(
      'BAD_USER_INPUT',
    );
    expect(await recount()).toHaveLength(0);
  });

  it('has teams sent under it while it is in force', async () => {
    const { result } = await server.write('issuePollutionAlert', { divisionCode: '410103', level: 'BLUE' });
    const alertId = result.id;
    const sent = await server.write('sendInspectionTeam', { alertId, name: '督查1组' });
    expect(sent.result).toMatchObject({ name: '督查1组', inspected: 0 });
    expect(await eventsOf(server, sent.result.id)).toHaveLength(1);
    for (const name of ['', 'a\0'])
      expect((await server.write('sendInspectionTeam', { alertId, name })).code).toBe('BAD_USER_INPUT');
    await server.write('liftPollutionAlert', { alertId });
    const refused = (await server.write('sendInspectionTeam', { alertId, name: '督查2组' })).result;
    expect(refused).toMatchObject({ __typename: 'AlertLifted', alert: { id: alertId } });
    for (const [action, input] of [
      ['sendInspectionTeam', { alertId: missing, name: '督查' }],
      ['liftPollutionAlert', { alertId: missing }],
      ['changePollutionAlertLevel', { alertId: missing, version: 1, level: 'RED' }],
    ] as const)
      expect((await server.write(action, input)).code).toBe('NO_SUCH_RECORD');
    expect(await recount()).toHaveLength(0);
  });
});
