// Resolvers for divisions: lookup, lists, ancestors, counts.

import { checkDivisionCode, isDivisionCode, pathOf } from '@district-graph/kit/divisions/divisions';
import { badInput } from '@district-graph/kit/errors';
import type { Resolver, Resolvers, SubgraphContext } from '@district-graph/kit/loaders';
import { checkText } from '@district-graph/kit/mutations/text-forms';
import { defineList, type PageArgs, pageOf, toConnection } from '@district-graph/kit/pagination/connections';
import { stockByDivision, sumOf } from '@district-graph/kit/rollups/overview-loaders';
import { childrenByDivision, divisionByCode } from './loaders.ts';
import {
  countDivisions,
  type DivisionFilter,
  type DivisionLevel,
  type DivisionRow,
  listDivisions,
} from './store.ts';

const byCode = (name: string) => defineList<DivisionRow>(name, ['text'], (row) => [row.code]);
const divisionList = byCode('divisions');
const childList = byCode('Division.children');

const maxCodes = 100;
const typeOfLevel = {
  CITY: 'City',
  DISTRICT: 'District',
  SUBDISTRICT: 'Subdistrict',
  COMMUNITY: 'Community',
} as const;

const find = (code: string, context: SubgraphContext) =>
  isDivisionCode(code) ? divisionByCode(context).load(code) : null;

const reference: Resolver = ({ code }: { code: string }, context: SubgraphContext) => find(code, context);

const rollup = (code: string, context: SubgraphContext) => stockByDivision(context).load(code);

/** The fields of the interface, the same at every level. */
const fields: Record<string, Resolver> = {
  __resolveReference: reference,
  parent: ({ parentCode }: DivisionRow, _args, context) =>
    parentCode && divisionByCode(context).load(parentCode),
  ancestors: ({ code }: DivisionRow, _args, context) =>
    divisionByCode(context)
      .loadMany(pathOf(code).slice(0, -1))
      .then((rows) => rows.filter((row) => row !== null)),
  children: async ({ code }: DivisionRow, args: PageArgs, context) => {
    const page = pageOf(childList, args);
    const rows = await childrenByDivision(context, page).load(code);
    const below = {
      CITY: 'DISTRICT',
      DISTRICT: 'SUBDISTRICT',
      SUBDISTRICT: 'COMMUNITY',
      COMMUNITY: '',
    } as const;
    const count = async () => {
      const row = await divisionByCode(context).load(code);
      return sumOf(await rollup(code, context), `divisions:${row ? below[row.level] : ''}`);
    };
    return toConnection(childList, page, rows, count);
  },
  descendantCount: async ({ code }: DivisionRow, { level }: { level: DivisionLevel }, context) =>
    sumOf(await rollup(code, context), `divisions:${level}`),
  location: ({ longitude, latitude }: DivisionRow) => ({ longitude, latitude }),
  communityStatistics: async ({ code }: DivisionRow, _args, context) => {
    const sums = await rollup(code, context);
    return {
      households: sumOf(sums, 'households'),
      residents: sumOf(sums, 'residents'),
      byClass: ['ONE', 'TWO', 'THREE'].map((name) => ({
        class: name,
        communityClass: name,
        count: sumOf(sums, `communities:${name}`),
      })),
      premisesOver1000: sumOf(sums, 'premises:OVER_1000'),
      premises500To1000: sumOf(sums, 'premises:500_TO_1000'),
      premisesUnder500: sumOf(sums, 'premises:UNDER_500'),
    };
  },
};

export const divisionResolvers: Resolvers = {
  Query: {
    division: (_root, { code }: { code: string }, context) => find(code, context),
    divisionsByCode: (_root, { codes }: { codes: string[] }, context) => {
      if (codes.length > maxCodes) {
        throw badInput(
          'codes',
          { zh: `最多 ${maxCodes} 个代码`, en: `at most ${maxCodes} codes` },
          codes.length,
        );
      }
      return codes.map((code) => find(code, context));
    },
    divisions: async (_root, { first, after, ...filter }: PageArgs & DivisionFilter, context) => {
      if (filter.within) checkDivisionCode(filter.within);
      if (filter.name) filter.name = checkText('name', filter.name, 'line');
      const page = pageOf(divisionList, { first, after });
      const rows = await listDivisions(context.sql, filter, page);
      return toConnection(divisionList, page, rows, () => countDivisions(context.sql, filter));
    },
  },
  Division: {
    __resolveType: ({ level }: DivisionRow) => typeOfLevel[level],
    __resolveReference: reference,
  },
  City: fields,
  District: fields,
  Subdistrict: fields,
  Community: { ...fields, communityClass: (row: DivisionRow) => row.class },
};
