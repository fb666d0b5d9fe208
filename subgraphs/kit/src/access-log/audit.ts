// Lists access records for auditors: pages of a subgraph's chain inside the auditor's divisions, newest first.
import type postgres from 'postgres';
import { checkPeriod, type DateRange, instantsOf } from '../calendar.ts';
import type { Sql } from '../database/database.ts';
import { isInside, prefixOf, subdistrictCodeOf } from '../divisions/divisions.ts';
import type { Resolver, Resolvers, SubgraphContext } from '../loaders.ts';
import {
  boundedCount,
  type Connection,
  type CursorValues,
  countLimit,
  defineList,
  type Page,
  type PageArgs,
  pageOf,
  toConnection,
} from '../pagination/connections.ts';
import { atLevel, levelOf } from '../pagination/pages.ts';
import { auditedType } from './bulk-reads.ts';
import type { AccessRecord } from './hash-chain.ts';

/** A record without the fields of the chain. */
export interface AuditedRecord extends Omit<AccessRecord, 'sequence' | 'keyId'> {
  sequence: number;
}

export interface AuditFilter {
  subjectId?: string | null;
  viewer?: string | null;
  period?: DateRange | null;
  outcome?: AuditedRecord['outcome'] | null;
}

type Fragment = postgres.PendingQuery<postgres.Row[]>;

/** The resolvers of a subgraph's access records, under the root field with this name. */
export const defineAccessRecords = (field: string): Resolvers => ({
  Query: { [field]: accessRecords(field) },
  // Auditors do not see the community in which a person lives. The record contains it, so that auditors of a community find their records.
  AccessRecord: { divisionCode: ({ divisionCode }: AuditedRecord) => subdistrictCodeOf(divisionCode) },
});

/** Every page is itself recorded before it is disclosed. */
function accessRecords(field: string): Resolver {
  const list = defineList<AuditedRecord>(field, ['number'], ({ sequence }) => [sequence]);
  return async (
    _root,
    { first, after, ...filter }: AuditFilter & PageArgs,
    { sql, viewer, disclosures }: SubgraphContext,
  ): Promise<Connection<AuditedRecord>> => {
    if (filter.period) checkPeriod(filter.period);
    const page = pageOf(list, { first, after });
    const divisions = outermost(viewer.divisions);
    const found = await findAccessRecords(sql, divisions, filter, page);
    const shown = found.slice(0, page.limit - 1);
    await Promise.all(
      divisions.map((divisionCode) =>
        disclosures.record({ type: auditedType, id: rangeOf(shown, divisionCode), divisionCode }, field),
      ),
    );
    return toConnection(list, page, found, () => countAccessRecords(sql, divisions, filter));
  };
}

/** The divisions that lie in none of the others, so that no record is found twice. */
const outermost = (codes: readonly string[]): string[] =>
  [...new Set(codes)].filter((code) => !codes.some((other) => other !== code && isInside(code, other)));

/** The range of sequence numbers of a page's records inside the division, the last first. */
function rangeOf(records: readonly AuditedRecord[], divisionCode: string): string {
  const inside = records.filter((record) => isInside(record.divisionCode, divisionCode));
  return inside.length ? `${inside[0]?.sequence}–${inside.at(-1)?.sequence}` : 'none';
}

/** One page of the records inside the divisions, none of which lies inside another. */
export async function findAccessRecords(
  sql: Sql,
  divisions: readonly string[],
  filter: AuditFilter,
  { limit, after }: Page,
): Promise<AuditedRecord[]> {
  const pages = await Promise.all(
    scansOf(sql, divisions, filter).map(
      ({ keys, column, isInside }) => sql<AuditedRecord[]>`
        select r.* from unnest(${keys}::text[]) k(key)
        cross join lateral (
          select r.sequence, r.at, r.viewer, r.bureau, r.purpose, r.operation, r.request_id, r.outcome, r.subject_type,
            r.subject_id, r.division_code, r.fields, r.roles, r.address
          from access_record r
          where ${isInside} ${between(sql, column, filter, after)} ${filtered(sql, filter)}
          order by ${column ? sql`${column} desc, r.sequence desc` : sql`r.sequence desc`} limit ${limit}
        ) r`,
    ),
  );
  return pages
    .flat()
    .sort((a, b) => b.sequence - a.sequence)
    .slice(0, limit);
}

async function countAccessRecords(
  sql: Sql,
  divisions: readonly string[],
  filter: AuditFilter,
): Promise<number | null> {
  const counts = await Promise.all(
    scansOf(sql, divisions, filter).map(
      ({ keys, column, isInside }) => sql<{ count: number }[]>`
        select c.count from unnest(${keys}::text[]) k(key)
        cross join lateral (
          select count(*) as count from (
            select from access_record r
            where ${isInside} ${between(sql, column, filter, null)} ${filtered(sql, filter)} limit ${countLimit + 1}
          ) r
        ) c`,
    ),
  );
  return boundedCount(counts.flat().reduce((sum, { count }) => sum + count, 0));
}

/** A scan of one index of access_record. */
interface IndexScan {
  keys: string[];
  /** The first column of the index, whose last is the sequence number; null for the primary key. */
  column: Fragment | null;
  /** The remaining condition of a record inside the divisions. */
  isInside: Fragment;
}

/** Scans the records of a person or a viewer and filters them by division, or scans the index of each level of division. */
function scansOf(sql: Sql, divisions: readonly string[], { subjectId, viewer }: AuditFilter): IndexScan[] {
  const named = subjectId ?? viewer;
  if (named != null) {
    const prefixes = divisions.map(prefixOf);
    const isInside = sql`exists (select from unnest(${prefixes}::text[]) d(prefix) where starts_with(r.division_code, d.prefix))`;
    return [{ keys: [named], column: subjectId == null ? sql`r.viewer` : sql`r.subject_id`, isInside }];
  }
  const isAny = sql`true`;
  return [...Map.groupBy(divisions, levelOf)].map(([level, keys]) => {
    if (level === 'DISTRICT') return { keys, column: sql`left(r.division_code, 6)`, isInside: isAny };
    if (level === 'SUBDISTRICT') return { keys, column: sql`left(r.division_code, 9)`, isInside: isAny };
    if (level === 'COMMUNITY') return { keys, column: sql`r.division_code`, isInside: isAny };
    return { keys, column: null, isInside: atLevel(sql, 'CITY') };
  });
}

/**
 * A range of the index as a comparison of pairs. With `column = key` the planner may scan the whole chain from its end instead,
 * expecting to find matches soon.
 */
function between(
  sql: Sql,
  column: Fragment | null,
  { period }: AuditFilter,
  after: CursorValues | null,
): Fragment {
  // Sequence numbers and instants grow together: a period is a range of numbers.
  const { start, end } = period ? instantsOf(period) : { start: null, end: null };
  const from = start
    ? sql`coalesce((select p.sequence from access_record p where p.at >= ${start}::timestamptz
        order by p.at, p.sequence limit 1), 9223372036854775807)`
    : sql`0::bigint`;
  const until = end
    ? sql`coalesce((select p.sequence from access_record p where p.at < ${end}::timestamptz
        order by p.at desc, p.sequence desc limit 1), 0)`
    : sql`9223372036854775807`;
  const last = after ? sql`least(${until}, ${after[0] as number}::bigint - 1)` : until;
  if (!column) return sql`and r.sequence >= ${from} and r.sequence <= ${last}`;
  return sql`and (${column}, r.sequence) >= (k.key, ${from}) and (${column}, r.sequence) <= (k.key, ${last})`;
}

function filtered(sql: Sql, { subjectId, viewer, outcome }: AuditFilter): Fragment {
  const ofViewer = subjectId == null || viewer == null ? sql`` : sql`and r.viewer = ${viewer}`;
  // A literal, not a parameter: the partial index of refusals needs it.
  if (outcome === 'REFUSED') return sql`${ofViewer} and r.outcome = 'REFUSED'`;
  return outcome === 'GIVEN' ? sql`${ofViewer} and r.outcome = 'GIVEN'` : ofViewer;
}
