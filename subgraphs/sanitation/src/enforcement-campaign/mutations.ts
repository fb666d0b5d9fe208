// Campaigns: opened with their planned days, closed with what they achieved.
import { checkDivisionCode } from '@district-graph/kit/divisions';
import { badInput } from '@district-graph/kit/errors';
import type { Resolvers } from '@district-graph/kit/executable-schema';
import { newId } from '@district-graph/kit/ids';
import { refusedTransition } from '@district-graph/kit/transitions';
import { mutation, required, type Written } from '@district-graph/kit/writes';
import { changeEnforcementCampaign, insertEnforcementCampaign, lockEnforcementCampaign } from './store.ts';
import type { EnforcementCampaign } from './tables.ts';
import { campaignStatusOf, enforcementCampaignTransitions } from './transitions.ts';

const campaign = (row: EnforcementCampaign): Written => ({ __typename: 'EnforcementCampaign', ...row });

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

const notBefore = (day: string) => ({ zh: `不早于 ${day} 的日期`, en: `a day not before ${day}` });

export const enforcementCampaignMutations: Resolvers = {
  Mutation: {
    openEnforcementCampaign: mutation<OpenEnforcementCampaign>(
      'openEnforcementCampaign',
      async (write, input) => {
        const { title, startedOn, endedOn } = input;
        const divisionCode = checkDivisionCode(input.divisionCode, 'divisionCode');
        if (endedOn < startedOn) throw badInput('endedOn', notBefore(startedOn), endedOn);
        const row = await insertEnforcementCampaign(write.sql, {
          ...noResults,
          id: newId(divisionCode),
          divisionCode,
          title,
          startedOn,
          endedOn,
        });
        await write.record({
          entityType: 'EnforcementCampaign',
          entityId: row.id,
          divisionCode,
          to: campaignStatusOf(row),
        });
        return campaign(row);
      },
    ),

    closeEnforcementCampaign: mutation<CloseEnforcementCampaign>(
      'closeEnforcementCampaign',
      async (write, { campaignId, endedOn, results }) => {
        const before = required(
          await lockEnforcementCampaign(write.sql, campaignId),
          'campaignId',
          campaignId,
        );
        const refusal = refusedTransition(enforcementCampaignTransitions, campaignStatusOf(before), 'CLOSED');
        if (refusal) return refusal;
        const lastDay = endedOn ?? write.today;
        if (lastDay < before.startedOn) throw badInput('endedOn', notBefore(before.startedOn), lastDay);
        if (lastDay > write.today)
          throw badInput('endedOn', { zh: '不晚于今日的日期', en: 'a day not after today' }, lastDay);
        const row = await changeEnforcementCampaign(write.sql, before.id, {
          ...results,
          endedOn: lastDay,
          closedAt: write.now,
        });
        await write.record({
          entityType: 'EnforcementCampaign',
          entityId: row.id,
          divisionCode: row.divisionCode,
          from: campaignStatusOf(before),
          to: campaignStatusOf(row),
          detail: { ...results },
        });
        return campaign(row);
      },
    ),
  },
};
