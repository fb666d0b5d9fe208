// Pollution alerts by key and by division.

import { alignMany, alignOne, defineLoader } from '@district-graph/kit/loaders';
import type { Page } from '@district-graph/kit/pagination/connections';
import {
  type CategoryProgress,
  countProgress,
  findCurrentAlerts,
  findPollutionAlerts,
  listPollutionAlerts,
  listTeams,
} from './store.ts';
import type { InspectionTeam, PollutionAlert } from './tables.ts';

export const pollutionAlertById = defineLoader<string, PollutionAlert | null>(async (sql, ids) =>
  alignOne(ids, await findPollutionAlerts(sql, ids), (row) => row.id),
);

export const pollutionAlertsByDivision = defineLoader<string, PollutionAlert[], Page>((sql, codes, page) =>
  listPollutionAlerts(sql, codes, page),
);

export const currentAlertByDivision = defineLoader<string, PollutionAlert | null>(async (sql, codes) =>
  alignOne(codes, await findCurrentAlerts(sql, codes), (row) => row.standsIn),
);

export const teamsByAlert = defineLoader<string, (InspectionTeam & { inspected: number })[]>(
  async (sql, alertIds) => alignMany(alertIds, await listTeams(sql, alertIds), (row) => row.alertId),
);

export const progressByAlert = defineLoader<string, CategoryProgress[]>(async (sql, alertIds) =>
  alignMany(alertIds, await countProgress(sql, alertIds), (row) => row.alertId),
);
