// Mutations of service centres: register, edit, close.

import type { GeoPoint } from '@district-graph/kit/divisions/geography';
import type { Resolvers } from '@district-graph/kit/loaders';
import { checkInteger, checkPhone, checkWords } from '@district-graph/kit/mutations/checks';
import {
  closeMutation,
  registerMutation,
  updateMutation,
} from '@district-graph/kit/mutations/record-mutations';
import { defineRefusal } from '@district-graph/kit/mutations/refusals';
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
    registerServiceCentre: registerMutation(
      'registerServiceCentre',
      serviceCentres,
      ({ openedOn, ...fields }: Fields & { openedOn: string }) => ({ ...columnsOf(fields), openedOn }),
    ),

    updateServiceCentre: updateMutation('updateServiceCentre', serviceCentres, {
      argument: 'serviceCentreId',
      refusal: ({ status }) => (status === 'CLOSED' ? closed() : null),
      columnsOf,
    }),

    closeServiceCentre: closeMutation('closeServiceCentre', serviceCentres, {
      argument: 'serviceCentreId',
      to: 'CLOSED',
      openedOn: (row) => row.openedOn,
      columnsOf: (closedOn) => ({ status: 'CLOSED' as const, closedOn }),
    }),
  },
};

const closed = defineRefusal('ServiceCentreClosed', () => ({
  zh: '该服务中心已关闭，不能再修改；如需恢复，请另行登记。',
  en: 'The service centre is closed and cannot be edited; register a new one.',
}));
