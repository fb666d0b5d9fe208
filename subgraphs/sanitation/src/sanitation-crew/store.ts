// The SQL of crews.

import type { Sql } from '@district-graph/kit/database/database';
import { entityMutations } from '@district-graph/kit/mutations/entity-mutations';
import type { Page } from '@district-graph/kit/pagination/connections';
import { type ListQuery, pagesInside } from '@district-graph/kit/pagination/pages';
import type { SanitationCrew } from './tables.ts';
import { type CrewStatus, crewStatusOf, sanitationCrewTransitions } from './transitions.ts';

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
  pagesInside<SanitationCrew>(sql, { list: inside, codes, page, where: sql`and r.disbanded_on is null` });

export const sanitationCrews = entityMutations<SanitationCrew, CrewStatus>('SanitationCrew', {
  table: 'sanitation_crew',
  masked: ['leaderName'],
  statusOf: crewStatusOf,
  transitions: sanitationCrewTransitions,
});

/** How many unretired vehicles the crew has. */
export async function countVehiclesOfCrew(sql: Sql, crewId: string): Promise<number> {
  const [row] = await sql<{ count: number }[]>`
    select count(*) as count from sanitation_vehicle where crew_id = ${crewId} and status <> 'RETIRED'`;
  return row?.count ?? 0;
}
