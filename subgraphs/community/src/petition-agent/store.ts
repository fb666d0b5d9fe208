// The SQL of petition agents.

import type { Sql } from '@district-graph/kit/database/database';
import { entityMutations } from '@district-graph/kit/mutations/entity-mutations';
import type { Page } from '@district-graph/kit/pagination/connections';
import { type ListQuery, pagesInside } from '@district-graph/kit/pagination/pages';
import { encryptedPetitionAgent, type PetitionAgent } from './tables.ts';
import { petitionAgentTransitions } from './transitions.ts';

const inside: ListQuery = {
  table: 'petition_agent',
  order: [
    ['subdistrict_code', 'text'],
    ['id', 'uuid'],
  ],
};

const insideSubdistricts: ListQuery = { ...inside, divisionColumn: 'subdistrict_code' };

export const petitionAgents = entityMutations<PetitionAgent>('PetitionAgent', {
  table: 'petition_agent',
  encrypted: encryptedPetitionAgent,
  masked: ['name', 'divisionCode'],
  transitions: petitionAgentTransitions,
});

export const findPetitionAgents = (sql: Sql, ids: readonly string[]) =>
  sql<PetitionAgent[]>`select * from petition_agent where id = any(${ids as string[]}::uuid[])`;

/** Agents on duty. One index serves subdistricts and the levels above, another serves communities. */
export async function listPetitionAgents(
  sql: Sql,
  codes: readonly string[],
  page: Page,
): Promise<PetitionAgent[][]> {
  const byCode = new Map<string, PetitionAgent[]>();
  const lists = Map.groupBy(codes, (code) => (code.length > 9 ? inside : insideSubdistricts));
  await Promise.all(
    [...lists].map(async ([list, keys]) => {
      const where = sql`and r.status = 'ACTIVE'`;
      const found = await pagesInside<PetitionAgent>(sql, { list, codes: keys, page, where });
      keys.forEach((key, index) => {
        byCode.set(key, found[index] ?? []);
      });
    }),
  );
  return codes.map((code) => byCode.get(code) ?? []);
}

/** How many open matters an agent is in charge of. */
export async function countOpenMattersOf(sql: Sql, agentId: string): Promise<number> {
  const [row] = await sql<{ count: number }[]>`
    select count(*) as count from petition_matter
    where agent_id = ${agentId} and status in ('RECEIVED', 'AGENT_ASSIGNED', 'TRANSFERRED', 'REPLIED')`;
  return row?.count ?? 0;
}
