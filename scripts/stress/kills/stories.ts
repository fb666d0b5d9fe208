// The writes that are sent through kills: short stories, each of one client, each write with what it must be answered with.
import type { Random } from '@district-graph/kit/seed/random';
import type { Answer, Write } from '../graph/client.ts';
import { coming, newIncident, newRoad, person, type Records, stepKinds } from '../graph/records.ts';
import { times } from '../races/race.ts';

/** A write and the members of its result union that may answer it; more than one where clients want the same thing. */
export interface Told extends Write {
  expected: readonly string[];
  /** The status that the entity has in the answer, where only this story changes it. */
  status?: string;
}

export type Story = AsyncGenerator<Told, void, Answer>;

/** What the stories share and so contend for. */
export interface World {
  records: Records;
  sessions: readonly string[];
  elders: readonly string[];
  careWorkers: readonly string[];
  vehicles: readonly string[];
}

/** With seats for about half of those who will want one. */
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
  const told = (action: string, input: object, status: string): Told => ({
    subgraph: 'security',
    action,
    input: { ...input },
    expected: ['Incident'],
    status,
  });
  const { id: incidentId } = yield told('raiseIncident', newIncident(`示例事件${records.next()}`), 'RAISED');
  const note = (status: string) =>
    told('noteIncident', { incidentId, note: `示例${records.next()}` }, status);
  for (const to of ['ACKNOWLEDGED', 'DISPATCHED'] as const) {
    yield told('advanceIncident', { incidentId, to }, to);
    if (random.chance(0.5)) yield note(to);
    if (random.chance(0.2)) return;
  }
  const outcome = { outcome: 'ASSISTANCE', peopleAssisted: random.whole(0, 3) };
  yield told('advanceIncident', { incidentId, to: 'RESOLVED', ...outcome }, 'RESOLVED');
}

async function* visitElder({ elders, careWorkers }: World, random: Random): Story {
  const told = (action: string, input: object, status: string, refusals: readonly string[] = []): Told => ({
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
  const { id: visitId } = yield told('requestCareVisit', order, 'REQUESTED');
  const busy = ['CareWorkerBusy'];
  const assigned = yield told(
    'assignCareVisit',
    { visitId, careWorkerId: random.pick(careWorkers) },
    'ASSIGNED',
    busy,
  );
  if (assigned.__typename !== 'CareVisit') {
    yield told('cancelCareVisit', { visitId, reason: '示例' }, 'CANCELLED');
    return;
  }
  const begun = yield told('startCareVisit', { visitId }, 'IN_PROGRESS', busy);
  if (begun.__typename !== 'CareVisit') return;
  yield told('completeCareVisit', { visitId }, 'COMPLETED');
  if (random.chance(0.5)) yield told('rateCareVisit', { visitId, rating: random.whole(1, 5) }, 'COMPLETED');
}

async function* cleanRoad({ records, vehicles }: World, random: Random): Story {
  const told = (action: string, input: object, expected: readonly string[], status?: string): Told => ({
    subgraph: 'sanitation',
    action,
    input: { ...input },
    expected,
    status,
  });
  const { id: roadId } = yield told('registerRoad', newRoad(records.next()), ['Road']);
  const { id: runId } = yield told('startCleaningRun', { roadId }, ['CleaningRun'], 'OPEN');
  for (const kind of stepKinds) {
    if (random.chance(0.05)) {
      yield told('abandonCleaningRun', { runId, reason: '示例' }, ['CleaningRun'], 'ABANDONED');
      return;
    }
    if (random.chance(0.6)) {
      const vehicleId = random.chance(0.5) ? random.pick(vehicles) : null;
      const expected = ['CleaningRun', ...(vehicleId ? ['VehicleUnavailable'] : [])];
      yield told('startCleaningStep', { runId, kind, vehicleId }, expected);
    }
    const status = kind === 'MANUAL' ? 'COMPLETED' : 'OPEN';
    yield told('completeCleaningStep', { runId, kind }, ['CleaningRun'], status);
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

/** One after another, chosen at random. */
export function* stories(world: World, random: Random): Generator<Story, never> {
  for (;;) {
    const tell = random.pick([bookSeats, bookSeats, handleIncident, visitElder, cleanRoad, sendVehicle]);
    yield tell(world, random);
  }
}

/** What the stories write, to be known before the first kill. */
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
