// Resolvers for commendations: lookup and lists inside a division.

import { isUnmasked } from '@district-graph/kit/access/protected-rows';
import { checkPeriod } from '@district-graph/kit/calendar';
import { checkDivisionCode } from '@district-graph/kit/divisions/divisions';
import type { Resolver, Resolvers } from '@district-graph/kit/loaders';
import { Unprotected } from '@district-graph/kit/masking';
import { defineList, type PageArgs, pageOf, toConnection } from '@district-graph/kit/pagination/connections';
import { divisionOf, queryById, referenceById } from '@district-graph/kit/schema/entities';
import { petitionMatterById } from '../petition-matter/loaders.ts';
import { commendationById, commendationCountByDivision, commendationsByDivision } from './loaders.ts';
import type { CommendationFilter } from './store.ts';
import { type Commendation, encryptedCommendation } from './tables.ts';

const list = defineList<Commendation>('commendations', ['date', 'uuid'], (row) => [row.receivedOn, row.id]);

/** That a matter has been thanked for. */
const thankedMatter = { type: 'PetitionMatter', field: 'commendation', scope: 'petition:identify' } as const;

const encryptedFields = encryptedCommendation.fields();

/** The name of a person is masked; that of a bureau, community or team is public. */
const recipientName: Resolver = (row: Commendation, args, context) =>
  row.recipientKind === 'PERSON_ON_DUTY'
    ? encryptedFields.recipientName?.(row, args, context)
    : new Unprotected(encryptedCommendation.decrypt(context.keyring, row, 'recipientName'));

export const commendationResolvers: Resolvers = {
  Query: {
    commendation: queryById(commendationById),
    commendations: async (
      _root,
      { within, first, after, ...filter }: PageArgs & CommendationFilter & { within: string },
      context,
    ) => {
      const code = checkDivisionCode(within);
      if (filter.period) checkPeriod(filter.period);
      const page = pageOf(list, { first, after });
      const rows = await commendationsByDivision(context, { filter, page }).load(code);
      return toConnection(list, page, rows, () => commendationCountByDivision(context, filter).load(code));
    },
  },
  Commendation: {
    __resolveReference: referenceById(commendationById),
    ...encryptedFields,
    recipientName,
    division: divisionOf,
    petitionMatter: async ({ petitionMatterId }: Commendation, _args, context) => {
      const matter = petitionMatterId && (await petitionMatterById(context).load(petitionMatterId));
      // The division and the inscription would reveal who has petitioned there, and what for.
      return matter && (await isUnmasked(context, thankedMatter, matter)) ? matter : null;
    },
  },
};
