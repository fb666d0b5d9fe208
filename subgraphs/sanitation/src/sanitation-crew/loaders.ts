// Crews by key and by division.

import { alignOne, defineLoader } from '@district-graph/kit/loaders';
import type { Page } from '@district-graph/kit/pagination/connections';
import { findSanitationCrews, listSanitationCrews } from './store.ts';
import type { SanitationCrew } from './tables.ts';

export const sanitationCrewById = defineLoader<string, SanitationCrew | null>(async (sql, ids) =>
  alignOne(ids, await findSanitationCrews(sql, ids), (row) => row.id),
);

export const sanitationCrewsByDivision = defineLoader<string, SanitationCrew[], Page>((sql, codes, page) =>
  listSanitationCrews(sql, codes, page),
);
