// The SQL of crews.
import type { Page } from '@district-graph/kit/connections';
import type { Sql } from '@district-graph/kit/database';
import { type ListQuery, pagesInside } from '@district-graph/kit/pages';
import { changeRecord, insertRecord, lockRecord } from '@district-graph/kit/records';
import type { SanitationCrew } from './tables.ts';

const inside: ListQuery = {
  table: 'sanitation_crew',
  order: [
    ['division_code', 'text'],
    ['id', 'uuid'],
  ],
};

export const findSanitationCrews = (sql: Sql, ids: readonly string[]) =>
  sql<SanitationCrew[]>`select * from sanitation_crew where id = any(${ids as string[]}::uuid[])`;

export const listSanitationCrews = (sql: Sql, codes: readonly string[], page: Page) =>
  pagesInside<SanitationCrew>(sql, inside, codes, page, sql`and r.disbanded_on is null`);

export const lockSanitationCrew = (sql: Sql, id: string) =>
  lockRecord<SanitationCrew>(sql, 'sanitation_crew', id);

export const insertSanitationCrew = (sql: Sql, row: Partial<SanitationCrew>) =>
  insertRecord<SanitationCrew>(sql, 'sanitation_crew', row);

export const changeSanitationCrew = (sql: Sql, id: string, changes: Partial<SanitationCrew>) =>
  changeRecord<SanitationCrew>(sql, 'sanitation_crew', id, changes);

/** How many vehicles that are not retired the crew has. */
export async function countVehiclesOfCrew(sql: Sql, crewId: string): Promise<number> {
  const [row] = await sql<{ count: number }[]>`
    select count(*) as count from sanitation_vehicle where crew_id = ${crewId} and status <> 'RETIRED'`;
  return row?.count ?? 0;
}
