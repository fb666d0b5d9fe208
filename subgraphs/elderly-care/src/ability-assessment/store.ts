// The SQL of ability assessments.

import type { Sql } from '@district-graph/kit/database/database';
import { entityMutations } from '@district-graph/kit/mutations/entity-mutations';
import type { Page } from '@district-graph/kit/pagination/connections';
import { countsOf, type ListQuery, pagesOf } from '@district-graph/kit/pagination/pages';
import { type AbilityAssessment, encryptedAbilityAssessment } from './tables.ts';

const byElder: ListQuery = {
  table: 'ability_assessment',
  order: [
    ['assessed_on', 'date'],
    ['id', 'uuid'],
  ],
  descending: true,
};

export const findAbilityAssessments = (sql: Sql, ids: readonly string[]) =>
  sql<AbilityAssessment[]>`select * from ability_assessment where id = any(${ids as string[]}::uuid[])`;

export const listAbilityAssessments = (sql: Sql, elderIds: readonly string[], page: Page) =>
  pagesOf<AbilityAssessment>(sql, { list: byElder, parentColumn: 'elder_id', ids: elderIds, page });

export const countAbilityAssessments = (sql: Sql, elderIds: readonly string[]) =>
  countsOf(sql, { table: 'ability_assessment', parentColumn: 'elder_id', ids: elderIds });

export const abilityAssessments = entityMutations<AbilityAssessment>('AbilityAssessment', {
  table: 'ability_assessment',
  encrypted: encryptedAbilityAssessment,
});

export async function findLatestAssessment(sql: Sql, elderId: string): Promise<AbilityAssessment | null> {
  const [row] = await sql<AbilityAssessment[]>`
    select * from ability_assessment where elder_id = ${elderId} order by assessed_on desc, id desc limit 1`;
  return row ?? null;
}
