// Mutations of safety inspections: schedule, record findings, rectify or cancel.
import { latestOf, today } from '@district-graph/kit/calendar';
import { isId } from '@district-graph/kit/database/ids';
import { badInput } from '@district-graph/kit/errors';
import type { Resolvers } from '@district-graph/kit/loaders';
import { checkInteger, checkKey, checkWords } from '@district-graph/kit/mutations/checks';
import { type MutationContext, mutation, required } from '@district-graph/kit/mutations/mutation';
import { findIncidents } from '../incident/store.ts';
import { inspections } from './store.ts';
import type { SafetyInspection } from './tables.ts';

/** What is inspected, by which organisation and why. */
interface Premises {
  kind: SafetyInspection['kind'];
  divisionCode: string;
  site: string;
  team: string;
  serviceCentreId?: string | null;
  incidentId?: string | null;
}

async function checkedPremises(context: MutationContext, input: Premises) {
  const { kind, divisionCode, incidentId } = input;
  const site = checkWords('site', input.site);
  const team = checkWords('team', input.team);
  const serviceCentreId = checkKey('serviceCentreId', input.serviceCentreId);
  if (incidentId != null) {
    const [found] = isId(incidentId) ? await findIncidents(context.sql, [incidentId]) : [];
    required(found, 'incidentId', incidentId);
  }
  return { divisionCode, kind, site, team, serviceCentreId, incidentId };
}

interface RecordInspection {
  inspectionId?: string | null;
  unscheduled?: Premises | null;
  inspectedAt: string;
  hazards: number;
  rectifyBy?: string | null;
}

/** The day of an instant in Asia/Shanghai. */
const dayOf = (instant: string) => today(new Date(instant));

/** The columns of the findings. */
function resultOf(context: MutationContext, { inspectedAt, hazards, rectifyBy }: RecordInspection) {
  if (Date.parse(inspectedAt) > Date.parse(context.now))
    throw badInput(
      'inspectedAt',
      { zh: '不晚于当前的时刻', en: 'an instant that is not in the future' },
      inspectedAt,
    );
  checkInteger('hazards', hazards, 0, 100_000);
  if (hazards === 0 && rectifyBy != null)
    throw badInput('rectifyBy', { zh: '空值（未发现隐患）', en: 'null if no hazards are found' }, rectifyBy);
  if (hazards > 0 && (rectifyBy == null || rectifyBy < dayOf(inspectedAt)))
    throw badInput(
      'rectifyBy',
      {
        zh: '不早于检查当日的日期（发现隐患时必填）',
        en: 'a day not before the inspection, required if hazards are found',
      },
      rectifyBy,
    );
  const status: SafetyInspection['status'] = hazards > 0 ? 'HAZARDS_FOUND' : 'PASSED';
  return { status, inspectedAt, hazards, rectifyBy };
}

export const safetyInspectionMutations: Resolvers = {
  Mutation: {
    scheduleSafetyInspection: mutation<Premises & { scheduledOn: string }>(
      'scheduleSafetyInspection',
      async (context, { scheduledOn, ...input }) => {
        if (scheduledOn < context.today)
          throw badInput('scheduledOn', { zh: '今天或以后的日期', en: 'today or a later day' }, scheduledOn);
        return inspections.register(context, { ...(await checkedPremises(context, input)), scheduledOn });
      },
    ),

    recordSafetyInspection: mutation<RecordInspection>('recordSafetyInspection', async (context, input) => {
      const { inspectionId, unscheduled } = input;
      const result = resultOf(context, input);
      if ((inspectionId == null) === (unscheduled == null))
        throw badInput(
          'inspectionId',
          {
            zh: '非空值，或改为给出 unscheduled（二者只给其一）',
            en: 'a value, or unscheduled instead, but not both',
          },
          inspectionId,
        );
      if (unscheduled) {
        const premises = await checkedPremises(context, unscheduled);
        const scheduledOn = dayOf(result.inspectedAt);
        return inspections.register(context, { ...premises, scheduledOn, ...result });
      }
      const { row, refusal } = await inspections.checkTransition(
        context,
        'inspectionId',
        inspectionId as string,
        result.status,
      );
      return refusal ?? inspections.transition(context, row, result);
    }),

    rectifySafetyInspection: mutation<{ inspectionId: string }>(
      'rectifySafetyInspection',
      async (context, { inspectionId }) => {
        const { row, refusal } = await inspections.checkTransition(
          context,
          'inspectionId',
          inspectionId,
          'RECTIFIED',
        );
        if (refusal) return refusal;
        const rectifiedAt = latestOf(context.now, row.inspectedAt);
        return inspections.transition(context, row, { status: 'RECTIFIED', rectifiedAt });
      },
    ),

    cancelSafetyInspection: mutation<{ inspectionId: string }>(
      'cancelSafetyInspection',
      async (context, { inspectionId }) => {
        const { row, refusal } = await inspections.checkTransition(
          context,
          'inspectionId',
          inspectionId,
          'CANCELLED',
        );
        return (
          refusal ?? inspections.transition(context, row, { status: 'CANCELLED', cancelledAt: context.now })
        );
      },
    ),
  },
};
