// Counts that are unknown because records are kept for an ancestor of the division (schema/decisions/0025-unknown-counts.md).
import type postgres from 'postgres';
import type { Sql } from '../database/database.ts';
import { pathOf } from '../divisions/divisions.ts';
import { defineLoader, type SubgraphContext } from '../loaders.ts';

type Condition = postgres.PendingQuery<postgres.Row[]>;

/** The ancestors of a subdistrict or a community, without the city: what the city keeps for itself belongs to no district. */
const districtAndBelow = (code: string): string[] =>
  pathOf(code).filter((above) => above !== code && above !== pathOf(code)[0]);

/**
 * A loader of whether a record of the table that matches the condition is kept for an ancestor of the division. If so, the
 * count of such records inside the division is unknown: it is not recorded how many of the ancestor's belong to it.
 * It runs one statement for all divisions, and none if all are districts or cities. `table` needs an index that begins with
 * `division_code`.
 */
export const defineRecordsAbove = <Args = undefined>(
  table: string,
  matching: (sql: Sql, args: Args) => Condition,
) =>
  defineLoader<string, boolean, Args>(async (sql, codes, args) => {
    const above = [...new Set(codes.flatMap(districtAndBelow))];
    if (above.length === 0) return codes.map(() => false);
    const rows = await sql<{ code: string }[]>`
      select k.code from unnest(${above}::text[]) k(code)
      where exists (select from ${sql(table)} r where r.division_code = k.code ${matching(sql, args)})`;
    const keepers = new Set(rows.map(({ code }) => code));
    return codes.map((code) => districtAndBelow(code).some((division) => keepers.has(division)));
  });

type RecordsAbove<Args> = ReturnType<typeof defineRecordsAbove<Args>>;

/** The value, or null if records that it would have to count are kept for an ancestor. */
export async function knownCount<Args, Value>(
  recordsAbove: RecordsAbove<Args>,
  context: SubgraphContext,
  code: string,
  args: Args,
  count: () => Promise<Value>,
): Promise<Value | null> {
  if (code.length === 6) return count();
  const [isUnknown, value] = await Promise.all([recordsAbove(context, args).load(code), count()]);
  return isUnknown ? null : value;
}
