// The indicators of sanitation, and the ranking of divisions by them.
import {
  flow,
  ownFigure,
  ratio,
  requirePeriod,
  residents,
  stock,
  unlessRecordedAbove,
} from '@district-graph/kit/indicators/figures';
import {
  defineIndicatorValues,
  indicatorField,
  indicatorValueResolvers,
} from '@district-graph/kit/indicators/indicator-values';
import { rankingField } from '@district-graph/kit/indicators/rankings';
import type { Resolvers } from '@district-graph/kit/loaders';
import { crewsAbove, dispatchesAbove, roadsFlushedByDivision, vehiclesAbove } from '../overview/loaders.ts';
import { trendMetrics } from '../overview/store.ts';
import { pollutionCategories } from '../pollution-source/tables.ts';

const vehicles = unlessRecordedAbove(vehiclesAbove, () => undefined, stock('vehicles_on_duty'));
const cleaners = unlessRecordedAbove(crewsAbove, () => undefined, stock('workers_on_duty'));

const values = defineIndicatorValues('sanitation', {
  values: {
    VEHICLES_ON_DUTY: vehicles,
    CLEANERS_ON_DUTY: cleaners,
    ROADS_FLUSHED: ownFigure((context, code, period) =>
      roadsFlushedByDivision(context, requirePeriod(period)).load(code),
    ),
    BLIND_SPOTS_REPORTED: flow('blind_spots_reported'),
    BLIND_SPOTS_CLEARED: flow('blind_spots_cleared'),
    VEHICLE_DISPATCHES: unlessRecordedAbove(
      dispatchesAbove,
      requirePeriod,
      flow(...trendMetrics.VEHICLE_DISPATCHES),
    ),
    OPEN_BLIND_SPOTS: stock('blind_spots:REPORTED'),
    CLEANING_RUNS_COMPLETED: flow('cleaning_runs_completed'),
    POLLUTION_INSPECTIONS: flow('inspections'),
    VIOLATIONS: flow('violations'),
    VIOLATION_RATE: ratio(flow('violations'), flow('inspections'), { ifZero: 'NO_VALUE' }),
    POLLUTION_SOURCES: stock(...pollutionCategories.map((category) => `pollution_sources:${category}`)),
    ROADS: stock('roads'),
  },
  denominators: { THOUSAND_RESIDENTS: residents, CLEANER: cleaners, VEHICLE: vehicles },
});

export const indicatorResolvers: Resolvers = {
  ...indicatorValueResolvers,
  Query: { sanitationRanking: rankingField('sanitationRanking', values) },
  SanitationOverview: { indicator: indicatorField(values) },
};
