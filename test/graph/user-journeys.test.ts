// User journeys across the bureaus, with the operations that their apps send.
import { insertCareWorker, insertElder } from '@district-graph/elderly-care/made-up';
import { trusted } from '@district-graph/kit/testing/identity';
import { createClient } from 'graphql-ws';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { WebSocket } from 'ws';
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

const steps = ['VACUUM', 'FLUSH', 'SUCTION', 'SCRUB', 'SWEEP', 'MANUAL'];

it('a care visit, from the request to its completion', async () => {
  const { sql } = subgraph('elderly-care');
  await insertCareWorker(sql, { id: id(2), divisionCode: home });
  await insertElder(sql, { id: id(1), divisionCode: home });
  const order = {
    elderId: id(1),
    kind: 'MEAL',
    scheduledAt: '2099-01-01T09:00:00+08:00',
    idempotencyKey: 'call-1',
  };
  const { requestCareVisit: visit } = await graph.send('RequestVisit', { input: order });
  expect(visit).toMatchObject({ __typename: 'CareVisit', status: 'REQUESTED', elder: { id: id(1) } });
  // The connection broke, and the client retries.
  expect((await graph.send('RequestVisit', { input: order })).requestCareVisit).toEqual(visit);
  const early = await graph.send('CompleteVisit', { input: { visitId: visit.id } });
  expect(early.completeCareVisit).toMatchObject({ __typename: 'InvalidTransition', from: 'REQUESTED' });
  const { assignCareVisit } = await graph.send('AssignVisit', {
    input: { visitId: visit.id, careWorkerId: id(2) },
  });
  expect(assignCareVisit).toMatchObject({ status: 'ASSIGNED', careWorker: { id: id(2) } });
  await graph.dataOf(
    'mutation ($input: StartCareVisitInput!) { startCareVisit(input: $input) { ... on CareVisit { status } } }',
    { input: { visitId: visit.id } },
  );
  const { completeCareVisit } = await graph.send('CompleteVisit', { input: { visitId: visit.id } });
  expect(completeCareVisit.status).toBe('COMPLETED');
});

it('a cleaning run with six steps; a step out of order is refused', async () => {
  const { sql } = subgraph('sanitation');
  await sql`insert into road (id, division_code, name, cleaning_grade, length_metres, longitude, latitude)
    values (${id(3)}, ${home}, '示例路', 'FIRST', 900, ${at.longitude}, ${at.latitude})`;
  const { startCleaningRun: run } = await graph.send('StartRun', { input: { roadId: id(3) } });
  expect(run.steps.map(({ kind }: { kind: string }) => kind)).toEqual(steps);
  const again = await graph.send('StartRun', { input: { roadId: id(3) } });
  expect(again.startCleaningRun).toMatchObject({ __typename: 'RunAlreadyOpen', run: { id: run.id } });
  const { completeCleaningStep: refused } = await graph.send('CompleteStep', {
    input: { runId: run.id, kind: 'SCRUB' },
  });
  expect(refused).toMatchObject({ __typename: 'StepOutOfOrder', expected: 'VACUUM' });
  for (const kind of steps) {
    const { completeCleaningStep } = await graph.send('CompleteStep', { input: { runId: run.id, kind } });
    expect(completeCleaningStep.__typename).toBe('CleaningRun');
  }
  const { road } = await graph.send('RoadToday', {
    roadId: id(3),
    date: new Date(Date.now() + 8 * 3_600_000).toISOString().slice(0, 10),
  });
  expect(road.runs.nodes[0].status).toBe('COMPLETED');
});

it('a site fire: the nearest sprinkler truck is dispatched to the incident, and only once', async () => {
  const raised = await graph.send('RaiseIncident', {
    input: { kind: 'SITE_FIRE', severity: 1, divisionCode: home, location: at, description: '示例' },
  });
  const incidentId = raised.raiseIncident.id;
  const { registerSanitationVehicle: vehicle } = await graph.dataOf(
    `mutation ($input: RegisterSanitationVehicleInput!) {
      registerSanitationVehicle(input: $input) { ... on SanitationVehicle { id status } }
    }`,
    {
      input: {
        divisionCode: home,
        plateNumber: '豫A·示01',
        kind: 'SPRINKLER',
        onDuty: true,
        waterCapacityLitres: 8000,
        location: at,
      },
    },
  );
  const { nearestVehicles } = await graph.send('NearestSprinklers', { at });
  expect(nearestVehicles[0].vehicle.id).toBe(vehicle.id);
  const { sanitationVehiclesNear } = await graph.dataOf(
    'query ($at: GeoPointInput!) { sanitationVehiclesNear(kind: SPRINKLER, at: $at, withinMetres: 10000, first: 5) { vehicle { id } } }',
    { at },
  );
  expect(sanitationVehiclesNear[0].vehicle.id).toBe(vehicle.id);
  const input = { vehicleId: vehicle.id, purpose: 'EMERGENCY_SUPPORT', incidentId };
  const { dispatchVehicle: sent } = await graph.send('SendSupport', { input });
  expect(sent).toMatchObject({
    vehicle: { status: 'DISPATCHED' },
    incident: { id: incidentId, status: 'RAISED' },
  });
  const { dispatchVehicle: second } = await graph.send('SendSupport', { input });
  expect(second).toMatchObject({ __typename: 'VehicleUnavailable', vehicle: { id: vehicle.id } });
});

it('a lost elder is found: raised, acknowledged, dispatched, resolved and closed, with an event for each', async () => {
  const response = await fetch(`${graph.url}/graphql/stream`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'text/event-stream', ...trusted },
    body: JSON.stringify({
      query:
        'subscription IncidentFeed($within: ID!) { incidentChanged(within: $within) { id status severity kind division { code name } elder { id abilityLevel } } }',
      variables: { within: '410105' },
    }),
  });
  const raised = await graph.send('RaiseIncident', {
    input: { kind: 'LOST_PERSON', severity: 2, divisionCode: home, location: at, elderId: id(1) },
  });
  const incidentId = raised.raiseIncident.id;
  for (const input of [
    { to: 'ACKNOWLEDGED' },
    { to: 'DISPATCHED', note: '示例' },
    { to: 'RESOLVED', outcome: 'ASSISTANCE', peopleAssisted: 1 },
    { to: 'CLOSED' },
  ]) {
    const { advanceIncident } = await graph.send('AdvanceIncident', { input: { incidentId, ...input } });
    expect(advanceIncident).toMatchObject({ __typename: 'Incident', status: input.to });
  }
  const after = await graph.send('AdvanceIncident', {
    input: { incidentId, to: 'RESOLVED', outcome: 'ASSISTANCE' },
  });
  expect(after.advanceIncident.__typename).toBe('InvalidTransition');
  const { incident } = await graph.send('LostElder', { incidentId });
  // Without a purpose down to the subdistrict.
  const division = { code: home.slice(0, 9) };
  expect(incident).toMatchObject({ status: 'CLOSED', elder: { id: id(1) }, division });
  expect(incident.timeline.length).toBeGreaterThanOrEqual(5);
  let received = '';
  const reader = (response.body as ReadableStream<Uint8Array>)
    .pipeThrough(new TextDecoderStream())
    .getReader();
  while ((received.match(/event: next/g) ?? []).length < 5) {
    const { value, done } = await reader.read();
    if (done) break;
    received += value;
  }
  await reader.cancel();
  expect(received).toContain(`"id":"${incidentId}"`);
  expect(received).toContain('"name":');
});

it('a session: booked out, with a waiting list, a seat passed on once, attendance recorded, and an event for each change', async () => {
  const { sql } = subgraph('culture');
  await sql`insert into activity (id, division_code, title, category, audience, organiser)
    values (${id(5)}, ${home}, '示例讲座', 'LECTURE', 'ELDERLY', '示例')`;
  const client = createClient({
    url: graph.url.replace('http', 'ws').concat('/graphql'),
    webSocketImpl: WebSocket,
  });
  const started = new Promise((resolve) => client.on('ping', resolve));
  const events = client.iterate<{ sessionChanged: Record<string, unknown> }>({
    query:
      'subscription Programme($within: ID!) { sessionChanged(within: $within) { id status seatsLeft waitlistLength division { name } } }',
    variables: { within: '410105007' },
  });
  const next = async () => (await events.next()).value?.data?.sessionChanged;
  const first = next();
  await started;
  const hour = 3_600_000;
  const { scheduleSession: session } = await graph.dataOf(
    `mutation ($input: ScheduleSessionInput!) {
      scheduleSession(input: $input) { __typename ... on Session { id } }
    }`,
    {
      input: {
        activityId: id(5),
        elsewhere: { divisionCode: home, place: '示例广场', location: at },
        startsAt: new Date(Date.now() + hour).toISOString(),
        endsAt: new Date(Date.now() + 2 * hour).toISOString(),
        capacity: 2,
      },
    },
  );
  expect(session.__typename).toBe('Session');
  const changeTo = (seatsLeft: number, waitlistLength: number, status = 'SCHEDULED') =>
    expect.objectContaining({ id: session.id, status, seatsLeft, waitlistLength });
  expect(await first).toEqual(changeTo(2, 0));
  const book = async (person: number, key?: string) =>
    (
      await graph.send('BookSeat', {
        input: {
          sessionId: session.id,
          name: `示例${person}`,
          phone: `0000000010${person}`,
          idempotencyKey: key,
        },
      })
    ).bookSession;
  const here = await book(1);
  expect(await next()).toEqual(changeTo(1, 0));
  const leaving = await book(2, 'kiosk-2');
  expect(await next()).toEqual(changeTo(0, 0));
  // The kiosk did not get the response and retries: there is one booking and one event.
  expect(await book(2, 'kiosk-2')).toEqual(leaving);
  const head = await book(3);
  expect(await next()).toEqual(changeTo(0, 1));
  const behind = await book(4);
  expect(await next()).toEqual(changeTo(0, 2));
  expect(
    [here, leaving, head, behind].map(({ status, waitlistPosition }) => [status, waitlistPosition]),
  ).toEqual([
    ['CONFIRMED', null],
    ['CONFIRMED', null],
    ['WAITLISTED', 1],
    ['WAITLISTED', 2],
  ]);
  const answers = await Promise.all(
    [1, 2, 3].map(() => graph.send('CancelSeat', { input: { bookingId: leaving.id } })),
  );
  expect(answers.map(({ cancelBooking }) => cancelBooking.__typename).sort()).toEqual([
    'Booking',
    'InvalidTransition',
    'InvalidTransition',
  ]);
  expect(await next()).toEqual(changeTo(0, 1));
  const stateOf = async ({ id: bookingId }: { id: string }) =>
    (
      await graph.dataOf('query ($id: ID!) { booking(id: $id) { status waitlistPosition } }', {
        id: bookingId,
      })
    ).booking;
  expect(await stateOf(head)).toEqual({ status: 'CONFIRMED', waitlistPosition: null });
  expect(await stateOf(behind)).toEqual({ status: 'WAITLISTED', waitlistPosition: 1 });
  const promotions = await sql`select from change_event
    where entity_id = ${head.id} and from_status = 'WAITLISTED' and to_status = 'CONFIRMED'`;
  expect(promotions).toHaveLength(1);
  const change = (action: string, type: string, input: Record<string, unknown>) =>
    graph.dataOf(
      `mutation ($input: ${action[0]?.toUpperCase()}${action.slice(1)}Input!) {
        ${action}(input: $input) { __typename ... on ${type} { status } ... on Refusal { code message } }
      }`,
      { input },
    );
  const early = await change('markNoShow', 'Booking', { bookingId: head.id });
  expect(early.markNoShow).toEqual({
    __typename: 'SessionNotBegun',
    code: 'SESSION_NOT_BEGUN',
    message: '该场次尚未开始，请在开始后再操作。 The session has not started; try again once it has.',
  });
  // The session starts.
  await sql`update session set starts_at = now() - interval '10 minutes' where id = ${session.id}`;
  const { checkInBooking } = await change('checkInBooking', 'Booking', { bookingId: here.id });
  expect(checkInBooking.status).toBe('CHECKED_IN');
  const { markNoShow } = await change('markNoShow', 'Booking', { bookingId: head.id });
  expect(markNoShow.status).toBe('NO_SHOW');
  const { recordSessionHeld } = await change('recordSessionHeld', 'Session', {
    sessionId: session.id,
    attended: 1,
  });
  expect(recordSessionHeld.status).toBe('HELD');
  expect(await next()).toMatchObject({
    id: session.id,
    status: 'HELD',
    division: { name: expect.any(String) },
  });
  await client.dispose();
});
