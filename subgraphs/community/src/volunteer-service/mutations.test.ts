import { newId } from '@district-graph/kit/database/ids';
import { headersOf } from '@district-graph/kit/testing/identity';
import { eventsOf } from '@district-graph/kit/testing/test-subgraph';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  community,
  unknownId,
  type VolunteerSubgraph,
  volunteerSubgraph,
} from '../volunteer-participation/testing.ts';

let server: VolunteerSubgraph;
beforeAll(async () => {
  server = await volunteerSubgraph();
});
afterAll(() => server.stop());

const plan = {
  divisionCode: community,
  title: '示例活动',
  kind: 'PUBLICITY',
  place: '示例广场',
  startsAt: '2060-01-01T09:00:00+08:00',
  endsAt: '2060-01-01T11:00:00+08:00',
  places: 5,
};

describe('a volunteer service', () => {
  it('is planned, edited and held, with an event for each, and counted by its day', async () => {
    const { result } = await server.write('planVolunteerService', plan);
    expect(result).toMatchObject({ status: 'PLANNED', places: 5, placesLeft: 5, leaflets: 0, version: 1 });
    const volunteerServiceId = result.id;
    const edit = { volunteerServiceId, version: 1, title: '新名称', places: 7 };
    expect((await server.write('updateVolunteerService', edit)).result).toMatchObject({
      title: '新名称',
      placesLeft: 7,
      version: 2,
    });
    const record = { volunteerServiceId, leaflets: 120, elderIds: [newId(community), newId(community)] };
    const early = await server.write('recordVolunteerServiceHeld', record);
    expect(early.result).toMatchObject({ __typename: 'VolunteerServiceNotStarted' });
    await server.start(volunteerServiceId);
    expect((await server.write('recordVolunteerServiceHeld', record)).result).toMatchObject({
      status: 'HELD',
      leaflets: 120,
    });
    const again = await server.write('recordVolunteerServiceHeld', record);
    expect(again.result).toMatchObject({ __typename: 'InvalidTransition', from: 'HELD' });
    expect(await eventsOf(server, volunteerServiceId)).toEqual([
      { action: 'planVolunteerService', fromStatus: null, toStatus: 'PLANNED' },
      { action: 'updateVolunteerService', fromStatus: 'PLANNED', toStatus: 'PLANNED' },
      { action: 'recordVolunteerServiceHeld', fromStatus: 'PLANNED', toStatus: 'HELD' },
    ]);
    const details = await server.sql`
      select detail::text from change_event where entity_id = ${volunteerServiceId}`;
    for (const elder of record.elderIds) expect(JSON.stringify(details)).not.toContain(elder);
    expect(await server.recount()).toEqual([]);
  });

  it('is cancelled with its sign-ups, unless somebody attended', async () => {
    const [volunteerId, serviceId] = [await server.register(), await server.plan()];
    const { id } = await server.signUp(serviceId, volunteerId);
    const cancel = { volunteerServiceId: serviceId, reason: '天气原因' };
    expect((await server.write('cancelVolunteerService', cancel)).result).toMatchObject({
      status: 'CANCELLED',
      cancelReason: '天气原因',
      placesLeft: 5,
    });
    expect(await eventsOf(server, id)).toMatchObject([
      {},
      { action: 'cancelVolunteerService', toStatus: 'CANCELLED' },
    ]);
    expect(await server.signUp(serviceId, volunteerId)).toMatchObject({
      __typename: 'VolunteerServiceClosed',
    });
    const { serviceId: attended } = await server.attend();
    const late = await server.write('cancelVolunteerService', { ...cancel, volunteerServiceId: attended });
    expect(late.result).toMatchObject({ __typename: 'VolunteerServiceAttended', attended: 1 });
    expect(await server.recount()).toEqual([]);
  });

  it('keeps the places that are taken', async () => {
    const serviceId = await server.plan(3, 2);
    for (const _ of [1, 2]) await server.signUp(serviceId, await server.register());
    const edit = { volunteerServiceId: serviceId, version: 1, places: 1 };
    expect((await server.write('updateVolunteerService', edit)).result).toMatchObject({
      __typename: 'VolunteerPlacesTaken',
      placesTaken: 2,
    });
  });

  it('is moved with its participations, unless a volunteer has another service then', async () => {
    const [volunteerId, serviceId, later] = [
      await server.register(),
      await server.plan(3),
      await server.plan(30),
    ];
    await server.signUp(serviceId, volunteerId);
    await server.signUp(later, volunteerId);
    const at = (hours: number) => new Date(Date.now() + hours * 3_600_000).toISOString();
    const move = (from: number) =>
      server.write('updateVolunteerService', {
        volunteerServiceId: serviceId,
        version: 1,
        startsAt: at(from),
        endsAt: at(from + 2),
      });
    expect((await move(31)).result).toMatchObject({ __typename: 'VolunteersBusy', volunteers: 1 });
    expect((await move(50)).result).toMatchObject({ __typename: 'VolunteerService', version: 2 });
    expect(
      await server.sql`
        select from volunteer_participation p join volunteer_service s on s.id = p.volunteer_service_id
        where (p.starts_at, p.ends_at) <> (s.starts_at, s.ends_at)`,
    ).toHaveLength(0);
    expect(await server.recount()).toEqual([]);
  });

  it('is not edited once it has started', async () => {
    const volunteerServiceId = await server.plan();
    await server.start(volunteerServiceId);
    const { result } = await server.write('updateVolunteerService', {
      volunteerServiceId,
      version: 1,
      title: '新名称',
    });
    expect(result).toMatchObject({ __typename: 'VolunteerServiceClosed' });
  });

  it('is refused with invalid input', async () => {
    for (const change of [
      { title: ' ' },
      { places: 0 },
      { places: 1001 },
      { startsAt: '2020-01-01T09:00:00+08:00' },
      { endsAt: plan.startsAt },
      { endsAt: '2060-01-02T10:00:00+08:00' },
      { divisionCode: 'x' },
      { volunteerTeamId: newId('410102') },
    ]) {
      const { code } = await server.write('planVolunteerService', { ...plan, ...change });
      expect(code, JSON.stringify(change)).toBe('BAD_USER_INPUT');
    }
    const volunteerServiceId = await server.plan();
    await server.start(volunteerServiceId);
    for (const change of [
      { leaflets: -1 },
      { elderIds: ['x'] },
      { elderIds: [newId('410102')] },
      { elderIds: Array.from({ length: 201 }, () => newId(community)) },
    ]) {
      const { code } = await server.write('recordVolunteerServiceHeld', { volunteerServiceId, ...change });
      expect(code, JSON.stringify(change)).toBe('BAD_USER_INPUT');
    }
    const missing = { volunteerServiceId: unknownId, reason: '示例' };
    expect((await server.write('cancelVolunteerService', missing)).code).toBe('NO_SUCH_RECORD');
  });

  it('is planned inside the viewer’s divisions only', async () => {
    const headers = await headersOf({ roles: ['community-worker'], divisions: ['410102'] });
    expect((await server.write('planVolunteerService', plan, headers)).code).toBe('FORBIDDEN');
  });
});
