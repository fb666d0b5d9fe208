// The SQL of grids.

import { columnsOf, type Sql } from '@district-graph/kit/database/database';
import { entityMutations } from '@district-graph/kit/mutations/entity-mutations';
import type { Page } from '@district-graph/kit/pagination/connections';
import { countsOf, type ListQuery, pagesInside, pagesOf } from '@district-graph/kit/pagination/pages';
import { encryptedGrid, type Grid } from './tables.ts';
import { gridTransitions } from './transitions.ts';

export interface GridFilter {
  level?: Grid['level'] | null;
}

const byDivision: ListQuery = {
  table: 'grid',
  order: [
    ['division_code', 'text'],
    ['id', 'uuid'],
  ],
};

export const findGrids = (sql: Sql, ids: readonly string[]) =>
  sql<Grid[]>`select * from grid where id = any(${ids as string[]}::uuid[])`;

export const findGridsByCode = (sql: Sql, codes: readonly string[]) =>
  sql<Grid[]>`select * from grid where grid_code = any(${codes as string[]}::text[]) and status = 'ACTIVE'`;

/** A dissolved one is found by key, but neither listed nor counted. */
export const listGrids = (sql: Sql, codes: readonly string[], { level }: GridFilter, page: Page) =>
  pagesInside<Grid>(sql, {
    list: byDivision,
    codes,
    page,
    where: sql`and r.status = 'ACTIVE' ${level ? sql`and r.level = ${level}` : sql``}`,
  });

export const listChildren = (sql: Sql, ids: readonly string[], page: Page) =>
  pagesOf<Grid>(sql, {
    list: byDivision,
    parentColumn: 'parent_id',
    ids,
    page,
    where: sql`and r.status = 'ACTIVE'`,
  });

export const countChildren = (sql: Sql, ids: readonly string[]) =>
  countsOf(sql, { table: 'grid', parentColumn: 'parent_id', ids, where: sql`and r.status = 'ACTIVE'` });

export const grids = entityMutations<Grid>('Grid', {
  table: 'grid',
  encrypted: encryptedGrid,
  masked: ['headName'],
  transitions: gridTransitions,
  detailOf: ({ gridCode, level }) => ({ gridCode, level }),
});

/** The active grid with the code, locked until the transaction ends: it is not dissolved meanwhile. */
export async function lockGridByCode(sql: Sql, gridCode: string): Promise<Grid | null> {
  const [row] = await sql<Grid[]>`
    select * from grid where grid_code = ${gridCode} and status = 'ACTIVE' for no key update`;
  return row ?? null;
}

/** Inserts a grid; null when its code is taken, also by a concurrent registration. */
export async function insertGrid(sql: Sql, row: Partial<Grid>): Promise<Grid | null> {
  const [inserted] = await sql<Grid[]>`
    insert into grid ${sql(columnsOf(row))} on conflict (grid_code) where status = 'ACTIVE' do nothing returning *`;
  return inserted ?? null;
}

/** How many active grids are directly below one. */
export async function countBelow(sql: Sql, id: string): Promise<number> {
  const [row] = await sql<{ count: number }[]>`
    select count(*)::integer as count from grid where parent_id = ${id} and status = 'ACTIVE'`;
  return row?.count ?? 0;
}
