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
  write: MutationContext,
  before: CareVisit,
  reason: string,
): Promise<MutationResult> =>
  careVisits.transition(write, before, { status: 'CANCELLED', cancelledAt: write.now, cancelReason: reason });

interface RequestCareVisit {
  elderId: string;
  kind: CareVisit['kind'];
  scheduledAt: string;
  within?: string | null;
}

export const careVisitMutations: Resolvers = {
  Mutation: {
    requestCareVisit: mutation<RequestCareVisit>('requestCareVisit', async (write, input) => {
      const { elderId, kind, scheduledAt, within } = input;
      // A line serves at least a district: if it could be a single community, trying each would reveal where the
      // elder lives.
      const line = within ? checkRegistered('within', within, ['SUBDISTRICT', 'DISTRICT', 'CITY']) : null;
      // The elder is locked: no visit is added to a record that is being closed.
      const elder = await elders.lockForUpdate(write, 'elderId', elderId);
      if (elder.status === 'CLOSED') return elderClosed();
      const { divisionCode } = elder;
      if (Date.parse(scheduledAt) < Date.parse(write.now))
        throw badInput('scheduledAt', { zh: '将来的时刻', en: 'an instant in the future' }, scheduledAt);
      if (line !== null && !isInside(divisionCode, line)) return elderNotInDistrict(line);
      return careVisits.register(write, {
        divisionCode,
        elderId,
        kind,
        status: 'REQUESTED',
        requestedAt: write.now,
        scheduledAt,
      });
    }),

    assignCareVisit: mutation<{ visitId: string; careWorkerId: string }>(
      'assignCareVisit',
      async (write, { visitId, careWorkerId }) => {
        const { row, refusal } = await careVisits.checkTransition(write, 'visitId', visitId, 'ASSIGNED');
        if (refusal) return refusal;
        checkOfDistrict('careWorkerId', careWorkerId, row.divisionCode);
        // The worker is locked: two visits cannot take the same worker at the same time.
        const worker = await careWorkers.lockUnscoped(write, 'careWorkerId', careWorkerId);
        if (worker.status === 'CLOSED') return careWorkerClosed();
        const conflict = await findConflictingVisit(write.sql, worker.id, row);
        if (conflict) return busy(write, conflict);
        const changes = { status: 'ASSIGNED', careWorkerId: worker.id, assignedAt: write.now } as const;
        return careVisits.transition(write, row, changes, { careWorkerId: worker.id });
      },
    ),

    startCareVisit: mutation<{ visitId: string }>('startCareVisit', async (write, { visitId }) => {
      const { row, refusal } = await careVisits.checkTransition(write, 'visitId', visitId, 'IN_PROGRESS');
      if (refusal) return refusal;
      await careWorkers.lockUnscoped(write, 'careWorkerId', row.careWorkerId ?? '');
      const conflict = await findConflictingVisit(write.sql, row.careWorkerId ?? '', row, 'IN_PROGRESS');
      if (conflict) return busy(write, conflict);
      return careVisits.transition(write, row, { status: 'IN_PROGRESS', startedAt: write.now });
    }),

    completeCareVisit: mutation<{ visitId: string }>('completeCareVisit', async (write, { visitId }) => {
      const { row, refusal } = await careVisits.checkTransition(write, 'visitId', visitId, 'COMPLETED');
      return refusal ?? careVisits.transition(write, row, { status: 'COMPLETED', completedAt: write.now });
    }),

    cancelCareVisit: mutation<{ visitId: string; reason: string }>(
      'cancelCareVisit',
      async (write, { visitId, ...input }) => {
        const reason = checkWords('reason', input.reason, 500);
        const { row, refusal } = await careVisits.checkTransition(write, 'visitId', visitId, 'CANCELLED');
        return refusal ?? cancelVisit(write, row, reason);
      },
    ),

    rateCareVisit: mutation<{ visitId: string; rating: number }>(
      'rateCareVisit',
      async (write, { visitId, rating }) => {
        checkInteger('rating', rating, 1, 5);
        const row = await careVisits.lockForUpdate(write, 'visitId', visitId);
        if (row.status !== 'COMPLETED')
          return invalidTransition(row.status, 'COMPLETED', {
            zh: '服务完成后才能评分。',
            en: 'Complete the visit before rating it.',
          });
        return careVisits.transition(write, row, { rating });
      },
    ),
  },
};

const busy = defineRefusal('CareWorkerBusy', (write: MutationContext, conflict: CareVisit) => ({
  zh: '该服务员此时段已有工单，请另选服务员或时间。',
  en: 'The care worker has another visit at that time; choose another worker or time.',
  fields: { conflictingVisit: nullIfOutside(write, 'CareVisit', conflict) },
}));

const elderNotInDistrict = defineRefusal('ElderNotInDistrict', (line: string) => ({
  zh: `该老人不在 ${line} 辖区内，请转其所在区的 12349 热线。`,
  en: `The elder does not live inside ${line}; pass the order to the hotline of their own district.`,
}));
