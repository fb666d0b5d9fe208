// Status transitions of a campaign; its status follows from its closing.
import type { Transitions } from '@district-graph/kit/mutations/transitions';
import type { EnforcementCampaign } from './tables.ts';

export type CampaignStatus = 'OPEN' | 'CLOSED';

export const enforcementCampaignTransitions: Transitions<CampaignStatus> = {
  OPEN: ['CLOSED'],
  CLOSED: [],
};

export const campaignStatusOf = ({ closedAt }: EnforcementCampaign): CampaignStatus =>
  closedAt === null ? 'OPEN' : 'CLOSED';
