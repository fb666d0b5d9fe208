// Alerts: issued, raised or lowered, lifted; the teams that are sent to inspect under them.
import { checkDivisionCode } from '@district-graph/kit/divisions';
import type { Resolvers } from '@district-graph/kit/executable-schema';
import { newId } from '@district-graph/kit/ids';
import { refusedTransition, staleVersion } from '@district-graph/kit/transitions';
import { mutation, required, type Write, type Written } from '@district-graph/kit/writes';
import {
  changePollutionAlert,
  holdStandingAlert,
  insertInspectionTeam,
  insertPollutionAlert,
  lockPollutionAlert,
  sharePollutionAlert,
} from './store.ts';
import type { PollutionAlert } from './tables.ts';
import { type AlertStatus, alertStatusOf, pollutionAlertTransitions } from './transitions.ts';

const alert = (row: PollutionAlert): Written => ({ __typename: 'PollutionAlert', ...row });

/** The alert, held until the write ends, and the refusal if it may not become `to`. */
async function alertToBecome({ sql }: Write, id: string, to: AlertStatus) {
  const row = required(await lockPollutionAlert(sql, id), 'alertId', id);
  return { row, refusal: refusedTransition(pollutionAlertTransitions, alertStatusOf(row), to) };
}

async function become(
  write: Write,
  before: PollutionAlert,
  changes: Partial<PollutionAlert>,
): Promise<Written> {
  const after = await changePollutionAlert(write.sql, before.id, changes);
  await write.record({
    entityType: 'PollutionAlert',
    entityId: after.id,
    divisionCode: after.divisionCode,
    from: alertStatusOf(before),
    to: alertStatusOf(after),
    detail: after.level === before.level ? {} : { levelFrom: before.level, levelTo: after.level },
  });
  return alert(after);
}

/** The alert, which stands until the write ends, or the refusal of work under one that is lifted. */
export async function standingAlert({ sql }: Write, id: string) {
  const row = required(await sharePollutionAlert(sql, id), 'alertId', id);
  const refusal: Written | null =
    alertStatusOf(row) === 'STANDING'
      ? null
      : {
          __typename: 'AlertLifted',
          message:
            '该预警已解除，不再督查。 The alert has been lifted; there are no more inspections under it.',
          alert: row,
        };
  return { row, refusal };
}

export const pollutionAlertMutations: Resolvers = {
  Mutation: {
    issuePollutionAlert: mutation<{ divisionCode: string; level: PollutionAlert['level'] }>(
      'issuePollutionAlert',
      async (write, input) => {
        const divisionCode = checkDivisionCode(input.divisionCode, 'divisionCode');
        const standing = await holdStandingAlert(write.sql, divisionCode);
        if (standing)
          return {
            __typename: 'AlertAlreadyStands',
            message: `该区划已有 ${standing.level} 级预警，请调整其级别或先解除。 The division has an alert of level ${standing.level}; change its level, or lift it first.`,
            alert: standing,
          };
        const row = await insertPollutionAlert(write.sql, {
          id: newId(divisionCode),
          divisionCode,
          level: input.level,
          issuedAt: write.now,
        });
        await write.record({
          entityType: 'PollutionAlert',
          entityId: row.id,
          divisionCode,
          to: alertStatusOf(row),
          detail: { level: row.level },
        });
        return alert(row);
      },
    ),

    changePollutionAlertLevel: mutation<{ alertId: string; version: number; level: PollutionAlert['level'] }>(
      'changePollutionAlertLevel',
      async (write, { alertId, version, level }) => {
        const { row, refusal } = await alertToBecome(write, alertId, 'STANDING');
        return refusal ?? staleVersion(row.version, version) ?? become(write, row, { level });
      },
    ),

    liftPollutionAlert: mutation<{ alertId: string }>('liftPollutionAlert', async (write, { alertId }) => {
      const { row, refusal } = await alertToBecome(write, alertId, 'LIFTED');
      return refusal ?? become(write, row, { liftedAt: write.now });
    }),

    sendInspectionTeam: mutation<{ alertId: string; name: string }>(
      'sendInspectionTeam',
      async (write, { alertId, name }) => {
        const { row, refusal } = await standingAlert(write, alertId);
        if (refusal) return refusal;
        const { divisionCode } = row;
        const team = await insertInspectionTeam(write.sql, {
          id: newId(divisionCode),
          divisionCode,
          alertId: row.id,
          name,
          sentOn: write.today,
        });
        await write.record({
          entityType: 'InspectionTeam',
          entityId: team.id,
          divisionCode,
          detail: { alertId: row.id },
        });
        return { __typename: 'InspectionTeam', ...team, inspected: 0 };
      },
    ),
  },
};
