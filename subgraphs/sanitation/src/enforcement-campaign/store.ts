// The SQL of campaigns.
import type { Page } from '@district-graph/kit/connections';
import type { Sql } from '@district-graph/kit/database';
import { type ListQuery, pagesInside } from '@district-graph/kit/pages';
import { changeRecord, insertRecord, lockRecord } from '@district-graph/kit/records';
import type { EnforcementCampaign } from './tables.ts';

const inside: ListQuery = {
  table: 'enforcement_campaign',
  order: [
    ['division_code', 'text'],
    ['started_on', 'date'],
    ['id', 'uuid'],
  ],
};

export const findEnforcementCampaigns = (sql: Sql, ids: readonly string[]) =>
  sql<EnforcementCampaign[]>`select * from enforcement_campaign where id = any(${ids as string[]}::uuid[])`;

export const listEnforcementCampaigns = (sql: Sql, codes: readonly string[], page: Page) =>
  pagesInside<EnforcementCampaign>(sql, inside, codes, page);

export const lockEnforcementCampaign = (sql: Sql, id: string) =>
  lockRecord<EnforcementCampaign>(sql, 'enforcement_campaign', id);

export const insertEnforcementCampaign = (sql: Sql, row: Partial<EnforcementCampaign>) =>
  insertRecord<EnforcementCampaign>(sql, 'enforcement_campaign', row);

export const changeEnforcementCampaign = (sql: Sql, id: string, changes: Partial<EnforcementCampaign>) =>
  changeRecord<EnforcementCampaign>(sql, 'enforcement_campaign', id, changes);
