// The SQL of vehicle dispatches.
import { type DateRange, instantsOf } from '@district-graph/kit/calendar';
import type { Sql } from '@district-graph/kit/database/database';
import { entityMutations } from '@district-graph/kit/mutations/entity-mutations';
import type { Page } from '@district-graph/kit/pagination/connections';
import { countsInside, type ListQuery, pagesInsideByLevel } from '@district-graph/kit/pagination/pages';
import type { VehicleDispatch } from './tables.ts';
import { type DispatchStatus, dispatchStatusOf, vehicleDispatchTransitions } from './transitions.ts';

export interface VehicleDispatchFilter {
  period: DateRange;
  purpose?: VehicleDispatch['purpose'] | null;
}

const latestFirst: ListQuery = {
  table: 'vehicle_dispatch',
  order: [
    ['departed_at', 'timestamptz'],
    ['id', 'uuid'],
  ],
  descending: true,
};

function matching(sql: Sql, { period, purpose }: VehicleDispatchFilter) {
  const { start, end } = instantsOf(period);
  return sql`and r.departed_at >= ${start} and r.departed_at < ${end} ${purpose ? sql`and r.purpose = ${purpose}` : sql``}`;
}

export const findVehicleDispatches = (sql: Sql, ids: readonly string[]) =>
  sql<VehicleDispatch[]>`select * from vehicle_dispatch where id = any(${ids as string[]}::uuid[])`;

export const listVehicleDispatches = (
  sql: Sql,
  codes: readonly string[],
  filter: VehicleDispatchFilter,
  page: Page,
) =>
  pagesInsideByLevel<VehicleDispatch>(sql, { list: latestFirst, codes, page, where: matching(sql, filter) });

export const countVehicleDispatches = (sql: Sql, codes: readonly string[], filter: VehicleDispatchFilter) =>
  countsInside(sql, { table: 'vehicle_dispatch', codes, where: matching(sql, filter) });

/** The latest 20 dispatches for each incident. */
export const listDispatchesOfIncidents = (sql: Sql, incidentIds: readonly string[]) => sql<VehicleDispatch[]>`
  select d.* from unnest(${incidentIds as string[]}::uuid[]) k(id)
  cross join lateral (
    select * from vehicle_dispatch d where d.incident_id = k.id order by d.departed_at desc, d.id desc limit 20
  ) d`;

export const vehicleDispatches = entityMutations<VehicleDispatch, DispatchStatus>('VehicleDispatch', {
  table: 'vehicle_dispatch',
  statusOf: dispatchStatusOf,
  transitions: vehicleDispatchTransitions,
});

/** The open dispatch of the vehicle, or null. */
export async function findOpenDispatch(sql: Sql, vehicleId: string): Promise<VehicleDispatch | null> {
  const [row] = await sql<VehicleDispatch[]>`
    select * from vehicle_dispatch where vehicle_id = ${vehicleId} and returned_at is null`;
  return row ?? null;
}
