// Resolvers for problems: lookup, lists inside a division, the timeline, what they became elsewhere and the way back.

import { isUnmasked, pageInside } from '@district-graph/kit/access/protected-rows';
import { checkPeriod } from '@district-graph/kit/calendar';
import { checkDivisionCode } from '@district-graph/kit/divisions/divisions';
import { hasPermission } from '@district-graph/kit/identity/viewer';
import type { Resolver, Resolvers, SubgraphContext } from '@district-graph/kit/loaders';
import { Unprotected } from '@district-graph/kit/masking';
import { defineList, type PageArgs, pageOf, toConnection } from '@district-graph/kit/pagination/connections';
import { foreignReference, queryById, referenceById } from '@district-graph/kit/schema/entities';
import { gridById } from '../grid/loaders.ts';
import { gridVisitById } from '../grid-visit/loaders.ts';
import {
  gridProblemById,
  gridProblemCountByDivision,
  gridProblemOf,
  gridProblemsByDivision,
  timelineByGridProblem,
} from './loaders.ts';
import type { GridProblemFilter, Reference } from './store.ts';
import {
  encryptedGridProblem,
  encryptedGridProblemTimeline,
  type GridProblem,
  isPersonal,
} from './tables.ts';

const list = defineList<GridProblem>('gridProblems', ['instant', 'uuid'], (row) => [row.foundAt, row.id]);

const placeRule = (field: string) => ({ type: 'GridProblem', field, scope: 'grid:identify' }) as const;

const protectedIf = (isProtected: boolean, value: unknown) => (isProtected ? value : new Unprotected(value));

/** Whether the viewer is shown in which community the problem was found. */
const isPlaceShown = async (context: SubgraphContext, field: string, problem: GridProblem) =>
  !isPersonal(problem) || (await isUnmasked(context, placeRule(field), problem));

/** A field that reveals in which community the problem was found: null unless that is shown. */
const tellingOfPlace =
  (field: string, resolve: (problem: GridProblem, context: SubgraphContext) => unknown): Resolver =>
  async (problem: GridProblem, _args, context) =>
    (await isPlaceShown(context, field, problem)) ? resolve(problem, context) : null;

/** A field with the entity of another subgraph that the problem became. */
const became = (field: string, reference: Reference): Resolver =>
  tellingOfPlace(field, (problem) => {
    const id = problem[reference];
    return id === null ? null : { id };
  });

/**
 * The way back, from an entity whose community may be known: null for a problem of which the community is not shown. A problem that
 * the viewer may not see at all is refused as a record.
 */
const foundAs =
  (reference: Reference): Resolver =>
  async ({ id }: { id: string }, _args, context) => {
    const problem = await gridProblemOf(context, { reference }).load(id);
    if (!problem || !hasPermission(context.viewer, 'grid:read', problem.divisionCode)) return problem;
    return (await isPlaceShown(context, 'division', problem)) ? problem : null;
  };

export const gridProblemResolvers: Resolvers = {
  Query: {
    gridProblem: queryById(gridProblemById),
    gridProblems: async (
      _root,
      { within, first, after, ...filter }: PageArgs & GridProblemFilter & { within: string },
      context,
    ) => {
      const code = checkDivisionCode(within);
      if (filter.period) checkPeriod(filter.period);
      const page = pageOf(list, { first, after });
      const rule = { list: 'gridProblems', division: placeRule('division'), isProtected: isPersonal };
      const rows = await pageInside(context, rule, code, page, () =>
        gridProblemsByDivision(context, { filter, page }).load(code),
      );
      return toConnection(list, page, rows, () => gridProblemCountByDivision(context, filter).load(code));
    },
  },
  GridProblem: {
    __resolveReference: referenceById(gridProblemById),
    ...encryptedGridProblem.fields(),
    division: (row: GridProblem) => protectedIf(isPersonal(row), { code: row.divisionCode }),
    location: (row: GridProblem) =>
      protectedIf(isPersonal(row), { longitude: row.longitude, latitude: row.latitude }),
    grid: tellingOfPlace('grid', ({ gridId }, context) => gridById(context).load(gridId)),
    visit: tellingOfPlace('visit', ({ visitId }, context) =>
      visitId === null ? null : gridVisitById(context).load(visitId),
    ),
    blindSpot: became('blindSpot', 'blindSpotId'),
    incident: became('incident', 'incidentId'),
    safetyInspection: became('safetyInspection', 'safetyInspectionId'),
    careVisit: became('careVisit', 'careVisitId'),
    isSolvedOnTime: ({ solvedAt, deadline }: GridProblem) =>
      solvedAt === null || deadline === null ? null : Date.parse(solvedAt) <= Date.parse(deadline),
    timeline: async ({ id, divisionCode }: GridProblem, _args, context) => {
      const entries = await timelineByGridProblem(context).load(id);
      return entries.map((entry) => ({ ...entry, id, divisionCode }));
    },
  },
  GridProblemTimelineEntry: encryptedGridProblemTimeline.fields(),
  Incident: { __resolveReference: foreignReference, gridProblem: foundAs('incidentId') },
  BlindSpot: { __resolveReference: foreignReference, gridProblem: foundAs('blindSpotId') },
};
