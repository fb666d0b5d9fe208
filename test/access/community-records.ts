// The protected records of community, which refer to those of other subgraphs.
import type { CreateRecord } from '@district-graph/kit/testing/protected-records';
import type { TestGraph, TestSubgraph } from '../testkit/test-graph.ts';

const home = '410105007003';
const square = '410105007001';

/** The values of protected fields, in every form in which a response could contain them. */
export const communitySecrets: Record<string, readonly string[]> = {
};

interface Referred {
  elderId: string;
}

/** Creates them by the mutations that bureaus use. */
export async function insertCommunityRecords(graph: TestGraph, create: CreateRecord, { elderId }: Referred): Promise<void> {
  await insertVolunteer(graph, create, elderId);
}

/** The elder as a volunteer in a service that was done for the elder, too. */
async function insertVolunteer(graph: TestGraph, create: CreateRecord, elderId: string): Promise<void> {
  const { serviceCentres } = await graph.dataOf(
    '{ serviceCentres(within: "410105", first: 100) { nodes { id } } }',
  );
  const volunteerTeamId = await create('registerVolunteerTeam', 'VolunteerTeam', {
    divisionCode: square,
    name: '示例队',
    kind: 'SILVER_AGE',
    foundedOn: '2020-01-01',
    serviceCentreId: serviceCentres.nodes.at(-1).id,
  });
  const volunteerId = await create('registerVolunteer', 'Volunteer', {
    divisionCode: home,
    cardNumber: '410105001391119904',
    name: '南宫秘庚',
    phone: '13911110004',
    skills: ['ARTS'],
    elderId,
  });
  await create('joinVolunteerTeam', 'Volunteer', { volunteerId, volunteerTeamId });
  const volunteerServiceId = await create('planVolunteerService', 'VolunteerService', {
    divisionCode: square,
    volunteerTeamId,
    title: '示例',
    kind: 'ELDER_VISIT',
    place: '示例',
    startsAt: '2060-01-03T09:00:00+08:00',
    endsAt: '2060-01-03T10:00:00+08:00',
    places: 5,
  });
  await create('signUpForVolunteerService', 'VolunteerParticipation', { volunteerServiceId, volunteerId });
  const { community } = graph.subgraphs;
  if (!community) throw new Error('no subgraph community');
  await community.sql`
    update volunteer_service set starts_at = '2025-01-03T09:00:00+08:00', ends_at = '2025-01-03T10:00:00+08:00'
    where id = ${volunteerServiceId}`;
  await create('recordVolunteerServiceHeld', 'VolunteerService', { volunteerServiceId, elderIds: [elderId] });
}
