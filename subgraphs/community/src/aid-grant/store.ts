// The SQL of aid grants.

import type { Sql } from '@district-graph/kit/database/database';
import { entityMutations } from '@district-graph/kit/mutations/entity-mutations';
import type { Page } from '@district-graph/kit/pagination/connections';
import { type ListQuery, pagesInside } from '@district-graph/kit/pagination/pages';
import type { AidGrant } from './tables.ts';

const inside: ListQuery = {
  table: 'aid_grant',
  order: [
    ['division_code', 'text'],
    ['given_on', 'date'],
    ['id', 'uuid'],
  ],
};

export const findAidGrants = (sql: Sql, ids: readonly string[]) =>
  sql<AidGrant[]>`select * from aid_grant where id = any(${ids as string[]}::uuid[])`;

export const listAidGrants = (sql: Sql, codes: readonly string[], page: Page) =>
  pagesInside<AidGrant>(sql, { list: inside, codes, page });

export const aidGrants = entityMutations<AidGrant>('AidGrant', { table: 'aid_grant' });
