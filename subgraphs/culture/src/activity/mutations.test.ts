import { eventsOf, type WritableSubgraph, writableSubgraph } from '@district-graph/kit/testing/test-subgraph';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { subgraph } from '../subgraph.ts';

let server: WritableSubgraph;
beforeAll(async () => {
  server = await writableSubgraph(subgraph, {
    InvalidTransition: 'message from to',
    VersionConflict: 'message current seen',
    Activity: 'id status version title category audience season organiser',
    ActivityInUse: 'message session { id }',
    Session: 'id status activity { category audience }',
  });
  await server.sql`insert into venue (id, division_code, service_centre_id, name, kind, capacity, longitude, latitude)
    values (${id(2)}, '410105007', ${id(8)}, '示例厅', 'HALL', 40, 113.6, 34.8)`;
});
afterAll(() => server.stop());

const id = (last: number) => `01a1fc14-c3c1-7069-8000-0000000000${String(last).padStart(2, '0')}`;
const recount = () => server.sql`select * from tally_recount()`;
const soon = (hours: number) => new Date(Date.now() + hours * 3_600_000).toISOString();

const course = {
  divisionCode: '410105007',
  title: '示例课',
  category: 'LECTURE',
  audience: 'ELDERLY',
  season: 'SPRING_FESTIVAL',
  organiser: '示例中心',
};
const registered = async () => (await server.write('registerActivity', course)).result.id as string;
const listed = async () => {
  const { data } = await server.request('{ activities(within: "410105") { totalCount nodes { id } } }');
  expect(data.activities.nodes).toHaveLength(data.activities.totalCount);
  return data.activities.nodes.map((node: { id: string }) => node.id);
};

describe('an activity', () => {
  it('is registered, edited and closed, with an event for each; a closed one is no longer counted', async () => {
    const { result } = await server.write('registerActivity', course);
    expect(result).toMatchObject({ status: 'OFFERED', version: 1, season: 'SPRING_FESTIVAL' });
    const activityId = result.id;
    const edited = await server.write('updateActivity', {
      activityId,
      version: 1,
      title: '示例二',
      season: null,
    });
    expect(edited.result).toMatchObject({ version: 2, title: '示例二', season: null, organiser: '示例中心' });
    expect(await listed()).toContain(activityId);
    expect((await server.write('closeActivity', { activityId })).result.status).toBe('CLOSED');
    expect(await listed()).not.toContain(activityId);
    expect(await eventsOf(server, activityId)).toEqual([
      { action: 'registerActivity', fromStatus: null, toStatus: 'OFFERED' },
      { action: 'updateActivity', fromStatus: 'OFFERED', toStatus: 'OFFERED' },
      { action: 'closeActivity', fromStatus: 'OFFERED', toStatus: 'CLOSED' },
    ]);
    expect(await recount()).toHaveLength(0);
  });

  it('changes how its sessions are counted when its category or audience is corrected', async () => {
    const activityId = await registered();
    const plan = { activityId, venueId: id(2), startsAt: soon(12), endsAt: soon(13) };
    const sessionId = (await server.write('scheduleSession', plan)).result.id;
    await server.sql`update session set starts_at = now() - interval '1 hour', ends_at = now() where id = ${sessionId}`;
    await server.write('recordSessionHeld', { sessionId, attended: 12 });
    await server.write('updateActivity', { activityId, version: 1, category: 'TRAINING', audience: 'WOMEN' });
    const [row] = await server.sql`select category, audience from session where id = ${sessionId}`;
    expect(row).toEqual({ category: 'TRAINING', audience: 'WOMEN' });
    expect(await recount()).toHaveLength(0);
  });

  it('is not edited from an old version, nor once it is closed', async () => {
    const activityId = await registered();
    const edits = ['甲', '乙', '丙'].map((title) =>
      server.write('updateActivity', { activityId, version: 1, title }),
    );
    const types = (await Promise.all(edits)).map(({ result }) => result.__typename);
    expect(types.sort()).toEqual(['Activity', 'VersionConflict', 'VersionConflict']);
    await server.write('closeActivity', { activityId });
    const late = await server.write('updateActivity', { activityId, version: 3, title: '丁' });
    expect(late.result).toMatchObject({ __typename: 'InvalidTransition', from: 'CLOSED' });
    expect((await server.write('closeActivity', { activityId })).result.__typename).toBe('InvalidTransition');
    expect(await eventsOf(server, activityId)).toHaveLength(3);
  });

  it('is refused with invalid input', async () => {
    for (const change of [{ title: '' }, { organiser: '示'.repeat(101) }, { divisionCode: '41' }])
      expect((await server.write('registerActivity', { ...course, ...change })).code).toBe('BAD_USER_INPUT');
    expect((await server.write('updateActivity', { activityId: id(9), version: 1 })).code).toBe(
      'NO_SUCH_RECORD',
    );
    expect((await server.write('closeActivity', { activityId: 'x' })).code).toBe('NO_SUCH_RECORD');
  });

  it('is not closed while it has coming sessions, and gets no new ones once closed', async () => {
    const activityId = await registered();
    const plan = { activityId, venueId: id(2), startsAt: soon(2), endsAt: soon(3) };
    const sessionId = (await server.write('scheduleSession', plan)).result.id;
    const used = await server.write('closeActivity', { activityId });
    expect(used.result).toMatchObject({ __typename: 'ActivityInUse', session: { id: sessionId } });
    expect(used.result.message).toMatch(/\p{Script=Han}.*[a-z]/u);
    await server.write('cancelSession', { sessionId, reason: '示例' });
    const [closed, scheduled] = await Promise.all([
      server.write('closeActivity', { activityId }),
      server.write('scheduleSession', plan),
    ]);
    expect([
      ['Activity', 'ActivityClosed'],
      ['ActivityInUse', 'Session'],
    ]).toContainEqual([closed.result.__typename, scheduled.result.__typename]);
    if (scheduled.result.id)
      await server.write('cancelSession', { sessionId: scheduled.result.id, reason: '示例' });
    await server.write('closeActivity', { activityId });
    expect((await server.write('scheduleSession', plan)).result.__typename).toBe('ActivityClosed');
  });
});
