// Reported figures by key and by division.

import { alignMany, alignOne, defineLoader } from '@district-graph/kit/loaders';
import type { Page } from '@district-graph/kit/pagination/connections';
import {
  countReportedFigures,
  findReportedFigures,
  listReportedFigures,
  type ReportedFigureFilter,
} from './store.ts';
import type { ReportedFigure } from './tables.ts';

export const reportedFigureByKey = defineLoader<string, ReportedFigure | null>(async (sql, keys) =>
  alignOne(keys, await findReportedFigures(sql, keys), (row) => row.key),
);

export const reportedFiguresByDivision = defineLoader<
  string,
  ReportedFigure[],
  { filter: ReportedFigureFilter; page: Page }
>(async (sql, codes, { filter, page }) =>
  alignMany(codes, await listReportedFigures(sql, codes, filter, page), (row) => row.divisionCode),
);

export const reportedFigureCountByDivision = defineLoader<string, number, ReportedFigureFilter>(
  async (sql, codes, filter) =>
    alignOne(codes, await countReportedFigures(sql, codes, filter), (row) => row.code).map(
      (row) => row?.count ?? 0,
    ),
);
