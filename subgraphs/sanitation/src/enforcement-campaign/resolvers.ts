// Resolvers for campaigns: lookup and lists inside a division.

import { checkDivisionCode } from '@district-graph/kit/divisions/divisions';
import type { Resolvers, SubgraphContext } from '@district-graph/kit/loaders';
import { defineList, type PageArgs, pageOf, toConnection } from '@district-graph/kit/pagination/connections';
import { stockByDivision, sumOf } from '@district-graph/kit/rollups/overview-loaders';
import { divisionOf, queryById, referenceById } from '@district-graph/kit/schema/entities';
import { enforcementCampaignById, enforcementCampaignsByDivision } from './loaders.ts';

import type { EnforcementCampaign } from './tables.ts';

const list = defineList<EnforcementCampaign>('enforcementCampaigns', ['text', 'date', 'uuid'], (row) => [
  row.divisionCode,
  row.startedOn,
  row.id,
]);

async function listEnforcementCampaignsInside(code: string, args: PageArgs, context: SubgraphContext) {
  const page = pageOf(list, args);
  const rows = await enforcementCampaignsByDivision(context, page).load(code);
  return toConnection(list, page, rows, async () =>
    sumOf(await stockByDivision(context).load(code), 'campaigns'),
  );
}

export const enforcementCampaignResolvers: Resolvers = {
  Query: {
    enforcementCampaign: queryById(enforcementCampaignById),
    enforcementCampaigns: (_root, { within, ...args }: PageArgs & { within: string }, context) =>
      listEnforcementCampaignsInside(checkDivisionCode(within), args, context),
  },
  EnforcementCampaign: {
    __resolveReference: referenceById(enforcementCampaignById),
    division: divisionOf,
    results: (campaign: EnforcementCampaign) => campaign,
  },
};
