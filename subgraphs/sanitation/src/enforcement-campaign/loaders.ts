// Campaigns by key and by division.

import { alignOne, defineLoader } from '@district-graph/kit/loaders';
import type { Page } from '@district-graph/kit/pagination/connections';
import { findEnforcementCampaigns, listEnforcementCampaigns } from './store.ts';
import type { EnforcementCampaign } from './tables.ts';

export const enforcementCampaignById = defineLoader<string, EnforcementCampaign | null>(async (sql, ids) =>
  alignOne(ids, await findEnforcementCampaigns(sql, ids), (row) => row.id),
);

export const enforcementCampaignsByDivision = defineLoader<string, EnforcementCampaign[], Page>(
  (sql, codes, page) => listEnforcementCampaigns(sql, codes, page),
);
