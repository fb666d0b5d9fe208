// The SQL of sample records.

import type { Sql } from '@district-graph/kit/database/database';
import { alignMany, alignOne } from '@district-graph/kit/loaders';
import { entityMutations } from '@district-graph/kit/mutations/entity-mutations';
import { boundedCount, countLimit, type Page } from '@district-graph/kit/pagination/connections';
import { type ListQuery, pagesInside } from '@district-graph/kit/pagination/pages';
import { encryptedSampleRecord, type SampleRecord } from './tables.ts';
import { sampleRecordTransitions } from './transitions.ts';

const inside: ListQuery = {
  table: 'sample_record',
  order: [
    ['division_code', 'text'],
    ['id', 'uuid'],
  ],
};

export interface SampleRecordFilter {
  kind?: SampleRecord['kind'] | null;
}

export const findSampleRecords = (sql: Sql, ids: readonly string[]) =>
  sql<SampleRecord[]>`select * from sample_record where id = any(${ids as string[]}::uuid[])`;

/** Closed records are found by key, but are neither listed nor counted. */
export const listSampleRecords = (
  sql: Sql,
  codes: readonly string[],
  { kind }: SampleRecordFilter,
  page: Page,
) =>
  pagesInside<SampleRecord>(sql, {
    list: inside,
    codes,
    page,
    where: sql`and r.status = 'ACTIVE' ${kind ? sql`and r.kind = ${kind}` : sql``}`,
  });

/** A page of the records that each owner has registered, latest first: ids begin with the time. */
export async function listSampleRecordsOfOwners(
  sql: Sql,
  owners: readonly string[],
  { limit, after }: Page,
): Promise<SampleRecord[][]> {
  const [last = null] = after ?? [];
  const rows = await sql<(SampleRecord & { pageKey: string })[]>`
    select k.key as page_key, r.* from unnest(${owners as string[]}::text[]) k(key)
    cross join lateral (
      select * from sample_record r where r.owned_by = k.key ${after ? sql`and r.id < ${last}::uuid` : sql``}
      order by r.id desc limit ${limit}
    ) r`;
  return alignMany(owners, rows, (row) => row.pageKey);
}

/** The number of records that each owner has registered; null above 10,000. */
export async function countSampleRecordsOfOwners(
  sql: Sql,
  owners: readonly string[],
): Promise<(number | null)[]> {
  const rows = await sql<{ pageKey: string; count: number }[]>`
    select k.key as page_key, c.count from unnest(${owners as string[]}::text[]) k(key)
    cross join lateral (
      select count(*) as count
      from (select from sample_record r where r.owned_by = k.key limit ${countLimit + 1}) r
    ) c`;
  return alignOne(owners, rows, (row) => row.pageKey).map((row) => boundedCount(row?.count ?? 0));
}

export const sampleRecords = entityMutations<SampleRecord>('SampleRecord', {
  table: 'sample_record',
  encrypted: encryptedSampleRecord,
  transitions: sampleRecordTransitions,
});
