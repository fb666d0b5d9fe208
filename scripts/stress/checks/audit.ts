// Invariants of the data: each change has its event, each event its change, and every count equals a recount.
import { addDays, today } from '@district-graph/kit/calendar';
import type { Database } from '@district-graph/kit/database/database';
import { type StressedGraph, type Subgraph, subgraphs } from '../graph/replicated-graph.ts';
import { communityOverview, communityRecorded, communityRecounts } from './community.ts';
import type { Findings } from './findings.ts';
import type { OverviewRecount, Recorded, Recount } from './recounts.ts';

/** The tables that the stress test writes by mutations, with an event for every version. */
const recorded: Record<Subgraph, readonly Recorded[]> = {
  culture: [
    { type: 'Booking', table: 'booking' },
    { type: 'Session', table: 'session', besides: 'seatsTaken' },
    { type: 'Venue', table: 'venue' },
    { type: 'Activity', table: 'activity' },
  ],
  'elderly-care': [
    { type: 'CareVisit', table: 'care_visit' },
    { type: 'CareWorker', table: 'care_worker' },
  ],
  sanitation: [
    { type: 'Road', table: 'road', status: `case when closed_on is null then 'ACTIVE' else 'CLOSED' end` },
    { type: 'CleaningRun', table: 'cleaning_run' },
    { type: 'SanitationVehicle', table: 'sanitation_vehicle' },
    {
      type: 'VehicleDispatch',
      table: 'vehicle_dispatch',
      status: `case when returned_at is null then 'OUT' else 'RETURNED' end`,
    },
  ],
  security: [{ type: 'Incident', table: 'incident' }],
  community: communityRecorded,
};

async function auditEvents(
  sql: Database,
  { type, table, status = 'status', besides = '' }: Recorded,
  findings: Findings,
) {
  const rows = await sql.unsafe<{ id: string; version: number; events: number; isLast: boolean }[]>(
    `select r.id, r.version, e.events, e.last is not distinct from (${status}) as is_last
    from ${table} r left join lateral (
      select count(*) filter (where not detail ? $2) as events, (array_agg(to_status order by sequence desc))[1] as last
      from change_event where entity_type = $1 and entity_id = r.id::text
    ) e on true`,
    [type, besides],
  );
  findings.record(
    'records: each version has one event',
    rows.length,
    rows.filter(({ version, events }) => version !== events),
  );
  findings.record(
    'records: the status is the last event’s',
    rows.length,
    rows.filter(({ isLast }) => !isLast),
  );
  const events = await sql.unsafe<{ entityId: string; follows: boolean; isKnown: boolean }[]>(
    `select e.entity_id, e.from_status, e.to_status, r.id is not null as is_known,
      from_status is not distinct from lag(to_status) over (partition by entity_id order by sequence) as follows
    from change_event e left join ${table} r on r.id::text = e.entity_id where e.entity_type = $1`,
    [type],
  );
  findings.record(
    'events: each belongs to an existing record',
    events.length,
    events.filter(({ isKnown }) => !isKnown),
  );
  findings.record(
    'events: each starts with the status of the previous one',
    events.length,
    events.filter(({ follows }) => !follows),
  );
}

const recounts: Record<Subgraph, readonly Recount[]> = {
  culture: [
    {
      check: 'sessions: seats and waiting lists match the bookings, and no seat is taken twice',
      of: 'session',
      faults: `select s.id, s.capacity, s.seats_taken, s.waitlist_length, b.* from session s cross join lateral (
        select coalesce(sum(seats) filter (where status in ('CONFIRMED', 'CHECKED_IN', 'NO_SHOW')), 0) as taken,
          count(*) filter (where status = 'WAITLISTED') as waiting, max(waitlist_position) as last
        from booking where session_id = s.id
      ) b where s.seats_taken <> b.taken or s.waitlist_length <> b.waiting or b.taken > s.capacity
        or coalesce(b.last, 0) <> b.waiting`,
    },
    {
      check: 'sessions: their last event has the current seats',
      of: 'session',
      faults: `select s.id, s.seats_taken, s.waitlist_length, e.detail from session s cross join lateral (
        select detail from change_event where entity_id = s.id::text and detail ? 'seatsTaken' order by sequence desc limit 1
      ) e where (e.detail ->> 'seatsTaken', e.detail ->> 'waitlistLength')
        <> (s.seats_taken::text, s.waitlist_length::text)`,
    },
    {
      check: 'venues: no two sessions overlap',
      of: 'venue',
      faults: `select a.id, b.id as other from session a join session b on b.venue_id = a.venue_id and b.id > a.id
        where a.status <> 'CANCELLED' and b.status <> 'CANCELLED'
          and tstzrange(a.starts_at, a.ends_at) && tstzrange(b.starts_at, b.ends_at)`,
    },
  ],
  'elderly-care': [
    {
      check: 'care workers: none has two visits at the same time',
      of: 'care_worker',
      faults: `select a.id, b.id as other from care_visit a join care_visit b
        on b.care_worker_id = a.care_worker_id and b.id > a.id
        where (a.status = 'ASSIGNED' and b.status = 'ASSIGNED'
            and abs(extract(epoch from a.scheduled_at - b.scheduled_at)) < 3600)
          or (a.status = 'IN_PROGRESS' and b.status = 'IN_PROGRESS')`,
    },
  ],
  sanitation: [
    {
      check: 'flushed roads: the bits of each day, month and year match the flushes',
      of: 'road_flush_rollup',
      faults: 'select * from road_flush_recount()',
    },
    {
      check: 'vehicles: each is on one dispatch or at one step, according to its status',
      of: 'sanitation_vehicle',
      faults: `select v.id, v.status, d.out, s.steps from sanitation_vehicle v
        cross join lateral (select count(*) as out from vehicle_dispatch
          where vehicle_id = v.id and returned_at is null) d
        cross join lateral (select count(*) as steps from cleaning_step c join cleaning_run r on r.id = c.run_id
          where c.vehicle_id = v.id and c.status = 'IN_PROGRESS' and r.status = 'OPEN') s
        where (v.status = 'DISPATCHED') <> (d.out = 1) or d.out > 1 or s.steps > 1
          or (v.status = 'WORKING') <> (s.steps = 1 and d.out = 0)`,
    },
    {
      check: 'roads: the days of flushing match the steps',
      of: 'road',
      faults: `select f.*, s.* from road_flush f full join (
        select distinct r.road_id, shanghai_day(c.completed_at) as day from cleaning_step c
        join cleaning_run r on r.id = c.run_id where c.kind = 'FLUSH' and c.status = 'COMPLETED'
      ) s on (s.road_id, s.day) = (f.road_id, f.day) where f.road_id is null or s.road_id is null`,
    },
  ],
  security: [
    {
      check: 'incidents: the timeline has an entry for each version, without gaps',
      of: 'incident',
      faults: `select i.id, i.version, t.* from incident i cross join lateral (
        select count(*) as entries, max(sequence) as last from incident_timeline where incident_id = i.id
      ) t where t.entries <> i.version or t.last <> i.version`,
    },
  ],
  community: communityRecounts,
};

const overviews: Record<Subgraph, OverviewRecount> = {
  culture: {
    field: (period) =>
      `culture { venues sessions(period: ${period}) { scheduled cancelled seats seatsTaken } }`,
    recount: `select (select count(*) from venue where status = 'OPEN') as venues, (
      select json_build_object('scheduled', count(*) filter (where status <> 'CANCELLED'),
        'cancelled', count(*) filter (where status = 'CANCELLED'), 'seats', sum(capacity) filter (where status <> 'CANCELLED'),
        'seatsTaken', (select sum(seats) from booking where status = 'CONFIRMED')) from session
    ) as sessions`,
  },
  'elderly-care': {
    field: (period) =>
      `elderlyCare { careWorkersOnDuty visits(period: ${period}) { requested completed cancelled } }`,
    recount: `select (select count(*) from care_worker where on_duty) as care_workers_on_duty, (
      select json_build_object('requested', count(*), 'completed', count(*) filter (where status = 'COMPLETED'),
        'cancelled', count(*) filter (where status = 'CANCELLED')) from care_visit
    ) as visits`,
  },
  sanitation: {
    field: (period) => `sanitation { vehiclesOnDuty vehicleDispatches(period: ${period}) }`,
    recount: `select (select count(*) from sanitation_vehicle where on_duty) as vehicles_on_duty,
      (select count(*) from vehicle_dispatch) as vehicle_dispatches`,
  },
  security: {
    field: (period) => `security { openIncidents incidents(period: ${period}) { total peopleAssisted } }`,
    recount: `select (select count(*) from incident where status in ('RAISED', 'ACKNOWLEDGED', 'DISPATCHED')) as open_incidents,
      (select json_build_object('total', count(*), 'peopleAssisted', coalesce(sum(people_assisted), 0)) from incident) as incidents`,
  },
  community: communityOverview,
};

async function auditOverview(graph: StressedGraph, subgraph: Subgraph, findings: Findings): Promise<void> {
  const { field, recount } = overviews[subgraph];
  const period = `{ from: "${addDays(today(), -2)}", to: "${addDays(today(), 10)}" }`;
  const query = `{ _entities(representations: [{ __typename: "Division", code: "410105" }]) { ... on Division { ${field(period)} } } }`;
  const [counted] = await graph.databases[subgraph].unsafe(recount);
  for (const url of graph.addressesOf(subgraph)) {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...graph.headers },
      body: JSON.stringify({ query }),
    });
    const { data } = (await response.json()) as { data: { _entities: object[] } };
    const [overview = {}] = Object.values(data._entities[0] ?? {});
    findings.same('overviews: they equal a recount of the rows', overview, zeroForNull(counted), subgraph);
  }
}

const zeroForNull = (value: unknown): unknown =>
  value === null
    ? 0
    : typeof value === 'object'
      ? Object.fromEntries(Object.entries(value).map(([name, each]) => [name, zeroForNull(each)]))
      : value;

/** Audits the database of every subgraph. No writes may be running. */
export async function audit(graph: StressedGraph, findings: Findings): Promise<void> {
  for (const subgraph of subgraphs) {
    const sql = graph.databases[subgraph];
    for (const each of recorded[subgraph]) await auditEvents(sql, each, findings);
    for (const { check, of, faults } of recounts[subgraph]) {
      const [{ count } = { count: 0 }] = await sql<{ count: number }[]>`select count(*) from ${sql(of)}`;
      findings.record(check, count, await sql.unsafe(faults));
    }
    const [{ count } = { count: 0 }] = await sql<{ count: number }[]>`
      select count(*) from (select from tally group by division_code, metric, grain, start) t`;
    findings.record('rollups: each equals a recount', count, await sql`select * from tally_recount()`);
    await auditOverview(graph, subgraph, findings);
  }
}
