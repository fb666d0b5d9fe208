// The SQL of handouts.

import type { DateRange } from '@district-graph/kit/calendar';
import type { Sql } from '@district-graph/kit/database/database';
import { entityMutations } from '@district-graph/kit/mutations/entity-mutations';
import { findRecord } from '@district-graph/kit/mutations/rows';
import type { Page } from '@district-graph/kit/pagination/connections';
import { countsInside, type ListQuery, pagesInsideByLevel } from '@district-graph/kit/pagination/pages';
import { encryptedHandout, type Handout } from './tables.ts';
import { handoutTransitions } from './transitions.ts';

const latestFirst: ListQuery = {
  table: 'handout',
  order: [
    ['handed_out_on', 'date'],
    ['id', 'uuid'],
  ],
  descending: true,
};

export interface HandoutFilter {
  period?: DateRange | null;
}

const matching = (sql: Sql, { period }: HandoutFilter) =>
  period ? sql`and r.handed_out_on between ${period.from} and ${period.to}` : sql``;

export const findHandouts = (sql: Sql, ids: readonly string[]) =>
  sql<Handout[]>`select * from handout where id = any(${ids as string[]}::uuid[])`;

export const findHandout = (sql: Sql, id: string) => findRecord<Handout>(sql, 'handout', id);

export const listHandouts = (sql: Sql, codes: readonly string[], filter: HandoutFilter, page: Page) =>
  pagesInsideByLevel<Handout>(sql, { list: latestFirst, codes, page, where: matching(sql, filter) });

export const countHandouts = (sql: Sql, codes: readonly string[], filter: HandoutFilter) =>
  countsInside(sql, { table: 'handout', codes, where: matching(sql, filter) });

export const handouts = entityMutations<Handout>('Handout', {
  table: 'handout',
  encrypted: encryptedHandout,
  transitions: handoutTransitions,
});
