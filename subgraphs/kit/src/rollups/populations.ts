// The reference table `division_population`: households and residents of communities, which places registers and other subgraphs divide by.
import type { Sql } from '../database/database.ts';

export interface CommunityPopulation {
  code: string;
  households: number;
  residents: number;
}

/**
 * Makes the table equal to the given communities, in the transaction of `sql`: rows that did not change are not written. Returns how many
 * did. Rollups follow by triggers.
 */
export async function replacePopulations(
  sql: Sql,
  communities: readonly CommunityPopulation[],
): Promise<number> {
  const codes = communities.map(({ code }) => code);
  const removed = await sql`delete from division_population where division_code <> all(${codes}::text[])`;
  const written = await sql`
    insert into division_population as p (division_code, households, residents)
    select * from unnest(${codes}::text[], ${communities.map(({ households }) => households)}::integer[],
      ${communities.map(({ residents }) => residents)}::integer[])
    on conflict (division_code) do update set households = excluded.households, residents = excluded.residents
    where (p.households, p.residents) is distinct from (excluded.households, excluded.residents)`;
  return removed.count + written.count;
}
