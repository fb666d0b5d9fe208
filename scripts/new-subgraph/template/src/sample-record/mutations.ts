// Mutations of sample records: register, edit, close.

import { checkRegistered } from '@district-graph/kit/divisions/division-register';
import type { Plain } from '@district-graph/kit/encryption/encrypted-columns';
import type { Resolvers } from '@district-graph/kit/loaders';
import { checkNotAfterToday, checkPhone, checkWords } from '@district-graph/kit/mutations/checks';
import { mutation } from '@district-graph/kit/mutations/mutation';
import { closeMutation, updateMutation } from '@district-graph/kit/mutations/record-mutations';
import { sampleRecords } from './store.ts';
import type { SampleRecord } from './tables.ts';

type Fields = Pick<Plain<SampleRecord>, 'name' | 'kind' | 'contactPhone'>;

type RegisterInput = Fields & { divisionCode: string; registeredOn?: string | null };

export const columnsOf = ({ name, kind, contactPhone }: Partial<Fields>): Partial<Fields> => ({
  kind,
  name: checkWords('name', name),
  contactPhone: checkPhone('contactPhone', contactPhone),
});

export const sampleRecordMutations: Resolvers = {
  Mutation: {
    registerSampleRecord: mutation<RegisterInput>(
      'registerSampleRecord',
      (context, { divisionCode, registeredOn, ...fields }) => {
        checkRegistered('divisionCode', divisionCode, ['COMMUNITY']);
        return sampleRecords.register(context, {
          ...columnsOf(fields),
          divisionCode,
          registeredOn: checkNotAfterToday('registeredOn', registeredOn ?? context.today, context.today),
          ownedBy: context.viewer.id,
        });
      },
    ),

    updateSampleRecord: updateMutation('updateSampleRecord', sampleRecords, {
      argument: 'sampleRecordId',
      status: 'ACTIVE',
      columnsOf,
    }),

    closeSampleRecord: closeMutation('closeSampleRecord', sampleRecords, {
      argument: 'sampleRecordId',
      to: 'CLOSED',
      columnsOf: (closedOn) => ({ status: 'CLOSED' as const, closedOn }),
      openedOn: ({ registeredOn }) => registeredOn,
    }),
  },
};
