// What the tests of volunteers share: a subgraph with a database of its own, volunteers, and services with free places.
import { newId } from '@district-graph/kit/database/ids';
import { type WritableSubgraph, writableSubgraph } from '@district-graph/kit/testing/test-subgraph';
import { subgraph } from '../subgraph.ts';

export const community = '410105007003';
export const unknownId = '01a1fc14-c3c1-7069-8000-000000000099';

let serial = 0;

/** The input of a registration, with a card of its own. */
export function person() {
  serial += 1;
  return {
    divisionCode: community,
    cardNumber: `41010500${String(serial).padStart(8, '0')}`,
    name: '示例志愿者',
    phone: '00000000001',
    skills: ['FIRST_AID'],
  };
}

const instantIn = (hours: number) => new Date(Date.now() + hours * 3_600_000).toISOString();

export interface VolunteerSubgraph extends WritableSubgraph {
  /** Registers a volunteer and returns their id; the input replaces values of `person()`. */
  register: (input?: Record<string, unknown>) => Promise<string>;
  /** Plans a service of two hours that starts in so many hours, and returns its id. */
  plan: (inHours?: number, places?: number) => Promise<string>;
  /** Moves a service and its participations into the past, as if it had started an hour ago. */
  start: (serviceId: string) => Promise<void>;
  signUp: (
    volunteerServiceId: string,
    volunteerId: string | null,
    headers?: Record<string, string>,
    // biome-ignore lint/suspicious/noExplicitAny: the shape is the selection's; the test states what it expects of it.
  ) => Promise<any>;
  /** Signs a new volunteer up for a new service, starts it and records the attendance. */
  attend: (volunteer?: Record<string, unknown>) => Promise<{
    volunteerId: string;
    serviceId: string;
    participationId: string;
  }>;
  /** The differences of places taken and hours confirmed from the participations, and of the rollups from the rows. */
  recount: () => Promise<unknown[]>;
}

export async function volunteerSubgraph(selections: Record<string, string> = {}): Promise<VolunteerSubgraph> {
  const server = await writableSubgraph(subgraph, {
    Volunteer: 'id status version hoursConfirmed stars skills withdrawnOn name phone cardNumber teams { id }',
    VolunteerTeam: 'id status version name kind disbandedOn',
    VolunteerService: 'id status version title places placesLeft leaflets cancelReason startsAt',
    VolunteerParticipation: 'id status hours confirmedAt service { id } volunteer { id }',
    InvalidTransition: 'message from to',
    VersionConflict: 'message current seen',
    VolunteerBusy: 'message conflictingService { id }',
    VolunteerAlreadySignedUp: 'message participation { id }',
    VolunteerCardNumberTaken: 'message volunteer { id }',
    VolunteerAlreadyRegistered: 'message volunteer { id }',
    VolunteerSignedUp: 'message services',
    VolunteerServiceAttended: 'message attended',
    VolunteerServiceNotStarted: 'message startsAt',
    VolunteerPlacesTaken: 'message placesTaken',
    VolunteersBusy: 'message volunteers',
    VolunteerHoursAlreadyConfirmed: 'message hoursConfirmed',
    ...selections,
  });
  const { sql, write } = server;
  const ofResult = async (action: string, input: Record<string, unknown>): Promise<string> => {
    const { result, code } = await write(action, input);
    if (!result?.id) throw new Error(`${action}: ${JSON.stringify({ result, code })}`);
    return result.id;
  };
  const register = (input: Record<string, unknown> = {}) =>
    ofResult('registerVolunteer', { ...person(), ...input });
  const plan = (inHours = 3, places = 5) =>
    ofResult('planVolunteerService', {
      divisionCode: community,
      title: '示例活动',
      kind: 'ENVIRONMENT',
      place: '示例广场',
      startsAt: instantIn(inHours),
      endsAt: instantIn(inHours + 2),
      places,
    });
  const start = async (serviceId: string) => {
    await sql`
      update volunteer_service set starts_at = now() - interval '1 hour', ends_at = now() + interval '1 hour'
      where id = ${serviceId}`;
  };
  const signUp: VolunteerSubgraph['signUp'] = async (volunteerServiceId, volunteerId, headers) =>
    (await write('signUpForVolunteerService', { volunteerServiceId, volunteerId }, headers)).result;
  return {
    ...server,
    register,
    plan,
    start,
    signUp,
    attend: async (volunteer = {}) => {
      const volunteerId = await register(volunteer);
      const serviceId = await plan();
      const { id: participationId } = await signUp(serviceId, volunteerId);
      await start(serviceId);
      await ofResult('recordVolunteerAttendance', {
        volunteerParticipationId: participationId,
        attended: true,
      });
      return { volunteerId, serviceId, participationId };
    },
    recount: async () => [
      ...(await sql`
        select s.id from volunteer_service s where s.places_taken <> (
          select count(*) from volunteer_participation p where p.volunteer_service_id = s.id and p.status <> 'CANCELLED')`),
      ...(await sql`
        select v.id from volunteer v where v.hours_confirmed <> (
          select coalesce(sum(p.hours), 0) from volunteer_participation p where p.volunteer_id = v.id)`),
      ...(await sql`select * from tally_recount()`),
    ],
  };
}

/** Makes the sum of a volunteer's confirmed hours at least this much, by participations in services of a day each. */
export async function giveHours({ sql }: VolunteerSubgraph, volunteerId: string, hours: number) {
  for (let given = 0; given < hours; given += 24) {
    const serviceId = newId(community);
    const day = `2020-01-01T00:00:00+08:00`;
    await sql`
      insert into volunteer_service (id, division_code, title, kind, place, starts_at, ends_at, status, places)
      values (${serviceId}, ${community}, '示例', 'SAFETY_PATROL', '示例',
        ${day}::timestamptz + make_interval(hours => ${given}), ${day}::timestamptz + make_interval(hours => ${given + 24}), 'HELD', 5)`;
    await sql`
      insert into volunteer_participation (id, division_code, volunteer_service_id, starts_at, ends_at, volunteer_id, status, hours, signed_up_at, confirmed_at)
      select ${newId(community)}, ${community}, s.id, s.starts_at, s.ends_at, ${volunteerId}, 'ATTENDED', ${Math.min(24, hours - given)}, s.starts_at, s.ends_at
      from volunteer_service s where s.id = ${serviceId}`;
  }
}
