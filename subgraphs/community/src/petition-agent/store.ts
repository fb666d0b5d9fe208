// The SQL of petition agents.

import type { Sql } from '@district-graph/kit/database/database';
import { entityMutations } from '@district-graph/kit/mutations/entity-mutations';
import type { Page } from '@district-graph/kit/pagination/connections';
import { type ListQuery, pagesInsideBySubdistrict } from '@district-graph/kit/pagination/pages';
import { isOpen } from '../petition-matter/store.ts';
import { encryptedPetitionAgent, type PetitionAgent } from './tables.ts';
import { petitionAgentTransitions } from './transitions.ts';

const inside: ListQuery = {
  table: 'petition_agent',
  order: [
    ['subdistrict_code', 'text'],
    ['id', 'uuid'],
  ],
};

export const petitionAgents = entityMutations<PetitionAgent>('PetitionAgent', {
  table: 'petition_agent',
  encrypted: encryptedPetitionAgent,
  masked: ['name', 'divisionCode'],
  transitions: petitionAgentTransitions,
});

export const findPetitionAgents = (sql: Sql, ids: readonly string[]) =>
  sql<PetitionAgent[]>`select * from petition_agent where id = any(${ids as string[]}::uuid[])`;

/** Agents on duty. */
export const listPetitionAgents = (sql: Sql, codes: readonly string[], page: Page) =>
  pagesInsideBySubdistrict<PetitionAgent>(sql, {
    list: inside,
    codes,
    page,
    where: sql`and r.status = 'ACTIVE'`,
  });

/** How many open matters an agent is in charge of. */
export async function countOpenMattersOf(sql: Sql, agentId: string): Promise<number> {
  const [row] = await sql<{ count: number }[]>`
    select count(*) as count from petition_matter r where r.agent_id = ${agentId} and ${isOpen(sql)}`;
  return row?.count ?? 0;
}
