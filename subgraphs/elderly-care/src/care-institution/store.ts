// The SQL of care institutions.

import { columnsOf, type Sql } from '@district-graph/kit/database/database';
import type { GeoPoint } from '@district-graph/kit/divisions/geography';
import { entityMutations } from '@district-graph/kit/mutations/entity-mutations';
import type { Page } from '@district-graph/kit/pagination/connections';
import {
  countsOf,
  type ListQuery,
  pagesInside,
  pagesInsideByLevel,
  pagesOf,
} from '@district-graph/kit/pagination/pages';
import type { CareInstitution, InstitutionInspection } from './tables.ts';
import { careInstitutionTransitions } from './transitions.ts';

const inside: ListQuery = {
  table: 'care_institution',
  order: [
    ['division_code', 'text'],
    ['id', 'uuid'],
  ],
};

const mostBedsFirst: ListQuery = {
  table: 'care_institution',
  order: [
    ['beds', 'integer'],
    ['id', 'uuid'],
  ],
  descending: true,
};

export interface CareInstitutionFilter {
  kind?: CareInstitution['kind'] | null;
}

export type CareInstitutionOrder = 'DIVISION_CODE' | 'BEDS_DESC';

export const findCareInstitutions = (sql: Sql, ids: readonly string[]) =>
  sql<CareInstitution[]>`select * from care_institution where id = any(${ids as string[]}::uuid[])`;

export function listCareInstitutions(
  sql: Sql,
  codes: readonly string[],
  { kind, orderBy }: CareInstitutionFilter & { orderBy: CareInstitutionOrder },
  page: Page,
) {
  const where = sql`and r.status = 'OPEN' ${kind ? sql`and r.kind = ${kind}` : sql``}`;
  return orderBy === 'BEDS_DESC'
    ? pagesInsideByLevel<CareInstitution>(sql, { list: mostBedsFirst, codes, page, where })
    : pagesInside<CareInstitution>(sql, { list: inside, codes, page, where });
}

export const findCareInstitutionsOfCentres = (sql: Sql, centreIds: readonly string[]) =>
  sql<
    CareInstitution[]
  >`select * from care_institution where service_centre_id = any(${centreIds as string[]}::uuid[]) and status = 'OPEN'`;

export const findCareInstitutionsNear = (
  sql: Sql,
  at: GeoPoint,
  withinMetres: number,
  { kind }: CareInstitutionFilter,
  first: number,
) =>
  sql<(CareInstitution & { distanceMetres: number })[]>`
    select i.*, round(geo_plane(longitude, latitude) <-> geo_plane(${at.longitude}, ${at.latitude}))::integer as distance_metres
    from care_institution i
    where geo_plane(longitude, latitude) <@ circle(geo_plane(${at.longitude}, ${at.latitude}), ${withinMetres}) and status = 'OPEN'
      ${kind ? sql`and kind = ${kind}` : sql``}
    order by geo_plane(longitude, latitude) <-> geo_plane(${at.longitude}, ${at.latitude}), id
    limit ${first}`;

const byInstitution: ListQuery = {
  table: 'institution_inspection',
  order: [
    ['inspected_on', 'date'],
    ['id', 'uuid'],
  ],
  descending: true,
};

export const listInspections = (sql: Sql, institutionIds: readonly string[], page: Page) =>
  pagesOf<InstitutionInspection>(sql, {
    list: byInstitution,
    parentColumn: 'care_institution_id',
    ids: institutionIds,
    page,
  });

export const countInspections = (sql: Sql, institutionIds: readonly string[]) =>
  countsOf(sql, {
    table: 'institution_inspection',
    parentColumn: 'care_institution_id',
    ids: institutionIds,
  });

export const careInstitutions = entityMutations<CareInstitution>('CareInstitution', {
  table: 'care_institution',
  transitions: careInstitutionTransitions,
});

/** The new row; null when its service centre already has an open institution. */
export async function insertCareInstitution(
  sql: Sql,
  row: Partial<CareInstitution>,
): Promise<CareInstitution | null> {
  const [inserted] = await sql<CareInstitution[]>`
    insert into care_institution ${sql(columnsOf(row))}
    on conflict (service_centre_id) where status = 'OPEN' do nothing returning *`;
  return inserted ?? null;
}
