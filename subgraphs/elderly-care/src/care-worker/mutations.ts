// Mutations of care workers: register, edit, and close when they leave.

import type { Plain } from '@district-graph/kit/encryption/encrypted-columns';
import type { Resolvers } from '@district-graph/kit/loaders';
import { checkPhone, checkSameDistrict, checkWords } from '@district-graph/kit/mutations/checks';
import {
  closeMutation,
  registerMutation,
  updateMutation,
} from '@district-graph/kit/mutations/record-mutations';
import { defineRefusal } from '@district-graph/kit/mutations/refusals';
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
    registerCareWorker: registerMutation('registerCareWorker', careWorkers, columnsOf),

    updateCareWorker: updateMutation('updateCareWorker', careWorkers, {
      argument: 'careWorkerId',
      refusal: ({ status }) => (status === 'CLOSED' ? careWorkerClosed() : null),
      columnsOf: ({ divisionCode, ...others }: Partial<Fields>, row) => ({
        ...columnsOf(others),
        divisionCode: checkSameDistrict('divisionCode', divisionCode, row.divisionCode),
      }),
    }),

    // An assignment of a visit or an elder to this worker commits first, or finds the record closed.
    closeCareWorker: closeMutation('closeCareWorker', careWorkers, {
      argument: 'careWorkerId',
      to: 'CLOSED',
      check: async ({ sql }, { id }) => {
        const charges = await countCharges(sql, id);
        return charges.visits + charges.elders > 0 ? inCharge(charges) : null;
      },
      columnsOf: (closedOn) => ({ status: 'CLOSED' as const, closedOn, onDuty: false }),
    }),
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
