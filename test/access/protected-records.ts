// One record of every protected type, in one community, with values that occur nowhere else, by which a leak is recognised: here
// those that refer to records of other subgraphs, and in a subgraph's src/access-record/testing.ts those that do not.
import { existsSync } from 'node:fs';
import { abilityItems } from '@district-graph/elderly-care/ability-score';
import type { Subgraph } from '@district-graph/kit/subgraph';
import { headersOf } from '@district-graph/kit/testing/identity';
import type { CreateRecord, ProtectedRecords } from '@district-graph/kit/testing/protected-records';
import type { Answer } from '@district-graph/kit/testing/test-subgraph';
import { subgraphs } from '@district-graph/scripts/subgraphs/all-subgraphs';
import type { TestGraph } from '../testkit/test-graph.ts';
import { communitySecrets, type Ids, insertCommunityRecords } from './community-records.ts';
import { headersOfAllRoles } from './viewers.ts';

/** The community of the persons; all other records are in another community of the same subdistrict. */
export const home = '410105007003';
const square = '410105007001';

async function recordsOf({ folder }: Subgraph): Promise<ProtectedRecords[]> {
  const file = new URL('src/access-record/testing.ts', folder);
  if (!existsSync(file)) return [];
  const { protectedRecords } = (await import(file.href)) as { protectedRecords: ProtectedRecords };
  return [protectedRecords];
}

/** The records that the subgraphs define. */
const recordsOfSubgraphs = (await Promise.all(subgraphs.map(recordsOf))).flat();

/** The values of protected fields, in every form in which a response could contain them. */
export const secrets: Record<string, readonly string[]> = {
  ...Object.assign({}, ...recordsOfSubgraphs.map(({ secrets: values }) => values)),
  ...communitySecrets,
  'Elder.name': ['欧阳秘甲'],
  'Elder.idNumber': ['410105194003120019'],
  'Elder.phone': ['13911110001'],
  'Elder.address': ['秘巷七号'],
  'Elder.birthDate': ['1940-03-12', '19400312'],
  'Elder.division': [home],
  'CareVisit.division': [home],
  'EmergencyContact.name': ['司马秘乙'],
  'EmergencyContact.phone': ['13911110002'],
  'CareWorker.name': ['诸葛秘丙'],
  'CareWorker.phone': ['13911110003'],
  'SanitationCrew.leaderName': ['夏侯秘丁'],
  'Incident.description': ['秘述戊'],
  'Incident.location': ['113.684217', '34.793518'],
  'IncidentTimelineEntry.note': ['秘注己'],
  'Camera.location': ['113.681117', '34.791113'],
  'AlarmBox.location': ['113.682223', '34.792229'],
  'SecurityDevice.location': ['113.681117', '34.791113'],
  'MonitoringPlatform.location': ['113.683331', '34.793337'],
};

/** The secrets that a text contains. */
export const secretsIn = (text: string): string[] =>
  Object.values(secrets)
    .flat()
    .filter((secret) => text.includes(secret));

const point = (longitude: number, latitude: number) => ({ longitude, latitude });

/** Creates the records by the mutations that bureaus use, and one refusal in the access records of each subgraph. */
export async function insertProtectedRecords(graph: TestGraph): Promise<Ids> {
  const ids: Ids = {};
  const creator =
    (query: TestGraph['query'], headers?: Record<string, string>): CreateRecord =>
    async (action, type, input) => {
      const name = `${action[0]?.toUpperCase()}${action.slice(1)}Input`;
      const { data, errors } = await query(
        `mutation ($input: ${name}!) { ${action}(input: $input) { __typename ... on ${type} { id } } }`,
        { input },
        headers,
      );
      const written = data?.[action];
      if (written?.__typename !== type) throw new Error(`${action}: ${JSON.stringify(errors ?? written)}`);
      ids[type] = written.id;
      return written.id;
    };
  const create = creator(graph.query);
  const careWorkerId = await create('registerCareWorker', 'CareWorker', {
    divisionCode: square,
    name: '诸葛秘丙',
    phone: '13911110003',
    role: 'HOME_CARE',
  });
  const careInstitutionId = await create('registerCareInstitution', 'CareInstitution', {
    divisionCode: square,
    name: '示例院',
    kind: 'PRIVATE_HOME',
    beds: 10,
    phone: '0371-0000',
    openedOn: '2020-01-01',
    location: point(113.7, 34.8),
  });
  const elderId = await create('registerElder', 'Elder', {
    divisionCode: home,
    name: '欧阳秘甲',
    idNumber: '410105194003120019',
    phone: '13911110001',
    address: '郑州市金水区南阳路街道秘巷七号',
    livingArrangement: 'INSTITUTION',
    careMode: 'INSTITUTION',
    careInstitutionId,
    careWorkerId,
    emergencyContacts: [{ name: '司马秘乙', relationship: 'CHILD', phone: '13911110002' }],
  });
  // The highest score of every item.
  await create('assessElder', 'AbilityAssessment', { elderId, reason: 'FIRST', items: abilityItems });
  await create('grantSubsidy', 'Subsidy', {
    elderId,
    scheme: 'AGE_ALLOWANCE',
    month: '2026-01-01',
    amountFen: 10_000,
  });
  await create('requestCareVisit', 'CareVisit', {
    elderId,
    kind: 'MEAL',
    scheduledAt: '2060-01-01T09:00:00+08:00',
  });
  await create('assignCareVisit', 'CareVisit', { visitId: ids.CareVisit, careWorkerId });
  const centre = await create('registerMonitoringPlatform', 'MonitoringPlatform', {
    deviceCode: '41010500002000000001',
    name: '示例中心',
    tier: 'DISTRICT_CENTRE',
    divisionCode: '410105007',
    location: point(113.683331, 34.793337),
  });
  const platformId = await create('registerMonitoringPlatform', 'MonitoringPlatform', {
    deviceCode: '41010500002000000002',
    name: '示例平台',
    tier: 'SUBDISTRICT_OR_BRANCH',
    divisionCode: '410105007',
    parentId: centre,
    location: point(113.683331, 34.793337),
  });
  await create('registerMonitoringPlatform', 'MonitoringPlatform', {
    deviceCode: '41010500002000000003',
    name: '示例平台',
    tier: 'COMMUNITY_OR_SCHOOL',
    divisionCode: square,
    parentId: platformId,
    location: point(113.683331, 34.793337),
  });
  ids.MonitoringPlatform = platformId;
  const device = { divisionCode: square, platformId };
  ids.SecurityDevice = await create('registerCamera', 'Camera', {
    ...device,
    deviceCode: '41010500081320000001',
    name: '示例摄像机',
    form: 'DOME',
    location: point(113.681117, 34.791113),
  });
  const sourceDeviceId = await create('registerAlarmBox', 'AlarmBox', {
    ...device,
    deviceCode: '41010500081340000002',
    name: '示例求助箱',
    intercom: true,
    location: point(113.682223, 34.792229),
  });
  const incidentId = await create('raiseIncident', 'Incident', {
    kind: 'LOST_PERSON',
    severity: 2,
    description: '秘述戊',
    divisionCode: square,
    location: point(113.684217, 34.793518),
    sourceDeviceId,
    elderId,
  });
  await create('noteIncident', 'Incident', { incidentId, note: '秘注己' });
  await create('scheduleSafetyInspection', 'SafetyInspection', {
    kind: 'FIRE',
    divisionCode: square,
    site: '示例',
    team: '示例队',
    incidentId,
    scheduledOn: '2060-01-01',
  });
  const crewId = await create('registerSanitationCrew', 'SanitationCrew', {
    divisionCode: square,
    name: '示例班',
    phone: '0371-0000',
    leaderName: '夏侯秘丁',
    workersOnDuty: 5,
  });
  const vehicle = { divisionCode: square, kind: 'SPRINKLER', onDuty: true };
  await create('registerSanitationVehicle', 'SanitationVehicle', {
    ...vehicle,
    plateNumber: '豫A·示02',
    location: point(113.69, 34.79),
  });
  const vehicleId = await create('registerSanitationVehicle', 'SanitationVehicle', {
    ...vehicle,
    plateNumber: '豫A·示01',
    crewId,
    location: point(113.68, 34.79),
  });
  await create('dispatchVehicle', 'VehicleDispatch', { vehicleId, purpose: 'EMERGENCY_SUPPORT', incidentId });
  const activityId = await create('registerActivity', 'Activity', {
    divisionCode: square,
    title: '示例',
    category: 'LECTURE',
    audience: 'ELDERLY',
    organiser: '示例',
  });
  const sessionId = await create('scheduleSession', 'Session', {
    activityId,
    elsewhere: { divisionCode: square, place: '示例', location: point(113.68, 34.79) },
    capacity: 10,
    startsAt: '2060-01-02T09:00:00+08:00',
    endsAt: '2060-01-02T10:00:00+08:00',
  });
  await create('bookSession', 'Booking', { sessionId, elderId });
  await insertCommunityRecords(graph, create, ids);
  // By the viewer with all roles, so that records that are listed for those who registered them have an owner.
  const createOwn = creator(graph.query, await headersOfAllRoles(null));
  for (const { insert } of recordsOfSubgraphs) await insert(createOwn);
  await recordRefusals(graph);
  return ids;
}

/** Has each subgraph with access records refuse to list them, and waits until the refusal is recorded. */
async function recordRefusals(graph: TestGraph): Promise<void> {
  const headers = await headersOf({ sub: 'curious', roles: ['place-registrar'] });
  for (const subgraph of Object.values(graph.subgraphs)) {
    const { data }: Answer = await subgraph.request('{ __type(name: "Query") { fields { name } } }');
    const names = data.__type.fields.map(({ name }: { name: string }) => name) as string[];
    const list = names.find((name) => name.endsWith('AccessRecords'));
    if (!list) continue;
    await subgraph.request(`{ ${list} { totalCount } }`, {}, headers);
    await subgraph.recorded();
    if ((await subgraph.sql`select from access_record limit 1`).length === 0)
      throw new Error(`${list} was not refused on record`);
  }
}
