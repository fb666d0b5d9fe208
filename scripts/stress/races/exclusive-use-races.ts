// Races for what one can hold at a time: a venue, a care worker, a vehicle, a road, a step.

import { coming, stepKinds } from '../graph/records.ts';
import { atOnce, type Ground, oneOf, type Race, times } from './race.ts';

const racers = 50;

/** Sessions wanted in one venue, by their hours. */
async function scheduledAtOnce(ground: Ground, hours: readonly { from: number; to: number }[]) {
  const { records, graph } = ground;
  const [{ id: venueId }, { id: activityId }] = [await records.venue(), await records.activity()];
  const answers = await atOnce(
    ground,
    'culture',
    'scheduleSession',
    hours.map(({ from, to }) => ({ activityId, venueId, startsAt: coming(from), endsAt: coming(to) })),
  );
  const overlaps = await graph.databases.culture`
    select a.id from session a join session b on b.venue_id = a.venue_id and b.id > a.id
    where a.venue_id = ${venueId} and a.status <> 'CANCELLED' and b.status <> 'CANCELLED'
      and tstzrange(a.starts_at, a.ends_at) && tstzrange(b.starts_at, b.ends_at)`;
  return { answers, overlaps: overlaps.length };
}

async function oneVenue(ground: Ground): Promise<void> {
  const { findings, random } = ground;
  const same = await scheduledAtOnce(
    ground,
    times(racers, () => ({ from: 9, to: 11 })),
  );
  oneOf(ground, 'venue: of 50 sessions at the same time one is held', same.answers, 'Session', 'VenueTaken');
  const spread = times(racers, () => random.whole(0, 24) / 4).map((from) => ({ from, to: from + 1.5 }));
  const { answers, overlaps } = await scheduledAtOnce(ground, spread);
  findings.expect(
    'venue: no two of 50 sessions at times that overlap are on record',
    overlaps + same.overlaps === 0,
    () => `${overlaps} and ${same.overlaps} overlaps`,
  );
  for (const [index, { __typename, conflictingSession: other }] of answers.entries()) {
    const { from = 0, to = 0 } = spread[index] ?? {};
    findings.expect(
      'venue: who is refused is told of a session that is in the way',
      __typename === 'Session' ||
        (Date.parse(other?.startsAt) < Date.parse(coming(to)) &&
          Date.parse(other?.endsAt) > Date.parse(coming(from))),
      () => ({ __typename, other, from, to }),
    );
  }
}

const busyAt = ({ graph }: Ground, careWorkerId: string, status: 'ASSIGNED' | 'IN_PROGRESS') =>
  graph.databases['elderly-care']`
    select from care_visit where care_worker_id = ${careWorkerId} and status = ${status}`;

async function oneCareWorker(ground: Ground): Promise<void> {
  const { records, findings, random } = ground;
  const { id: careWorkerId } = await records.careWorker();
  const elderId = await records.elder();
  const visits = await Promise.all(
    times(racers, () => records.careVisit(elderId, coming(9 + random.whole(0, 59) / 60))),
  );
  const assign = (chosen: typeof visits) =>
    atOnce(
      ground,
      'elderly-care',
      'assignCareVisit',
      chosen.map(({ id: visitId }) => ({ visitId, careWorkerId })),
    );
  const check = 'care worker: of 50 visits within the hour one is assigned';
  oneOf(ground, check, await assign(visits), 'CareVisit', 'CareWorkerBusy');
  findings.same(
    'care worker: one visit is on record as assigned',
    (await busyAt(ground, careWorkerId, 'ASSIGNED')).length,
    1,
  );
  // At hours of their own they can all be assigned, and only one be begun.
  const later = await Promise.all(times(20, (hour) => records.careVisit(elderId, coming(24 + 2 * hour))));
  const assigned = (await assign(later)).filter(({ __typename }) => __typename === 'CareVisit');
  findings.same('care worker: visits at hours of their own are all assigned', assigned.length, later.length);
  const begun = await atOnce(
    ground,
    'elderly-care',
    'startCareVisit',
    later.map(({ id: visitId }) => ({ visitId })),
  );
  oneOf(ground, 'care worker: of 20 visits begun at once one begins', begun, 'CareVisit', 'CareWorkerBusy');
  findings.same(
    'care worker: one visit is on record as in progress',
    (await busyAt(ground, careWorkerId, 'IN_PROGRESS')).length,
    1,
  );
}

async function oneVehicle(ground: Ground): Promise<void> {
  const { records, graph, findings } = ground;
  const { id: vehicleId } = await records.vehicle();
  const open = async () => {
    const rows = await graph.databases.sanitation<{ status: string; open: number }[]>`
      select v.status, count(d.id) as open from sanitation_vehicle v
      left join vehicle_dispatch d on d.vehicle_id = v.id and d.returned_at is null
      where v.id = ${vehicleId} group by v.id`;
    return rows[0];
  };
  const sent = await atOnce(
    ground,
    'sanitation',
    'dispatchVehicle',
    times(racers, () => ({ vehicleId, purpose: 'CAMPAIGN' })),
  );
  const check = 'vehicle: of 50 dispatches at once one goes out';
  const dispatch = oneOf(ground, check, sent, 'VehicleDispatch', 'VehicleUnavailable');
  findings.same('vehicle: one open dispatch is on record', await open(), { status: 'DISPATCHED', open: 1 });
  if (!dispatch) return;
  const back = await atOnce(
    ground,
    'sanitation',
    'returnVehicle',
    times(20, () => ({ dispatchId: dispatch.id })),
  );
  oneOf(ground, 'vehicle: of 20 returns at once one is taken', back, 'VehicleDispatch', 'InvalidTransition');
  findings.same('vehicle: it is available again', await open(), { status: 'AVAILABLE', open: 0 });
}

/** Some want a vehicle for a step, others for a dispatch. */
async function oneUse(ground: Ground): Promise<void> {
  const { records, graph, findings } = ground;
  const { id: vehicleId } = await records.vehicle();
  const roads = await Promise.all(times(10, () => records.road()));
  const runs = await atOnce(
    ground,
    'sanitation',
    'startCleaningRun',
    roads.map(({ id: roadId }) => ({ roadId })),
  );
  const [worked, sent] = await Promise.all([
    atOnce(
      ground,
      'sanitation',
      'startCleaningStep',
      runs.map(({ id: runId }) => ({ runId, kind: stepKinds[0], vehicleId })),
    ),
    atOnce(
      ground,
      'sanitation',
      'dispatchVehicle',
      times(10, () => ({ vehicleId, purpose: 'CAMPAIGN' })),
    ),
  ]);
  const got = [...worked, ...sent].filter(({ __typename }) => __typename !== 'VehicleUnavailable');
  findings.same('vehicle: of 10 steps and 10 dispatches at once one has it', got.length, 1);
  const [row] = await graph.databases.sanitation<{ status: string }[]>`
    select status from sanitation_vehicle where id = ${vehicleId}`;
  const expected = got[0]?.__typename === 'CleaningRun' ? 'WORKING' : 'DISPATCHED';
  findings.same('vehicle: its status says which', row?.status, expected);
}

async function oneRun(ground: Ground): Promise<void> {
  const { records, findings, graph } = ground;
  const { id: roadId } = await records.road();
  const begun = await atOnce(
    ground,
    'sanitation',
    'startCleaningRun',
    times(20, () => ({ roadId })),
  );
  const check = 'cleaning: of 20 runs begun at once on a road one begins';
  const run = oneOf(ground, check, begun, 'CleaningRun', 'RunAlreadyOpen');
  if (!run) return;
  for (const kind of stepKinds) {
    const done = await atOnce(
      ground,
      'sanitation',
      'completeCleaningStep',
      times(10, () => ({ runId: run.id, kind })),
    );
    const refusal = kind === 'MANUAL' ? 'InvalidTransition' : 'StepOutOfOrder';
    oneOf(ground, 'cleaning: of 10 reports of a step at once one is taken', done, 'CleaningRun', refusal);
  }
  const events = await graph.databases.sanitation`select from change_event where entity_id = ${run.id}`;
  findings.same('cleaning: a run leaves an event for each step', events.length, 1 + stepKinds.length);
}

export const holdingRaces: readonly Race[] = [
  { name: 'venue', run: oneVenue },
  { name: 'care-worker', run: oneCareWorker },
  { name: 'vehicle', run: oneVehicle },
  { name: 'vehicle-use', run: oneUse },
  { name: 'cleaning', run: oneRun },
];
