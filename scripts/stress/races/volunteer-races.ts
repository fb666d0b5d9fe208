// Races for the places of volunteer services, and of one volunteer for services at the same time.

import { atOnce, oneOf, type Race, type RaceContext, times } from './race.ts';

const places = 10;

async function lastPlaces(context: RaceContext): Promise<void> {
  const { records, findings, graph } = context;
  const { id: volunteerServiceId } = await records.volunteerService(places);
  const volunteers = await Promise.all(times(40, () => records.volunteer()));
  const inputs = volunteers.map(({ id: volunteerId }) => ({ volunteerServiceId, volunteerId }));
  const answers = await atOnce(context, 'community', 'signUpForVolunteerService', inputs);
  const signedUp = answers.filter(({ __typename }) => __typename === 'VolunteerParticipation');
  findings.same(
    'places: 10 of 40 volunteers get the 10 places, and the others are refused',
    [signedUp.length, answers.filter(({ __typename }) => __typename === 'VolunteerServiceFull').length],
    [places, 30],
  );
  const cancelled = signedUp.slice(0, 4).map(({ id }) => ({ volunteerParticipationId: id }));
  await Promise.all([
    atOnce(context, 'community', 'cancelVolunteerParticipation', cancelled),
    atOnce(context, 'community', 'signUpForVolunteerService', inputs),
  ]);
  const [service] = await graph.databases.community<{ placesTaken: number; signedUp: number }[]>`
    select s.places_taken, (
      select count(*) from volunteer_participation p where p.volunteer_service_id = s.id and p.status <> 'CANCELLED'
    )::integer as signed_up from volunteer_service s where s.id = ${volunteerServiceId}`;
  findings.expect(
    'places: those that are taken match the sign-ups, and are no more than there are',
    service !== undefined && service.placesTaken === service.signedUp && service.placesTaken <= places,
    () => service,
  );
}

async function oneVolunteer(context: RaceContext): Promise<void> {
  const { records } = context;
  const { id: volunteerId } = await records.volunteer();
  const services = await Promise.all(times(10, () => records.volunteerService(places)));
  const answers = await atOnce(
    context,
    'community',
    'signUpForVolunteerService',
    services.map(({ id: volunteerServiceId }) => ({ volunteerServiceId, volunteerId })),
  );
  oneOf(
    context,
    'volunteer: 1 of 10 services at the same time is signed up for',
    answers,
    'VolunteerParticipation',
    'VolunteerBusy',
  );
}

export const volunteerRaces: readonly Race[] = [
  { name: 'places', run: lastPlaces },
  { name: 'volunteer', run: oneVolunteer },
];
