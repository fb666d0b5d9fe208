// Service points: registered under a sign number of their own, edited, closed.
import { badInput } from '@district-graph/kit/errors';
import type { Resolvers } from '@district-graph/kit/executable-schema';
import { checkPoint, type GeoPoint } from '@district-graph/kit/geography';
import { newId } from '@district-graph/kit/ids';
import { refusedTransition, staleVersion } from '@district-graph/kit/transitions';
import { mutation, required, type Written } from '@district-graph/kit/writes';
import { checkPhone, checkWords, closingDay, requiredDivision } from '../service-centre/checks.ts';
import { editRecord, givenOf } from '../service-centre/edits.ts';
import { changeServicePoint, findServicePointBySign, insertServicePoint, lockServicePoint } from './store.ts';
import { discounts as allDiscounts, type ServicePoint } from './tables.ts';
import { servicePointTransitions } from './transitions.ts';

const servicePoint = (row: ServicePoint): Written => ({ __typename: 'ServicePoint', ...row });

interface Fields
  extends Pick<ServicePoint, 'name' | 'circle' | 'address' | 'supervisionPhone' | 'discounts'> {
  location: GeoPoint;
}

type Edits = { [Name in keyof Fields]?: Fields[Name] | null };

/** The columns of what is given, each checked; discounts once each, in one order. */
function columnsOf(given: Partial<Fields>): Partial<ServicePoint> {
  const { name, circle, address, supervisionPhone, discounts, location } = given;
  return {
    circle,
    name: name === undefined ? name : checkWords('name', name),
    address: address === undefined ? address : checkWords('address', address, 200),
    supervisionPhone:
      supervisionPhone === undefined ? supervisionPhone : checkPhone('supervisionPhone', supervisionPhone),
    discounts: discounts && allDiscounts.filter((each) => discounts.includes(each)),
    ...(location ? checkPoint(location, 'location') : {}),
  };
}

export const servicePointMutations: Resolvers = {
  Mutation: {
    registerServicePoint: mutation<Fields & { divisionCode: string; signNumber: string }>(
      'registerServicePoint',
      async (write, { divisionCode, signNumber, ...fields }) => {
        const { level } = await requiredDivision(write, divisionCode);
        if (level !== 'COMMUNITY')
          throw badInput(
            'divisionCode',
            { zh: '社区的区划代码', en: 'the code of a community' },
            divisionCode,
          );
        const sign = checkWords('signNumber', signNumber, 30);
        const row = await insertServicePoint(write.sql, {
          ...columnsOf(fields),
          id: newId(divisionCode),
          divisionCode,
          signNumber: sign,
        });
        if (!row)
          return signTaken(required(await findServicePointBySign(write.sql, sign), 'signNumber', sign));
        await write.record({ entityType: 'ServicePoint', entityId: row.id, divisionCode, to: row.status });
        return servicePoint(row);
      },
    ),

    updateServicePoint: mutation<Edits & { servicePointId: string; version: number }>(
      'updateServicePoint',
      async (write, { servicePointId: id, version, ...edits }) => {
        const before = required(await lockServicePoint(write.sql, id), 'servicePointId', id);
        if (before.status === 'CLOSED') return closed();
        const stale = staleVersion(before.version, version);
        if (stale) return stale;
        const columns = columnsOf(givenOf(edits));
        return servicePoint(await editRecord(write, 'ServicePoint', before, columns, changeServicePoint));
      },
    ),

    closeServicePoint: mutation<{ servicePointId: string; closedOn?: string | null }>(
      'closeServicePoint',
      async (write, { servicePointId: id, closedOn }) => {
        const day = closingDay(closedOn, write.today);
        const before = required(await lockServicePoint(write.sql, id), 'servicePointId', id);
        const refusal = refusedTransition(servicePointTransitions, before.status, 'CLOSED');
        if (refusal) return refusal;
        const after = await changeServicePoint(write.sql, id, { status: 'CLOSED', closedOn: day });
        await write.record({
          entityType: 'ServicePoint',
          entityId: after.id,
          divisionCode: after.divisionCode,
          from: before.status,
          to: after.status,
        });
        return servicePoint(after);
      },
    ),
  },
};

const closed = (): Written => ({
  __typename: 'ServicePointClosed',
  message: '该服务网点已关闭。 The service point is closed.',
});

const signTaken = (other: ServicePoint): Written => ({
  __typename: 'SignNumberTaken',
  message: `牌号 ${other.signNumber} 已被使用，请换一个。 The sign number ${other.signNumber} is taken; choose another one.`,
  servicePoint: other,
});
