// Service centres by key and by division.

import { alignMany, alignOne, defineLoader } from '@district-graph/kit/loaders';
import type { Page } from '@district-graph/kit/pagination/connections';
import { findServiceCentres, listServiceCentres, type ServiceCentreFilter } from './store.ts';
import type { ServiceCentre } from './tables.ts';

export const serviceCentreById = defineLoader<string, ServiceCentre | null>(async (sql, ids) =>
  alignOne(ids, await findServiceCentres(sql, ids), (row) => row.id),
);

export const serviceCentresByDivision = defineLoader<
  string,
  ServiceCentre[],
  { filter: ServiceCentreFilter; page: Page }
>(async (sql, codes, { filter, page }) =>
  alignMany(codes, await listServiceCentres(sql, codes, filter, page), (row) => row.inside),
);
