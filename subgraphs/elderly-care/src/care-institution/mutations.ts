// Mutations of care institutions: register, edit, close once they have no residents.

import { newId } from '@district-graph/kit/database/ids';
import type { GeoPoint } from '@district-graph/kit/divisions/geography';
import type { Resolvers } from '@district-graph/kit/loaders';
import {
  checkInteger,
  checkKey,
  checkNotAfterToday,
  checkNotBefore,
  checkPhone,
  checkWords,
} from '@district-graph/kit/mutations/checks';
import { type Edits, presentFields } from '@district-graph/kit/mutations/entity-mutations';
import { mutation, required } from '@district-graph/kit/mutations/mutation';
import { defineRefusal } from '@district-graph/kit/mutations/refusals';
import { staleVersion } from '@district-graph/kit/mutations/transitions';
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

    updateCareInstitution: mutation<Edits<Fields> & { careInstitutionId: string; version: number }>(
      'updateCareInstitution',
      async (context, { careInstitutionId: id, version, ...edits }) => {
        const before = await careInstitutions.lockForUpdate(context, 'careInstitutionId', id);
        if (before.status === 'CLOSED') return careInstitutionClosed();
        const stale = staleVersion(before.version, version);
        if (stale) return stale;
        const columns = columnsOf(presentFields(edits));
        if ((columns.beds ?? before.beds) < before.residentsCount)
          return careInstitutionOccupied(context, before);
        return careInstitutions.edit(context, before, columns);
      },
    ),

    closeCareInstitution: mutation<{ careInstitutionId: string; closedOn?: string | null }>(
      'closeCareInstitution',
      async (context, { careInstitutionId: id, closedOn }) => {
        const day = checkNotAfterToday('closedOn', closedOn ?? context.today, context.today);
        // The row is locked: an elder who is moving in comes first, or finds it closed.
        const { row, refusal } = await careInstitutions.checkTransition(
          context,
          'careInstitutionId',
          id,
          'CLOSED',
        );
        if (refusal) return refusal;
        if (row.residentsCount > 0) return careInstitutionOccupied(context, row);
        checkNotBefore('closedOn', day, row.openedOn);
        return careInstitutions.transition(context, row, { status: 'CLOSED', closedOn: day });
      },
    ),
  },
};

const centreOccupied = defineRefusal('ServiceCentreOccupied', (other: CareInstitution) => ({
  zh: '该服务中心已设有养老机构，请另选中心，或不填服务中心。',
  en: 'The service centre has a care institution already; choose another centre, or leave it out.',
  fields: { careInstitution: other },
}));
