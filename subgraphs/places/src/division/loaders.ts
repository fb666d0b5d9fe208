// Divisions by code, and their children.

import { alignMany, alignOne, defineLoader } from '@district-graph/kit/loaders';
import type { Page } from '@district-graph/kit/pagination/connections';
import { type DivisionRow, findDivisions, listChildren } from './store.ts';

export const divisionByCode = defineLoader<string, DivisionRow | null>(async (sql, codes) =>
  alignOne(codes, await findDivisions(sql, codes), (row) => row.code),
);

export const childrenByDivision = defineLoader<string, DivisionRow[], Page>(async (sql, codes, page) =>
  alignMany(codes, await listChildren(sql, codes, page), (row) => row.parentCode as string),
);
