import { addDays, today } from '@district-graph/kit/calendar';
import { eventsOf, type WritableSubgraph, writableSubgraph } from '@district-graph/kit/testing/test-subgraph';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { subgraph } from '../subgraph.ts';

let server: WritableSubgraph;
let incidentId: string;

beforeAll(async () => {
  server = await writableSubgraph(subgraph, {
    SafetyInspection:
      'id status kind site hazards scheduledOn inspectedAt rectifyBy rectifiedAt cancelledAt incident { id } division { code }',
    Incident: 'id',
    InvalidTransition: 'message from to',
  });
  const fire = {
    kind: 'SITE_FIRE',
    severity: 1,
    divisionCode: '410105007',
    location: { longitude: 113.7, latitude: 34.8 },
  };
  incidentId = (await server.write('raiseIncident', fire)).result.id;
});
afterAll(() => server.stop());

const id = '01a1fc14-c3c1-7069-8000-000000000099';
const now = () => new Date().toISOString();
const premises = { kind: 'FIRE', divisionCode: '410105007003', site: '示例商场', team: '示例检查组' };
const found = { hazards: 2, rectifyBy: addDays(today(), 14) };
const scheduled = async (input = {}): Promise<string> =>
  (await server.write('scheduleSafetyInspection', { ...premises, scheduledOn: today(), ...input })).result.id;
const code = async (action: string, input: Record<string, unknown>) =>
  (await server.write(action, input)).code;
const recounted = () => server.sql`select * from tally_recount()`;

describe('an inspection', () => {
  it('goes from its scheduled day to the rectification of its hazards, with an event for each step', async () => {
    const inspectionId = await scheduled();
    const { result } = await server.write('recordSafetyInspection', {
      inspectionId,
      inspectedAt: now(),
      ...found,
    });
    expect(result).toMatchObject({ status: 'HAZARDS_FOUND', ...found });
    const rectified = await server.write('rectifySafetyInspection', { inspectionId });
    expect(rectified.result).toMatchObject({ status: 'RECTIFIED', rectifiedAt: expect.any(String) });
    expect(await eventsOf(server, inspectionId)).toEqual([
      { action: 'scheduleSafetyInspection', fromStatus: null, toStatus: 'SCHEDULED' },
      { action: 'recordSafetyInspection', fromStatus: 'SCHEDULED', toStatus: 'HAZARDS_FOUND' },
      { action: 'rectifySafetyInspection', fromStatus: 'HAZARDS_FOUND', toStatus: 'RECTIFIED' },
    ]);
    expect(await recounted()).toEqual([]);
  });

  it('may be recorded without having been scheduled, for an incident too', async () => {
    const { result } = await server.write('recordSafetyInspection', {
      unscheduled: { ...premises, incidentId },
      inspectedAt: '2026-01-31T23:30:00Z',
      hazards: 0,
    });
    expect(result).toMatchObject({
      status: 'PASSED',
      scheduledOn: '2026-02-01',
      rectifyBy: null,
      incident: { id: incidentId },
      division: { code: '410105007003' },
    });
    expect(await eventsOf(server, result.id)).toHaveLength(1);
    expect(await recounted()).toEqual([]);
  });

  it('refuses invalid transitions', async () => {
    const inspectionId = await scheduled();
    expect((await server.write('rectifySafetyInspection', { inspectionId })).result).toMatchObject({
      from: 'SCHEDULED',
      to: 'RECTIFIED',
    });
    expect((await server.write('cancelSafetyInspection', { inspectionId })).result.status).toBe('CANCELLED');
    const recorded = await server.write('recordSafetyInspection', {
      inspectionId,
      inspectedAt: now(),
      hazards: 0,
    });
    expect(recorded.result).toMatchObject({
      __typename: 'InvalidTransition',
      from: 'CANCELLED',
      to: 'PASSED',
    });
    expect((await server.write('cancelSafetyInspection', { inspectionId })).result.from).toBe('CANCELLED');
    expect(await eventsOf(server, inspectionId)).toHaveLength(2);
  });

  it('is recorded once, with any number of concurrent requests', async () => {
    const inspectionId = await scheduled();
    const answers = await Promise.all(
      Array.from({ length: 4 }, () =>
        server.write('recordSafetyInspection', { inspectionId, inspectedAt: now(), ...found }),
      ),
    );
    const types = answers.map(({ result }) => result.__typename).sort();
    expect(types).toEqual([
      'InvalidTransition',
      'InvalidTransition',
      'InvalidTransition',
      'SafetyInspection',
    ]);
    expect(await recounted()).toEqual([]);
  });
});

describe('a refusal', () => {
  it.each([
    ['an inspection to come', { inspectedAt: new Date(Date.now() + 3_600_000).toISOString() }],
    ['hazards without a day by which they are to be rectified', { hazards: 1 }],
    ['a day before the inspection', { hazards: 1, rectifyBy: '2020-01-01' }],
    ['a day where there are no hazards', { rectifyBy: today() }],
    ['fewer hazards than none', { hazards: -1 }],
    ['neither a scheduled nor an unscheduled one', { unscheduled: null }],
    ['both', { inspectionId: id }],
    ['a blank site', { unscheduled: { ...premises, site: '' } }],
    ['a division of another city', { unscheduled: { ...premises, divisionCode: '420105' } }],
    ['a service centre’s key that is none', { unscheduled: { ...premises, serviceCentreId: 'x' } }],
  ])('of a record: %s', async (_what, input) => {
    const record = { unscheduled: premises, inspectedAt: now(), hazards: 0, ...input };
    expect(await code('recordSafetyInspection', record)).toBe('BAD_USER_INPUT');
  });

  it('of past days, and of unknown records', async () => {
    const yesterday = { ...premises, scheduledOn: addDays(today(), -1) };
    expect(await code('scheduleSafetyInspection', yesterday)).toBe('BAD_USER_INPUT');
    expect(await code('rectifySafetyInspection', { inspectionId: id })).toBe('NO_SUCH_RECORD');
    const ofNone = { ...premises, scheduledOn: today(), incidentId: id };
    expect(await code('scheduleSafetyInspection', ofNone)).toBe('NO_SUCH_RECORD');
  });
});
