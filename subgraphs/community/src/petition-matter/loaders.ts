// Petition matters by key, division, agent and petitioner, their steps, and what was transferred to a bureau.

import { alignMany, alignOne, defineLoader } from '@district-graph/kit/loaders';
import type { Page } from '@district-graph/kit/pagination/connections';
import {
  countOpenMatters,
  countPetitionMatters,
  countViewerMatters,
  type DatedFilter,
  findPetitionMatters,
  findSteps,
  listOpenMatters,
  listPetitionMatters,
  listPetitionTransfers,
  listViewerMatters,
  type PetitionTransfer,
} from './store.ts';
import type { PetitionMatter, PetitionStep } from './tables.ts';

export const petitionMatterById = defineLoader<string, PetitionMatter | null>(async (sql, ids) =>
  alignOne(ids, await findPetitionMatters(sql, ids), (row) => row.id),
);

export const petitionMattersByDivision = defineLoader<
  string,
  PetitionMatter[],
  { filter: DatedFilter; page: Page }
>((sql, codes, { filter, page }) => listPetitionMatters(sql, codes, filter, page));

export const petitionMatterCountByDivision = defineLoader<string, number | null, DatedFilter>(
  (sql, codes, filter) => countPetitionMatters(sql, codes, filter),
);

export const openMattersByAgent = defineLoader<string, PetitionMatter[], Page>((sql, agentIds, page) =>
  listOpenMatters(sql, agentIds, page),
);

export const openMatterCountByAgent = defineLoader<string, number | null>((sql, agentIds) =>
  countOpenMatters(sql, agentIds),
);

export const stepsByMatter = defineLoader<string, PetitionStep[]>(async (sql, matterIds) =>
  alignMany(matterIds, await findSteps(sql, matterIds), (row) => row.matterId),
);

/** Keyed by the viewer: a request has only that one key. */
export const mattersOfViewer = defineLoader<string, PetitionMatter[], { elderId: string | null; page: Page }>(
  (sql, ids, { elderId, page }) =>
    Promise.all(ids.map((id) => listViewerMatters(sql, { id, elderId }, page))),
);

export const matterCountOfViewer = defineLoader<string, number | null, { elderId: string | null }>(
  (sql, ids, { elderId }) => Promise.all(ids.map((id) => countViewerMatters(sql, { id, elderId }))),
);

/** Keyed by the viewer's bureau: a request has only that one key. */
export const transfersByBureau = defineLoader<
  string,
  PetitionTransfer[],
  { prefixes: readonly string[]; page: Page }
>((sql, bureaus, { prefixes, page }) =>
  Promise.all(bureaus.map((bureau) => listPetitionTransfers(sql, bureau, prefixes, page))),
);
