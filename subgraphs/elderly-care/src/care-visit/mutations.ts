// Visits: taken by the line, assigned, begun, completed or cancelled, and rated.
import { checkDivisionCode, isInside } from '@district-graph/kit/divisions';
import { badInput } from '@district-graph/kit/errors';
import type { Resolvers } from '@district-graph/kit/executable-schema';
import { newId } from '@district-graph/kit/ids';
import { refusedTransition } from '@district-graph/kit/transitions';
import { mutation, required, type Write, type Written } from '@district-graph/kit/writes';
import { careWorkerClosed } from '../care-worker/closed.ts';
import { lockCareWorker } from '../care-worker/store.ts';
import { elderClosed } from '../elder/closed.ts';
import { lockElder } from '../elder/store.ts';
import { changeCareVisit, findConflictingVisit, insertCareVisit, lockCareVisit } from './store.ts';
import type { CareVisit } from './tables.ts';
import { careVisitTransitions } from './transitions.ts';

const visit = (row: CareVisit): Written => ({ __typename: 'CareVisit', ...row });

/** The visit, held until the write ends, and the refusal if it may not become `to`. */
async function visitToBecome(write: Write, id: string, to: CareVisit['status']) {
  const row = required(await lockCareVisit(write.sql, id), 'visitId', id);
  return { row, refusal: refusedTransition(careVisitTransitions, row.status, to) };
}

async function become(write: Write, before: CareVisit, changes: Partial<CareVisit>): Promise<Written> {
  const after = await changeCareVisit(write.sql, before.id, changes);
  await write.record({
    entityType: 'CareVisit',
    entityId: after.id,
    divisionCode: after.divisionCode,
    from: before.status,
    to: after.status,
    detail: after.careWorkerId === before.careWorkerId ? {} : { careWorkerId: after.careWorkerId },
  });
  return visit(after);
}

/** Cancels a visit that is held and may be cancelled. */
export const cancelVisit = (write: Write, before: CareVisit, reason: string): Promise<Written> =>
  become(write, before, { status: 'CANCELLED', cancelledAt: write.now, cancelReason: reason });

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
      // Held: nobody whose record is being closed gets a visit.
      const elder = required(await lockElder(write.sql, elderId), 'elderId', elderId);
      if (elder.status === 'CLOSED') return elderClosed();
      const { divisionCode } = elder;
      if (Date.parse(scheduledAt) < Date.parse(write.now))
        throw badInput('scheduledAt', { zh: '将来的时刻', en: 'an instant to come' }, scheduledAt);
      if (within && !isInside(divisionCode, checkDivisionCode(within)))
        return {
          __typename: 'ElderNotInDistrict',
          message: `该老人不在 ${within} 辖区内，请转其所在区的 12349 热线。 The elder does not live inside ${within}; pass the order to the line of their own district.`,
        };
      const row = await insertCareVisit(write.sql, {
        id: newId(divisionCode),
        divisionCode,
        elderId,
        kind,
        status: 'REQUESTED',
        requestedAt: write.now,
        scheduledAt,
      });
      await write.record({ entityType: 'CareVisit', entityId: row.id, divisionCode, to: row.status });
      return visit(row);
    }),

    assignCareVisit: mutation<{ visitId: string; careWorkerId: string }>(
      'assignCareVisit',
      async (write, { visitId, careWorkerId }) => {
        const { row, refusal } = await visitToBecome(write, visitId, 'ASSIGNED');
        if (refusal) return refusal;
        // Held: two visits cannot take the same worker at the same time.
        const worker = required(await lockCareWorker(write.sql, careWorkerId), 'careWorkerId', careWorkerId);
        if (worker.status === 'CLOSED') return careWorkerClosed();
        const conflict = await findConflictingVisit(write.sql, worker.id, row);
        if (conflict) return busy(conflict);
        return become(write, row, { status: 'ASSIGNED', careWorkerId: worker.id, assignedAt: write.now });
      },
    ),

    startCareVisit: mutation<{ visitId: string }>('startCareVisit', async (write, { visitId }) => {
      const { row, refusal } = await visitToBecome(write, visitId, 'IN_PROGRESS');
      if (refusal) return refusal;
      await lockCareWorker(write.sql, row.careWorkerId ?? '');
      const conflict = await findConflictingVisit(write.sql, row.careWorkerId ?? '', row, 'IN_PROGRESS');
      if (conflict) return busy(conflict);
      return become(write, row, { status: 'IN_PROGRESS', startedAt: write.now });
    }),

    completeCareVisit: mutation<{ visitId: string }>('completeCareVisit', async (write, { visitId }) => {
      const { row, refusal } = await visitToBecome(write, visitId, 'COMPLETED');
      return refusal ?? become(write, row, { status: 'COMPLETED', completedAt: write.now });
    }),

    cancelCareVisit: mutation<{ visitId: string; reason: string }>(
      'cancelCareVisit',
      async (write, { visitId, reason }) => {
        const { row, refusal } = await visitToBecome(write, visitId, 'CANCELLED');
        return refusal ?? cancelVisit(write, row, reason);
      },
    ),

    rateCareVisit: mutation<{ visitId: string; rating: number }>(
      'rateCareVisit',
      async (write, { visitId, rating }) => {
        if (rating < 1 || rating > 5)
          throw badInput('rating', { zh: '1 到 5 的整数', en: 'a whole number, 1 to 5' }, rating);
        const row = required(await lockCareVisit(write.sql, visitId), 'visitId', visitId);
        if (row.status !== 'COMPLETED')
          return {
            __typename: 'InvalidTransition',
            message: '服务完成后才能评分。 A visit is rated once it is completed.',
            from: row.status,
            to: 'COMPLETED',
          };
        return become(write, row, { rating });
      },
    ),
  },
};

const busy = (conflict: CareVisit): Written => ({
  __typename: 'CareWorkerBusy',
  message: '该服务员此时段已有工单。 The care worker has another visit at that time.',
  conflictingVisit: conflict,
});
