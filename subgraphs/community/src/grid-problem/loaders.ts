// Problems by key, by division and by what they became elsewhere, their timelines and their counts.

import { alignMany, alignOne, defineLoader } from '@district-graph/kit/loaders';
import type { Page } from '@district-graph/kit/pagination/connections';
import {
  countGridProblems,
  findGridProblems,
  findGridProblemsOf,
  findTimelines,
  type GridProblemFilter,
  listGridProblems,
  type Reference,
} from './store.ts';
import type { GridProblem, GridProblemTimelineRow } from './tables.ts';

export const gridProblemById = defineLoader<string, GridProblem | null>(async (sql, ids) =>
  alignOne(ids, await findGridProblems(sql, ids), (row) => row.id),
);

/** The problem that became an entity of another subgraph. */
export const gridProblemOf = defineLoader<string, GridProblem | null, { reference: Reference }>(
  async (sql, keys, { reference }) =>
    alignOne(keys, await findGridProblemsOf(sql, reference, keys), (row) => row[reference] as string),
);

export const gridProblemsByDivision = defineLoader<
  string,
  GridProblem[],
  { filter: GridProblemFilter; page: Page }
>((sql, codes, { filter, page }) => listGridProblems(sql, codes, filter, page));

export const gridProblemCountByDivision = defineLoader<string, number | null, GridProblemFilter>(
  (sql, codes, filter) => countGridProblems(sql, codes, filter),
);

export const timelineByGridProblem = defineLoader<string, GridProblemTimelineRow[]>(async (sql, ids) =>
  alignMany(ids, await findTimelines(sql, ids), (row) => row.problemId),
);
