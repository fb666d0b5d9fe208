// Loaders of the overview's figures, for many divisions in one statement.
import { defineRecordsAbove } from '@district-graph/kit/access/unknown-counts';
import type { DateRange } from '@district-graph/kit/calendar';
import { alignOne, defineLoader } from '@district-graph/kit/loaders';
import { defineTrend } from '@district-graph/kit/rollups/overview-loaders';
import type { cleaningStepKinds } from '../cleaning-run/tables.ts';
import {
  activeCrews,
  alertsWithTeamsOf,
  campaignsOf,
  countRoadsFlushed,
  dispatchesOf,
  findCleaningMethods,
  trendMetrics,
  vehiclesOnDuty,
} from './store.ts';

export const trendByDivision = defineTrend(trendMetrics);

export const roadsFlushedByDivision = defineLoader<string, number, DateRange>(async (sql, codes, period) =>
  alignOne(codes, await countRoadsFlushed(sql, codes, period), (row) => row.code).map(
    (row) => row?.count ?? 0,
  ),
);

export const cleaningMethodByDivision = defineLoader<string, (typeof cleaningStepKinds)[number][] | null>(
  async (sql, codes) =>
    alignOne(codes, await findCleaningMethods(sql, codes), (row) => row.code).map(
      (row) => row?.steps ?? null,
    ),
);

// Bureaus record these for a whole district or subdistrict.
export const crewsAbove = defineRecordsAbove('sanitation_crew', activeCrews);
export const vehiclesAbove = defineRecordsAbove('sanitation_vehicle', vehiclesOnDuty);
export const dispatchesAbove = defineRecordsAbove<DateRange>('vehicle_dispatch', dispatchesOf);
export const teamsAbove = defineRecordsAbove<DateRange>('pollution_alert', alertsWithTeamsOf);
export const campaignsAbove = defineRecordsAbove<DateRange>('enforcement_campaign', campaignsOf);
