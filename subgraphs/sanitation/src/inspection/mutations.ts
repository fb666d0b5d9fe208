// Inspections: a source is inspected by a team under an alert that stands.
import { isInside } from '@district-graph/kit/divisions';
import { badInput } from '@district-graph/kit/errors';
import type { Resolvers } from '@district-graph/kit/executable-schema';
import { newId } from '@district-graph/kit/ids';
import { mutation, required } from '@district-graph/kit/writes';
import { standingAlert } from '../pollution-alert/mutations.ts';
import { findInspectionTeam } from '../pollution-alert/store.ts';
import { lockPollutionSource } from '../pollution-source/store.ts';
import { sourceStatusOf } from '../pollution-source/transitions.ts';
import { insertInspection } from './store.ts';
import type { Inspection } from './tables.ts';

interface RecordInspection {
  alertId: string;
  sourceId: string;
  teamId: string;
  finding: Inspection['finding'];
  controlMeasure?: string | null;
  penaltyFen?: number | null;
}

/** Only a violation is fined, and by a sum. */
function checkPenalty(finding: Inspection['finding'], penaltyFen: number | null): void {
  if (penaltyFen === null) return;
  if (finding !== 'VIOLATION')
    throw badInput('penaltyFen', { zh: `空（结论为 ${finding}）`, en: `null for ${finding}` }, penaltyFen);
  if (penaltyFen <= 0) throw badInput('penaltyFen', { zh: '大于 0 的分数', en: 'fen above 0' }, penaltyFen);
}

export const inspectionMutations: Resolvers = {
  Mutation: {
    recordInspection: mutation<RecordInspection>('recordInspection', async (write, input) => {
      const { alertId, sourceId, teamId, finding, controlMeasure, penaltyFen = null } = input;
      checkPenalty(finding, penaltyFen);
      const { row: alert, refusal } = await standingAlert(write, alertId);
      if (refusal) return refusal;
      const team = required(await findInspectionTeam(write.sql, teamId), 'teamId', teamId);
      if (team.alertId !== alert.id)
        throw badInput('teamId', { zh: '该预警的督查组', en: 'a team of the alert' }, teamId);
      const source = required(await lockPollutionSource(write.sql, sourceId), 'sourceId', sourceId);
      if (sourceStatusOf(source) === 'CLOSED')
        throw badInput('sourceId', { zh: '未关停的污染源', en: 'a source that is not closed' }, sourceId);
      const { divisionCode, category } = source;
      if (!isInside(divisionCode, alert.divisionCode))
        return {
          __typename: 'SourceOutsideAlert',
          message: `该污染源不在预警的区划 ${alert.divisionCode} 内。 The source does not lie inside ${alert.divisionCode}, the division of the alert.`,
        };
      const row = await insertInspection(write.sql, {
        id: newId(divisionCode),
        divisionCode,
        alertId: alert.id,
        sourceId: source.id,
        teamId: team.id,
        category,
        inspectedAt: write.now,
        finding,
        controlMeasure: controlMeasure ?? source.controlMeasure,
        penaltyFen,
      });
      await write.record({
        entityType: 'Inspection',
        entityId: row.id,
        divisionCode,
        to: row.finding,
        detail: { alertId: alert.id, sourceId: source.id },
      });
      return { __typename: 'Inspection', ...row };
    }),
  },
};
