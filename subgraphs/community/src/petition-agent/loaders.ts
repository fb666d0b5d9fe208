// Petition agents by key and by division.

import { alignOne, defineLoader } from '@district-graph/kit/loaders';
import type { Page } from '@district-graph/kit/pagination/connections';
import { findPetitionAgents, listPetitionAgents } from './store.ts';
import type { PetitionAgent } from './tables.ts';

export const petitionAgentById = defineLoader<string, PetitionAgent | null>(async (sql, ids) =>
  alignOne(ids, await findPetitionAgents(sql, ids), (row) => row.id),
);

export const petitionAgentsByDivision = defineLoader<string, PetitionAgent[], Page>((sql, codes, page) =>
  listPetitionAgents(sql, codes, page),
);
