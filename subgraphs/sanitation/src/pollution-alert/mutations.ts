// Mutations of alerts: issue, change the level, lift; and send inspection teams.

import type { Resolvers } from '@district-graph/kit/loaders';
import { checkWords } from '@district-graph/kit/mutations/checks';
import { type MutationContext, mutation, required } from '@district-graph/kit/mutations/mutation';
import { defineRefusal } from '@district-graph/kit/mutations/refusals';
import { inspectionTeams, lockStandingAlert, pollutionAlerts, sharePollutionAlert } from './store.ts';
import type { PollutionAlert } from './tables.ts';
import { alertStatusOf } from './transitions.ts';

/** The alert, which stays in force until the transaction ends, or the refusal of work under a lifted one. */
export async function standingAlert({ sql }: MutationContext, id: string) {
  const row = required(await sharePollutionAlert(sql, id), 'alertId', id);
  const refusal = alertStatusOf(row) === 'STANDING' ? null : alertLifted(row);
  return { row, refusal };
}

const alertLifted = defineRefusal('AlertLifted', (alert: PollutionAlert) => ({
  zh: '该预警已解除，不再督查；请选择生效中的预警。',
  en: 'The alert has been lifted, and no inspections take place under it; choose one that is in force.',
  fields: { alert },
}));

const alertAlreadyStands = defineRefusal('AlertAlreadyStands', (alert: PollutionAlert) => ({
  zh: `该区划已有 ${alert.level} 级预警，请调整其级别或先解除。`,
  en: `The division has an alert of level ${alert.level}; change its level, or lift it first.`,
  fields: { alert },
}));

export const pollutionAlertMutations: Resolvers = {
  Mutation: {
    issuePollutionAlert: mutation<{ divisionCode: string; level: PollutionAlert['level'] }>(
      'issuePollutionAlert',
      async (context, input) => {
        const { divisionCode } = input;
        const standing = await lockStandingAlert(context.sql, divisionCode);
        if (standing) return alertAlreadyStands(standing);
        const { level } = input;
        return pollutionAlerts.register(context, { divisionCode, level, issuedAt: context.now }, { level });
      },
    ),

    changePollutionAlertLevel: mutation<{ alertId: string; version: number; level: PollutionAlert['level'] }>(
      'changePollutionAlertLevel',
      async (context, { alertId, version, level }) => {
        const { row, refusal } = await pollutionAlerts.checkEdit(context, 'alertId', alertId, {
          version,
          status: 'STANDING',
        });
        if (refusal) return refusal;
        const detail = level === row.level ? {} : { levelFrom: row.level, levelTo: level };
        return pollutionAlerts.transition(context, row, { level }, detail);
      },
    ),

    liftPollutionAlert: mutation<{ alertId: string }>('liftPollutionAlert', async (context, { alertId }) => {
      const { row, refusal } = await pollutionAlerts.checkTransition(context, 'alertId', alertId, 'LIFTED');
      return refusal ?? pollutionAlerts.transition(context, row, { liftedAt: context.now });
    }),

    sendInspectionTeam: mutation<{ alertId: string; name: string }>(
      'sendInspectionTeam',
      async (context, { alertId, ...input }) => {
        const name = checkWords('name', input.name);
        const { row, refusal } = await standingAlert(context, alertId);
        if (refusal) return refusal;
        const { id, divisionCode } = row;
        const columns = { divisionCode, alertId: id, name, sentOn: context.today };
        return { ...(await inspectionTeams.register(context, columns, { alertId: id })), inspected: 0 };
      },
    ),
  },
};
