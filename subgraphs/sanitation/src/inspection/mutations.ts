// Mutation that records the inspection of a source by a team under a current alert.

import { isInside } from '@district-graph/kit/divisions/divisions';
import { badInput } from '@district-graph/kit/errors';
import type { Resolvers } from '@district-graph/kit/loaders';
import { checkInteger, checkWords } from '@district-graph/kit/mutations/checks';
import { mutation, required } from '@district-graph/kit/mutations/mutation';
import { defineRefusal } from '@district-graph/kit/mutations/refusals';
import { standingAlert } from '../pollution-alert/mutations.ts';
import { findInspectionTeam } from '../pollution-alert/store.ts';
import { pollutionSources } from '../pollution-source/store.ts';
import { sourceStatusOf } from '../pollution-source/transitions.ts';
import { inspections } from './store.ts';
import type { Inspection } from './tables.ts';

interface RecordInspection {
  alertId: string;
  sourceId: string;
  teamId: string;
  finding: Inspection['finding'];
  controlMeasure?: string | null;
  penaltyFen?: number | null;
}

/** Only a violation is fined, by an amount greater than zero. */
const mostPenaltyFen = 10_000_000_000;

function checkPenalty(finding: Inspection['finding'], penaltyFen: number | null): void {
  if (penaltyFen === null) return;
  if (finding !== 'VIOLATION')
    throw badInput('penaltyFen', { zh: `空（结论为 ${finding}）`, en: `null for ${finding}` }, penaltyFen);
  checkInteger('penaltyFen', penaltyFen, 1, mostPenaltyFen);
}

export const inspectionMutations: Resolvers = {
  Mutation: {
    recordInspection: mutation<RecordInspection>('recordInspection', async (context, input) => {
      const { alertId, sourceId, teamId, finding, penaltyFen = null } = input;
      const controlMeasure = checkWords('controlMeasure', input.controlMeasure, 500);
      checkPenalty(finding, penaltyFen);
      const { row: alert, refusal } = await standingAlert(context, alertId);
      if (refusal) return refusal;
      const team = required(await findInspectionTeam(context.sql, teamId), 'teamId', teamId);
      if (team.alertId !== alert.id)
        throw badInput('teamId', { zh: '该预警的督查组', en: 'a team of the alert' }, teamId);
      const source = await pollutionSources.lockForUpdate(context, 'sourceId', sourceId);
      if (sourceStatusOf(source) === 'CLOSED')
        throw badInput('sourceId', { zh: '未关停的污染源', en: 'a source that is not closed' }, sourceId);
      const { divisionCode, category } = source;
      if (!isInside(divisionCode, alert.divisionCode)) return sourceOutsideAlert(alert.divisionCode);
      const about = { alertId: alert.id, sourceId: source.id };
      const columns = {
        ...about,
        divisionCode,
        teamId: team.id,
        category,
        inspectedAt: context.now,
        finding,
        controlMeasure: controlMeasure ?? source.controlMeasure,
        penaltyFen,
      };
      return inspections.register(context, columns, about);
    }),
  },
};

const sourceOutsideAlert = defineRefusal('SourceOutsideAlert', (divisionCode: string) => ({
  zh: `该污染源不在预警的区划 ${divisionCode} 内，请核对预警。`,
  en: `The source does not lie inside ${divisionCode}, the division of the alert; check the alert.`,
}));
