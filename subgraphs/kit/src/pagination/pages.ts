// Keyset pages of a table for many parents in one statement, and the counts that go with them.
import type postgres from 'postgres';
import type { Sql } from '../database/database.ts';
import { alignMany, alignOne } from '../loaders.ts';
import { boundedCount, type CursorValues, countLimit, type Page } from './connections.ts';

type Fragment = postgres.PendingQuery<postgres.Row[]>;

/** A list of a table's rows in the order of an index that begins with what the list is inside of. */
export interface ListQuery {
  table: string;
  /**
   * The columns of the order and their types; the last one is unique. All ascending, or all descending, where the index
   * is read backwards: an index made with desc() puts nulls last, which no descending order asks for.
   */
  order: readonly (readonly [column: string, type: 'text' | 'uuid' | 'date' | 'timestamptz' | 'integer'])[];
  descending?: boolean;
  /** The column by which a row lies inside a division, where it is not division_code. */
  divisionColumn?: string;
}

/** One page of rows for each division, of what lies inside it, ordered by division code and then as the list says. */
export async function pagesInside<Row>(
  sql: Sql,
  list: ListQuery,
  codes: readonly string[],
  page: Page,
  where: Fragment = sql``,
): Promise<Row[][]> {
  const place = sql`r.${sql(list.divisionColumn ?? 'division_code')}`;
  const inside = sql`${place} >= division_prefix(k.key) and ${place} < prefix_end(division_prefix(k.key))`;
  const rows = await pages<Row>(sql, list, sql`unnest(${codes as string[]}::text[])`, inside, page, where);
  return alignMany(codes, rows, (row) => row.pageKey);
}

/**
 * One page of rows for each division where the order is by time and not by division. The table has an index for each
 * level: the order alone for the city, and behind left(division_code, 6), left(division_code, 9) and division_code.
 */
export async function pagesInsideByTime<Row>(
  sql: Sql,
  list: ListQuery,
  codes: readonly string[],
  page: Page,
  where: Fragment = sql``,
): Promise<Row[][]> {
  const levels = Map.groupBy(codes, levelOf);
  const rows = await Promise.all(
    [...levels].map(([level, keys]) =>
      pages<Row>(sql, list, sql`unnest(${keys}::text[])`, atLevel(sql, level), page, where),
    ),
  );
  return alignMany(codes, rows.flat(), (row) => row.pageKey);
}

/** One page of rows for each parent, by the column that names the parent. */
export async function pagesOf<Row>(
  sql: Sql,
  list: ListQuery,
  parentColumn: string,
  ids: readonly string[],
  page: Page,
  where: Fragment = sql``,
): Promise<Row[][]> {
  const rows = await pages<Row>(
    sql,
    list,
    sql`unnest(${ids as string[]}::uuid[])`,
    sql`r.${sql(parentColumn)} = k.key`,
    page,
    where,
  );
  return alignMany(ids, rows, (row) => row.pageKey);
}

/** How many rows each parent has; null above 10,000. */
export async function countsOf(
  sql: Sql,
  table: string,
  parentColumn: string,
  ids: readonly string[],
  where: Fragment = sql``,
): Promise<(number | null)[]> {
  const counted = sql`r.${sql(parentColumn)} = k.key`;
  return counts(sql, table, sql`unnest(${ids as string[]}::uuid[])`, counted, ids, where);
}

/** How many rows lie inside each division; null above 10,000. For lists that no tally counts. */
export async function countsInside(
  sql: Sql,
  table: string,
  codes: readonly string[],
  where: Fragment = sql``,
): Promise<(number | null)[]> {
  const levels = Map.groupBy(codes, levelOf);
  const byCode = new Map<string, number | null>();
  await Promise.all(
    [...levels].map(async ([level, keys]) => {
      const numbers = await counts(
        sql,
        table,
        sql`unnest(${keys}::text[])`,
        atLevel(sql, level),
        keys,
        where,
      );
      keys.forEach((key, index) => {
        byCode.set(key, numbers[index] ?? null);
      });
    }),
  );
  return codes.map((code) => byCode.get(code) ?? null);
}

export type DivisionLevel = 'CITY' | 'DISTRICT' | 'SUBDISTRICT' | 'COMMUNITY';

export function levelOf(code: string): DivisionLevel {
  if (code.length === 6) return code.endsWith('00') ? 'CITY' : 'DISTRICT';
  return code.length === 9 ? 'SUBDISTRICT' : 'COMMUNITY';
}

/**
 * The condition that the level's own index answers. A database holds one city, which needs a filter only, and one that is not dear:
 * division_prefix would be computed anew for each row; and of starts_with by itself the planner expects so few rows that
 * it sorts all of a period rather than read the first of them in their order.
 */
export function atLevel(sql: Sql, level: DivisionLevel): Fragment {
  if (level === 'CITY') return sql`coalesce(starts_with(r.division_code, left(k.key, 4)), false)`;
  if (level === 'DISTRICT') return sql`left(r.division_code, 6) = k.key`;
  if (level === 'SUBDISTRICT') return sql`left(r.division_code, 9) = k.key`;
  return sql`r.division_code = k.key`;
}

function pages<Row>(
  sql: Sql,
  list: ListQuery,
  keys: Fragment,
  inside: Fragment,
  page: Page,
  where: Fragment,
) {
  const direction = list.descending ? sql`desc` : sql`asc`;
  const order = list.order.map(([column]) => sql`r.${sql(column)} ${direction}`);
  return sql<(Row & { pageKey: string })[]>`
    select k.key as page_key, r.* from ${keys} k(key)
    cross join lateral (
      select * from ${sql(list.table)} r
      where ${inside} ${where} ${page.after ? after(sql, list, page.after) : sql``}
      order by ${joined(sql, order)} limit ${page.limit}
    ) r`;
}

function after(sql: Sql, list: ListQuery, values: CursorValues): Fragment {
  const columns = list.order.map(([column]) => sql`r.${sql(column)}`);
  // The types are the list's own words, never a caller's.
  const cursor = list.order.map(([, type], index) => sql`${values[index] ?? null}::${sql.unsafe(type)}`);
  return sql`and (${joined(sql, columns)}) ${list.descending ? sql`<` : sql`>`} (${joined(sql, cursor)})`;
}

const joined = (sql: Sql, parts: readonly Fragment[]): Fragment =>
  parts.reduce((whole, part, index) => (index === 0 ? part : sql`${whole}, ${part}`), sql``);

async function counts(
  sql: Sql,
  table: string,
  keys: Fragment,
  inside: Fragment,
  asked: readonly string[],
  where: Fragment,
) {
  const rows = await sql<{ pageKey: string; count: number }[]>`
    select k.key as page_key, c.count from ${keys} k(key)
    cross join lateral (
      select count(*) as count from (select from ${sql(table)} r where ${inside} ${where} limit ${countLimit + 1}) r
    ) c`;
  return alignOne(asked, rows, (row) => row.pageKey).map((row) => boundedCount(row?.count ?? 0));
}
