// Mutations of problems: report, hand over, solve, verify or send back, cancel. Each step appends an event and an entry to the timeline.

import { actorOf } from '@district-graph/kit/access-log/timeline-actor';
import { latestOf } from '@district-graph/kit/calendar';
import type { GeoPoint } from '@district-graph/kit/divisions/geography';
import { type Bilingual, badInput } from '@district-graph/kit/errors';
import type { Resolvers } from '@district-graph/kit/loaders';
import { checkKey, checkOfDistrict, checkWords } from '@district-graph/kit/mutations/checks';
import {
  type MutationContext,
  type MutationResult,
  mutation,
  nullIfOutside,
  required,
} from '@district-graph/kit/mutations/mutation';
import { defineRefusal } from '@district-graph/kit/mutations/refusals';
import { invalidTransition } from '@district-graph/kit/mutations/transitions';
import { gridDissolved } from '../grid/refusals.ts';
import { grids } from '../grid/store.ts';
import { gridVisits } from '../grid-visit/store.ts';
import {
  appendToTimeline,
  findGridProblemsOf,
  gridProblems,
  lockReference,
  type Reference,
} from './store.ts';
import type { GridProblem, GridProblemTimelineRow } from './tables.ts';

const maxTextLength = 1000;

interface Step {
  to: GridProblem['status'];
  /** The only status that it starts from, where others lead to `to` as well, and what to do in those. */
  from?: { status: GridProblem['status']; otherwise: Bilingual };
  action: GridProblemTimelineRow['action'];
  note?: string | null;
  /** The columns that the step sets, by its instant. */
  columnsOf: (at: string) => Partial<Omit<GridProblem, 'description'>>;
}

/** Takes a step of a problem: changes it, and appends the step to the timeline. `check` refuses what the locked problem does not allow. */
async function takeStep(
  context: MutationContext,
  gridProblemId: string,
  { to, from, action, note = null, columnsOf }: Step,
  check?: (row: GridProblem) => Promise<MutationResult | null>,
): Promise<MutationResult> {
  const { row, refusal } = await gridProblems.checkTransition(context, 'gridProblemId', gridProblemId, to);
  if (refusal) return refusal;
  if (from && row.status !== from.status) return invalidTransition(row.status, to, from.otherwise);
  const refused = await check?.(row);
  if (refused) return refused;
  const at = latestOf(context.now, row.foundAt, row.handedOverAt, row.solvedAt);
  const columns = { ...columnsOf(at), status: to };
  const changed = await gridProblems.transition(context, row, columns, { action });
  await record(context, row.id, { at, action, note });
  return changed;
}

const record = (
  { sql, keyring, viewer }: MutationContext,
  problemId: string,
  entry: Pick<GridProblemTimelineRow, 'at' | 'action'> & { note: string | null },
) => appendToTimeline(sql, keyring, { problemId, actor: actorOf(viewer), ...entry });

interface ReportGridProblem {
  gridId: string;
  visitId?: string | null;
  kind: GridProblem['kind'];
  description: string;
  location: GeoPoint;
  deadline?: string | null;
}

interface HandOverGridProblem extends Partial<Record<Reference, string | null>> {
  gridProblemId: string;
  handler: NonNullable<GridProblem['handler']>;
  note?: string | null;
}

/** What a problem can become at each handler: exactly one of these. */
const referencesOf: Record<HandOverGridProblem['handler'], readonly Reference[]> = {
  COMMUNITY: [],
  URBAN_MANAGEMENT: [],
  SANITATION: ['blindSpotId'],
  SECURITY: ['incidentId', 'safetyInspectionId'],
  ELDERLY_CARE: ['careVisitId'],
  OTHER: [],
};
const references = Object.values(referencesOf).flat();

/** The one reference of the input, or null where the handler has none. Throws badInput for any other number, and for one of another handler. */
function referenceOf(input: HandOverGridProblem): { name: Reference; key: string } | null {
  const { handler } = input;
  const possible = referencesOf[handler];
  const named = references.filter((name) => input[name] != null);
  for (const name of named) {
    checkKey(name, input[name]);
    if (!possible.includes(name))
      throw badInput(name, { zh: `空值（交办 ${handler} 时）`, en: `null for ${handler}` }, input[name]);
  }
  const [name, second] = named;
  if (name && !second) return { name, key: input[name] as string };
  const [first] = possible;
  if (!first) return null;
  const names = possible.join(', ');
  throw badInput(
    second ?? first,
    { zh: `${names} 中恰好给出一个`, en: `exactly one of ${names}` },
    second ? input[second] : null,
  );
}

export const gridProblemMutations: Resolvers = {
  Mutation: {
    reportGridProblem: mutation<ReportGridProblem>('reportGridProblem', async (context, input) => {
      const { gridId, visitId, kind, location, deadline } = input;
      const description = checkWords('description', input.description, maxTextLength);
      const grid = await grids.lockForUpdate(context, 'gridId', gridId);
      if (grid.status === 'DISSOLVED') return gridDissolved();
      const visit = visitId ? await gridVisits.lockUnscoped(context, 'visitId', visitId) : null;
      // As if there was no such visit: it may lie in any division.
      if (visitId) required(visit?.gridId === gridId ? visit : null, 'visitId', visitId);
      const foundAt = context.now;
      if (deadline && Date.parse(deadline) <= Date.parse(foundAt))
        throw badInput('deadline', { zh: '将来的时刻', en: 'an instant in the future' }, deadline);
      const { divisionCode } = grid;
      const { longitude, latitude } = location;
      const columns = {
        divisionCode,
        gridId,
        visitId,
        kind,
        description,
        longitude,
        latitude,
        deadline,
        foundAt,
      };
      const row = await gridProblems.register(context, columns, { kind });
      await record(context, row.id, { at: row.foundAt, action: 'FOUND', note: null });
      return row;
    }),

    handOverGridProblem: mutation<HandOverGridProblem>('handOverGridProblem', async (context, input) => {
      const { gridProblemId, handler } = input;
      const reference = referenceOf(input);
      const step: Step = {
        to: 'HANDED_OVER',
        from: {
          status: 'FOUND',
          otherwise: {
            zh: '问题已办结待核查；核查不通过时，请用 verifyGridProblem 退回。',
            en: 'The problem is solved and to be verified; if the verification fails, send it back with verifyGridProblem.',
          },
        },
        action: 'HANDED_OVER',
        note: checkWords('note', input.note, maxTextLength),
        columnsOf: (at) => ({
          handler,
          handedOverAt: at,
          ...(reference && { [reference.name]: reference.key }),
        }),
      };
      return takeStep(context, gridProblemId, step, async (row) => {
        if (!reference) return null;
        checkOfDistrict(reference.name, reference.key, row.divisionCode);
        await lockReference(context.sql, reference.key);
        const [other] = await findGridProblemsOf(context.sql, reference.name, [reference.key]);
        return other ? alreadyReferredTo(context, other) : null;
      });
    }),

    solveGridProblem: mutation<{ gridProblemId: string; note?: string | null }>(
      'solveGridProblem',
      async (context, { gridProblemId, note }) =>
        takeStep(context, gridProblemId, {
          to: 'SOLVED',
          action: 'SOLVED',
          note: checkWords('note', note, maxTextLength),
          columnsOf: (at) => ({ solvedAt: at }),
        }),
    ),

    verifyGridProblem: mutation<{ gridProblemId: string; passed: boolean; note?: string | null }>(
      'verifyGridProblem',
      async (context, { gridProblemId, passed, ...input }) => {
        const note = checkWords('note', input.note, maxTextLength);
        if (passed)
          return takeStep(context, gridProblemId, {
            to: 'VERIFIED',
            action: 'VERIFIED',
            note,
            columnsOf: (at) => ({ closedAt: at }),
          });
        if (!note)
          throw badInput(
            'note',
            { zh: '非空值（核查不通过时必填）', en: 'a value, required if it failed' },
            null,
          );
        return takeStep(context, gridProblemId, {
          to: 'HANDED_OVER',
          from: {
            status: 'SOLVED',
            otherwise: {
              zh: '问题尚未办结，办结后才能核查。',
              en: 'The problem is not solved; it can be verified afterwards.',
            },
          },
          action: 'SENT_BACK',
          note,
          columnsOf: () => ({ solvedAt: null }),
        });
      },
    ),

    cancelGridProblem: mutation<{ gridProblemId: string; reason: string }>(
      'cancelGridProblem',
      async (context, { gridProblemId, reason }) =>
        takeStep(context, gridProblemId, {
          to: 'CANCELLED',
          action: 'CANCELLED',
          note: checkWords('reason', reason, maxTextLength),
          columnsOf: (at) => ({ closedAt: at }),
        }),
    ),
  },
};

const alreadyReferredTo = defineRefusal(
  'AlreadyReferredTo',
  (context: MutationContext, other: GridProblem) => ({
    zh: '另一网格问题已转为该记录，请核对标识。',
    en: 'Another problem of the grid became this record already; check the key.',
    fields: { gridProblem: nullIfOutside(context, 'GridProblem', other) },
  }),
);
