// The SQL of care workers.

import type { Sql } from '@district-graph/kit/database/database';
import { entityMutations } from '@district-graph/kit/mutations/entity-mutations';
import type { Page } from '@district-graph/kit/pagination/connections';
import { type ListQuery, pagesInside } from '@district-graph/kit/pagination/pages';
import { type CareWorker, encryptedCareWorker } from './tables.ts';
import { careWorkerTransitions } from './transitions.ts';

const inside: ListQuery = {
  table: 'care_worker',
  order: [
    ['division_code', 'text'],
    ['id', 'uuid'],
  ],
};

export interface CareWorkerFilter {
  role?: CareWorker['role'] | null;
}

export const findCareWorkers = (sql: Sql, ids: readonly string[]) =>
  sql<CareWorker[]>`select * from care_worker where id = any(${ids as string[]}::uuid[])`;

export const listCareWorkers = (sql: Sql, codes: readonly string[], { role }: CareWorkerFilter, page: Page) =>
  pagesInside<CareWorker>(sql, {
    list: inside,
    codes,
    page,
    where: sql`and r.status = 'REGISTERED' ${role ? sql`and r.role = ${role}` : sql``}`,
  });

export const careWorkers = entityMutations<CareWorker>('CareWorker', {
  table: 'care_worker',
  encrypted: encryptedCareWorker,
  masked: ['name'],
  transitions: careWorkerTransitions,
});

/** How many visits a worker has still to do, and how many elders are in their charge. */
export async function countCharges(sql: Sql, id: string): Promise<{ visits: number; elders: number }> {
  const [row] = await sql<{ visits: number; elders: number }[]>`
    select (select count(*) from care_visit where care_worker_id = ${id} and status in ('ASSIGNED', 'IN_PROGRESS')) as visits,
      (select count(*) from elder where care_worker_id = ${id}) as elders`;
  return row ?? { visits: 0, elders: 0 };
}
