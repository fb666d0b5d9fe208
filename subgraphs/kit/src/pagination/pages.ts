// Keyset pages of a table for many parents in one statement, and the counts of the same rows.
import type postgres from 'postgres';
import type { Sql } from '../database/database.ts';
import { alignMany, alignOne } from '../loaders.ts';
import { boundedCount, type CursorValues, countLimit, type Page } from './connections.ts';

type Fragment = postgres.PendingQuery<postgres.Row[]>;

/** A list of a table's rows in the order of an index whose first columns name the list's parent. */
export interface ListQuery {
  table: string;
  /**
   * The columns of the order and their types; the last one is unique. All are ascending or all descending: then the index is read
   * backwards. An index made with desc() would put nulls last, where a descending order does not have them.
   */
  order: readonly (readonly [column: string, type: 'text' | 'uuid' | 'date' | 'timestamptz' | 'integer'])[];
  descending?: boolean;
  /** The column with the division of a row, if it is not division_code. */
  divisionColumn?: string;
}

/** A page of the rows inside each of some divisions. */
interface PagesInside {
  list: ListQuery;
  codes: readonly string[];
  page: Page;
  /** Further conditions on the row `r`, starting with `and`. */
  where?: Fragment;
}

/** One page of the rows inside each division, in an order that starts with a column of division codes, as its index does. */
export async function pagesInside<Row>(
  sql: Sql,
  { list, codes, page, where = sql`` }: PagesInside,
): Promise<Row[][]> {
  const division = sql`r.${sql(list.divisionColumn ?? 'division_code')}`;
  const inside = sql`${division} >= division_prefix(k.key) and ${division} < prefix_end(division_prefix(k.key))`;
  const keys = sql`unnest(${codes as string[]}::text[])`;
  const rows = await pages<Row>(sql, { list, keys, inside, page, where });
  return alignMany(codes, rows, (row) => row.pageKey);
}

/**
 * One page of the rows inside each division, in an order that does not start with the division code, such as time or capacity. The
 * divisions of each level take one statement, and the table has an index for each level: on the order alone for the city, and on the
 * order after left(division_code, 6), left(division_code, 9) and division_code.
 */
export async function pagesInsideByLevel<Row>(
  sql: Sql,
  { list, codes, page, where = sql`` }: PagesInside,
): Promise<Row[][]> {
  const rows = await Promise.all(
    byLevel(sql, codes).map(({ keys, inside }) =>
      pages<Row>(sql, { list, keys: sql`unnest(${keys}::text[])`, inside, page, where }),
    ),
  );
  return alignMany(codes, rows.flat(), (row) => row.pageKey);
}

/**
 * One page of the rows inside each division, in an order that starts with `subdistrict_code`: an order by community would reveal in
 * which of them a person is. One index serves subdistricts and the levels above, another serves communities.
 */
export async function pagesInsideBySubdistrict<Row>(
  sql: Sql,
  { list, codes, ...others }: PagesInside,
): Promise<Row[][]> {
  const ofSubdistricts: ListQuery = { ...list, divisionColumn: 'subdistrict_code' };
  const byCode = new Map<string, Row[]>();
  await Promise.all(
    [...Map.groupBy(codes, (code) => (levelOf(code) === 'COMMUNITY' ? list : ofSubdistricts))].map(
      async ([used, keys]) => {
        const found = await pagesInside<Row>(sql, { list: used, codes: keys, ...others });
        keys.forEach((key, index) => {
          byCode.set(key, found[index] ?? []);
        });
      },
    ),
  );
  return codes.map((code) => byCode.get(code) ?? []);
}

/** The rows of each of some parents. */
interface RowsOfParents {
  /** The column that refers to the parent. */
  parentColumn: string;
  ids: readonly string[];
  /** Further conditions on the row `r`, starting with `and`. */
  where?: Fragment;
}

/** One page of the rows of each parent. */
export async function pagesOf<Row>(
  sql: Sql,
  { list, parentColumn, ids, page, where = sql`` }: RowsOfParents & { list: ListQuery; page: Page },
): Promise<Row[][]> {
  const keys = sql`unnest(${ids as string[]}::uuid[])`;
  const inside = sql`r.${sql(parentColumn)} = k.key`;
  const rows = await pages<Row>(sql, { list, keys, inside, page, where });
  return alignMany(ids, rows, (row) => row.pageKey);
}

/** The number of rows of each parent; null above 10,000. */
export async function countsOf(
  sql: Sql,
  { table, parentColumn, ids, where = sql`` }: RowsOfParents & { table: string },
): Promise<(number | null)[]> {
  const keys = sql`unnest(${ids as string[]}::uuid[])`;
  return counts(sql, { table, keys, inside: sql`r.${sql(parentColumn)} = k.key`, ids, where });
}

/** The number of rows inside each division; null above 10,000. For lists that no rollup counts. */
export async function countsInside(
  sql: Sql,
  { table, codes, where = sql`` }: Pick<PagesInside, 'codes' | 'where'> & { table: string },
): Promise<(number | null)[]> {
  const byCode = new Map<string, number | null>();
  await Promise.all(
    byLevel(sql, codes).map(async ({ keys, inside }) => {
      const unnested = sql`unnest(${keys}::text[])`;
      const numbers = await counts(sql, { table, keys: unnested, inside, ids: keys, where });
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

/** Divisions of one level, with the condition that a row `r` lies inside the division `k.key`. */
interface LevelCodes {
  keys: string[];
  inside: Fragment;
}

/** Groups divisions by level: each level has an index and a condition of its own. */
const byLevel = (sql: Sql, codes: readonly string[]): LevelCodes[] =>
  Array.from(Map.groupBy(codes, levelOf), ([level, keys]) => ({ keys, inside: atLevel(sql, level) }));

/**
 * The condition that matches the index of the level. A database holds one city, so the city level needs only a cheap filter:
 * division_prefix would be computed for each row; and from a bare starts_with the planner expects so few rows that it sorts all
 * rows of a period instead of reading the first ones in index order.
 */
export function atLevel(sql: Sql, level: DivisionLevel): Fragment {
  if (level === 'CITY') return sql`coalesce(starts_with(r.division_code, left(k.key, 4)), false)`;
  if (level === 'DISTRICT') return sql`left(r.division_code, 6) = k.key`;
  if (level === 'SUBDISTRICT') return sql`left(r.division_code, 9) = k.key`;
  return sql`r.division_code = k.key`;
}

interface Selected {
  /** The set of parents, with the column `key`. */
  keys: Fragment;
  /** Whether a row `r` belongs to the parent `k.key`. */
  inside: Fragment;
  /** Further conditions, starting with `and`. */
  where: Fragment;
}

function pages<Row>(
  sql: Sql,
  { list, keys, inside, page, where }: Selected & { list: ListQuery; page: Page },
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
  // The types come from the list's definition, never from a client.
  const cursor = list.order.map(([, type], index) => sql`${values[index] ?? null}::${sql.unsafe(type)}`);
  return sql`and (${joined(sql, columns)}) ${list.descending ? sql`<` : sql`>`} (${joined(sql, cursor)})`;
}

const joined = (sql: Sql, parts: readonly Fragment[]): Fragment =>
  parts.reduce((whole, part, index) => (index === 0 ? part : sql`${whole}, ${part}`), sql``);

async function counts(
  sql: Sql,
  { table, keys, inside, ids, where }: Selected & { table: string; ids: readonly string[] },
) {
  const rows = await sql<{ pageKey: string; count: number }[]>`
    select k.key as page_key, c.count from ${keys} k(key)
    cross join lateral (
      select count(*) as count from (select from ${sql(table)} r where ${inside} ${where} limit ${countLimit + 1}) r
    ) c`;
  return alignOne(ids, rows, (row) => row.pageKey).map((row) => boundedCount(row?.count ?? 0));
}
