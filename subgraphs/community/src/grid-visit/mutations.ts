// The mutation of visits: record one.

import { badInput } from '@district-graph/kit/errors';
import type { Resolvers } from '@district-graph/kit/loaders';
import { checkInteger, checkWords } from '@district-graph/kit/mutations/checks';
import { mutation } from '@district-graph/kit/mutations/mutation';
import { gridDissolved } from '../grid/refusals.ts';
import { grids } from '../grid/store.ts';
import { gridVisits } from './store.ts';
import type { GridVisit } from './tables.ts';

interface RecordGridVisit {
  gridId: string;
  kind: GridVisit['kind'];
  visitedAt?: string | null;
  householdsVisited?: number | null;
  workerName: string;
  note?: string | null;
}

const mostHouseholds = 10_000;

/** Households and shops are counted; sites and public areas have none. */
function checkHouseholds({ kind, householdsVisited }: RecordGridVisit): number {
  const isCounted = kind === 'HOUSEHOLD' || kind === 'SHOP';
  return checkInteger(
    'householdsVisited',
    householdsVisited ?? 0,
    isCounted ? 1 : 0,
    isCounted ? mostHouseholds : 0,
  );
}

export const gridVisitMutations: Resolvers = {
  Mutation: {
    recordGridVisit: mutation<RecordGridVisit>('recordGridVisit', async (context, input) => {
      const { gridId, kind } = input;
      const householdsVisited = checkHouseholds(input);
      const workerName = checkWords('workerName', input.workerName);
      const note = checkWords('note', input.note, 1000);
      const grid = await grids.lockForUpdate(context, 'gridId', gridId);
      if (grid.status === 'DISSOLVED') return gridDissolved();
      const visitedAt = input.visitedAt ?? context.now;
      if (Date.parse(visitedAt) > Date.parse(context.now))
        throw badInput(
          'visitedAt',
          { zh: '不晚于现在的时刻', en: 'an instant not in the future' },
          visitedAt,
        );
      const { divisionCode } = grid;
      return gridVisits.register(context, {
        divisionCode,
        gridId,
        kind,
        visitedAt,
        householdsVisited,
        workerName,
        note,
      });
    }),
  },
};
