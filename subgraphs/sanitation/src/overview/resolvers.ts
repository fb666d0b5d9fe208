// The overview of sanitation that every division has.

import { knownCount } from '@district-graph/kit/access/unknown-counts';
import { checkPeriod, type DateRange } from '@district-graph/kit/calendar';
import type { Resolver, Resolvers } from '@district-graph/kit/loaders';
import type { PageArgs } from '@district-graph/kit/pagination/connections';
import {
  flowField,
  flowsByDivision,
  type Overview,
  stockByDivision,
  sumOf,
} from '@district-graph/kit/rollups/overview-loaders';
import type { TrendArgs } from '@district-graph/kit/rollups/rollups';
import { overviewOfDivision, withDeprecatedNames } from '@district-graph/kit/schema/entities';
import { listBlindSpotsInside } from '../blind-spot/resolvers.ts';
import type { BlindSpotFilter } from '../blind-spot/store.ts';
import { currentAlertByDivision } from '../pollution-alert/loaders.ts';
import { pollutionCategories } from '../pollution-source/tables.ts';
import { listRoadsInside } from '../road/resolvers.ts';
import { dispatchPurposes } from '../vehicle-dispatch/tables.ts';
import {
  campaignsAbove,
  cleaningMethodByDivision,
  crewsAbove,
  dispatchesAbove,
  roadsFlushedByDivision,
  teamsAbove,
  trendByDivision,
  vehiclesAbove,
} from './loaders.ts';
import type { trendMetrics } from './store.ts';

/** A field with a current figure of records that may be registered for a division above. */
const stock =
  (metric: string, recordsAbove: typeof crewsAbove): Resolver =>
  ({ code }: Overview, _args, context) =>
    knownCount(recordsAbove, context, code, undefined, async () =>
      sumOf(await stockByDivision(context).load(code), metric),
    );

const campaignMetrics = {
  personTimes: 'campaign_person_times',
  vehicleTimes: 'campaign_vehicle_times',
  vehiclesHeld: 'campaign_vehicles_held',
  smallAdsCleared: 'campaign_small_ads',
  lightBoxesRemoved: 'campaign_light_boxes',
  billboardsRemoved: 'campaign_billboards',
  steelStructuresRemoved: 'campaign_steel_structures',
};

export const overviewResolvers: Resolvers = {
  Division: overviewOfDivision('sanitation'),
  SanitationOverview: withDeprecatedNames(
    {
      vehiclesOnDuty: stock('vehicles_on_duty', vehiclesAbove),
      workersOnDuty: stock('workers_on_duty', crewsAbove),
      cleaningMethod: ({ code }: Overview, _args, context) => cleaningMethodByDivision(context).load(code),
      roadsFlushed: ({ code }: Overview, { period }: { period: DateRange }, context) =>
        roadsFlushedByDivision(context, period).load(code),
      blindSpotsReported: flowField('blind_spots_reported'),
      blindSpotsCleared: flowField('blind_spots_cleared'),
      inspectionTeams: ({ code }: Overview, { period }: { period: DateRange }, context) =>
        knownCount(teamsAbove, context, code, checkPeriod(period), async () =>
          sumOf(await flowsByDivision(context, period).load(code), 'inspection_teams'),
        ),
      vehicleDispatchCount: (
        { code }: Overview,
        { period, purpose }: { period: DateRange; purpose?: (typeof dispatchPurposes)[number] | null },
        context,
      ) =>
        knownCount(dispatchesAbove, context, code, checkPeriod(period), async () => {
          const sums = await flowsByDivision(context, period).load(code);
          return sumOf(sums, ...(purpose ? [purpose] : dispatchPurposes).map((name) => `dispatches:${name}`));
        }),
      pollutionSourceCounts: async ({ code }: Overview, _args, context) => {
        const sums = await stockByDivision(context).load(code);
        return pollutionCategories.map((category) => ({
          category,
          count: sumOf(sums, `pollution_sources:${category}`),
        }));
      },
      campaigns: ({ code }: Overview, { period }: { period: DateRange }, context) =>
        knownCount(campaignsAbove, context, code, checkPeriod(period), async () => {
          const sums = await flowsByDivision(context, period).load(code);
          return Object.fromEntries(
            Object.entries(campaignMetrics).map(([field, metric]) => [field, sumOf(sums, metric)]),
          );
        }),
      roads: ({ code }: Overview, args: PageArgs, context) => listRoadsInside(code, args, context),
      blindSpots: ({ code }: Overview, args: PageArgs & BlindSpotFilter, context) =>
        listBlindSpotsInside(code, args, context),
      currentAlert: ({ code }: Overview, _args, context) => currentAlertByDivision(context).load(code),
      trend: async ({ code }: Overview, args: TrendArgs & { metric: keyof typeof trendMetrics }, context) => {
        const points = await trendByDivision(context, args).load(code);
        if (args.metric !== 'VEHICLE_DISPATCHES') return points;
        const known = await knownCount(dispatchesAbove, context, code, args.period, async () => points);
        return known ?? points.map(({ start }) => ({ start, value: null }));
      },
    },
    { pollutionSources: 'pollutionSourceCounts', vehicleDispatches: 'vehicleDispatchCount' },
  ),
};
