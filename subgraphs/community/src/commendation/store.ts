// The SQL of commendations.

import type { DateRange } from '@district-graph/kit/calendar';
import type { Sql } from '@district-graph/kit/database/database';
import { entityMutations } from '@district-graph/kit/mutations/entity-mutations';
import type { Page } from '@district-graph/kit/pagination/connections';
import { countsInside, type ListQuery, pagesInsideByLevel } from '@district-graph/kit/pagination/pages';
import { type Commendation, encryptedCommendation } from './tables.ts';

export interface CommendationFilter {
  kind?: Commendation['kind'] | null;
  recipientKind?: Commendation['recipientKind'] | null;
  period?: DateRange | null;
}

const latestFirst: ListQuery = {
  table: 'commendation',
  order: [
    ['received_on', 'date'],
    ['id', 'uuid'],
  ],
  descending: true,
};

const matching = (sql: Sql, { kind, recipientKind, period }: CommendationFilter) => sql`
  ${kind ? sql`and r.kind = ${kind}` : sql``}
  ${recipientKind ? sql`and r.recipient_kind = ${recipientKind}` : sql``}
  ${period ? sql`and r.received_on between ${period.from} and ${period.to}` : sql``}`;

export const commendations = entityMutations<Commendation>('Commendation', {
  table: 'commendation',
  encrypted: encryptedCommendation,
});

export const findCommendations = (sql: Sql, ids: readonly string[]) =>
  sql<Commendation[]>`select * from commendation where id = any(${ids as string[]}::uuid[])`;

export const listCommendations = (
  sql: Sql,
  codes: readonly string[],
  filter: CommendationFilter,
  page: Page,
) => pagesInsideByLevel<Commendation>(sql, { list: latestFirst, codes, page, where: matching(sql, filter) });

export const countCommendations = (sql: Sql, codes: readonly string[], filter: CommendationFilter) =>
  countsInside(sql, { table: 'commendation', codes, where: matching(sql, filter) });
