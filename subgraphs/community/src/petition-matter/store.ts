// The SQL of petition matters, their steps and what was transferred of them.

import type { DateRange } from '@district-graph/kit/calendar';
import { columnsOf, type Sql } from '@district-graph/kit/database/database';
import { entityMutations } from '@district-graph/kit/mutations/entity-mutations';
import type { MutationContext } from '@district-graph/kit/mutations/mutation';
import { findRecord } from '@district-graph/kit/mutations/rows';
import { boundedCount, countLimit, type Page } from '@district-graph/kit/pagination/connections';
import {
  countsInside,
  countsOf,
  type ListQuery,
  pagesInsideByLevel,
  pagesOf,
} from '@district-graph/kit/pagination/pages';
import {
  encryptedPetitionMatter,
  encryptedPetitionStep,
  type PetitionMatter,
  type PetitionStep,
} from './tables.ts';
import { petitionMatterTransitions } from './transitions.ts';

export interface PetitionMatterFilter {
  status?: PetitionMatter['status'] | null;
  kind?: PetitionMatter['kind'] | null;
  /** Whether a period of an open matter is over on `today`. */
  overdue?: boolean | null;
  period?: DateRange | null;
}

/** The filter, with the day that decides what is overdue. */
export type DatedFilter = PetitionMatterFilter & { today: string };

const latestFirst: ListQuery = {
  table: 'petition_matter',
  order: [
    ['received_on', 'date'],
    ['id', 'uuid'],
  ],
  descending: true,
};

const firstDue: ListQuery = {
  table: 'petition_matter',
  order: [
    ['settle_due_on', 'date'],
    ['id', 'uuid'],
  ],
};

/** Whether work on the matter `r` has not ended. */
export const isOpen = (sql: Sql) => sql`r.status in ('RECEIVED', 'AGENT_ASSIGNED', 'TRANSFERRED', 'REPLIED')`;

/** In the same words as `isOverdue` of the resolvers. */
const isOverdue = (sql: Sql, today: string) => sql`(${isOpen(sql)} and (r.settle_due_on < ${today}::date
  or (r.accepted_on is null and r.accept_due_on < ${today}::date)))`;

const matching = (sql: Sql, { status, kind, overdue, period, today }: DatedFilter) => sql`
  ${status ? sql`and r.status = ${status}` : sql``} ${kind ? sql`and r.kind = ${kind}` : sql``}
  ${overdue ? sql`and ${isOverdue(sql, today)}` : sql``}
  ${overdue === false ? sql`and not ${isOverdue(sql, today)}` : sql``}
  ${period ? sql`and r.received_on between ${period.from} and ${period.to}` : sql``}`;

export const petitionMatters = entityMutations<PetitionMatter>('PetitionMatter', {
  table: 'petition_matter',
  encrypted: encryptedPetitionMatter,
  masked: ['divisionCode'],
  transitions: petitionMatterTransitions,
});

export const findPetitionMatters = (sql: Sql, ids: readonly string[]) =>
  sql<PetitionMatter[]>`select * from petition_matter where id = any(${ids as string[]}::uuid[])`;

export const findPetitionMatter = (sql: Sql, id: string) =>
  findRecord<PetitionMatter>(sql, 'petition_matter', id);

export const listPetitionMatters = (sql: Sql, codes: readonly string[], filter: DatedFilter, page: Page) =>
  pagesInsideByLevel<PetitionMatter>(sql, { list: latestFirst, codes, page, where: matching(sql, filter) });

export const countPetitionMatters = (sql: Sql, codes: readonly string[], filter: DatedFilter) =>
  countsInside(sql, { table: 'petition_matter', codes, where: matching(sql, filter) });

/** The open matters of each agent. */
export const listOpenMatters = (sql: Sql, agentIds: readonly string[], page: Page) =>
  pagesOf<PetitionMatter>(sql, {
    list: firstDue,
    parentColumn: 'agent_id',
    ids: agentIds,
    page,
    where: sql`and ${isOpen(sql)}`,
  });

export const countOpenMatters = (sql: Sql, agentIds: readonly string[]) =>
  countsOf(sql, {
    table: 'petition_matter',
    parentColumn: 'agent_id',
    ids: agentIds,
    where: sql`and ${isOpen(sql)}`,
  });

/** A petitioner: the subject of a token, and the elder that the subject is. */
export interface Petitioner {
  id: string;
  elderId: string | null;
}

/** A page of the viewer's matters, latest first; each of the two conditions is answered by its own index. */
export const listViewerMatters = (sql: Sql, { id, elderId }: Petitioner, { limit, after }: Page) => {
  const [receivedOn = null, key = null] = after ?? [];
  const following = after ? sql`and (received_on, id) < (${receivedOn}::date, ${key}::uuid)` : sql``;
  const latest = sql`order by received_on desc, id desc limit ${limit}`;
  return sql<PetitionMatter[]>`
    (select * from petition_matter where owned_by = ${id} ${following} ${latest})
    union
    (select * from petition_matter where elder_id = ${elderId}::uuid ${following} ${latest})
    ${latest}`;
};

export async function countViewerMatters(sql: Sql, { id, elderId }: Petitioner): Promise<number | null> {
  const [row] = await sql<{ count: number }[]>`
    select count(*) as count from (
      select id from petition_matter where owned_by = ${id}
      union select id from petition_matter where elder_id = ${elderId}::uuid
      limit ${countLimit + 1}
    ) m`;
  return boundedCount(row?.count ?? 0);
}

/** How many matters a viewer has submitted that are open. Two submissions of one viewer wait for each other. */
export async function lockOpenMattersOfViewer(sql: Sql, ownedBy: string): Promise<number> {
  await sql`select pg_advisory_xact_lock(hashtextextended('petition_matter.owned_by/' || ${ownedBy}::text, 0))`;
  const [row] = await sql<{ count: number }[]>`
    select count(*) as count from petition_matter r where r.owned_by = ${ownedBy} and ${isOpen(sql)}`;
  return row?.count ?? 0;
}

/** What a bureau learns of a matter: these columns and no others, so that no resolver can show it the petitioner. */
export type PetitionTransfer = Pick<
  PetitionMatter,
  | 'id'
  | 'divisionCode'
  | 'kind'
  | 'transferText'
  | 'transferBureau'
  | 'transferredOn'
  | 'settleDueOn'
  | 'repliedOn'
>;

/** A page of what was transferred to a bureau from some divisions, latest first. `prefixes` are those of the divisions' codes. */
export const listPetitionTransfers = (
  sql: Sql,
  bureau: string,
  prefixes: readonly string[],
  { limit, after }: Page,
) => {
  const [transferredOn = null, key = null] = after ?? [];
  return sql<PetitionTransfer[]>`
    select id, division_code, kind, transfer_text, transfer_bureau, transferred_on, settle_due_on, replied_on
    from petition_matter
    where transfer_bureau = ${bureau} and status <> 'WITHDRAWN'
      and exists (select from unnest(${prefixes as string[]}::text[]) p(prefix) where starts_with(division_code, p.prefix))
      ${after ? sql`and (transferred_on, id) < (${transferredOn}::date, ${key}::uuid)` : sql``}
    order by transferred_on desc, id desc limit ${limit}`;
};

export const findSteps = (sql: Sql, matterIds: readonly string[]) => sql<PetitionStep[]>`
  select * from petition_step where matter_id = any(${matterIds as string[]}::uuid[])
  order by matter_id, sequence`;

/** Appends a step to a locked matter. */
export async function appendStep(
  { sql, keyring }: Pick<MutationContext, 'sql' | 'keyring'>,
  step: Pick<PetitionStep, 'matterId' | 'at' | 'actor' | 'action'> & { note: string | null },
): Promise<void> {
  const [last] = await sql<{ sequence: number }[]>`
    select coalesce(max(sequence), 0)::integer as sequence from petition_step where matter_id = ${step.matterId}`;
  const row = encryptedPetitionStep.encrypt(keyring, { ...step, sequence: (last?.sequence ?? 0) + 1 });
  await sql`insert into petition_step ${sql(columnsOf(row))}`;
}
