import type { Purpose, Scope } from '@district-graph/kit/identity/roles';
import { type Bearer, headersOf } from '@district-graph/kit/testing/identity';
import { eventsOf, type WritableSubgraph, writableSubgraph } from '@district-graph/kit/testing/test-subgraph';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { subgraph } from '../subgraph.ts';

let server: WritableSubgraph;
const id = (last: number) => `01a1fc14-c3c1-7069-8000-0000000000${String(last).padStart(2, '0')}`;
const platform = { id: id(1), code: '41010500002000000001' };
const source = id(2);

beforeAll(async () => {
  server = await writableSubgraph(subgraph, {
    Incident:
      'id status severity outcome peopleAssisted suspectsCaught division { code } source { deviceCode } location { longitude } timeline { at actor action note }',
    InvalidTransition: 'message from to',
    SourceDeviceRetired: 'message device { id }',
    IncidentFinished: 'message status',
  });
  await server.sql`insert into monitoring_platform (id, division_code, device_code, name, tier, longitude, latitude)
    values (${platform.id}, '410105', ${platform.code}, '示例平台', 'DISTRICT_CENTRE', 113.7, 34.8)`;
  await server.sql`insert into security_device
    (id, kind, division_code, device_code, platform_id, name, longitude, latitude, intercom, retired_at)
    values (${source}, 'ALARM_BOX', '410105007003', '41010500081340000001', ${platform.id}, '示例求助箱', 113.713331, 34.812229, true, null),
    (${id(3)}, 'ALARM_BOX', '410105007003', '41010500081340000002', ${platform.id}, '示例求助箱', 113.713331, 34.812229, true, now())`;
});
afterAll(() => server.stop());

const theft = {
  kind: 'THEFT',
  severity: 3,
  divisionCode: '410105007003',
  location: { longitude: 113.7, latitude: 34.8 },
};
async function raised(input = {}): Promise<string> {
  const { result } = await server.write('raiseIncident', { ...theft, ...input });
  return result.id;
}
const advance = (incidentId: string, to: string, input = {}) =>
  server.write('advanceIncident', { incidentId, to, ...input });
const code = async (action: string, input: Record<string, unknown>) =>
  (await server.write(action, input)).code;
const recounted = () => server.sql`select * from tally_recount()`;

describe('an incident', () => {
  it.each<[string, Bearer, string]>([
    ['the bureau', { roles: ['duty-officer'], bureau: '金水区指挥中心' }, '金水区指挥中心'],
    [
      'the roles without a bureau',
      { roles: ['duty-officer', 'device-maintainer'] },
      'duty-officer, device-maintainer',
    ],
    ['neither', { scopes: ['incident:write', 'incident:read'] }, '未注明单位'],
  ])('has %s in its timeline, never the subject of the token', async (_what, bearer, actor) => {
    const headers = await headersOf({ ...bearer, sub: 'zhang.san' });
    const { result } = await server.write('raiseIncident', theft, headers);
    expect(result.timeline.map((entry: { actor: string }) => entry.actor)).toEqual([actor]);
    // The change event records who it was, for an investigation.
    expect(await server.sql`select caller from change_event where entity_id = ${result.id}`).toEqual([
      { caller: 'zhang.san' },
    ]);
  });

  it('goes from raising to closing, with an event and a timeline entry for each step', async () => {
    const incidentId = await raised({ kind: 'TRAFFIC', description: '示例' });
    await advance(incidentId, 'ACKNOWLEDGED', { note: '已核实位置' });
    await advance(incidentId, 'DISPATCHED');
    const noted = await server.write('noteIncident', { incidentId, note: '已到现场' });
    expect(noted.result).toMatchObject({ status: 'DISPATCHED' });
    const resolved = await advance(incidentId, 'RESOLVED', {
      outcome: 'CASE',
      peopleAssisted: 2,
      suspectsCaught: 1,
    });
    expect(resolved.result).toMatchObject({ outcome: 'CASE', peopleAssisted: 2, suspectsCaught: 1 });
    const { result } = await advance(incidentId, 'CLOSED');
    expect(result.timeline.map(({ action, note }: Record<string, string>) => [action, note])).toEqual([
      ['RAISED', null],
      ['ACKNOWLEDGED', '已核实位置'],
      ['DISPATCHED', null],
      ['NOTE', '已到现场'],
      ['RESOLVED', null],
      ['CLOSED', null],
    ]);
    const step = (action: string, fromStatus: string | null, toStatus: string) => ({
      action,
      fromStatus,
      toStatus,
    });
    expect(await eventsOf(server, incidentId)).toEqual([
      step('raiseIncident', null, 'RAISED'),
      step('advanceIncident', 'RAISED', 'ACKNOWLEDGED'),
      step('advanceIncident', 'ACKNOWLEDGED', 'DISPATCHED'),
      step('noteIncident', 'DISPATCHED', 'DISPATCHED'),
      step('advanceIncident', 'DISPATCHED', 'RESOLVED'),
      step('advanceIncident', 'RESOLVED', 'CLOSED'),
    ]);
    expect(await recounted()).toEqual([]);
  });

  it('can be a false alarm until it is resolved', async () => {
    for (const steps of [[], ['ACKNOWLEDGED'], ['ACKNOWLEDGED', 'DISPATCHED']]) {
      const incidentId = await raised();
      for (const step of steps) await advance(incidentId, step);
      expect((await advance(incidentId, 'FALSE_ALARM')).result.status).toBe('FALSE_ALARM');
    }
    expect(await recounted()).toEqual([]);
  });

  it('refuses invalid transitions, and stores nothing of them', async () => {
    const incidentId = await raised();
    const { result } = await advance(incidentId, 'RESOLVED', { outcome: 'CASE' });
    expect(result).toMatchObject({ __typename: 'InvalidTransition', from: 'RAISED', to: 'RESOLVED' });
    expect(result.message).toMatch(/\p{Script=Han}/u);
    expect((await advance(incidentId, 'RAISED')).result.__typename).toBe('InvalidTransition');
    expect((await advance(incidentId, 'DISPATCHED')).result.__typename).toBe('InvalidTransition');
    await advance(incidentId, 'FALSE_ALARM');
    expect((await advance(incidentId, 'ACKNOWLEDGED')).result.from).toBe('FALSE_ALARM');
    const { result: finished } = await server.write('noteIncident', { incidentId, note: '示例' });
    expect(finished).toMatchObject({ __typename: 'IncidentFinished', status: 'FALSE_ALARM' });
    expect(await eventsOf(server, incidentId)).toHaveLength(2);
    const [{ count } = { count: 0 }] = await server.sql<{ count: number }[]>`
      select count(*) from incident_timeline where incident_id = ${incidentId}`;
    expect(count).toBe(2);
  });

  it('takes one of two concurrent steps', async () => {
    const incidentId = await raised();
    const answers = await Promise.all(
      Array.from({ length: 6 }, (_, index) =>
        advance(incidentId, index % 2 ? 'ACKNOWLEDGED' : 'FALSE_ALARM'),
      ),
    );
    const won = answers.filter(({ result }) => result.__typename === 'Incident');
    const lost = answers.filter(({ result }) => result.__typename === 'InvalidTransition');
    // An acknowledged incident can still be marked as a false alarm: one step or two, and an event for each.
    expect(won.length + lost.length).toBe(6);
    expect(new Set(won.map(({ result }) => result.status)).size).toBe(won.length);
    expect(await eventsOf(server, incidentId)).toHaveLength(1 + won.length);
    const second = await raised();
    const same = await Promise.all(Array.from({ length: 5 }, () => advance(second, 'ACKNOWLEDGED')));
    expect(same.filter(({ result }) => result.__typename === 'Incident')).toHaveLength(1);
    expect(same.filter(({ result }) => result.from === 'ACKNOWLEDGED')).toHaveLength(4);
    expect(await eventsOf(server, second)).toHaveLength(2);
  });

  it('continues though another server’s clock is ahead', async () => {
    const incidentId = await raised();
    await server.sql`update incident set raised_at = now() + interval '5 s' where id = ${incidentId}`;
    expect((await advance(incidentId, 'ACKNOWLEDGED')).result.status).toBe('ACKNOWLEDGED');
  });

  it('is raised once per idempotency key', async () => {
    const input = { ...theft, idempotencyKey: 'incident-1' };
    const answers = await Promise.all(Array.from({ length: 4 }, () => server.write('raiseIncident', input)));
    expect(new Set(answers.map(({ result }) => result.id)).size).toBe(1);
    expect(await eventsOf(server, answers[0]?.result.id)).toHaveLength(1);
  });
});

describe('a raised incident', () => {
  it('lies where its source stands, unless stated otherwise', async () => {
    const input = {
      kind: 'TRAFFIC',
      severity: 1,
      sourceDeviceId: source,
      alarmMethod: 'DEVICE',
      alarmType: 2,
    };
    const { result } = await server.write('raiseIncident', input);
    expect(result).toMatchObject({
      status: 'RAISED',
      division: { code: '410105007003' },
      source: { deviceCode: '41010500081340000001' },
      location: { longitude: 113.71 },
    });
    expect(await server.sql`select longitude from incident where id = ${result.id}`).toEqual([
      { longitude: 113.713331 },
    ]);
    const elsewhere = await server.write('raiseIncident', { ...input, divisionCode: '410105001' });
    expect(elsewhere.result.division.code).toBe('410105001');
  });

  it('does not reveal where its source stands, now or later, to viewers who may raise incidents', async () => {
    const input = { kind: 'DISPUTE', severity: 4, sourceDeviceId: source };
    const placeFor = async (scopes: Scope[], purpose?: Purpose) => {
      const headers = await headersOf({ roles: purpose ? ['duty-officer'] : [], scopes }, purpose);
      const { result } = await server.write('raiseIncident', input, headers);
      const { data } = await server.request(
        `query ($id: ID!) { incident(id: $id) { location { longitude } nearbyDevices(withinMetres: 2000) { distanceMetres } }
          incidents(within: "410105007", kind: DISPUTE, first: 1) { nodes { id location { longitude } } } }`,
        { id: result.id },
        headers,
      );
      const places = [result, data.incident, data.incidents.nodes[0]].map(
        ({ location }) => location.longitude,
      );
      return { places, near: data.incident.nearbyDevices[0].distanceMetres };
    };
    const scopes: Scope[] = ['incident:read', 'incident:write', 'device:read'];
    expect(await placeFor(scopes)).toEqual({ places: [113.71, 113.71, 113.71], near: 0 });
    expect(await placeFor(scopes, 'EMERGENCY')).toEqual({
      places: [113.713331, 113.713331, 113.713331],
      near: 0,
    });
    const elsewhere = {
      ...input,
      kind: 'PUBLIC_FACILITY',
      location: { longitude: 113.714447, latitude: 34.8 },
    };
    const { result } = await server.write('raiseIncident', elsewhere);
    const { data } = await server.request(
      'query ($id: ID!) { incident(id: $id) { location { longitude } } }',
      {
        id: result.id,
      },
    );
    expect(data.incident.location.longitude).toBe(113.714447);
  });

  it('cannot name a device outside the viewer’s divisions, and shows nothing of it', async () => {
    const headers = await headersOf({ roles: ['duty-officer'], divisions: ['410102'] }, 'EMERGENCY');
    for (const sourceDeviceId of [source, id(3)]) {
      const input = { kind: 'TRAFFIC', severity: 4, divisionCode: '410102001', sourceDeviceId };
      expect((await server.write('raiseIncident', input, headers)).code).toBe('FORBIDDEN');
    }
    expect(await server.sql`select from incident where division_code = '410102001'`).toHaveLength(0);
  });

  it('cannot name a retired or unknown device', async () => {
    const { result } = await server.write('raiseIncident', { ...theft, sourceDeviceId: id(3) });
    expect(result).toMatchObject({ __typename: 'SourceDeviceRetired', device: { id: id(3) } });
    expect(await code('raiseIncident', { ...theft, sourceDeviceId: id(9) })).toBe('NO_SUCH_RECORD');
    expect(await code('raiseIncident', { ...theft, sourceDeviceId: 'x' })).toBe('NO_SUCH_RECORD');
  });

  it.each([
    ['a severity of 5', { severity: 5 }],
    ['a severity that no column holds', { severity: 100_000 }],
    ['no division', { divisionCode: null }],
    ['what is no division', { divisionCode: '4101' }],
    ['a division of another city', { divisionCode: '420105' }],
    ['no place', { location: null }],
    ['a place outside the city', { location: { longitude: 34.8, latitude: 113.7 } }],
    ['an alarm type without a method', { alarmType: 1 }],
    ['an alarm type that its method has not', { alarmMethod: 'DEVICE', alarmType: 6 }],
    ['an elder’s key that is none', { elderId: 'x' }],
    ['a blank description', { description: ' ' }],
    ['a description that no column holds', { description: 'a\0b' }],
  ])('is refused with %s', async (_what, input) => {
    expect(await code('raiseIncident', { ...theft, ...input })).toBe('BAD_USER_INPUT');
  });
});

describe('a step', () => {
  it.each([
    ['a resolution without its outcome', { to: 'RESOLVED' }],
    ['an outcome of what is not resolved', { to: 'ACKNOWLEDGED', outcome: 'CASE' }],
    ['people assisted by an acknowledgement', { to: 'ACKNOWLEDGED', peopleAssisted: 1 }],
    ['suspects of what is no case', { to: 'RESOLVED', outcome: 'ASSISTANCE', suspectsCaught: 1 }],
    ['fewer people than none', { to: 'RESOLVED', outcome: 'ASSISTANCE', peopleAssisted: -1 }],
    ['a note that is too long', { to: 'ACKNOWLEDGED', note: '长'.repeat(1001) }],
  ])('is refused with %s', async (_what, input) => {
    const incidentId = await raised();
    expect(await code('advanceIncident', { incidentId, ...input })).toBe('BAD_USER_INPUT');
    expect(await eventsOf(server, incidentId)).toHaveLength(1);
  });

  it('is refused for an unknown incident', async () => {
    expect(await code('advanceIncident', { incidentId: id(9), to: 'CLOSED' })).toBe('NO_SUCH_RECORD');
    expect(await code('noteIncident', { incidentId: 'x', note: '示例' })).toBe('NO_SUCH_RECORD');
  });
});
