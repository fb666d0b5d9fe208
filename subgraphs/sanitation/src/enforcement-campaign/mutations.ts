// Mutations of campaigns: open with the planned days, close with the results.
import { checkPeriod } from '@district-graph/kit/calendar';
import type { Resolvers } from '@district-graph/kit/loaders';
import {
  checkInteger,
  checkNotAfterToday,
  checkNotBefore,
  checkWords,
} from '@district-graph/kit/mutations/checks';
import { mutation } from '@district-graph/kit/mutations/mutation';
import { enforcementCampaigns } from './store.ts';
import type { EnforcementCampaign } from './tables.ts';

type Results = Pick<
  EnforcementCampaign,
  | 'personTimes'
  | 'vehicleTimes'
  | 'vehiclesHeld'
  | 'smallAdsCleared'
  | 'lightBoxesRemoved'
  | 'billboardsRemoved'
  | 'steelStructuresRemoved'
>;

const noResults: Results = {
  personTimes: 0,
  vehicleTimes: 0,
  vehiclesHeld: 0,
  smallAdsCleared: 0,
  lightBoxesRemoved: 0,
  billboardsRemoved: 0,
  steelStructuresRemoved: 0,
};

const mostOfResult = 10_000_000;

interface OpenEnforcementCampaign {
  divisionCode: string;
  title: string;
  startedOn: string;
  endedOn: string;
}

interface CloseEnforcementCampaign {
  campaignId: string;
  endedOn?: string | null;
  results: Results;
}

export const enforcementCampaignMutations: Resolvers = {
  Mutation: {
    openEnforcementCampaign: mutation<OpenEnforcementCampaign>(
      'openEnforcementCampaign',
      async (context, input) => {
        const { startedOn, endedOn } = input;
        const title = checkWords('title', input.title, 200);
        const { divisionCode } = input;
        checkPeriod({ from: startedOn, to: endedOn }, 'endedOn');
        const columns = { ...noResults, divisionCode, title, startedOn, endedOn };
        return enforcementCampaigns.register(context, columns);
      },
    ),

    closeEnforcementCampaign: mutation<CloseEnforcementCampaign>(
      'closeEnforcementCampaign',
      async (context, { campaignId, endedOn, results }) => {
        for (const [result, count] of Object.entries(results))
          checkInteger(`results.${result}`, count, 0, mostOfResult);
        const { row, refusal } = await enforcementCampaigns.checkTransition(
          context,
          'campaignId',
          campaignId,
          'CLOSED',
        );
        if (refusal) return refusal;
        const lastDay = checkNotBefore('endedOn', endedOn ?? context.today, row.startedOn);
        checkNotAfterToday('endedOn', lastDay, context.today);
        const changes = { ...results, endedOn: lastDay, closedAt: context.now };
        return enforcementCampaigns.transition(context, row, changes, { ...results });
      },
    ),
  },
};
