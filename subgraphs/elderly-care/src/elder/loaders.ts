// Elderly people by key and by division, and their emergency contacts.

import { alignMany, alignOne, defineLoader } from '@district-graph/kit/loaders';
import type { Page } from '@district-graph/kit/pagination/connections';
import { findElders, findEmergencyContacts, listElders } from './store.ts';
import type { Elder, EmergencyContact } from './tables.ts';

export const elderById = defineLoader<string, Elder | null>(async (sql, ids) =>
  alignOne(ids, await findElders(sql, ids), (row) => row.id),
);

export const eldersByDivision = defineLoader<string, Elder[], Page>((sql, codes, page) =>
  listElders(sql, codes, page),
);

export const emergencyContactsByElder = defineLoader<string, EmergencyContact[]>(async (sql, elderIds) =>
  alignMany(elderIds, await findEmergencyContacts(sql, elderIds), (row) => row.elderId),
);
