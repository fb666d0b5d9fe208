// What erasure and retention leave of volunteers: their service records, and nothing that identifies them.
import { subgraph } from '@district-graph/community';
import { newId } from '@district-graph/kit/database/ids';
import { developmentKeyring as keyring } from '@district-graph/kit/encryption/keyring';
import { anonymous } from '@district-graph/kit/identity/viewer';
import { eraseElder } from '@district-graph/kit/personal-data/erasure';
import { readAboutElder } from '@district-graph/kit/personal-data/personal-data';
import { sweep } from '@district-graph/kit/personal-data/retention';
import { type WritableSubgraph, writableSubgraph } from '@district-graph/kit/testing/test-subgraph';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';

const community = '410105007003';
const viewer = { ...anonymous, id: 'operator tester', divisions: ['410100'] };

let server: WritableSubgraph;
beforeAll(async () => {
  server = await writableSubgraph(subgraph, {
    Volunteer: 'id',
    VolunteerService: 'id',
    VolunteerParticipation: 'id',
  });
});
afterAll(() => server.stop());

const create = async (action: string, input: Record<string, unknown>): Promise<string> => {
  const { result, code } = await server.write(action, input);
  if (!result?.id) throw new Error(`${action}: ${JSON.stringify({ result, code })}`);
  return result.id;
};

const plan = (hours: number) =>
  create('planVolunteerService', {
    divisionCode: community,
    title: '示例活动',
    kind: 'ELDER_VISIT',
    place: '示例',
    startsAt: new Date(Date.now() + hours * 3_600_000).toISOString(),
    endsAt: new Date(Date.now() + (hours + 2) * 3_600_000).toISOString(),
    places: 1,
  });

let serial = 0;
let elderId: string;
let volunteerId: string;
let held: string;
let coming: string;
const phone = '13700000137';

/** Registers an elder as a volunteer who took part in a service, is signed up for another, and was visited in the first. */
beforeEach(async () => {
  serial += 1;
  elderId = newId(community);
  volunteerId = await create('registerVolunteer', {
    divisionCode: community,
    cardNumber: `4101050000000${serial}`,
    name: '示例志愿者',
    phone,
    subject: `volunteer-${serial}`,
    elderId,
  });
  [held, coming] = [await plan(3), await plan(30)];
  const volunteerParticipationId = await create('signUpForVolunteerService', {
    volunteerServiceId: held,
    volunteerId,
  });
  await create('signUpForVolunteerService', { volunteerServiceId: coming, volunteerId });
  await server.sql`
    update volunteer_service set starts_at = now() - interval '2 hours', ends_at = now() where id = ${held}`;
  await create('recordVolunteerAttendance', { volunteerParticipationId, attended: true });
  await create('recordVolunteerServiceHeld', { volunteerServiceId: held, elderIds: [elderId] });
  await create('confirmVolunteerHours', { volunteerParticipationId, hours: 2 });
});

const elder = () => ({ elderId, named: null });
const volunteer = async () => {
  const [row] = await server.sql`select * from volunteer where id = ${volunteerId}`;
  return row;
};

it('a copy has the volunteer, the participations and the services for the elder, recorded before it is returned', async () => {
  const recorded: unknown[] = [];
  const about = await readAboutElder(
    subgraph,
    { sql: server.sql, keyring, elder: elder() },
    async (given) => {
      recorded.push(...given);
    },
  );
  expect(about?.tables.volunteer).toMatchObject([{ id: volunteerId, name: '示例志愿者', phone }]);
  expect(about?.tables.volunteer_participation).toHaveLength(2);
  expect(about?.tables.volunteer_service_elder).toMatchObject([{ volunteerServiceId: held }]);
  expect(recorded).toMatchObject([{ type: 'Elder', id: elderId }]);
});

it('erasure frees the coming place, keeps the record of service and its hours, and leaves nothing of the person', async () => {
  const { tables } = await eraseElder(subgraph, {
    sql: server.sql,
    keyring,
    viewer,
    elder: elder(),
    keepsHistories: false,
  });
  expect(tables).toMatchObject([
    { table: 'volunteer_participation', retained: 2, basis: expect.stringContaining('志愿服务条例') },
    { table: 'volunteer_service_elder', deleted: 1 },
    { table: 'volunteer', anonymised: 1 },
  ]);
  expect(await volunteer()).toMatchObject({
    name: '已删除',
    phone: null,
    cardNumber: null,
    elderId: null,
    ownedBy: null,
    status: 'WITHDRAWN',
    hoursConfirmed: 2,
  });
  const [service] = await server.sql`select places_taken from volunteer_service where id = ${coming}`;
  expect(service?.placesTaken).toBe(0);
  const statuses = await server.sql`
    select status from volunteer_participation where volunteer_id = ${volunteerId} order by starts_at`;
  expect(statuses.map(({ status }) => status)).toEqual(['ATTENDED', 'CANCELLED']);
  const again = { sql: server.sql, keyring, viewer, elder: elder(), keepsHistories: false };
  expect((await eraseElder(subgraph, again)).tables).toEqual([]);
  expect(await server.sql`select * from tally_recount()`).toHaveLength(0);
});

it('name, telephone and subject are removed three years after a withdrawal; card and hours stay', async () => {
  const [participation] = await server.sql`
    select id from volunteer_participation where volunteer_id = ${volunteerId} and status = 'SIGNED_UP'`;
  await create('cancelVolunteerParticipation', { volunteerParticipationId: participation?.id });
  await create('withdrawVolunteer', { volunteerId });
  const swept = () => sweep(subgraph, { sql: server.sql, keyring });
  expect(await swept()).toEqual([]);
  await server.sql`
    update volunteer set withdrawn_on = current_date - 1200, registered_on = current_date - 1300 where id = ${volunteerId}`;
  expect(await swept()).toEqual([{ table: 'volunteer', rows: 1 }]);
  expect(await volunteer()).toMatchObject({
    name: '已删除',
    phone: null,
    ownedBy: null,
    cardNumber: `4101050000000${serial}`,
    hoursConfirmed: 2,
  });
  expect(await swept()).toEqual([]);
});
