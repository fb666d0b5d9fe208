// Incidents by key, division and elder, their timelines, and how many there are.
import { countLimit, type Page } from '@district-graph/kit/connections';
import { prefixOf } from '@district-graph/kit/divisions';
import { alignMany, alignOne, defineLoader } from '@district-graph/kit/loaders';
import {
  countIncidents,
  countIncidentsOfElders,
  findIncidents,
  findTimelines,
  type IncidentFilter,
  listIncidents,
  listIncidentsOfElders,
} from './store.ts';
import type { Incident, IncidentTimelineRow } from './tables.ts';

export const incidentById = defineLoader<string, Incident | null>(async (sql, ids) =>
  alignOne(ids, await findIncidents(sql, ids), (row) => row.id),
);

export const incidentsByDivision = defineLoader<string, Incident[], { filter: IncidentFilter; page: Page }>(
  async (sql, codes, { filter, page }) =>
    alignMany(codes.map(prefixOf), await listIncidents(sql, codes, filter, page), (row) => row.inside),
);

/** Up to `countLimit` and one more. */
export const incidentCountByDivision = defineLoader<string, number, IncidentFilter>(
  async (sql, codes, filter) => {
    const rows = await countIncidents(sql, codes, filter, countLimit + 1);
    return alignOne(codes.map(prefixOf), rows, (row) => row.inside).map((row) => row?.count ?? 0);
  },
);

export const incidentsByElder = defineLoader<string, Incident[], Page>(async (sql, ids, page) =>
  alignMany(ids, await listIncidentsOfElders(sql, ids, page), (row) => row.elderId as string),
);

/** Up to `countLimit` and one more. */
export const incidentCountOfElder = defineLoader<string, number>(async (sql, ids) => {
  const rows = await countIncidentsOfElders(sql, ids, countLimit + 1);
  return alignOne(ids, rows, (row) => row.elderId).map((row) => row?.count ?? 0);
});

export const timelineByIncident = defineLoader<string, IncidentTimelineRow[]>(async (sql, ids) =>
  alignMany(ids, await findTimelines(sql, ids), (row) => row.incidentId),
);
