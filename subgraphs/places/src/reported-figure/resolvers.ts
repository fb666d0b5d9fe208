// Resolvers for reported figures: by key, of a division, inside a division.

import { checkDivisionCode } from '@district-graph/kit/divisions/divisions';
import type { Resolver, Resolvers, SubgraphContext } from '@district-graph/kit/loaders';
import { defineList, type PageArgs, pageOf, toConnection } from '@district-graph/kit/pagination/connections';
import { divisionByCode } from '../division/loaders.ts';
import { reportedFigureByKey, reportedFigureCountByDivision, reportedFiguresByDivision } from './loaders.ts';
import { countReportedFiguresInside, listReportedFiguresInside, type ReportedFigureFilter } from './store.ts';
import type { ReportedFigure } from './tables.ts';

const figureList = defineList<ReportedFigure>('reportedFigures', ['text', 'text'], (row) => [
  row.divisionCode,
  row.key,
]);

const ofDivision: Record<string, Resolver> = {
  reportedFigures: async (
    { code }: { code: string },
    { first, after, ...filter }: PageArgs & ReportedFigureFilter,
    context,
  ) => {
    const page = pageOf(figureList, { first, after });
    const rows = await reportedFiguresByDivision(context, { filter, page }).load(code);
    return toConnection(figureList, page, rows, () =>
      reportedFigureCountByDivision(context, filter).load(code),
    );
  },
};

type InsideArgs = PageArgs & ReportedFigureFilter & { within: string };

export const reportedFigureResolvers: Resolvers = {
  Query: {
    reportedFigure: (_root, { key }: { key: string }, context) => reportedFigureByKey(context).load(key),
    reportedFigures: async (_root, { within, first, after, ...filter }: InsideArgs, context) => {
      checkDivisionCode(within);
      const page = pageOf(figureList, { first, after });
      const rows = await listReportedFiguresInside(context.sql, within, filter, page);
      return toConnection(figureList, page, rows, () =>
        countReportedFiguresInside(context.sql, within, filter),
      );
    },
  },
  City: ofDivision,
  District: ofDivision,
  Subdistrict: ofDivision,
  Community: ofDivision,
  ReportedFigure: {
    __resolveReference: ({ key }: { key: string }, context: SubgraphContext) =>
      reportedFigureByKey(context).load(key),
    division: ({ divisionCode }: ReportedFigure, _args, context) =>
      divisionByCode(context).load(divisionCode),
    qualifier: ({ qualifier }: ReportedFigure) => qualifier.toUpperCase(),
    period: ({ periodFrom, periodTo }: ReportedFigure) => periodFrom && { from: periodFrom, to: periodTo },
  },
};
