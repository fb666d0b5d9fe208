// Service centres: registered, edited, closed.
import { badInput } from '@district-graph/kit/errors';
import type { Resolvers } from '@district-graph/kit/executable-schema';
import { checkPoint, type GeoPoint } from '@district-graph/kit/geography';
import { newId } from '@district-graph/kit/ids';
import { refusedTransition, staleVersion } from '@district-graph/kit/transitions';
import { mutation, required, type Written } from '@district-graph/kit/writes';
import { checkPhone, checkWhole, checkWords, closingDay, requiredDivision } from './checks.ts';
import { editRecord, givenOf } from './edits.ts';
import { changeServiceCentre, insertServiceCentre, lockServiceCentre } from './store.ts';
import type { ServiceCentre } from './tables.ts';
import { serviceCentreTransitions } from './transitions.ts';

const serviceCentre = (row: ServiceCentre): Written => ({ __typename: 'ServiceCentre', ...row });

/** The figures and the least that each can be. */
const figures = {
  floorArea: 1,
  floors: 1,
  serviceRadiusMetres: 1,
  windows: 0,
  offices: 0,
  linkedStations: 0,
} as const;

type Figure = keyof typeof figures;

interface Fields extends Pick<ServiceCentre, 'name' | 'kind' | 'grade' | 'address' | 'phone' | Figure> {
  residentsServed: { min: number; max: number };
  location: GeoPoint;
}

type Edits = { [Name in keyof Fields]?: Fields[Name] | null };

/** The columns of what is given, each checked. */
function columnsOf(given: Partial<Fields>): Partial<ServiceCentre> {
  const { name, kind, grade, address, phone, residentsServed, location } = given;
  const columns: Partial<ServiceCentre> = {
    kind,
    grade,
    name: name === undefined ? name : checkWords('name', name),
    address: address === undefined ? address : checkWords('address', address, 200),
    phone: phone === undefined ? phone : checkPhone('phone', phone),
    ...(location ? checkPoint(location, 'location') : {}),
  };
  for (const [figure, least] of Object.entries(figures) as [Figure, number][]) {
    const number = given[figure];
    if (number !== undefined) columns[figure] = checkWhole(figure, number, least);
  }
  if (residentsServed) {
    columns.residentsServedMin = checkWhole('residentsServed.min', residentsServed.min, 0);
    columns.residentsServedMax = checkWhole(
      'residentsServed.max',
      residentsServed.max,
      residentsServed.min,
      10_000_000,
    );
  }
  return columns;
}

export const serviceCentreMutations: Resolvers = {
  Mutation: {
    registerServiceCentre: mutation<Fields & { divisionCode: string; openedOn: string }>(
      'registerServiceCentre',
      async (write, { divisionCode, openedOn, ...fields }) => {
        await requiredDivision(write, divisionCode);
        const row = await insertServiceCentre(write.sql, {
          ...columnsOf(fields),
          id: newId(divisionCode),
          divisionCode,
          openedOn,
        });
        await write.record({ entityType: 'ServiceCentre', entityId: row.id, divisionCode, to: row.status });
        return serviceCentre(row);
      },
    ),

    updateServiceCentre: mutation<Edits & { serviceCentreId: string; version: number }>(
      'updateServiceCentre',
      async (write, { serviceCentreId: id, version, ...edits }) => {
        const before = required(await lockServiceCentre(write.sql, id), 'serviceCentreId', id);
        if (before.status === 'CLOSED') return closed();
        const stale = staleVersion(before.version, version);
        if (stale) return stale;
        const columns = columnsOf(givenOf(edits));
        return serviceCentre(await editRecord(write, 'ServiceCentre', before, columns, changeServiceCentre));
      },
    ),

    closeServiceCentre: mutation<{ serviceCentreId: string; closedOn?: string | null }>(
      'closeServiceCentre',
      async (write, { serviceCentreId: id, closedOn }) => {
        const day = closingDay(closedOn, write.today);
        const before = required(await lockServiceCentre(write.sql, id), 'serviceCentreId', id);
        const refusal = refusedTransition(serviceCentreTransitions, before.status, 'CLOSED');
        if (refusal) return refusal;
        if (day < before.openedOn)
          throw badInput(
            'closedOn',
            { zh: `不早于启用日期 ${before.openedOn} 的日期`, en: `a day not before ${before.openedOn}` },
            day,
          );
        const after = await changeServiceCentre(write.sql, id, { status: 'CLOSED', closedOn: day });
        await write.record({
          entityType: 'ServiceCentre',
          entityId: after.id,
          divisionCode: after.divisionCode,
          from: before.status,
          to: after.status,
        });
        return serviceCentre(after);
      },
    ),
  },
};

const closed = (): Written => ({
  __typename: 'ServiceCentreClosed',
  message: '该服务中心已关闭。 The service centre is closed.',
});
