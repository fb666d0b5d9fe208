// Outreach events by key and by division.

import { alignOne, defineLoader } from '@district-graph/kit/loaders';
import type { Page } from '@district-graph/kit/pagination/connections';
import { findOutreachEvents, listOutreachEvents } from './store.ts';
import type { OutreachEvent } from './tables.ts';

export const outreachEventById = defineLoader<string, OutreachEvent | null>(async (sql, ids) =>
  alignOne(ids, await findOutreachEvents(sql, ids), (row) => row.id),
);

export const outreachEventsByDivision = defineLoader<string, OutreachEvent[], Page>((sql, codes, page) =>
  listOutreachEvents(sql, codes, page),
);
