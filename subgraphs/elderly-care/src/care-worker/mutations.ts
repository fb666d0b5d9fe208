// Mutations of care workers: register, edit, and close when they leave.

import type { Plain } from '@district-graph/kit/encryption/encrypted-columns';
import type { Resolvers } from '@district-graph/kit/loaders';
import {
  checkNotAfterToday,
  checkPhone,
  checkSameDistrict,
  checkWords,
} from '@district-graph/kit/mutations/checks';
import { type Edits, presentFields } from '@district-graph/kit/mutations/entity-mutations';
import { mutation } from '@district-graph/kit/mutations/mutation';
import { defineRefusal } from '@district-graph/kit/mutations/refusals';
import { staleVersion } from '@district-graph/kit/mutations/transitions';
import { careWorkerClosed } from './refusals.ts';
import { careWorkers, countCharges } from './store.ts';
import type { CareWorker } from './tables.ts';

type Fields = Pick<Plain<CareWorker>, 'divisionCode' | 'name' | 'phone' | 'role' | 'certified' | 'onDuty'>;

export const columnsOf = ({ name, phone, ...others }: Partial<Fields>): Partial<Fields> => ({
  ...others,
  name: checkWords('name', name),
  phone: checkPhone('phone', phone),
});

export const careWorkerMutations: Resolvers = {
  Mutation: {
    registerCareWorker: mutation<Fields>('registerCareWorker', async (context, input) =>
      careWorkers.register(context, {
        ...columnsOf(input),
        divisionCode: input.divisionCode,
      }),
    ),

    updateCareWorker: mutation<Edits<Fields> & { careWorkerId: string; version: number }>(
      'updateCareWorker',
      async (context, { careWorkerId, version, ...edits }) => {
        const before = await careWorkers.lockForUpdate(context, 'careWorkerId', careWorkerId);
        if (before.status === 'CLOSED') return careWorkerClosed();
        const stale = staleVersion(before.version, version);
        if (stale) return stale;
        const { divisionCode, ...others } = presentFields(edits);
        return careWorkers.edit(context, before, {
          ...columnsOf(others),
          divisionCode: checkSameDistrict('divisionCode', divisionCode, before.divisionCode),
        });
      },
    ),

    closeCareWorker: mutation<{ careWorkerId: string; closedOn?: string | null }>(
      'closeCareWorker',
      async (context, { careWorkerId, closedOn }) => {
        const day = checkNotAfterToday('closedOn', closedOn ?? context.today, context.today);
        // The row is locked: an assignment of a visit or an elder to this worker commits first, or finds the record
        // closed.
        const { row, refusal } = await careWorkers.checkTransition(
          context,
          'careWorkerId',
          careWorkerId,
          'CLOSED',
        );
        if (refusal) return refusal;
        const charges = await countCharges(context.sql, row.id);
        if (charges.visits + charges.elders > 0) return inCharge(charges);
        return careWorkers.transition(context, row, { status: 'CLOSED', closedOn: day, onDuty: false });
      },
    ),
  },
};

const inCharge = defineRefusal(
  'CareWorkerInCharge',
  ({ visits, elders }: { visits: number; elders: number }) => ({
    zh: `该服务人员尚有 ${visits} 个未完成的工单、负责 ${elders} 位老人，请先转给他人。`,
    en: `The care worker still has ${visits} unfinished visits and is in charge of ${elders} elders; reassign them first.`,
    fields: { visits, elders },
  }),
);
