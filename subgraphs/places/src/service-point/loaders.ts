// Service points by key and by division.

import { alignMany, alignOne, defineLoader } from '@district-graph/kit/loaders';
import type { Page } from '@district-graph/kit/pagination/connections';
import { findServicePoints, listServicePoints, type ServicePointFilter } from './store.ts';
import type { ServicePoint } from './tables.ts';

export const servicePointById = defineLoader<string, ServicePoint | null>(async (sql, ids) =>
  alignOne(ids, await findServicePoints(sql, ids), (row) => row.id),
);

export const servicePointsByDivision = defineLoader<
  string,
  ServicePoint[],
  { filter: ServicePointFilter; page: Page }
>(async (sql, codes, { filter, page }) =>
  alignMany(codes, await listServicePoints(sql, codes, filter, page), (row) => row.inside),
);
