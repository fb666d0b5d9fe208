// Mutations of care visits: request through the 12349 hotline, assign, start, complete, cancel and rate.

import { checkRegistered } from '@district-graph/kit/divisions/division-register';
import { isInside } from '@district-graph/kit/divisions/divisions';
import { badInput } from '@district-graph/kit/errors';
import type { Resolvers } from '@district-graph/kit/loaders';
import { checkInteger, checkOfDistrict, checkWords } from '@district-graph/kit/mutations/checks';
import {
  type MutationContext,
  type MutationResult,
  mutation,
  nullIfOutside,
} from '@district-graph/kit/mutations/mutation';
import { defineRefusal } from '@district-graph/kit/mutations/refusals';
import { invalidTransition } from '@district-graph/kit/mutations/transitions';
import { careWorkerClosed } from '../care-worker/refusals.ts';
import { careWorkers } from '../care-worker/store.ts';
import { elderClosed } from '../elder/refusals.ts';
import { elders } from '../elder/store.ts';
import { careVisits, findConflictingVisit } from './store.ts';
import type { CareVisit } from './tables.ts';

/** Cancels a locked visit that may be cancelled. */
export const cancelVisit = (
  context: MutationContext,
  before: CareVisit,
  reason: string,
): Promise<MutationResult> =>
  careVisits.transition(context, before, {
    status: 'CANCELLED',
    cancelledAt: context.now,
    cancelReason: reason,
  });

interface RequestCareVisit {
  elderId: string;
  kind: CareVisit['kind'];
  scheduledAt: string;
  within?: string | null;
}

export const careVisitMutations: Resolvers = {
  Mutation: {
    requestCareVisit: mutation<RequestCareVisit>('requestCareVisit', async (context, input) => {
      const { elderId, kind, scheduledAt, within } = input;
      // A line serves at least a district: if it could be a single community, trying each would reveal where the
      // elder lives.
      const line = within ? checkRegistered('within', within, ['SUBDISTRICT', 'DISTRICT', 'CITY']) : null;
      // The elder is locked: no visit is added to a record that is being closed.
      const elder = await elders.lockForUpdate(context, 'elderId', elderId);
      if (elder.status === 'CLOSED') return elderClosed();
      const { divisionCode } = elder;
      if (Date.parse(scheduledAt) < Date.parse(context.now))
        throw badInput('scheduledAt', { zh: '将来的时刻', en: 'an instant in the future' }, scheduledAt);
      if (line !== null && !isInside(divisionCode, line)) return elderNotInDistrict(line);
      return careVisits.register(context, {
        divisionCode,
        elderId,
        kind,
        status: 'REQUESTED',
        requestedAt: context.now,
        scheduledAt,
      });
    }),

    assignCareVisit: mutation<{ visitId: string; careWorkerId: string }>(
      'assignCareVisit',
      async (context, { visitId, careWorkerId }) => {
        const { row, refusal } = await careVisits.checkTransition(context, 'visitId', visitId, 'ASSIGNED');
        if (refusal) return refusal;
        checkOfDistrict('careWorkerId', careWorkerId, row.divisionCode);
        // The worker is locked: two visits cannot take the same worker at the same time.
        const worker = await careWorkers.lockUnscoped(context, 'careWorkerId', careWorkerId);
        if (worker.status === 'CLOSED') return careWorkerClosed();
        const conflict = await findConflictingVisit(context.sql, worker.id, row);
        if (conflict) return busy(context, conflict);
        const changes = { status: 'ASSIGNED', careWorkerId: worker.id, assignedAt: context.now } as const;
        return careVisits.transition(context, row, changes, { careWorkerId: worker.id });
      },
    ),

    startCareVisit: mutation<{ visitId: string }>('startCareVisit', async (context, { visitId }) => {
      const { row, refusal } = await careVisits.checkTransition(context, 'visitId', visitId, 'IN_PROGRESS');
      if (refusal) return refusal;
      await careWorkers.lockUnscoped(context, 'careWorkerId', row.careWorkerId ?? '');
      const conflict = await findConflictingVisit(context.sql, row.careWorkerId ?? '', row, 'IN_PROGRESS');
      if (conflict) return busy(context, conflict);
      return careVisits.transition(context, row, { status: 'IN_PROGRESS', startedAt: context.now });
    }),

    completeCareVisit: mutation<{ visitId: string }>('completeCareVisit', async (context, { visitId }) => {
      const { row, refusal } = await careVisits.checkTransition(context, 'visitId', visitId, 'COMPLETED');
      return (
        refusal ?? careVisits.transition(context, row, { status: 'COMPLETED', completedAt: context.now })
      );
    }),

    cancelCareVisit: mutation<{ visitId: string; reason: string }>(
      'cancelCareVisit',
      async (context, { visitId, ...input }) => {
        const reason = checkWords('reason', input.reason, 500);
        const { row, refusal } = await careVisits.checkTransition(context, 'visitId', visitId, 'CANCELLED');
        return refusal ?? cancelVisit(context, row, reason);
      },
    ),

    rateCareVisit: mutation<{ visitId: string; rating: number }>(
      'rateCareVisit',
      async (context, { visitId, rating }) => {
        checkInteger('rating', rating, 1, 5);
        const row = await careVisits.lockForUpdate(context, 'visitId', visitId);
        if (row.status !== 'COMPLETED')
          return invalidTransition(row.status, 'COMPLETED', {
            zh: '服务完成后才能评分。',
            en: 'Complete the visit before rating it.',
          });
        return careVisits.transition(context, row, { rating });
      },
    ),
  },
};

const busy = defineRefusal('CareWorkerBusy', (context: MutationContext, conflict: CareVisit) => ({
  zh: '该服务员此时段已有工单，请另选服务员或时间。',
  en: 'The care worker has another visit at that time; choose another worker or time.',
  fields: { conflictingVisit: nullIfOutside(context, 'CareVisit', conflict) },
}));

const elderNotInDistrict = defineRefusal('ElderNotInDistrict', (line: string) => ({
  zh: `该老人不在 ${line} 辖区内，请转其所在区的 12349 热线。`,
  en: `The elder does not live inside ${line}; pass the order to the hotline of their own district.`,
}));
