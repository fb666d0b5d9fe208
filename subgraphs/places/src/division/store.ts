// The SQL of divisions.

import type { Sql } from '@district-graph/kit/database/database';
import type { RegisteredDivision } from '@district-graph/kit/divisions/division-register';
import { codesInside } from '@district-graph/kit/divisions/divisions';
import type { Page } from '@district-graph/kit/pagination/connections';
import type { Community, Division } from './tables.ts';

export type DivisionLevel = Division['level'];

/** A division with its attributes as a community; at other levels these are null. */
export type DivisionRow = Division & {
  [Column in Exclude<keyof Community, 'code'>]: Community[Column] | null;
};

export interface DivisionFilter {
  level?: DivisionLevel | null;
  within?: string | null;
  name?: string | null;
}

export const findDivisions = (sql: Sql, codes: readonly string[]) => sql<DivisionRow[]>`
  select d.*, c.class, c.premises_area, c.households, c.residents, c.residential_buildings, c.office_buildings
  from division d left join community c on c.code = d.code
  where d.code = any(${codes as string[]}::text[])`;

export const listDivisions = (sql: Sql, filter: DivisionFilter, { limit, after }: Page) => sql<DivisionRow[]>`
  select d.*, c.class, c.premises_area, c.households, c.residents, c.residential_buildings, c.office_buildings
  from division d left join community c on c.code = d.code
  where ${matching(sql, filter)} ${after ? sql`and d.code > ${after[0] as string}` : sql``}
  order by d.code limit ${limit}`;

export async function countDivisions(sql: Sql, filter: DivisionFilter): Promise<number> {
  const [row] = await sql<
    { count: number }[]
  >`select count(*) as count from division d where ${matching(sql, filter)}`;
  return row?.count ?? 0;
}

/**
 * Adds the divisions of the register that the table does not have, each level after the one above; returns how
 * many. The location of a new division is unknown: it gets that of its parent. An empty table stays empty, since
 * seeding fills it.
 */
export async function addRegistered(sql: Sql, register: readonly RegisteredDivision[]): Promise<number> {
  let added = 0;
  for (const level of ['DISTRICT', 'SUBDISTRICT', 'COMMUNITY'] as const) {
    const divisions = register.filter((division) => division.level === level);
    const rows = await sql`
      insert into division (code, name, level, parent_code, kind, longitude, latitude)
      select k.code, k.name, ${level}, p.code, p.kind, p.longitude, p.latitude
      from unnest(${divisions.map(({ code }) => code)}::text[], ${divisions.map(({ name }) => name)}::text[],
        ${divisions.map(({ parentCode }) => parentCode)}::text[]) k(code, name, parent_code)
      join division p on p.code = k.parent_code
      where not exists (select from division d where d.code = k.code)
      on conflict do nothing`;
    added += rows.count;
  }
  return added;
}

/** The register is small and bounded (3,530 rows), so a name may be searched inside a range of codes. */
function matching(sql: Sql, { level, within, name }: DivisionFilter) {
  const inside = within ? codesInside(within) : null;
  return sql`
    ${inside ? sql`d.code >= ${inside.start} and d.code < ${inside.end}` : sql`true`}
    ${level ? sql`and d.level = ${level}` : sql``}
    ${name ? sql`and position(${name} in d.name) > 0` : sql``}`;
}

/** The children of each division, in the order of their codes. */
export const listChildren = (sql: Sql, codes: readonly string[], { limit, after }: Page) => sql<
  DivisionRow[]
>`
  select d.* from unnest(${codes as string[]}::text[]) k(code)
  cross join lateral (
    select d.*, c.class, c.premises_area, c.households, c.residents, c.residential_buildings, c.office_buildings
    from division d left join community c on c.code = d.code
    where d.parent_code = k.code ${after ? sql`and d.code > ${after[0] as string}` : sql``}
    order by d.code limit ${limit}
  ) d`;
