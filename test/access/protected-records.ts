// One record of every protected type, in one community, with values that occur nowhere else, by which a leak is recognised.
import { abilityItems } from '@district-graph/elderly-care/ability-score';
import { headersOf } from '@district-graph/kit/testing/identity';
import type { TestGraph } from '../testkit/test-graph.ts';

/** The community of the persons; all other records are in another community of the same subdistrict. */
export const home = '410105007003';
const square = '410105007001';

/** The id of the one record of each type, by type; by type and field, that of a record in which the field has a value. */
export type Ids = Record<string, string>;

/** The values of protected fields, in every form in which a response could contain them. */
export const secrets: Record<string, readonly string[]> = {
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
  'Grid.headName': ['公孙秘庚'],
  'Grid.headPhone': ['13911110004'],
  'GridVisit.workerName': ['慕容秘辛'],
  'GridVisit.note': ['秘记壬'],
  'GridProblem.description': ['秘况癸'],
  'GridProblem.location': ['113.685519', '34.794621'],
  'GridProblemTimelineEntry.note': ['秘批子'],
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
  const create = async (action: string, type: string, input: Record<string, unknown>) => {
    const name = `${action[0]?.toUpperCase()}${action.slice(1)}Input`;
    const { [action]: written } = await graph.dataOf(
      `mutation ($input: ${name}!) { ${action}(input: $input) { __typename ... on ${type} { id } } }`,
      { input },
    );
    if (written.__typename !== type) throw new Error(`${action}: ${JSON.stringify(written)}`);
    ids[type] = written.id;
    return written.id as string;
  };
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
  const grid = (gridCode: string) => {
    const head = { headName: '公孙秘庚', headPhone: '13911110004' };
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
    workerName: '慕容秘辛',
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
    ['incident', 'SECURITY', { incidentId }],
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
  await recordRefusals(graph, ids);
  return ids;
}

/** Has each subgraph with personal data refuse a request, and waits until the refusal is recorded. */
async function recordRefusals(graph: TestGraph, ids: Ids): Promise<void> {
  const queries: Record<string, string> = {
    community: `{ gridProblem(id: "${ids.GridProblem}") { id } }`,
    culture: `{ booking(id: "${ids.Booking}") { id } }`,
    'elderly-care': `{ elder(id: "${ids.Elder}") { id } }`,
    sanitation: `{ vehicleDispatch(id: "${ids.VehicleDispatch}") { id } }`,
    security: `{ incident(id: "${ids.Incident}") { id } }`,
  };
  const headers = await headersOf({ sub: 'curious', roles: ['place-registrar'] });
  for (const [name, query] of Object.entries(queries)) {
    const subgraph = graph.subgraphs[name];
    if (!subgraph) throw new Error(`no subgraph ${name}`);
    await subgraph.request(query, {}, headers);
    while ((await subgraph.sql`select from access_record limit 1`).length === 0);
  }
}
