// The SQL of service centres.

import type { Sql } from '@district-graph/kit/database/database';
import type { GeoPoint } from '@district-graph/kit/divisions/geography';
import { entityMutations } from '@district-graph/kit/mutations/entity-mutations';
import type { Page } from '@district-graph/kit/pagination/connections';
import type { ServiceCentre } from './tables.ts';
import { serviceCentreTransitions } from './transitions.ts';

export interface ServiceCentreFilter {
  grade?: ServiceCentre['grade'] | null;
}

export const findServiceCentres = (sql: Sql, ids: readonly string[]) =>
  sql<ServiceCentre[]>`select * from service_centre where id = any(${ids as string[]}::uuid[])`;

/** A page of the centres inside each division, by division code and key; `inside` is the requested division. */
export const listServiceCentres = (
  sql: Sql,
  codes: readonly string[],
  { grade }: ServiceCentreFilter,
  { limit, after }: Page,
) =>
  sql<(ServiceCentre & { inside: string })[]>`
    select k.code as inside, c.* from unnest(${codes as string[]}::text[]) k(code)
    cross join lateral (
      select * from service_centre c
      where c.division_code >= division_prefix(k.code) and c.division_code < prefix_end(division_prefix(k.code))
        and c.status = 'OPEN'
        ${grade ? sql`and c.grade = ${grade}` : sql``}
        ${after ? sql`and (c.division_code, c.id) > (${after[0] as string}, ${after[1] as string}::uuid)` : sql``}
      order by c.division_code, c.id limit ${limit}
    ) c`;

export const findServiceCentresNear = (sql: Sql, at: GeoPoint, withinMetres: number, first: number) =>
  sql<(ServiceCentre & { distanceMetres: number })[]>`
    select c.*, round(geo_plane(longitude, latitude) <-> geo_plane(${at.longitude}, ${at.latitude}))::integer as distance_metres
    from service_centre c
    where geo_plane(longitude, latitude) <@ circle(geo_plane(${at.longitude}, ${at.latitude}), ${withinMetres}) and status = 'OPEN'
    order by geo_plane(longitude, latitude) <-> geo_plane(${at.longitude}, ${at.latitude}), id
    limit ${first}`;

export const serviceCentres = entityMutations<ServiceCentre>('ServiceCentre', {
  table: 'service_centre',
  transitions: serviceCentreTransitions,
});
