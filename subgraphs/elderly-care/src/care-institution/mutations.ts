// Care institutions: registered, edited, closed once nobody lives in them.
import { checkDivisionCode } from '@district-graph/kit/divisions';
import { badInput } from '@district-graph/kit/errors';
import type { Resolvers } from '@district-graph/kit/executable-schema';
import { checkPoint, type GeoPoint } from '@district-graph/kit/geography';
import { newId } from '@district-graph/kit/ids';
import { refusedTransition, staleVersion } from '@district-graph/kit/transitions';
import { mutation, required, type Written } from '@district-graph/kit/writes';
import { checkKey, checkNotAfterToday, checkPhone, checkWhole, checkWords } from '../care-worker/checks.ts';
import { editRecord, givenOf } from '../care-worker/edits.ts';
import { careInstitutionClosed, careInstitutionOccupied } from './refusals.ts';
import {
  changeCareInstitution,
  findCareInstitutionsOfCentres,
  insertCareInstitution,
  lockCareInstitution,
} from './store.ts';
import type { CareInstitution } from './tables.ts';
import { careInstitutionTransitions } from './transitions.ts';

const careInstitution = (row: CareInstitution): Written => ({ __typename: 'CareInstitution', ...row });
const mostBeds = 10_000;

interface Fields extends Pick<CareInstitution, 'name' | 'kind' | 'beds' | 'phone'> {
  location: GeoPoint;
}

interface RegisterCareInstitution extends Fields {
  divisionCode: string;
  serviceCentreId?: string | null;
  openedOn: string;
}

type Edits = { [Name in keyof Fields]?: Fields[Name] | null };

/** The columns of what is given, each checked. */
function columnsOf(given: Partial<Fields>): Partial<CareInstitution> {
  const { name, kind, beds, phone, location } = given;
  return {
    kind,
    name: name === undefined ? name : checkWords('name', name),
    beds: beds === undefined ? beds : checkWhole('beds', beds, 0, mostBeds),
    phone: phone === undefined ? phone : checkPhone('phone', phone),
    ...(location ? checkPoint(location, 'location') : {}),
  };
}

export const careInstitutionMutations: Resolvers = {
  Mutation: {
    registerCareInstitution: mutation<RegisterCareInstitution>(
      'registerCareInstitution',
      async (write, { divisionCode, serviceCentreId, openedOn, ...fields }) => {
        checkDivisionCode(divisionCode, 'divisionCode');
        const centre = serviceCentreId ? checkKey('serviceCentreId', serviceCentreId) : null;
        const row = await insertCareInstitution(write.sql, {
          ...columnsOf(fields),
          id: newId(divisionCode),
          divisionCode,
          serviceCentreId: centre,
          openedOn,
        });
        if (!row) {
          const [other] = await findCareInstitutionsOfCentres(write.sql, [centre ?? '']);
          return centreOccupied(required(other, 'serviceCentreId', centre ?? ''));
        }
        await write.record({ entityType: 'CareInstitution', entityId: row.id, divisionCode, to: row.status });
        return careInstitution(row);
      },
    ),

    updateCareInstitution: mutation<Edits & { careInstitutionId: string; version: number }>(
      'updateCareInstitution',
      async (write, { careInstitutionId: id, version, ...edits }) => {
        const before = required(await lockCareInstitution(write.sql, id), 'careInstitutionId', id);
        if (before.status === 'CLOSED') return careInstitutionClosed();
        const stale = staleVersion(before.version, version);
        if (stale) return stale;
        const columns = columnsOf(givenOf(edits));
        if ((columns.beds ?? before.beds) < before.residentsCount) return careInstitutionOccupied(before);
        return careInstitution(
          await editRecord(write, 'CareInstitution', before, columns, changeCareInstitution),
        );
      },
    ),

    closeCareInstitution: mutation<{ careInstitutionId: string; closedOn?: string | null }>(
      'closeCareInstitution',
      async (write, { careInstitutionId: id, closedOn }) => {
        const day = checkNotAfterToday('closedOn', closedOn ?? write.today, write.today);
        // Held: who moves in comes before, or finds it closed.
        const before = required(await lockCareInstitution(write.sql, id), 'careInstitutionId', id);
        const refusal = refusedTransition(careInstitutionTransitions, before.status, 'CLOSED');
        if (refusal) return refusal;
        if (before.residentsCount > 0) return careInstitutionOccupied(before);
        if (day < before.openedOn)
          throw badInput(
            'closedOn',
            { zh: `不早于启用日期 ${before.openedOn} 的日期`, en: `a day not before ${before.openedOn}` },
            day,
          );
        const after = await changeCareInstitution(write.sql, id, { status: 'CLOSED', closedOn: day });
        await write.record({
          entityType: 'CareInstitution',
          entityId: after.id,
          divisionCode: after.divisionCode,
          from: before.status,
          to: after.status,
        });
        return careInstitution(after);
      },
    ),
  },
};

const centreOccupied = (other: CareInstitution): Written => ({
  __typename: 'ServiceCentreOccupied',
  message: '该服务中心已设有养老机构。 The service centre has a care institution already.',
  careInstitution: other,
});
