// The scenarios of the kill test: short sequences of writes of one client, each with its expected answer.
import type { Random } from '@district-graph/kit/seed/random';
import type { Answer, Write } from '../graph/client.ts';
import { coming, newIncident, newRoad, person, type Records, stepKinds } from '../graph/records.ts';
import { times } from '../races/race.ts';

/** A write and the members of its result union that may answer it; several when clients compete. */
export interface ExpectedWrite extends Write {
  expected: readonly string[];
  /** The status of the entity in the answer, when only this scenario changes it. */
  status?: string;
}

export type Story = AsyncGenerator<ExpectedWrite, void, Answer>;

/** The records that the scenarios compete for. */
export interface World {
  records: Records;
  sessions: readonly string[];
  elders: readonly string[];
  careWorkers: readonly string[];
  vehicles: readonly string[];
}

/** Creates the records, with seats for about half of the bookings. */
export async function makeWorld(records: Records, writes: number): Promise<World> {
  const capacity = Math.max(5, Math.round(writes / 60));
  const sessions = await Promise.all(times(6, () => records.session(capacity)));
  const careWorkers = await Promise.all(times(12, () => records.careWorker()));
  const vehicles = await Promise.all(times(12, () => records.vehicle()));
  return {
    records,
    sessions: sessions.map(({ id }) => id),
    elders: await Promise.all(times(20, () => records.elder())),
    careWorkers: careWorkers.map(({ id }) => id),
    vehicles: vehicles.map(({ id }) => id),
  };
}

async function* bookSeats({ records, sessions }: World, random: Random): Story {
  const sessionId = random.pick(sessions);
  const input = { sessionId, ...person(records.next()), seats: random.whole(1, 3) };
  const booked = yield { subgraph: 'culture', action: 'bookSession', input, expected: ['Booking'] };
  if (random.chance(0.2))
    yield { subgraph: 'culture', action: 'bookSession', input, expected: ['AlreadyBooked'] };
  if (random.chance(0.5))
    yield {
      subgraph: 'culture',
      action: 'cancelBooking',
      input: { bookingId: booked.id },
      expected: ['Booking'],
      status: 'CANCELLED',
    };
}

async function* handleIncident({ records }: World, random: Random): Story {
  const write = (action: string, input: object, status: string): ExpectedWrite => ({
    subgraph: 'security',
    action,
    input: { ...input },
    expected: ['Incident'],
    status,
  });
  const { id: incidentId } = yield write('raiseIncident', newIncident(`示例事件${records.next()}`), 'RAISED');
  const note = (status: string) =>
    write('noteIncident', { incidentId, note: `示例${records.next()}` }, status);
  for (const to of ['ACKNOWLEDGED', 'DISPATCHED'] as const) {
    yield write('advanceIncident', { incidentId, to }, to);
    if (random.chance(0.5)) yield note(to);
    if (random.chance(0.2)) return;
  }
  const outcome = { outcome: 'ASSISTANCE', peopleAssisted: random.whole(0, 3) };
  yield write('advanceIncident', { incidentId, to: 'RESOLVED', ...outcome }, 'RESOLVED');
}

async function* visitElder({ elders, careWorkers }: World, random: Random): Story {
  const write = (
    action: string,
    input: object,
    status: string,
    refusals: readonly string[] = [],
  ): ExpectedWrite => ({
    subgraph: 'elderly-care',
    action,
    input: { ...input },
    expected: ['CareVisit', ...refusals],
    ...(refusals.length ? {} : { status }),
  });
  const order = {
    elderId: random.pick(elders),
    kind: 'MEAL',
    scheduledAt: coming(random.whole(0, 24 * 60) / 10),
  };
  const { id: visitId } = yield write('requestCareVisit', order, 'REQUESTED');
  const busy = ['CareWorkerBusy'];
  const assigned = yield write(
    'assignCareVisit',
    { visitId, careWorkerId: random.pick(careWorkers) },
    'ASSIGNED',
    busy,
  );
  if (assigned.__typename !== 'CareVisit') {
    yield write('cancelCareVisit', { visitId, reason: '示例' }, 'CANCELLED');
    return;
  }
  const started = yield write('startCareVisit', { visitId }, 'IN_PROGRESS', busy);
  if (started.__typename !== 'CareVisit') return;
  yield write('completeCareVisit', { visitId }, 'COMPLETED');
  if (random.chance(0.5)) yield write('rateCareVisit', { visitId, rating: random.whole(1, 5) }, 'COMPLETED');
}

async function* cleanRoad({ records, vehicles }: World, random: Random): Story {
  const write = (
    action: string,
    input: object,
    expected: readonly string[],
    status?: string,
  ): ExpectedWrite => ({
    subgraph: 'sanitation',
    action,
    input: { ...input },
    expected,
    status,
  });
  const { id: roadId } = yield write('registerRoad', newRoad(records.next()), ['Road']);
  const { id: runId } = yield write('startCleaningRun', { roadId }, ['CleaningRun'], 'OPEN');
  for (const kind of stepKinds) {
    if (random.chance(0.05)) {
      yield write('abandonCleaningRun', { runId, reason: '示例' }, ['CleaningRun'], 'ABANDONED');
      return;
    }
    if (random.chance(0.6)) {
      const vehicleId = random.chance(0.5) ? random.pick(vehicles) : null;
      const expected = ['CleaningRun', ...(vehicleId ? ['VehicleUnavailable'] : [])];
      yield write('startCleaningStep', { runId, kind, vehicleId }, expected);
    }
    const status = kind === 'MANUAL' ? 'COMPLETED' : 'OPEN';
    yield write('completeCleaningStep', { runId, kind }, ['CleaningRun'], status);
  }
}

async function* sendVehicle({ vehicles }: World, random: Random): Story {
  const input = { vehicleId: random.pick(vehicles), purpose: random.pick(['CLEANING', 'CAMPAIGN']) };
  const sent = yield {
    subgraph: 'sanitation',
    action: 'dispatchVehicle',
    input,
    expected: ['VehicleDispatch', 'VehicleUnavailable'],
  };
  if (sent.__typename !== 'VehicleDispatch') return;
  yield {
    subgraph: 'sanitation',
    action: 'returnVehicle',
    input: { dispatchId: sent.id },
    expected: ['VehicleDispatch'],
  };
}

/** Random scenarios, one after the other. */
export function* stories(world: World, random: Random): Generator<Story, never> {
  for (;;) {
    const scenario = random.pick([bookSeats, bookSeats, handleIncident, visitElder, cleanRoad, sendVehicle]);
    yield scenario(world, random);
  }
}

/** The mutations of the scenarios. Their result unions are read before the first kill. */
export const actions: readonly Pick<Write, 'subgraph' | 'action'>[] = [
  ...['bookSession', 'cancelBooking'].map((action) => ({ subgraph: 'culture', action }) as const),
  ...['raiseIncident', 'advanceIncident', 'noteIncident'].map(
    (action) => ({ subgraph: 'security', action }) as const,
  ),
  ...[
    'requestCareVisit',
    'assignCareVisit',
    'startCareVisit',
    'completeCareVisit',
    'cancelCareVisit',
    'rateCareVisit',
  ].map((action) => ({ subgraph: 'elderly-care', action }) as const),
  ...[
    'registerRoad',
    'startCleaningRun',
    'startCleaningStep',
    'completeCleaningStep',
    'abandonCleaningRun',
    'dispatchVehicle',
    'returnVehicle',
  ].map((action) => ({ subgraph: 'sanitation', action }) as const),
];
