// Mutations of care institutions: register, edit, close once they have no residents.

import { newId } from '@district-graph/kit/database/ids';
import type { GeoPoint } from '@district-graph/kit/divisions/geography';
import type { Resolvers } from '@district-graph/kit/loaders';
import { checkInteger, checkKey, checkPhone, checkWords } from '@district-graph/kit/mutations/checks';
import { mutation, required } from '@district-graph/kit/mutations/mutation';
import { closeMutation, updateMutation } from '@district-graph/kit/mutations/record-mutations';
import { defineRefusal } from '@district-graph/kit/mutations/refusals';
import { careInstitutionClosed, careInstitutionOccupied } from './refusals.ts';
import { careInstitutions, findCareInstitutionsOfCentres, insertCareInstitution } from './store.ts';
import type { CareInstitution } from './tables.ts';

const mostBeds = 10_000;

interface Fields extends Pick<CareInstitution, 'name' | 'kind' | 'beds' | 'phone'> {
  location: GeoPoint;
}

interface RegisterCareInstitution extends Fields {
  divisionCode: string;
  serviceCentreId?: string | null;
  openedOn: string;
}

/** The columns of the given fields, each checked. */
export function columnsOf(fields: Partial<Fields>): Partial<CareInstitution> {
  const { name, kind, beds, phone, location } = fields;
  return {
    kind,
    name: checkWords('name', name),
    beds: checkInteger('beds', beds, 0, mostBeds),
    phone: checkPhone('phone', phone),
    ...location,
  };
}

export const careInstitutionMutations: Resolvers = {
  Mutation: {
    registerCareInstitution: mutation<RegisterCareInstitution>(
      'registerCareInstitution',
      async (context, { divisionCode, serviceCentreId, openedOn, ...fields }) => {
        const centre = serviceCentreId ? checkKey('serviceCentreId', serviceCentreId) : null;
        const row = await insertCareInstitution(context.sql, {
          ...columnsOf(fields),
          id: newId(divisionCode),
          divisionCode,
          serviceCentreId: centre,
          openedOn,
        });
        if (!row) {
          const [other] = await findCareInstitutionsOfCentres(context.sql, [centre ?? '']);
          return centreOccupied(required(other, 'serviceCentreId', centre ?? ''));
        }
        return careInstitutions.registered(context, row);
      },
    ),

    updateCareInstitution: updateMutation('updateCareInstitution', careInstitutions, {
      argument: 'careInstitutionId',
      refusal: ({ status }) => (status === 'CLOSED' ? careInstitutionClosed() : null),
      columnsOf,
      check: (context, row, { beds = row.beds }) =>
        beds < row.residentsCount ? careInstitutionOccupied(context, row) : null,
    }),

    // An elder who is moving in comes first, or finds the institution closed.
    closeCareInstitution: closeMutation('closeCareInstitution', careInstitutions, {
      argument: 'careInstitutionId',
      to: 'CLOSED',
      check: (context, row) => (row.residentsCount > 0 ? careInstitutionOccupied(context, row) : null),
      openedOn: (row) => row.openedOn,
      columnsOf: (closedOn) => ({ status: 'CLOSED' as const, closedOn }),
    }),
  },
};

const centreOccupied = defineRefusal('ServiceCentreOccupied', (other: CareInstitution) => ({
  zh: '该服务中心已设有养老机构，请另选中心，或不填服务中心。',
  en: 'The service centre has a care institution already; choose another centre, or leave it out.',
  fields: { careInstitution: other },
}));
