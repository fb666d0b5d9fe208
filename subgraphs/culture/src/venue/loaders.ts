// Venues by key, by service centre and by division.

import { alignOne, defineLoader } from '@district-graph/kit/loaders';
import type { Page } from '@district-graph/kit/pagination/connections';
import {
  countVenues,
  findVenues,
  listVenues,
  listVenuesInside,
  type VenueFilter,
  type VenueOrder,
} from './store.ts';
import type { Venue } from './tables.ts';

export const venueById = defineLoader<string, Venue | null>(async (sql, ids) =>
  alignOne(ids, await findVenues(sql, ids), (row) => row.id),
);

export const venuesByCentre = defineLoader<string, Venue[], Page>((sql, centreIds, page) =>
  listVenues(sql, centreIds, page),
);

export const venueCountByCentre = defineLoader<string, number | null>((sql, centreIds) =>
  countVenues(sql, centreIds),
);

export const venuesByDivision = defineLoader<
  string,
  Venue[],
  { filter: VenueFilter & { orderBy: VenueOrder }; page: Page }
>((sql, codes, { filter, page }) => listVenuesInside(sql, codes, filter, page));
