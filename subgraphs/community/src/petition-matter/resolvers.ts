// Resolvers for petition matters: lookup, lists inside a division and of the petitioner, steps, and what bureaus learn.

import { isUnmasked, pageInside } from '@district-graph/kit/access/protected-rows';
import { checkPeriod } from '@district-graph/kit/calendar';
import { checkDivisionCode } from '@district-graph/kit/divisions/divisions';
import { prefixesOf } from '@district-graph/kit/identity/viewer';
import type { Resolver, Resolvers, SubgraphContext } from '@district-graph/kit/loaders';
import { defineList, type PageArgs, pageOf, toConnection } from '@district-graph/kit/pagination/connections';
import {
  divisionOf,
  queryById,
  referenceById,
  type ViewerParent,
  yuan,
} from '@district-graph/kit/schema/entities';
import { agentOfMatter } from '../petition-agent/resolvers.ts';
import {
  matterCountOfViewer,
  mattersOfViewer,
  petitionMatterById,
  petitionMatterCountByDivision,
  petitionMattersByDivision,
  stepsByMatter,
  transfersByBureau,
} from './loaders.ts';
import type { PetitionMatterFilter, PetitionTransfer } from './store.ts';
import { encryptedPetitionMatter, encryptedPetitionStep, type PetitionMatter } from './tables.ts';
import { isOpen } from './transitions.ts';

const byReceipt = (name: string) =>
  defineList<PetitionMatter>(name, ['date', 'uuid'], (row) => [row.receivedOn, row.id]);

const matterList = byReceipt('petitionMatters');
const viewerMatterList = byReceipt('Viewer.petitionMatters');
const transferList = defineList<PetitionTransfer>('petitionTransfers', ['date', 'uuid'], (row) => [
  row.transferredOn,
  row.id,
]);

/** The encrypted columns; PetitionTransfer takes the only one of them that it has. */
const { transferText, ...others } = encryptedPetitionMatter.fields() as Record<string, Resolver> & {
  transferText: Resolver;
};

/** The division in which the petitioner lives. */
const matterDivision = { type: 'PetitionMatter', field: 'division', scope: 'petition:identify' } as const;

/** The petitioner as an elder: the key identifies them. */
const petitionerElder = { type: 'PetitionMatter', field: 'elder', scope: 'petition:identify' } as const;

/** The next day by which something is due: the notice of acceptance, or else the settlement. Null once the matter has ended. */
function nextDueOn(row: PetitionMatter): string | null {
  if (!isOpen(row)) return null;
  return row.acceptedOn === null ? row.acceptDueOn : row.settleDueOn;
}

/** The viewer's matters: those they submitted, and those of the elder that they are. */
export async function listMattersOfViewer(
  { id, elderId }: ViewerParent,
  args: PageArgs,
  context: SubgraphContext,
) {
  const page = pageOf(viewerMatterList, args);
  const rows = await mattersOfViewer(context, { elderId, page }).load(id);
  return toConnection(viewerMatterList, page, rows, () => matterCountOfViewer(context, { elderId }).load(id));
}

export const petitionMatterResolvers: Resolvers = {
  Query: {
    petitionMatter: queryById(petitionMatterById),
    petitionMatters: async (
      _root,
      { within, first, after, ...given }: PageArgs & PetitionMatterFilter & { within: string },
      context,
    ) => {
      const code = checkDivisionCode(within);
      if (given.period) checkPeriod(given.period);
      const filter = { ...given, today: context.today };
      const page = pageOf(matterList, { first, after });
      const rule = { list: 'petitionMatters', division: matterDivision };
      const rows = await pageInside(context, rule, code, page, () =>
        petitionMattersByDivision(context, { filter, page }).load(code),
      );
      return toConnection(matterList, page, rows, () =>
        petitionMatterCountByDivision(context, filter).load(code),
      );
    },
    petitionTransfers: async (_root, args: PageArgs, context) => {
      const page = pageOf(transferList, args);
      const { viewer } = context;
      const prefixes = prefixesOf(viewer);
      const rows =
        viewer.bureau === null
          ? []
          : await transfersByBureau(context, { prefixes, page }).load(viewer.bureau);
      return toConnection(transferList, page, rows, () => null);
    },
  },
  PetitionMatter: {
    __resolveReference: referenceById(petitionMatterById),
    ...others,
    transferText,
    division: divisionOf,
    agent: agentOfMatter,
    elder: async (row: PetitionMatter, _args, context) =>
      row.elderId !== null && (await isUnmasked(context, petitionerElder, row)) ? { id: row.elderId } : null,
    recovered: ({ recoveredFen }: PetitionMatter) => yuan(recoveredFen),
    nextDueOn,
    isOverdue: (row: PetitionMatter, _args, { today }) => {
      const due = [row.settleDueOn, ...(row.acceptedOn === null ? [row.acceptDueOn] : [])];
      return isOpen(row) && due.some((day) => day < today);
    },
    steps: async ({ id, divisionCode, elderId, ownedBy }: PetitionMatter, _args, context) => {
      const steps = await stepsByMatter(context).load(id);
      return steps.map((step) => ({ ...step, id, divisionCode, elderId, ownedBy }));
    },
  },
  PetitionStep: encryptedPetitionStep.fields(),
  PetitionTransfer: {
    transferText,
    bureau: ({ transferBureau }: PetitionTransfer) => transferBureau,
  },
};
