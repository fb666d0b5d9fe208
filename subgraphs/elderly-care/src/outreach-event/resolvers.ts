// Resolvers for outreach events: lookup and lists inside a division.

import { personCountOf } from '@district-graph/kit/access/person-counts';
import { checkDivisionCode } from '@district-graph/kit/divisions/divisions';
import type { Resolvers } from '@district-graph/kit/loaders';
import { defineList, type PageArgs, pageOf, toConnection } from '@district-graph/kit/pagination/connections';
import { stockByDivision, sumOf } from '@district-graph/kit/rollups/overview-loaders';
import { divisionOf, queryById, referenceById } from '@district-graph/kit/schema/entities';
import { outreachEventById, outreachEventsByDivision } from './loaders.ts';
import type { OutreachEvent } from './tables.ts';

const list = defineList<OutreachEvent>('outreachEvents', ['text', 'date', 'uuid'], (row) => [
  row.divisionCode,
  row.heldOn,
  row.id,
]);

export const outreachEventResolvers: Resolvers = {
  Query: {
    outreachEvent: queryById(outreachEventById),
    outreachEvents: async (_root, { within, ...args }: PageArgs & { within: string }, context) => {
      const code = checkDivisionCode(within);
      const page = pageOf(list, args);
      const rows = await outreachEventsByDivision(context, page).load(code);
      return toConnection(list, page, rows, async () =>
        sumOf(await stockByDivision(context).load(code), 'outreach_events_kept'),
      );
    },
  },
  OutreachEvent: {
    __resolveReference: referenceById(outreachEventById),
    division: divisionOf,
    beneficiaries: personCountOf('beneficiaries'),
  },
};
