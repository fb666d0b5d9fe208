// Mutations of service centres: register, edit, close.

import type { GeoPoint } from '@district-graph/kit/divisions/geography';
import type { Resolvers } from '@district-graph/kit/loaders';
import {
  checkInteger,
  checkNotAfterToday,
  checkNotBefore,
  checkPhone,
  checkWords,
} from '@district-graph/kit/mutations/checks';
import { type Edits, presentFields } from '@district-graph/kit/mutations/entity-mutations';
import { mutation } from '@district-graph/kit/mutations/mutation';
import { defineRefusal } from '@district-graph/kit/mutations/refusals';
import { staleVersion } from '@district-graph/kit/mutations/transitions';
import { serviceCentres } from './store.ts';
import type { ServiceCentre } from './tables.ts';

/** The figures with the minimum of each. */
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

/** The columns of the given fields, each checked. */
export function columnsOf(fields: Partial<Fields>): Partial<ServiceCentre> {
  const { name, kind, grade, address, phone, residentsServed, location } = fields;
  const columns: Partial<ServiceCentre> = {
    kind,
    grade,
    name: checkWords('name', name),
    address: checkWords('address', address, 200),
    phone: checkPhone('phone', phone),
    ...location,
  };
  for (const [figure, least] of Object.entries(figures) as [Figure, number][])
    columns[figure] = checkInteger(figure, fields[figure], least);
  if (residentsServed) {
    columns.residentsServedMin = checkInteger('residentsServed.min', residentsServed.min, 0);
    columns.residentsServedMax = checkInteger(
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
      async (context, { divisionCode, openedOn, ...fields }) =>
        serviceCentres.register(context, { ...columnsOf(fields), divisionCode, openedOn }),
    ),

    updateServiceCentre: mutation<Edits<Fields> & { serviceCentreId: string; version: number }>(
      'updateServiceCentre',
      async (context, { serviceCentreId: id, version, ...edits }) => {
        const before = await serviceCentres.lockForUpdate(context, 'serviceCentreId', id);
        if (before.status === 'CLOSED') return closed();
        const stale = staleVersion(before.version, version);
        if (stale) return stale;
        return serviceCentres.edit(context, before, columnsOf(presentFields(edits)));
      },
    ),

    closeServiceCentre: mutation<{ serviceCentreId: string; closedOn?: string | null }>(
      'closeServiceCentre',
      async (context, { serviceCentreId: id, closedOn }) => {
        const day = checkNotAfterToday('closedOn', closedOn ?? context.today, context.today);
        const { row, refusal } = await serviceCentres.checkTransition(
          context,
          'serviceCentreId',
          id,
          'CLOSED',
        );
        if (refusal) return refusal;
        checkNotBefore('closedOn', day, row.openedOn);
        return serviceCentres.transition(context, row, { status: 'CLOSED', closedOn: day });
      },
    ),
  },
};

const closed = defineRefusal('ServiceCentreClosed', () => ({
  zh: '该服务中心已关闭，不能再修改；如需恢复，请另行登记。',
  en: 'The service centre is closed and cannot be edited; register a new one.',
}));
