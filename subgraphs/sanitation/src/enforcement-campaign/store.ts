// The SQL of campaigns.

import type { Sql } from '@district-graph/kit/database/database';
import { entityMutations } from '@district-graph/kit/mutations/entity-mutations';
import type { Page } from '@district-graph/kit/pagination/connections';
import { type ListQuery, pagesInside } from '@district-graph/kit/pagination/pages';
import type { EnforcementCampaign } from './tables.ts';
import { type CampaignStatus, campaignStatusOf, enforcementCampaignTransitions } from './transitions.ts';

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
  pagesInside<EnforcementCampaign>(sql, { list: inside, codes, page });

export const enforcementCampaigns = entityMutations<EnforcementCampaign, CampaignStatus>(
  'EnforcementCampaign',
  {
    table: 'enforcement_campaign',
    statusOf: campaignStatusOf,
    transitions: enforcementCampaignTransitions,
  },
);
