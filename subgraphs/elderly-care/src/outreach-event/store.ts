// The SQL of outreach events.

import type { Sql } from '@district-graph/kit/database/database';
import { entityMutations } from '@district-graph/kit/mutations/entity-mutations';
import type { Page } from '@district-graph/kit/pagination/connections';
import { type ListQuery, pagesInside } from '@district-graph/kit/pagination/pages';
import type { OutreachEvent } from './tables.ts';

const inside: ListQuery = {
  table: 'outreach_event',
  order: [
    ['division_code', 'text'],
    ['held_on', 'date'],
    ['id', 'uuid'],
  ],
};

export const findOutreachEvents = (sql: Sql, ids: readonly string[]) =>
  sql<OutreachEvent[]>`select * from outreach_event where id = any(${ids as string[]}::uuid[])`;

export const listOutreachEvents = (sql: Sql, codes: readonly string[], page: Page) =>
  pagesInside<OutreachEvent>(sql, { list: inside, codes, page });

export const outreachEvents = entityMutations<OutreachEvent>('OutreachEvent', { table: 'outreach_event' });
