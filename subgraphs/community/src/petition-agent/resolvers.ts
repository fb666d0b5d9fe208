// Resolvers for petition agents: lookup, lists inside a division, and the open matters in their charge.

import { missingScopeError } from '@district-graph/kit/access/missing-scope';
import { pageInside } from '@district-graph/kit/access/protected-rows';
import { checkDivisionCode, districtCodeOf } from '@district-graph/kit/divisions/divisions';
import { hasPermission, owns } from '@district-graph/kit/identity/viewer';
import type { Resolver, Resolvers } from '@district-graph/kit/loaders';
import { defineList, type PageArgs, pageOf, toConnection } from '@district-graph/kit/pagination/connections';
import { stockByDivision, sumOf } from '@district-graph/kit/rollups/overview-loaders';
import { divisionOf, fieldById, queryById, referenceById } from '@district-graph/kit/schema/entities';
import { openMatterCountByAgent, openMattersByAgent } from '../petition-matter/loaders.ts';
import type { PetitionMatter } from '../petition-matter/tables.ts';
import { petitionAgentById, petitionAgentsByDivision } from './loaders.ts';
import { encryptedPetitionAgent, type PetitionAgent } from './tables.ts';

const agentList = defineList<PetitionAgent>('petitionAgents', ['text', 'uuid'], (row) => [
  row.subdistrictCode,
  row.id,
]);

const openMatterList = defineList<PetitionMatter>('PetitionAgent.openMatters', ['date', 'uuid'], (row) => [
  row.settleDueOn,
  row.id,
]);

/** The division that an agent is on duty in: mostly that of the petitioners. */
const agentDivision = { type: 'PetitionAgent', field: 'division', scope: 'petition:identify' } as const;

const assignedAgent = fieldById(petitionAgentById, ({ agentId }: { agentId: string | null }) => agentId);

/**
 * The agent of a matter. Petitioners see theirs masked, since they know who came to them, but not the telephone number or
 * what else the agent is in charge of.
 */
export const agentOfMatter: Resolver = async (row: PetitionMatter, args, context) => {
  const agent = (await assignedAgent(row, args, context)) as PetitionAgent | null;
  const { viewer, ownedByViewer } = context;
  if (!agent || !owns(viewer, row) || hasPermission(viewer, 'petition:read', agent.divisionCode))
    return agent;
  const disclosed = { ...agent, phone: null };
  ownedByViewer.add(disclosed);
  return disclosed;
};

export const petitionAgentResolvers: Resolvers = {
  Query: {
    petitionAgent: queryById(petitionAgentById),
    petitionAgents: async (_root, { within, ...args }: PageArgs & { within: string }, context) => {
      const code = checkDivisionCode(within);
      const page = pageOf(agentList, args);
      const rule = { list: 'petitionAgents', division: agentDivision };
      const rows = await pageInside(context, rule, code, page, () =>
        petitionAgentsByDivision(context, page).load(code),
      );
      return toConnection(agentList, page, rows, async () =>
        sumOf(await stockByDivision(context).load(code), 'petition_agents'),
      );
    },
  },
  PetitionAgent: {
    __resolveReference: referenceById(petitionAgentById),
    ...encryptedPetitionAgent.fields(),
    division: divisionOf,
    openMatters: async ({ id, divisionCode }: PetitionAgent, args: PageArgs, context) => {
      // Petitioners see who their agent is, not how many others the agent has.
      if (!hasPermission(context.viewer, 'petition:read', divisionCode))
        throw missingScopeError('petition:read', districtCodeOf(divisionCode));
      const page = pageOf(openMatterList, args);
      const rows = await openMattersByAgent(context, page).load(id);
      return toConnection(openMatterList, page, rows, () => openMatterCountByAgent(context).load(id));
    },
  },
};
