// Mutations of service points: register under a unique sign number, edit, close.

import { newId } from '@district-graph/kit/database/ids';
import { checkRegistered } from '@district-graph/kit/divisions/division-register';
import type { GeoPoint } from '@district-graph/kit/divisions/geography';
import type { Resolvers } from '@district-graph/kit/loaders';
import { checkPhone, checkWords } from '@district-graph/kit/mutations/checks';
import { mutation, required } from '@district-graph/kit/mutations/mutation';
import { closeMutation, updateMutation } from '@district-graph/kit/mutations/record-mutations';
import { defineRefusal } from '@district-graph/kit/mutations/refusals';
import { findServicePointBySign, insertServicePoint, servicePoints } from './store.ts';
import { discounts as allDiscounts, type ServicePoint } from './tables.ts';

interface Fields
  extends Pick<ServicePoint, 'name' | 'circle' | 'address' | 'supervisionPhone' | 'discounts'> {
  location: GeoPoint;
}

/** The columns of the given fields, each checked; discounts without duplicates, in one order. */
export function columnsOf(fields: Partial<Fields>): Partial<ServicePoint> {
  const { name, circle, address, supervisionPhone, discounts, location } = fields;
  return {
    circle,
    name: checkWords('name', name),
    address: checkWords('address', address, 200),
    supervisionPhone: checkPhone('supervisionPhone', supervisionPhone),
    discounts: discounts && allDiscounts.filter((each) => discounts.includes(each)),
    ...location,
  };
}

export const servicePointMutations: Resolvers = {
  Mutation: {
    registerServicePoint: mutation<Fields & { divisionCode: string; signNumber: string }>(
      'registerServicePoint',
      async (context, { divisionCode, signNumber, ...fields }) => {
        checkRegistered('divisionCode', divisionCode, ['COMMUNITY']);
        const sign = checkWords('signNumber', signNumber, 30);
        const row = await insertServicePoint(context.sql, {
          ...columnsOf(fields),
          id: newId(divisionCode),
          divisionCode,
          signNumber: sign,
        });
        if (!row)
          return signTaken(required(await findServicePointBySign(context.sql, sign), 'signNumber', sign));
        return servicePoints.registered(context, row);
      },
    ),

    updateServicePoint: updateMutation('updateServicePoint', servicePoints, {
      argument: 'servicePointId',
      refusal: ({ status }) => (status === 'CLOSED' ? closed() : null),
      columnsOf,
    }),

    closeServicePoint: closeMutation('closeServicePoint', servicePoints, {
      argument: 'servicePointId',
      to: 'CLOSED',
      columnsOf: (closedOn) => ({ status: 'CLOSED' as const, closedOn }),
    }),
  },
};

const closed = defineRefusal('ServicePointClosed', () => ({
  zh: '该服务网点已关闭，不能再修改；如需恢复，请以新牌号登记。',
  en: 'The service point is closed and cannot be edited; register a new one under another sign number.',
}));

const signTaken = defineRefusal('SignNumberTaken', (other: ServicePoint) => ({
  zh: `牌号 ${other.signNumber} 已被使用，请换一个。`,
  en: `The sign number ${other.signNumber} is taken; choose another one.`,
  fields: { servicePoint: other },
}));
