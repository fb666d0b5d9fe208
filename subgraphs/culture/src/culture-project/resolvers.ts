// Resolvers for culture projects: lookup and lists inside a division.

import { checkDivisionCode } from '@district-graph/kit/divisions/divisions';
import type { Resolvers, SubgraphContext } from '@district-graph/kit/loaders';
import { defineList, type PageArgs, pageOf, toConnection } from '@district-graph/kit/pagination/connections';
import { stockByDivision, sumOf } from '@district-graph/kit/rollups/overview-loaders';
import { divisionOf, queryById, referenceById, yuan } from '@district-graph/kit/schema/entities';
import { cultureProjectById, cultureProjectsByDivision } from './loaders.ts';

import type { CultureProject } from './tables.ts';

const list = defineList<CultureProject>('cultureProjects', ['text', 'uuid'], (row) => [
  row.divisionCode,
  row.id,
]);

async function listCultureProjectsInside(code: string, args: PageArgs, context: SubgraphContext) {
  const page = pageOf(list, args);
  const rows = await cultureProjectsByDivision(context, page).load(code);
  return toConnection(list, page, rows, async () =>
    sumOf(await stockByDivision(context).load(code), 'culture_projects'),
  );
}

export const cultureProjectResolvers: Resolvers = {
  Query: {
    cultureProject: queryById(cultureProjectById),
    cultureProjects: (_root, { within, ...args }: PageArgs & { within: string }, context) =>
      listCultureProjectsInside(checkDivisionCode(within), args, context),
  },
  CultureProject: {
    __resolveReference: referenceById(cultureProjectById),
    division: divisionOf,
    investment: ({ investmentFen }: CultureProject) => yuan(investmentFen),
  },
};
