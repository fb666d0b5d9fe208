// Micro-works by key and by division.

import { alignOne, defineLoader } from '@district-graph/kit/loaders';
import type { Page } from '@district-graph/kit/pagination/connections';
import { findMicroWorks, listMicroWorks, type MicroWorkFilter } from './store.ts';
import type { MicroWork } from './tables.ts';

export const microWorkById = defineLoader<string, MicroWork | null>(async (sql, ids) =>
  alignOne(ids, await findMicroWorks(sql, ids), (row) => row.id),
);

export const microWorksByDivision = defineLoader<
  string,
  MicroWork[],
  { filter: MicroWorkFilter; page: Page }
>((sql, codes, { filter, page }) => listMicroWorks(sql, codes, filter, page));
