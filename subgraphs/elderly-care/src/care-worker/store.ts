// The SQL of care workers.
import type { Page } from '@district-graph/kit/connections';
import type { Sql } from '@district-graph/kit/database';
import { type ListQuery, pagesInside } from '@district-graph/kit/pages';
import { lockRecord } from '@district-graph/kit/records';
import type { CareWorker } from './tables.ts';

const inside: ListQuery = {
  table: 'care_worker',
  order: [
    ['division_code', 'text'],
    ['id', 'uuid'],
  ],
};

export const lockCareWorker = (sql: Sql, id: string) => lockRecord<CareWorker>(sql, 'care_worker', id);

export interface CareWorkerFilter {
  role?: CareWorker['role'] | null;
}

export const findCareWorkers = (sql: Sql, ids: readonly string[]) =>
  sql<CareWorker[]>`select * from care_worker where id = any(${ids as string[]}::uuid[])`;

export const listCareWorkers = (sql: Sql, codes: readonly string[], { role }: CareWorkerFilter, page: Page) =>
  pagesInside<CareWorker>(
    sql,
    inside,
    codes,
    page,
    sql`and r.status = 'REGISTERED' ${role ? sql`and r.role = ${role}` : sql``}`,
  );
