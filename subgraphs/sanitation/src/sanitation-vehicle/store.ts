// The SQL of vehicles.

import type { Sql } from '@district-graph/kit/database/database';
import type { GeoPoint } from '@district-graph/kit/divisions/geography';
import { entityMutations } from '@district-graph/kit/mutations/entity-mutations';
import type { Page } from '@district-graph/kit/pagination/connections';
import { type ListQuery, pagesInside } from '@district-graph/kit/pagination/pages';
import type { SanitationVehicle } from './tables.ts';
import { sanitationVehicleTransitions } from './transitions.ts';

const inside: ListQuery = {
  table: 'sanitation_vehicle',
  order: [
    ['division_code', 'text'],
    ['id', 'uuid'],
  ],
};

export interface SanitationVehicleFilter {
  kind?: SanitationVehicle['kind'] | null;
}

export const findSanitationVehicles = (sql: Sql, ids: readonly string[]) =>
  sql<SanitationVehicle[]>`select * from sanitation_vehicle where id = any(${ids as string[]}::uuid[])`;

export const listSanitationVehicles = (
  sql: Sql,
  codes: readonly string[],
  { kind }: SanitationVehicleFilter,
  page: Page,
) =>
  pagesInside<SanitationVehicle>(sql, {
    list: inside,
    codes,
    page,
    where: kind ? sql`and r.kind = ${kind}` : sql``,
  });

export interface Search extends SanitationVehicleFilter {
  withinMetres: number;
  first: number;
}

/**
 * The nearest available vehicles of each point, nearest first; `place` is the ordinal of the point. `prefixes`
 * limits the division codes.
 */
export const findVehiclesNear = (
  sql: Sql,
  points: readonly GeoPoint[],
  { kind, withinMetres, first }: Search,
  prefixes: readonly string[],
) =>
  sql<(SanitationVehicle & { place: number; distanceMetres: number })[]>`
    select p.place::integer, v.* from unnest(${points.map((point) => point.longitude)}::double precision[],
      ${points.map((point) => point.latitude)}::double precision[]) with ordinality p(longitude, latitude, place)
    cross join lateral (
      select v.*, round(geo_plane(v.longitude, v.latitude) <-> geo_plane(p.longitude, p.latitude))::integer as distance_metres
      from sanitation_vehicle v
      where v.status = 'AVAILABLE' ${kind ? sql`and v.kind = ${kind}` : sql``}
        and geo_plane(v.longitude, v.latitude) <@ circle(geo_plane(p.longitude, p.latitude), ${withinMetres})
        and v.division_code ^@ any(${prefixes as string[]}::text[])
      order by geo_plane(v.longitude, v.latitude) <-> geo_plane(p.longitude, p.latitude), v.id limit ${first}
    ) v order by p.place, v.distance_metres, v.id`;

export const sanitationVehicles = entityMutations<SanitationVehicle>('SanitationVehicle', {
  table: 'sanitation_vehicle',
  transitions: sanitationVehicleTransitions,
});

/**
 * The vehicle with the plate, or null. Locks the plate until the transaction ends, so that two registrations of it
 * run one after the other.
 */
export async function lockPlateNumber(sql: Sql, plateNumber: string): Promise<SanitationVehicle | null> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`plate/${plateNumber}`}, 0))`;
  const [row] = await sql<
    SanitationVehicle[]
  >`select * from sanitation_vehicle where plate_number = ${plateNumber}`;
  return row ?? null;
}
