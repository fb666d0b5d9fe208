// Culture projects: look-up and lists inside a division.
import { defineList, type PageArgs, pageOf, toConnection } from '@district-graph/kit/connections';
import { checkDivisionCode } from '@district-graph/kit/divisions';
import { divisionOf, queryById, referenceById, yuan } from '@district-graph/kit/entities';
import type { Resolvers } from '@district-graph/kit/executable-schema';
import type { SubgraphContext } from '@district-graph/kit/loaders';
import { stockByDivision, sumOf } from '@district-graph/kit/overview-loaders';
import { cultureProjectById, cultureProjectsByDivision } from './loaders.ts';

import type { CultureProject } from './tables.ts';

const list = defineList<CultureProject>('cultureProjects', ['text', 'uuid'], (row) => [
  row.divisionCode,
  row.id,
]);

export async function listCultureProjectsInside(code: string, args: PageArgs, context: SubgraphContext) {
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
