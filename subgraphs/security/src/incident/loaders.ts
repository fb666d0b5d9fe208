// Incidents by key, division and elder, their timelines, and their counts.

import { prefixOf } from '@district-graph/kit/divisions/divisions';
import { alignMany, alignOne, defineLoader } from '@district-graph/kit/loaders';
import { boundedCount, countLimit, type Page } from '@district-graph/kit/pagination/connections';
import { readFlows } from '@district-graph/kit/rollups/rollups';
import {
  countIncidents,
  countIncidentsOfElders,
  findIncidents,
  findTimelines,
  type IncidentFilter,
  type IncidentOrder,
  listIncidents,
  listIncidentsOfElders,
} from './store.ts';
import type { Incident, IncidentTimelineRow } from './tables.ts';

export const incidentById = defineLoader<string, Incident | null>(async (sql, ids) =>
  alignOne(ids, await findIncidents(sql, ids), (row) => row.id),
);

export const incidentsByDivision = defineLoader<
  string,
  Incident[],
  { filter: IncidentFilter & { orderBy: IncidentOrder }; page: Page }
>(async (sql, codes, { filter, page }) =>
  alignMany(codes.map(prefixOf), await listIncidents(sql, codes, filter, page), (row) => row.inside),
);

/** A period that contains every incident, within the maximum of fifty years. */
const always = { from: '2000-01-01', to: '2049-12-31' };

/** The rollup metrics that count what the filter selects; null where only the rows can be counted. */
function rollupMetricsOf({ status, open, kind, severity }: IncidentFilter): string[] | null {
  if (open != null || (kind && severity)) return null;
  if (status) return status === 'FALSE_ALARM' && !kind && !severity ? ['outcomes:FALSE_ALARM'] : null;
  if (kind) return [`incident_kinds:${kind}`];
  return (severity ? [severity] : [1, 2, 3, 4]).map((level) => `incidents:${level}`);
}

/** The number of incidents: from rollups where possible, otherwise counted; null above the limit of counting. */
export const incidentCountByDivision = defineLoader<string, number | null, IncidentFilter>(
  async (sql, codes, filter, context) => {
    const metrics = rollupMetricsOf(filter);
    if (metrics) {
      const sums = await readFlows(context, codes, filter.period ?? always);
      return codes.map((code) =>
        metrics.reduce((total, metric) => total + (sums.get(code)?.[metric] ?? 0), 0),
      );
    }
    const rows = await countIncidents(sql, codes, filter, countLimit + 1);
    return alignOne(codes.map(prefixOf), rows, (row) => row.inside).map((row) =>
      boundedCount(row?.count ?? 0),
    );
  },
);

export const incidentsByElder = defineLoader<string, Incident[], Page>(async (sql, ids, page) =>
  alignMany(ids, await listIncidentsOfElders(sql, ids, page), (row) => row.elderId as string),
);

/** Counts up to `countLimit` + 1. */
export const incidentCountOfElder = defineLoader<string, number>(async (sql, ids) => {
  const rows = await countIncidentsOfElders(sql, ids, countLimit + 1);
  return alignOne(ids, rows, (row) => row.elderId).map((row) => row?.count ?? 0);
});

export const timelineByIncident = defineLoader<string, IncidentTimelineRow[]>(async (sql, ids) =>
  alignMany(ids, await findTimelines(sql, ids), (row) => row.incidentId),
);
