// The journeys of those who work in communities, through the whole graph with the operations that apps send.
import { insertElder } from '@district-graph/elderly-care/made-up';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestGraph, type TestGraph } from '../testkit/test-graph.ts';

let graph: TestGraph;
beforeAll(async () => {
  graph = await startTestGraph({ databases: 'empty' });
});
afterAll(() => graph.stop());

const home = '410105007003';
const at = { longitude: 113.68, latitude: 34.79 };
const id = (last: number) => `01a1fc14-c3c1-7069-8000-0000000000${String(last).padStart(2, '0')}`;
const subgraph = (name: string) => {
  const found = graph.subgraphs[name];
  if (!found) throw new Error(`no subgraph ${name}`);
  return found;
};

it('a volunteer service: the last place is taken once, and the hours are confirmed by another and never twice', async () => {
  const { sql } = subgraph('community');
  const create = async (action: string, type: string, input: Record<string, unknown>) => {
    const name = `${action[0]?.toUpperCase()}${action.slice(1)}Input`;
    const { [action]: created } = await graph.dataOf(
      `mutation ($input: ${name}!) { ${action}(input: $input) { __typename ... on ${type} { id } } }`,
      { input },
    );
    expect(created.__typename).toBe(type);
    return created.id as string;
  };
  const volunteers = await Promise.all(
    [1, 2, 3].map((number) =>
      create('registerVolunteer', 'Volunteer', {
        divisionCode: home,
        cardNumber: `41010500000000${number}`,
        name: `示例${number}`,
        phone: `0000000001${number}`,
      }),
    ),
  );
  const hour = 3_600_000;
  const volunteerServiceId = await create('planVolunteerService', 'VolunteerService', {
    divisionCode: home,
    title: '示例活动',
    kind: 'ENVIRONMENT',
    place: '示例广场',
    startsAt: new Date(Date.now() + hour).toISOString(),
    endsAt: new Date(Date.now() + 3 * hour).toISOString(),
    places: 1,
  });
  const signUp = async (volunteerId: string) =>
    (await graph.send('SignUpForVolunteerService', { input: { volunteerServiceId, volunteerId } }))
      .signUpForVolunteerService;
  const answers = await Promise.all(volunteers.map(signUp));
  const types = answers.map(({ __typename }) => __typename).sort();
  expect(types).toEqual(['VolunteerParticipation', 'VolunteerServiceFull', 'VolunteerServiceFull']);
  const [first] = answers.filter(({ __typename }) => __typename === 'VolunteerParticipation');
  const cancelled = await graph.send('CancelVolunteerSignUp', {
    input: { volunteerParticipationId: first.id },
  });
  expect(cancelled.cancelVolunteerParticipation).toMatchObject({ status: 'CANCELLED' });
  const { id: volunteerParticipationId } = await signUp(volunteers[0] as string);
  await sql`
    update volunteer_service set starts_at = now() - interval '1 hour', ends_at = now() + interval '1 hour'
    where id = ${volunteerServiceId}`;
  await create('recordVolunteerAttendance', 'VolunteerParticipation', {
    volunteerParticipationId,
    attended: true,
  });
  await create('recordVolunteerServiceHeld', 'VolunteerService', { volunteerServiceId, leaflets: 30 });
  const confirm = async (hours: number) =>
    (await graph.send('ConfirmVolunteerHours', { input: { volunteerParticipationId, hours } }))
      .confirmVolunteerHours;
  expect(await confirm(2)).toMatchObject({ hours: 2, volunteer: { hoursConfirmed: 2, stars: 0 } });
  expect(await confirm(1)).toMatchObject({ hoursConfirmed: 2 });
  const day = new Date(Date.now() + 8 * hour).toISOString().slice(0, 10);
  const { division } = await graph.dataOf(
    `{ division(code: "${home}") { community { volunteerCount volunteerServiceSummary(period: { from: "${day.slice(0, 4)}-01-01", to: "${day}" }) {
      held participants hours leafletsHandedOut } } } }`,
  );
  expect(division.community.volunteerCount).toBe(3);
});

it('a blocked fire lane: found by a grid worker, handed over to security, and read from both sides', async () => {
  for (const gridCode of ['410105', '410105007', `${home}001`])
    await graph.dataOf(
      'mutation ($input: RegisterGridInput!) { registerGrid(input: $input) { __typename } }',
      {
        input: { gridCode, name: '示例网格', households: 300 },
      },
    );
  const { gridByCode: grid } = await graph.dataOf(`{ gridByCode(gridCode: "${home}001") { id } }`);
  const visit = { gridId: grid.id, kind: 'HOUSEHOLD', householdsVisited: 6, workerName: '示例人员' };
  const { recordGridVisit } = await graph.send('RecordVisit', { input: visit });
  const { reportGridProblem: problem } = await graph.send('ReportProblem', {
    input: {
      gridId: grid.id,
      visitId: recordGridVisit.id,
      kind: 'SAFETY_HAZARD',
      description: '消防通道被占',
      location: at,
    },
  });
  const { raiseIncident: incident } = await graph.dataOf(
    'mutation ($input: RaiseIncidentInput!) { raiseIncident(input: $input) { ... on Incident { id } } }',
    { input: { kind: 'PUBLIC_FACILITY', severity: 3, divisionCode: home, location: at } },
  );
  const handOver = { gridProblemId: problem.id, handler: 'SECURITY', incidentId: incident.id };
  const { handOverGridProblem } = await graph.send('HandOverProblem', { input: handOver });
  expect(handOverGridProblem).toMatchObject({
    status: 'HANDED_OVER',
    incident: { id: incident.id, status: 'RAISED' },
    timeline: [{ action: 'FOUND' }, { action: 'HANDED_OVER' }],
  });
  const again = await graph.send('HandOverProblem', { input: handOver });
  expect(again.handOverGridProblem.__typename).toBe('InvalidTransition');
  const { incident: found } = await graph.dataOf(
    'query ($id: ID!) { incident(id: $id) { gridProblem { id grid { gridCode } visit { householdsVisited } } } }',
    { id: incident.id },
  );
  expect(found.gridProblem).toEqual({
    id: problem.id,
    grid: { gridCode: `${home}001` },
    visit: { householdsVisited: 6 },
  });
});

it('a love supermarket takes a donation and hands it out, until there is none left', async () => {
  await insertElder(subgraph('elderly-care').sql, { id: id(9), divisionCode: home });
  const { registerLoveSupermarket: supermarket } = await graph.dataOf(
    `mutation ($input: RegisterLoveSupermarketInput!) {
      registerLoveSupermarket(input: $input) { ... on LoveSupermarket { id } }
    }`,
    { input: { divisionCode: home, name: '示例爱心超市', openedOn: '2020-01-01', location: at } },
  );
  const coats = (quantity: number) => [{ category: 'COAT', condition: 'GOOD', quantity }];
  const { recordDonation } = await graph.send('TakeDonation', {
    input: { loveSupermarketId: supermarket.id, donorOrganisation: '示例单位', items: coats(2) },
  });
  expect(recordDonation).toMatchObject({ status: 'RECORDED', loveSupermarket: { stock: coats(2) } });
  const input = {
    loveSupermarketId: supermarket.id,
    recipientKind: 'ELDER',
    elderId: id(9),
    items: coats(2),
    idempotencyKey: 'coats',
  };
  const { recordHandout: handout } = await graph.send('HandOut', { input });
  expect(handout).toMatchObject({
    __typename: 'Handout',
    elder: { id: id(9), name: '示***' },
    items: coats(2),
  });
  // The connection broke, and the client retries.
  expect((await graph.send('HandOut', { input })).recordHandout).toEqual(handout);
  const { recordHandout: refused } = await graph.send('HandOut', {
    input: { ...input, items: coats(1), idempotencyKey: 'more' },
  });
  expect(refused).toMatchObject({
    __typename: 'InsufficientStock',
    shortages: [{ category: 'COAT', condition: 'GOOD', requested: 1, available: 0 }],
  });
});
