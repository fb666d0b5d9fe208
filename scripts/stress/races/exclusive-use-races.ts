// Races for exclusive use: of a venue, a care worker, a vehicle, a road and a step.

import { coming, stepKinds } from '../graph/records.ts';
import { atOnce, oneOf, type Race, type RaceContext, times } from './race.ts';

const racers = 50;

/** Sends sessions in one venue at the given hours. */
async function scheduledAtOnce(context: RaceContext, hours: readonly { from: number; to: number }[]) {
  const { records, graph } = context;
  const [{ id: venueId }, { id: activityId }] = [await records.venue(), await records.activity()];
  const answers = await atOnce(
    context,
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

async function oneVenue(context: RaceContext): Promise<void> {
  const { findings, random } = context;
  const same = await scheduledAtOnce(
    context,
    times(racers, () => ({ from: 9, to: 11 })),
  );
  oneOf(
    context,
    'venue: 1 of 50 sessions at the same time is accepted',
    same.answers,
    'Session',
    'VenueTaken',
  );
  const spread = times(racers, () => random.whole(0, 24) / 4).map((from) => ({ from, to: from + 1.5 }));
  const { answers, overlaps } = await scheduledAtOnce(context, spread);
  findings.expect(
    'venue: no two of 50 sessions overlap',
    overlaps + same.overlaps === 0,
    () => `${overlaps} and ${same.overlaps} overlaps`,
  );
  for (const [index, { __typename, conflictingSession: other }] of answers.entries()) {
    const { from = 0, to = 0 } = spread[index] ?? {};
    findings.expect(
      'venue: a refusal names a conflicting session',
      __typename === 'Session' ||
        (Date.parse(other?.startsAt) < Date.parse(coming(to)) &&
          Date.parse(other?.endsAt) > Date.parse(coming(from))),
      () => ({ __typename, other, from, to }),
    );
  }
}

const busyAt = ({ graph }: RaceContext, careWorkerId: string, status: 'ASSIGNED' | 'IN_PROGRESS') =>
  graph.databases['elderly-care']`
    select from care_visit where care_worker_id = ${careWorkerId} and status = ${status}`;

async function oneCareWorker(context: RaceContext): Promise<void> {
  const { records, findings, random } = context;
  const { id: careWorkerId } = await records.careWorker();
  const elderId = await records.elder();
  const visits = await Promise.all(
    times(racers, () => records.careVisit(elderId, coming(9 + random.whole(0, 59) / 60))),
  );
  const assign = (chosen: typeof visits) =>
    atOnce(
      context,
      'elderly-care',
      'assignCareVisit',
      chosen.map(({ id: visitId }) => ({ visitId, careWorkerId })),
    );
  const check = 'care worker: 1 of 50 visits within the hour is assigned';
  oneOf(context, check, await assign(visits), 'CareVisit', 'CareWorkerBusy');
  findings.same(
    'care worker: one visit is stored as assigned',
    (await busyAt(context, careWorkerId, 'ASSIGNED')).length,
    1,
  );
  // Visits at different hours can all be assigned, but only one can be started.
  const later = await Promise.all(times(20, (hour) => records.careVisit(elderId, coming(24 + 2 * hour))));
  const assigned = (await assign(later)).filter(({ __typename }) => __typename === 'CareVisit');
  findings.same('care worker: visits at different hours are all assigned', assigned.length, later.length);
  const started = await atOnce(
    context,
    'elderly-care',
    'startCareVisit',
    later.map(({ id: visitId }) => ({ visitId })),
  );
  oneOf(
    context,
    'care worker: 1 of 20 visits that are started at once starts',
    started,
    'CareVisit',
    'CareWorkerBusy',
  );
  findings.same(
    'care worker: one visit is stored as in progress',
    (await busyAt(context, careWorkerId, 'IN_PROGRESS')).length,
    1,
  );
}

async function oneVehicle(context: RaceContext): Promise<void> {
  const { records, graph, findings } = context;
  const { id: vehicleId } = await records.vehicle();
  const open = async () => {
    const rows = await graph.databases.sanitation<{ status: string; open: number }[]>`
      select v.status, count(d.id) as open from sanitation_vehicle v
      left join vehicle_dispatch d on d.vehicle_id = v.id and d.returned_at is null
      where v.id = ${vehicleId} group by v.id`;
    return rows[0];
  };
  const sent = await atOnce(
    context,
    'sanitation',
    'dispatchVehicle',
    times(racers, () => ({ vehicleId, purpose: 'CAMPAIGN' })),
  );
  const check = 'vehicle: 1 of 50 dispatches at once is accepted';
  const dispatch = oneOf(context, check, sent, 'VehicleDispatch', 'VehicleUnavailable');
  findings.same('vehicle: there is one open dispatch', await open(), { status: 'DISPATCHED', open: 1 });
  if (!dispatch) return;
  const back = await atOnce(
    context,
    'sanitation',
    'returnVehicle',
    times(20, () => ({ dispatchId: dispatch.id })),
  );
  oneOf(
    context,
    'vehicle: 1 of 20 returns at once is accepted',
    back,
    'VehicleDispatch',
    'InvalidTransition',
  );
  findings.same('vehicle: it is available again', await open(), { status: 'AVAILABLE', open: 0 });
}

/** Steps and dispatches compete for a vehicle. */
async function oneUse(context: RaceContext): Promise<void> {
  const { records, graph, findings } = context;
  const { id: vehicleId } = await records.vehicle();
  const roads = await Promise.all(times(10, () => records.road()));
  const runs = await atOnce(
    context,
    'sanitation',
    'startCleaningRun',
    roads.map(({ id: roadId }) => ({ roadId })),
  );
  const [worked, sent] = await Promise.all([
    atOnce(
      context,
      'sanitation',
      'startCleaningStep',
      runs.map(({ id: runId }) => ({ runId, kind: stepKinds[0], vehicleId })),
    ),
    atOnce(
      context,
      'sanitation',
      'dispatchVehicle',
      times(10, () => ({ vehicleId, purpose: 'CAMPAIGN' })),
    ),
  ]);
  const got = [...worked, ...sent].filter(({ __typename }) => __typename !== 'VehicleUnavailable');
  findings.same('vehicle: 1 of 10 steps and 10 dispatches at once gets it', got.length, 1);
  const [row] = await graph.databases.sanitation<{ status: string }[]>`
    select status from sanitation_vehicle where id = ${vehicleId}`;
  const expected = got[0]?.__typename === 'CleaningRun' ? 'WORKING' : 'DISPATCHED';
  findings.same('vehicle: its status shows which one', row?.status, expected);
}

async function oneRun(context: RaceContext): Promise<void> {
  const { records, findings, graph } = context;
  const { id: roadId } = await records.road();
  const started = await atOnce(
    context,
    'sanitation',
    'startCleaningRun',
    times(20, () => ({ roadId })),
  );
  const check = 'cleaning: 1 of 20 runs that are started at once on a road starts';
  const run = oneOf(context, check, started, 'CleaningRun', 'RunAlreadyOpen');
  if (!run) return;
  for (const kind of stepKinds) {
    const done = await atOnce(
      context,
      'sanitation',
      'completeCleaningStep',
      times(10, () => ({ runId: run.id, kind })),
    );
    const refusal = kind === 'MANUAL' ? 'InvalidTransition' : 'StepOutOfOrder';
    oneOf(context, 'cleaning: 1 of 10 reports of a step at once is accepted', done, 'CleaningRun', refusal);
  }
  const events = await graph.databases.sanitation`select from change_event where entity_id = ${run.id}`;
  findings.same('cleaning: a run has an event for each step', events.length, 1 + stepKinds.length);
}

export const holdingRaces: readonly Race[] = [
  { name: 'venue', run: oneVenue },
  { name: 'care-worker', run: oneCareWorker },
  { name: 'vehicle', run: oneVehicle },
  { name: 'vehicle-use', run: oneUse },
  { name: 'cleaning', run: oneRun },
];
