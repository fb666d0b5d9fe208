// Sessions by key, by venue and by division.

import { alignOne, defineLoader } from '@district-graph/kit/loaders';
import type { Page } from '@district-graph/kit/pagination/connections';
import {
  countSessions,
  countSessionsInside,
  findSessions,
  listSessions,
  listSessionsInside,
  type SessionFilter,
} from './store.ts';
import type { Session } from './tables.ts';

interface Listing {
  filter: SessionFilter;
  page: Page;
}

export const sessionById = defineLoader<string, Session | null>(async (sql, ids) =>
  alignOne(ids, await findSessions(sql, ids), (row) => row.id),
);

export const sessionsByVenue = defineLoader<string, Session[], Listing>((sql, venueIds, { filter, page }) =>
  listSessions(sql, venueIds, filter, page),
);

export const sessionCountByVenue = defineLoader<string, number | null, SessionFilter>(
  (sql, venueIds, filter) => countSessions(sql, venueIds, filter),
);

export const sessionsByDivision = defineLoader<string, Session[], Listing>((sql, codes, { filter, page }) =>
  listSessionsInside(sql, codes, filter, page),
);

export const sessionCountByDivision = defineLoader<string, number | null, SessionFilter>(
  (sql, codes, filter) => countSessionsInside(sql, codes, filter),
);
