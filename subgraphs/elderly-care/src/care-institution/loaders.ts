// Care institutions by key and by division.

import { alignOne, defineLoader } from '@district-graph/kit/loaders';
import type { Page } from '@district-graph/kit/pagination/connections';
import {
  type CareInstitutionFilter,
  type CareInstitutionOrder,
  countInspections,
  findCareInstitutions,
  findCareInstitutionsOfCentres,
  listCareInstitutions,
  listInspections,
} from './store.ts';
import type { CareInstitution, InstitutionInspection } from './tables.ts';

export const careInstitutionById = defineLoader<string, CareInstitution | null>(async (sql, ids) =>
  alignOne(ids, await findCareInstitutions(sql, ids), (row) => row.id),
);

export const careInstitutionsByDivision = defineLoader<
  string,
  CareInstitution[],
  { filter: CareInstitutionFilter & { orderBy: CareInstitutionOrder }; page: Page }
>((sql, codes, { filter, page }) => listCareInstitutions(sql, codes, filter, page));

export const careInstitutionByCentre = defineLoader<string, CareInstitution | null>(async (sql, centreIds) =>
  alignOne(
    centreIds,
    await findCareInstitutionsOfCentres(sql, centreIds),
    (row) => row.serviceCentreId as string,
  ),
);

export const inspectionsByInstitution = defineLoader<string, InstitutionInspection[], Page>(
  (sql, ids, page) => listInspections(sql, ids, page),
);

export const inspectionCountByInstitution = defineLoader<string, number | null>((sql, ids) =>
  countInspections(sql, ids),
);
