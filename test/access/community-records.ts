// The protected records of community, which refer to those of other subgraphs.
import type { CreateRecord } from '@district-graph/kit/testing/protected-records';
import type { TestGraph } from '../testkit/test-graph.ts';

const home = '410105007003';
const square = '410105007001';

/** The id of the one record of each type, by type; by type and field, that of a record in which the field has a value. */
export type Ids = Record<string, string>;

/** The bureau that a petition is transferred to. */
export const bureau = '示例承办局';

const point = (longitude: number, latitude: number) => ({ longitude, latitude });

/** The values of protected fields, in every form in which a response could contain them. */
export const communitySecrets: Record<string, readonly string[]> = {
  'Volunteer.name': ['南宫秘庚'],
  'Volunteer.phone': ['13911110004'],
  'Volunteer.cardNumber': ['410105001391119904'],
  'Volunteer.division': [home],
  'Handout.recipientName': ['长孙秘午'],
  'Handout.address': ['秘巷八号'],
  'Donation.donorName': ['慕容秘辛'],
  'Grid.headName': ['公孙秘卯'],
  'Grid.headPhone': ['13911110006'],
  'GridVisit.workerName': ['令狐秘辰'],
  'GridVisit.note': ['秘记壬'],
  'GridProblem.description': ['秘况癸'],
  'GridProblem.location': ['113.685519', '34.794621'],
  'GridProblemTimelineEntry.note': ['秘批子'],
  'PetitionMatter.petitionerName': ['皇甫秘巳'],
  'PetitionMatter.petitionerPhone': ['13911110007'],
  'PetitionMatter.petitionerAddress': ['秘弄九号'],
  'PetitionMatter.petitionerIdNumber': ['410105194103120013'],
  'PetitionMatter.description': ['秘诉辛'],
  'PetitionMatter.division': [home],
  'PetitionMatter.transferText': ['秘转壬'],
  'PetitionTransfer.transferText': ['秘转壬'],
  'PetitionMatter.reply': ['秘复癸'],
  'PetitionMatter.extensionReason': ['秘延子'],
  'PetitionStep.note': ['秘注丑'],
  'PetitionAgent.name': ['尉迟秘寅'],
  'PetitionAgent.phone': ['13911110005'],
  'PetitionAgent.division': [home],
  'Commendation.giverName': ['皇甫秘巳'],
  'Commendation.recipientName': ['尉迟秘寅'],
};

interface Referred {
  elderId: string;
  serviceCentreId: string;
}

/** Creates them by the mutations that bureaus use, for the records of other subgraphs in `ids`. */
export async function insertCommunityRecords(
  graph: TestGraph,
  create: CreateRecord,
  ids: Ids,
): Promise<void> {
  const elderId = ids.Elder as string;
  const { serviceCentres } = await graph.dataOf(
    '{ serviceCentres(within: "410105", first: 100) { nodes { id } } }',
  );
  const serviceCentreId: string = serviceCentres.nodes.at(-1).id;
  await insertVolunteer(graph, create, { elderId, serviceCentreId });
  await insertHandout(create, { elderId, serviceCentreId });
  await insertGridProblems(create, ids);
  await insertPetition(graph, create, elderId);
}

/** The elder as a volunteer in a service that was done for the elder, too. */
async function insertVolunteer(
  graph: TestGraph,
  create: CreateRecord,
  { elderId, serviceCentreId }: Referred,
): Promise<void> {
  const volunteerTeamId = await create('registerVolunteerTeam', 'VolunteerTeam', {
    divisionCode: square,
    name: '示例队',
    kind: 'SILVER_AGE',
    foundedOn: '2020-01-01',
    serviceCentreId,
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

/** A donation, and a handout of it to the elder. */
async function insertHandout(create: CreateRecord, { elderId, serviceCentreId }: Referred): Promise<void> {
  const loveSupermarketId = await create('registerLoveSupermarket', 'LoveSupermarket', {
    divisionCode: square,
    name: '示例超市',
    serviceCentreId,
    openedOn: '2020-01-01',
    location: point(113.68, 34.79),
  });
  const items = [{ category: 'COAT', condition: 'GOOD', quantity: 5 }];
  await create('recordDonation', 'Donation', { loveSupermarketId, donorName: '慕容秘辛', items });
  await create('recordHandout', 'Handout', {
    loveSupermarketId,
    recipientKind: 'ELDER',
    elderId,
    recipientName: '长孙秘午',
    address: '郑州市金水区南阳路街道秘巷八号',
    items: [{ ...items[0], quantity: 1 }],
  });
}

/** Problems of a grid, one for each kind of record that a problem may have become. */
async function insertGridProblems(create: CreateRecord, ids: Ids): Promise<void> {
  const grid = (gridCode: string) => {
    const head = { headName: '公孙秘卯', headPhone: '13911110006' };
    return create('registerGrid', 'Grid', { gridCode, name: '示例网格', households: 10, ...head });
  };
  await grid('410105');
  const above = await grid('410105007');
  const gridId = await grid(`${square}001`);
  // That of the subdistrict has one below it, and no visits.
  Object.assign(ids, { Grid: above, 'Grid.visits': gridId });
  const visitId = await create('recordGridVisit', 'GridVisit', {
    gridId,
    kind: 'PUBLIC_AREA',
    workerName: '令狐秘辰',
    note: '秘记壬',
  });
  const blindSpotId = await create('reportBlindSpot', 'BlindSpot', {
    divisionCode: square,
    place: '示例',
    kind: 'WEEDS',
    location: point(113.68, 34.79),
  });
  // A problem becomes one record: the last one, which stands for the others, is the incident.
  for (const [field, handler, became] of [
    ['blindSpot', 'SANITATION', { blindSpotId }],
    ['careVisit', 'ELDERLY_CARE', { careVisitId: ids.CareVisit }],
    ['safetyInspection', 'SECURITY', { safetyInspectionId: ids.SafetyInspection }],
    ['incident', 'SECURITY', { incidentId: ids.Incident }],
  ] as const) {
    const gridProblemId = await create('reportGridProblem', 'GridProblem', {
      gridId,
      visitId,
      kind: 'OTHER',
      description: '秘况癸',
      location: point(113.685519, 34.794621),
    });
    await create('handOverGridProblem', 'GridProblem', { gridProblemId, handler, ...became, note: '秘批子' });
    ids[`GridProblem.${field}`] = gridProblemId;
  }
}

/** A petition of the elder, with everything that is protected of it, and the thanks for it. */
async function insertPetition(graph: TestGraph, create: CreateRecord, elderId: string): Promise<void> {
  const agent = { divisionCode: home, name: '尉迟秘寅', phone: '13911110005' };
  const petitionAgentId = await create('registerPetitionAgent', 'PetitionAgent', agent);
  const petitionMatterId = await create('receivePetitionMatter', 'PetitionMatter', {
    divisionCode: home,
    kind: 'WAGES',
    channel: 'IN_PERSON',
    petitioner: {
      name: '皇甫秘巳',
      phone: '13911110007',
      address: '郑州市金水区南阳新村街道秘弄九号',
      idNumber: '410105194103120013',
    },
    description: '秘诉辛',
    elderId,
  });
  await create('assignPetitionAgent', 'PetitionMatter', { petitionMatterId, petitionAgentId });
  // The outcome reveals whether the text names the petitioner: it takes a purpose.
  const agentClient = await graph.clientOf(
    { sub: 'the-agent', roles: ['petition-agent'], divisions: ['410105'] },
    'PETITION_HANDLING',
  );
  const { data } = await agentClient(
    'mutation ($input: TransferPetitionMatterInput!) { transferPetitionMatter(input: $input) { __typename } }',
    { input: { petitionMatterId, bureau, transferText: '秘转壬' } },
  );
  if (data.transferPetitionMatter.__typename !== 'PetitionMatter') throw new Error(JSON.stringify(data));
  const extension = { petitionMatterId, days: 30, reason: '秘延子' };
  await create('extendPetitionMatter', 'PetitionMatter', extension);
  await create('recordPetitionReply', 'PetitionMatter', { petitionMatterId, reply: '秘复癸' });
  await create('notePetitionMatter', 'PetitionMatter', { petitionMatterId, note: '秘注丑' });
  await create('recordCommendation', 'Commendation', {
    divisionCode: square,
    kind: 'BANNER',
    recipientKind: 'PERSON_ON_DUTY',
    recipientName: '尉迟秘寅',
    giverName: '皇甫秘巳',
    inscription: '为民解忧',
    petitionMatterId,
  });
}
