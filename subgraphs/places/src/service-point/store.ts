// The SQL of service points.

import { columnsOf, type Sql } from '@district-graph/kit/database/database';
import type { GeoPoint } from '@district-graph/kit/divisions/geography';
import { entityMutations } from '@district-graph/kit/mutations/entity-mutations';
import type { Page } from '@district-graph/kit/pagination/connections';
import type { ServicePoint } from './tables.ts';
import { servicePointTransitions } from './transitions.ts';

export interface ServicePointFilter {
  circle?: ServicePoint['circle'] | null;
}

export const findServicePoints = (sql: Sql, ids: readonly string[]) =>
  sql<ServicePoint[]>`select * from service_point where id = any(${ids as string[]}::uuid[])`;

/**
 * A page of the points inside each division, by division code and sign number; `inside` is the requested division.
 */
export const listServicePoints = (
  sql: Sql,
  codes: readonly string[],
  { circle }: ServicePointFilter,
  { limit, after }: Page,
) =>
  sql<(ServicePoint & { inside: string })[]>`
    select k.code as inside, p.* from unnest(${codes as string[]}::text[]) k(code)
    cross join lateral (
      select * from service_point p
      where p.division_code >= division_prefix(k.code) and p.division_code < prefix_end(division_prefix(k.code))
        and p.status = 'OPEN'
        ${circle ? sql`and p.circle = ${circle}` : sql``}
        ${after ? sql`and (p.division_code, p.sign_number) > (${after[0] as string}, ${after[1] as string})` : sql``}
      order by p.division_code, p.sign_number limit ${limit}
    ) p`;

export const findServicePointsNear = (
  sql: Sql,
  at: GeoPoint,
  withinMetres: number,
  filter: ServicePointFilter,
  first: number,
) =>
  sql<(ServicePoint & { distanceMetres: number })[]>`
    select p.*, round(geo_plane(longitude, latitude) <-> geo_plane(${at.longitude}, ${at.latitude}))::integer as distance_metres
    from service_point p
    where geo_plane(longitude, latitude) <@ circle(geo_plane(${at.longitude}, ${at.latitude}), ${withinMetres}) and status = 'OPEN'
      ${filter.circle ? sql`and circle = ${filter.circle}` : sql``}
    order by geo_plane(longitude, latitude) <-> geo_plane(${at.longitude}, ${at.latitude}), id
    limit ${first}`;

export const servicePoints = entityMutations<ServicePoint>('ServicePoint', {
  table: 'service_point',
  transitions: servicePointTransitions,
});

/**
 * The new row; null when another point, open or closed, has its sign number. Three unique indexes contain the
 * number: of rows inserted at once, any of them may detect the conflict.
 */
export async function insertServicePoint(sql: Sql, row: Partial<ServicePoint>): Promise<ServicePoint | null> {
  const [inserted] = await sql<ServicePoint[]>`
    insert into service_point ${sql(columnsOf(row))} on conflict do nothing returning *`;
  return inserted ?? null;
}

export async function findServicePointBySign(sql: Sql, signNumber: string): Promise<ServicePoint | null> {
  const [row] = await sql<ServicePoint[]>`select * from service_point where sign_number = ${signNumber}`;
  return row ?? null;
}
