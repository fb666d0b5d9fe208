import { headersOf } from '@district-graph/kit/testing/identity';
import { eventsOf } from '@district-graph/kit/testing/test-subgraph';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  person,
  unknownId,
  type VolunteerSubgraph,
  volunteerSubgraph,
} from '../volunteer-participation/testing.ts';

let server: VolunteerSubgraph;
beforeAll(async () => {
  server = await volunteerSubgraph();
});
afterAll(() => server.stop());

const elderId = (last: number) => `01a1fc14-c3c1-7069-8000-0000000000e${last}`;
const newTeam = async () =>
  (
    await server.write('registerVolunteerTeam', {
      divisionCode: '410105007',
      name: '示例队',
      kind: 'RESIDENT',
      foundedOn: '2015-03-05',
    })
  ).result.id as string;

describe('a volunteer', () => {
  it('is registered, edited and withdraws, with an event for each that names no value', async () => {
    const { result } = await server.write('registerVolunteer', person());
    expect(result).toMatchObject({
      status: 'ACTIVE',
      version: 1,
      hoursConfirmed: 0,
      stars: 0,
      skills: ['FIRST_AID'],
      name: '示****',
      phone: '000****0001',
    });
    const volunteerId = result.id;
    const edit = { volunteerId, version: 1, phone: '00000000002', skills: ['ARTS', 'ARTS'] };
    expect((await server.write('updateVolunteer', edit)).result).toMatchObject({
      version: 2,
      skills: ['ARTS'],
      phone: '000****0002',
    });
    const withdrawn = await server.write('withdrawVolunteer', { volunteerId });
    expect(withdrawn.result).toMatchObject({ status: 'WITHDRAWN', withdrawnOn: expect.any(String) });
    const late = await server.write('updateVolunteer', { volunteerId, version: 3, name: '示例' });
    expect(late.result).toMatchObject({ __typename: 'VolunteerWithdrawn' });
    expect(await eventsOf(server, volunteerId)).toEqual([
      { action: 'registerVolunteer', fromStatus: null, toStatus: 'ACTIVE' },
      { action: 'updateVolunteer', fromStatus: 'ACTIVE', toStatus: 'ACTIVE' },
      { action: 'withdrawVolunteer', fromStatus: 'ACTIVE', toStatus: 'WITHDRAWN' },
    ]);
    const details = await server.sql`select detail::text from change_event where entity_id = ${volunteerId}`;
    expect(JSON.stringify(details)).not.toMatch(/示例|0000000000[12]/);
    const [stored] = await server.sql`select phone from volunteer where id = ${volunteerId}`;
    expect(stored?.phone).not.toContain('0002');
    expect(await server.recount()).toEqual([]);
  });

  it('has a card of their own, also of registrations at once', async () => {
    const input = person();
    const answers = await Promise.all(
      Array.from({ length: 5 }, () => server.write('registerVolunteer', input)),
    );
    const results = answers.map(({ result }) => result);
    const registered = results.find(({ __typename }) => __typename === 'Volunteer');
    const taken = results.filter(({ __typename }) => __typename === 'VolunteerCardNumberTaken');
    expect(taken).toHaveLength(4);
    for (const { volunteer } of taken) expect(volunteer).toEqual({ id: registered.id });
    const elsewhere = await headersOf({ roles: ['community-worker'], divisions: ['410102'] });
    const other = { ...input, divisionCode: '410102' };
    const hidden = await server.write('registerVolunteer', other, elsewhere);
    expect(hidden.result).toMatchObject({ __typename: 'VolunteerCardNumberTaken', volunteer: null });
  });

  it('is registered once by the subject of a token and as an elder, and again after a withdrawal', async () => {
    for (const link of [{ subject: 'twice' }, { elderId: elderId(1) }]) {
      const volunteerId = await server.register(link);
      const again = await server.write('registerVolunteer', { ...person(), ...link });
      expect(again.result).toMatchObject({
        __typename: 'VolunteerAlreadyRegistered',
        volunteer: { id: volunteerId },
      });
      const other = await server.register();
      const linked = await server.write('updateVolunteer', { volunteerId: other, version: 1, ...link });
      expect(linked.result).toMatchObject({ __typename: 'VolunteerAlreadyRegistered' });
      await server.write('withdrawVolunteer', { volunteerId });
      expect(await server.register(link)).not.toBe(volunteerId);
    }
  });

  it('is registered once of registrations at once, whether by the subject of a token or as an elder', async () => {
    for (const last of [2, 3, 4, 5, 6]) {
      const [subject, elder] = [`at once ${last}`, elderId(last)];
      const links = [{ subject }, { elderId: elder }, { subject, elderId: elder }];
      const answers = await Promise.all(
        [...links, ...links].map((link) => server.write('registerVolunteer', { ...person(), ...link })),
      );
      const types = answers.map(({ result, code }) => result?.__typename ?? code);
      expect(new Set(types)).toEqual(new Set(['Volunteer', 'VolunteerAlreadyRegistered']));
    }
  });

  it('does not withdraw while signed up', async () => {
    const volunteerId = await server.register();
    const { id } = await server.signUp(await server.plan(), volunteerId);
    const refused = await server.write('withdrawVolunteer', { volunteerId });
    expect(refused.result).toMatchObject({ __typename: 'VolunteerSignedUp', services: 1 });
    await server.write('cancelVolunteerParticipation', { volunteerParticipationId: id });
    expect((await server.write('withdrawVolunteer', { volunteerId })).result).toMatchObject({
      status: 'WITHDRAWN',
    });
  });

  it('either signs up or withdraws at once', async () => {
    for (let round = 0; round < 4; round += 1) {
      const [volunteerId, serviceId] = [await server.register(), await server.plan()];
      const [signedUp, withdrawn] = await Promise.all([
        server.signUp(serviceId, volunteerId),
        server.write('withdrawVolunteer', { volunteerId }),
      ]);
      expect([signedUp.__typename, withdrawn.result.__typename]).toBeOneOf([
        ['VolunteerParticipation', 'VolunteerSignedUp'],
        ['VolunteerWithdrawn', 'Volunteer'],
      ]);
    }
    expect(await server.recount()).toEqual([]);
  });

  it('joins and leaves teams, at most twenty', async () => {
    const volunteerId = await server.register();
    const teams = await Promise.all(Array.from({ length: 21 }, newTeam));
    const join = async (volunteerTeamId?: string) =>
      (await server.write('joinVolunteerTeam', { volunteerId, volunteerTeamId })).result;
    for (const team of teams.slice(0, 20))
      expect(await join(team)).toMatchObject({ __typename: 'Volunteer' });
    expect(await join(teams[20])).toMatchObject({ __typename: 'VolunteerTeamLimitReached' });
    // A member stays one, without an event.
    const again = await join(teams[0]);
    expect(again).toMatchObject({ version: 21 });
    expect(again.teams).toHaveLength(20);
    const leave = () => server.write('leaveVolunteerTeam', { volunteerId, volunteerTeamId: teams[0] });
    expect((await leave()).result).toMatchObject({ version: 22 });
    expect((await leave()).result).toMatchObject({ version: 22 });
    expect(await join(teams[20])).toMatchObject({ version: 23 });
  });

  it('is refused with invalid input, which the error does not repeat', async () => {
    for (const change of [
      { cardNumber: '110105000000001' },
      { cardNumber: '4101' },
      { name: ' ' },
      { phone: 'x' },
      { registeredOn: '2999-01-01' },
      { elderId: 'x' },
      { skills: Array(11).fill('ARTS') },
    ]) {
      const input = { ...person(), ...change };
      const { code } = await server.write('registerVolunteer', input);
      expect(code, JSON.stringify(change)).toBe('BAD_USER_INPUT');
    }
    const { errors } = await server.request(
      'mutation ($input: RegisterVolunteerInput!) { registerVolunteer(input: $input) { __typename } }',
      { input: { ...person(), cardNumber: '110105123456789' } },
    );
    expect(JSON.stringify(errors)).not.toContain('110105123456789');
    const volunteerId = await server.register();
    const moved = { volunteerId, version: 1, divisionCode: '410102' };
    expect((await server.write('updateVolunteer', moved)).code).toBe('BAD_USER_INPUT');
    expect((await server.write('withdrawVolunteer', { volunteerId: unknownId })).code).toBe('NO_SUCH_RECORD');
  });

  it('is registered and changed by viewers with volunteer:write in the division only', async () => {
    const volunteerId = await server.register();
    for (const headers of [
      await headersOf({ roles: ['resident'], divisions: ['410105'] }),
      await headersOf({ roles: ['community-worker'], divisions: ['410102'] }),
    ]) {
      const registered = await server.write('registerVolunteer', person(), headers);
      expect(registered.code).toBe('FORBIDDEN');
      const edited = await server.write(
        'updateVolunteer',
        { volunteerId, version: 1, name: '示例' },
        headers,
      );
      expect(edited.code).toBe('FORBIDDEN');
    }
  });
});
