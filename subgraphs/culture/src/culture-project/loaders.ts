// Culture projects by key and by division.

import { alignOne, defineLoader } from '@district-graph/kit/loaders';
import type { Page } from '@district-graph/kit/pagination/connections';
import { findCultureProjects, listCultureProjects } from './store.ts';
import type { CultureProject } from './tables.ts';

export const cultureProjectById = defineLoader<string, CultureProject | null>(async (sql, ids) =>
  alignOne(ids, await findCultureProjects(sql, ids), (row) => row.id),
);

export const cultureProjectsByDivision = defineLoader<string, CultureProject[], Page>((sql, codes, page) =>
  listCultureProjects(sql, codes, page),
);
