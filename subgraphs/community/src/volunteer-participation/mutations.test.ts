import { headersOf } from '@district-graph/kit/testing/identity';
import { eventsOf } from '@district-graph/kit/testing/test-subgraph';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { community, giveHours, unknownId, type VolunteerSubgraph, volunteerSubgraph } from './testing.ts';

let server: VolunteerSubgraph;
beforeAll(async () => {
  server = await volunteerSubgraph();
});
afterAll(() => server.stop());

const typesOf = (results: { __typename: string }[]) => results.map(({ __typename }) => __typename).sort();
const many = <Value>(count: number, make: (index: number) => Value) =>
  Array.from({ length: count }, (_, i) => make(i));
const resident = (sub: string, elder?: string) =>
  headersOf({ sub, roles: ['resident'], divisions: ['410105'], elder });
const stateOf = async (volunteerId: string) => {
  const { data } = await server.request(`{ volunteer(id: "${volunteerId}") { hoursConfirmed stars } }`);
  return data.volunteer;
};

describe('a participation', () => {
  it('goes from sign-up to attendance and confirmed hours, with an event for each', async () => {
    const { volunteerId, serviceId, participationId } = await server.attend();
    const input = { volunteerParticipationId: participationId, hours: 2 };
    expect((await server.write('confirmVolunteerHours', input)).result).toMatchObject({
      __typename: 'VolunteerServiceNotHeld',
    });
    await server.write('recordVolunteerServiceHeld', { volunteerServiceId: serviceId });
    expect((await server.write('confirmVolunteerHours', input)).result).toEqual({
      __typename: 'VolunteerParticipation',
      id: participationId,
      status: 'ATTENDED',
      hours: 2,
      confirmedAt: expect.any(String),
      service: { id: serviceId },
      volunteer: { id: volunteerId },
    });
    expect(await stateOf(volunteerId)).toEqual({ hoursConfirmed: 2, stars: 0 });
    expect(await eventsOf(server, participationId)).toEqual([
      { action: 'signUpForVolunteerService', fromStatus: null, toStatus: 'SIGNED_UP' },
      { action: 'recordVolunteerAttendance', fromStatus: 'SIGNED_UP', toStatus: 'ATTENDED' },
      { action: 'confirmVolunteerHours', fromStatus: 'ATTENDED', toStatus: 'ATTENDED' },
    ]);
    expect(await server.recount()).toEqual([]);
  });

  it('takes a place until it is cancelled, and not after the start', async () => {
    const [first, second] = [await server.register(), await server.register()];
    const serviceId = await server.plan(3, 1);
    const { id } = await server.signUp(serviceId, first);
    expect(await server.signUp(serviceId, second)).toMatchObject({ __typename: 'VolunteerServiceFull' });
    const cancelled = await server.write('cancelVolunteerParticipation', { volunteerParticipationId: id });
    expect(cancelled.result).toMatchObject({ status: 'CANCELLED' });
    const again = await server.write('cancelVolunteerParticipation', { volunteerParticipationId: id });
    expect(again.result).toMatchObject({ __typename: 'InvalidTransition', from: 'CANCELLED' });
    const taken = await server.signUp(serviceId, second);
    expect(taken).toMatchObject({ status: 'SIGNED_UP' });
    await server.start(serviceId);
    const late = await server.write('cancelVolunteerParticipation', { volunteerParticipationId: taken.id });
    expect(late.result).toMatchObject({ __typename: 'VolunteerServiceClosed' });
    expect(await server.signUp(serviceId, first)).toMatchObject({ __typename: 'VolunteerServiceClosed' });
    expect(await server.recount()).toEqual([]);
  });

  it('is one of each volunteer and service, and overlaps with none', async () => {
    const volunteerId = await server.register();
    const [serviceId, overlapping, later] = [
      await server.plan(10),
      await server.plan(11),
      await server.plan(20),
    ];
    const { id } = await server.signUp(serviceId, volunteerId);
    expect(await server.signUp(serviceId, volunteerId)).toMatchObject({
      __typename: 'VolunteerAlreadySignedUp',
      participation: { id },
    });
    expect(await server.signUp(overlapping, volunteerId)).toMatchObject({
      __typename: 'VolunteerBusy',
      conflictingService: { id: serviceId },
    });
    expect(await server.signUp(later, volunteerId)).toMatchObject({ status: 'SIGNED_UP' });
  });

  it('is recorded as absent, without hours', async () => {
    const volunteerId = await server.register();
    const serviceId = await server.plan();
    const { id: volunteerParticipationId } = await server.signUp(serviceId, volunteerId);
    const record = (attended: boolean) =>
      server.write('recordVolunteerAttendance', { volunteerParticipationId, attended });
    expect((await record(false)).result).toMatchObject({ __typename: 'VolunteerServiceNotStarted' });
    await server.start(serviceId);
    expect((await record(false)).result).toMatchObject({ status: 'ABSENT', hours: null });
    expect((await record(true)).result).toMatchObject({ __typename: 'InvalidTransition', from: 'ABSENT' });
    await server.write('recordVolunteerServiceHeld', { volunteerServiceId: serviceId });
    const { result } = await server.write('confirmVolunteerHours', { volunteerParticipationId, hours: 1 });
    expect(result).toMatchObject({ __typename: 'InvalidTransition', from: 'ABSENT', to: 'ATTENDED' });
  });

  it('is refused for a withdrawn volunteer and for unknown records', async () => {
    const volunteerId = await server.register();
    await server.write('withdrawVolunteer', { volunteerId });
    const serviceId = await server.plan();
    expect(await server.signUp(serviceId, volunteerId)).toMatchObject({ __typename: 'VolunteerWithdrawn' });
    for (const input of [
      { volunteerServiceId: unknownId, volunteerId },
      { volunteerServiceId: serviceId, volunteerId: unknownId },
      { volunteerServiceId: 'x', volunteerId },
    ])
      expect((await server.write('signUpForVolunteerService', input)).code).toBe('NO_SUCH_RECORD');
    const missing = { volunteerParticipationId: unknownId };
    expect((await server.write('cancelVolunteerParticipation', missing)).code).toBe('NO_SUCH_RECORD');
  });

  it('is signed up for once under one idempotency key', async () => {
    const input = {
      volunteerServiceId: await server.plan(),
      volunteerId: await server.register(),
      idempotencyKey: 'sign-up-1',
    };
    const [one, two] = [
      await server.write('signUpForVolunteerService', input),
      await server.write('signUpForVolunteerService', input),
    ];
    expect(two.result).toEqual(one.result);
    expect(await eventsOf(server, one.result.id)).toHaveLength(1);
  });
});

describe('at once', () => {
  it('the last places are taken by as many volunteers as there are', async () => {
    const volunteerIds = await Promise.all(many(12, () => server.register()));
    const serviceId = await server.plan(3, 4);
    const results = await Promise.all(volunteerIds.map((id) => server.signUp(serviceId, id)));
    expect(typesOf(results)).toEqual([
      ...many(4, () => 'VolunteerParticipation'),
      ...many(8, () => 'VolunteerServiceFull'),
    ]);
    expect(await server.recount()).toEqual([]);
  });

  it('one volunteer gets one of several overlapping services', async () => {
    const volunteerId = await server.register();
    const serviceIds = await Promise.all(many(6, () => server.plan(5)));
    const results = await Promise.all(serviceIds.map((id) => server.signUp(id, volunteerId)));
    expect(typesOf(results)).toEqual([...many(5, () => 'VolunteerBusy'), 'VolunteerParticipation']);
    expect(await server.recount()).toEqual([]);
  });

  it('hours are confirmed once', async () => {
    const { volunteerId, serviceId, participationId } = await server.attend();
    await server.write('recordVolunteerServiceHeld', { volunteerServiceId: serviceId });
    const answers = await Promise.all(
      many(6, (index) =>
        server.write('confirmVolunteerHours', {
          volunteerParticipationId: participationId,
          hours: (index % 2) + 1,
        }),
      ),
    );
    const results = answers.map(({ result }) => result);
    expect(typesOf(results)).toEqual([
      ...many(5, () => 'VolunteerHoursAlreadyConfirmed'),
      'VolunteerParticipation',
    ]);
    const confirmed = results.find(({ __typename }) => __typename === 'VolunteerParticipation').hours;
    expect((await stateOf(volunteerId)).hoursConfirmed).toBe(confirmed);
    expect(await server.recount()).toEqual([]);
  });
});

describe('confirmed hours', () => {
  it('are whole and at most the duration of the service', async () => {
    const { serviceId, participationId } = await server.attend();
    await server.write('recordVolunteerServiceHeld', { volunteerServiceId: serviceId });
    for (const hours of [3, -1]) {
      const input = { volunteerParticipationId: participationId, hours };
      expect((await server.write('confirmVolunteerHours', input)).code).toBe('BAD_USER_INPUT');
    }
  });

  it('are not changed by any statement', async () => {
    const { serviceId, participationId } = await server.attend();
    await server.write('recordVolunteerServiceHeld', { volunteerServiceId: serviceId });
    await server.write('confirmVolunteerHours', { volunteerParticipationId: participationId, hours: 1 });
    await expect(
      server.sql`update volunteer_participation set hours = 2 where id = ${participationId}`,
    ).rejects.toMatchObject({ code: '23514' });
  });

  it('are never confirmed, nor the attendance recorded, by the volunteer, whatever the scopes', async () => {
    const organiser = { roles: ['community-worker'], divisions: ['410105'] } as const;
    const elderId = '01a1fc14-c3c1-7069-8000-0000000000e1';
    for (const [volunteer, headers] of [
      [{ subject: 'organiser-1' }, await headersOf({ sub: 'organiser-1', ...organiser })],
      [{ elderId }, await headersOf({ sub: 'organiser-2', elder: elderId, ...organiser })],
    ] as const) {
      const { serviceId, participationId } = await server.attend(volunteer);
      await server.write('recordVolunteerServiceHeld', { volunteerServiceId: serviceId });
      const volunteerParticipationId = participationId;
      const own = await server.write(
        'confirmVolunteerHours',
        { volunteerParticipationId, hours: 1 },
        headers,
      );
      expect(own.result).toMatchObject({ __typename: 'OwnVolunteerHours' });
      const seen = await server.write(
        'recordVolunteerAttendance',
        { volunteerParticipationId, attended: true },
        headers,
      );
      expect(seen.result).toMatchObject({ __typename: 'OwnVolunteerHours' });
      const other = await headersOf({ sub: 'organiser-3', ...organiser });
      const confirmed = await server.write(
        'confirmVolunteerHours',
        { volunteerParticipationId, hours: 1 },
        other,
      );
      expect(confirmed.result).toMatchObject({ hours: 1 });
    }
  });

  it('are not confirmed by a volunteer who links the record with themselves afterwards', async () => {
    const organiser = { roles: ['community-worker'], divisions: ['410105'] } as const;
    const elderId = '01a1fc14-c3c1-7069-8000-0000000000e3';
    for (const [link, headers] of [
      [{ subject: 'organiser-6' }, await headersOf({ sub: 'organiser-6', ...organiser })],
      [{ elderId }, await headersOf({ sub: 'organiser-7', elder: elderId, ...organiser })],
    ] as const) {
      const volunteerId = await server.register();
      const edit = { volunteerId, version: 1, ...link };
      expect((await server.write('updateVolunteer', edit, headers)).code).toBe('BAD_USER_INPUT');
      const other = await headersOf({ sub: 'organiser-8', ...organiser });
      expect((await server.write('updateVolunteer', edit, other)).result.version).toBe(2);
    }
  });

  it('are not confirmed by a volunteer who passes their record to somebody else for that time', async () => {
    const organiser = { roles: ['community-worker'], divisions: ['410105'] } as const;
    const elderId = '01a1fc14-c3c1-7069-8000-0000000000e2';
    for (const [volunteer, change, headers] of [
      [
        { subject: 'organiser-4' },
        { subject: 'passed-to' },
        await headersOf({ sub: 'organiser-4', ...organiser }),
      ],
      [
        { elderId },
        { elderId: unknownId },
        await headersOf({ sub: 'organiser-5', elder: elderId, ...organiser }),
      ],
    ] as const) {
      const volunteerId = await server.register(volunteer);
      const passOn = { volunteerId, version: 1, ...change };
      expect((await server.write('updateVolunteer', passOn, headers)).code).toBe('BAD_USER_INPUT');
      const other = { volunteerId, version: 1, ...volunteer, phone: '00000000002' };
      expect((await server.write('updateVolunteer', other, headers)).result.version).toBe(2);
      const byOther = { volunteerId, version: 2, ...change };
      const another = await headersOf({ sub: 'organiser-6', ...organiser });
      expect((await server.write('updateVolunteer', byOther, another)).result.version).toBe(3);
    }
  });

  it('give one to five stars from 100, 300, 600, 1,000 and 1,500', async () => {
    for (const [hours, stars] of [
      [99, 0],
      [100, 1],
      [300, 2],
      [600, 3],
      [999, 3],
      [1000, 4],
      [1500, 5],
    ] as const) {
      const volunteerId = await server.register();
      await giveHours(server, volunteerId, hours);
      expect(await stateOf(volunteerId)).toEqual({ hoursConfirmed: hours, stars });
    }
    expect(await server.recount()).toEqual([]);
  });
});

describe('a volunteer who signs in', () => {
  it('signs up and cancels for themself, and for nobody else', async () => {
    const volunteerId = await server.register({ subject: 'volunteer-1' });
    const other = await server.register();
    const serviceId = await server.plan();
    const mine = await server.signUp(serviceId, null, await resident('volunteer-1'));
    expect(mine).toMatchObject({ status: 'SIGNED_UP', volunteer: { id: volunteerId } });
    const { code } = await server.write(
      'signUpForVolunteerService',
      { volunteerServiceId: serviceId, volunteerId: other },
      await resident('volunteer-1'),
    );
    expect(code).toBe('FORBIDDEN');
    const cancel = async (sub: string) =>
      server.write(
        'cancelVolunteerParticipation',
        { volunteerParticipationId: mine.id },
        await resident(sub),
      );
    expect((await cancel('volunteer-2')).code).toBe('FORBIDDEN');
    expect((await cancel('volunteer-1')).result).toMatchObject({ status: 'CANCELLED' });
  });

  it('is refused with the advice to register first if there is no record', async () => {
    const serviceId = await server.plan();
    expect(await server.signUp(serviceId, null, await resident('nobody'))).toMatchObject({
      __typename: 'VolunteerNotRegistered',
    });
  });

  it('neither records attendance nor plans services without volunteer:write', async () => {
    const headers = await resident('volunteer-1');
    const input = { volunteerParticipationId: unknownId, hours: 1 };
    expect((await server.write('confirmVolunteerHours', input, headers)).code).toBe('FORBIDDEN');
    const plan = {
      divisionCode: community,
      title: '示例',
      kind: 'PUBLICITY',
      place: '示例',
      startsAt: '2060-01-01T09:00:00+08:00',
      endsAt: '2060-01-01T10:00:00+08:00',
      places: 1,
    };
    expect((await server.write('planVolunteerService', plan, headers)).code).toBe('FORBIDDEN');
  });
});
