// Safety inspections: scheduled, carried out with what they found, rectified or cancelled.
import { badInput } from '@district-graph/kit/errors';
import type { Resolvers } from '@district-graph/kit/executable-schema';
import { isId, newId } from '@district-graph/kit/ids';
import { refusedTransition } from '@district-graph/kit/transitions';
import { mutation, required, type Write, type Written } from '@district-graph/kit/writes';
import { checkHome, checkRange, checkText, laterOf } from '../device-code/input.ts';
import { findIncidents } from '../incident/store.ts';
import { changeInspection, insertInspection, lockInspection } from './store.ts';
import type { SafetyInspection } from './tables.ts';
import { inspectionTransitions } from './transitions.ts';

const inspection = (row: SafetyInspection): Written => ({ __typename: 'SafetyInspection', ...row });

async function told(write: Write, row: SafetyInspection, from: SafetyInspection['status'] | null) {
  await write.record({
    entityType: 'SafetyInspection',
    entityId: row.id,
    divisionCode: row.divisionCode,
    from,
    to: row.status,
    detail: { kind: row.kind, hazards: row.hazards },
  });
  return inspection(row);
}

/** What is inspected, by whom and why. */
interface Premises {
  kind: SafetyInspection['kind'];
  divisionCode: string;
  site: string;
  team: string;
  serviceCentreId?: string | null;
  incidentId?: string | null;
}

async function checkedPremises(write: Write, input: Premises) {
  const { kind, site, team, serviceCentreId, incidentId } = input;
  const divisionCode = checkHome(input.divisionCode);
  checkText('site', site, 100);
  checkText('team', team, 100);
  if (serviceCentreId != null && !isId(serviceCentreId))
    throw badInput(
      'serviceCentreId',
      { zh: '服务中心的标识', en: 'the identifier of a service centre' },
      serviceCentreId,
    );
  if (incidentId != null) {
    const [found] = isId(incidentId) ? await findIncidents(write.sql, [incidentId]) : [];
    required(found, 'incidentId', incidentId);
  }
  return { id: newId(divisionCode), divisionCode, kind, site, team, serviceCentreId, incidentId };
}

interface RecordInspection {
  inspectionId?: string | null;
  unscheduled?: Premises | null;
  inspectedAt: string;
  hazards: number;
  rectifyBy?: string | null;
}

/** The day in Asia/Shanghai of an instant. */
const dayOf = (instant: string) => new Date(Date.parse(instant) + 8 * 3_600_000).toISOString().slice(0, 10);

/** The columns of what was found. */
function resultOf(write: Write, { inspectedAt, hazards, rectifyBy }: RecordInspection) {
  if (Date.parse(inspectedAt) > Date.parse(write.now))
    throw badInput('inspectedAt', { zh: '不晚于当前的时刻', en: 'an instant that has come' }, inspectedAt);
  checkRange('hazards', hazards, [0, 100_000]);
  if (hazards === 0 && rectifyBy != null)
    throw badInput('rectifyBy', { zh: '空（未发现隐患）', en: 'null where no hazards are found' }, rectifyBy);
  if (hazards > 0 && (rectifyBy == null || rectifyBy < dayOf(inspectedAt)))
    throw badInput(
      'rectifyBy',
      {
        zh: '不早于检查当日的日期（发现隐患时）',
        en: 'a day not before the inspection, where hazards are found',
      },
      rectifyBy,
    );
  const status: SafetyInspection['status'] = hazards > 0 ? 'HAZARDS_FOUND' : 'PASSED';
  return { status, inspectedAt, hazards, rectifyBy };
}

/** The inspection, held until the write ends, and the refusal if it may not become `to`. */
async function inspectionToBecome(write: Write, id: string, to: SafetyInspection['status']) {
  const row = required(await lockInspection(write.sql, id), 'inspectionId', id);
  return { row, refusal: refusedTransition(inspectionTransitions, row.status, to) };
}

export const safetyInspectionMutations: Resolvers = {
  Mutation: {
    scheduleSafetyInspection: mutation<Premises & { scheduledOn: string }>(
      'scheduleSafetyInspection',
      async (write, { scheduledOn, ...input }) => {
        if (scheduledOn < write.today)
          throw badInput(
            'scheduledOn',
            { zh: '今天或以后的日期', en: 'today or a day to come' },
            scheduledOn,
          );
        const premises = await checkedPremises(write, input);
        return told(write, await insertInspection(write.sql, { ...premises, scheduledOn }), null);
      },
    ),

    recordSafetyInspection: mutation<RecordInspection>('recordSafetyInspection', async (write, input) => {
      const { inspectionId, unscheduled } = input;
      const result = resultOf(write, input);
      if ((inspectionId == null) === (unscheduled == null))
        throw badInput(
          'inspectionId',
          { zh: '与 unscheduled 二者只给其一', en: 'given, or unscheduled is, and not both' },
          inspectionId,
        );
      if (unscheduled) {
        const premises = await checkedPremises(write, unscheduled);
        const scheduledOn = dayOf(result.inspectedAt);
        return told(write, await insertInspection(write.sql, { ...premises, scheduledOn, ...result }), null);
      }
      const { row, refusal } = await inspectionToBecome(write, inspectionId as string, result.status);
      return refusal ?? told(write, await changeInspection(write.sql, row.id, result), row.status);
    }),

    rectifySafetyInspection: mutation<{ inspectionId: string }>(
      'rectifySafetyInspection',
      async (write, { inspectionId }) => {
        const { row, refusal } = await inspectionToBecome(write, inspectionId, 'RECTIFIED');
        if (refusal) return refusal;
        const rectifiedAt = laterOf(write.now, row.inspectedAt);
        const after = await changeInspection(write.sql, row.id, { status: 'RECTIFIED', rectifiedAt });
        return told(write, after, row.status);
      },
    ),

    cancelSafetyInspection: mutation<{ inspectionId: string }>(
      'cancelSafetyInspection',
      async (write, { inspectionId }) => {
        const { row, refusal } = await inspectionToBecome(write, inspectionId, 'CANCELLED');
        if (refusal) return refusal;
        const changes = { status: 'CANCELLED', cancelledAt: write.now } as const;
        return told(write, await changeInspection(write.sql, row.id, changes), row.status);
      },
    ),
  },
};
