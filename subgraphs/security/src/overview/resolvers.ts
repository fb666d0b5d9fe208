// The overview of video-alarm and safety that every division has; its lists and device counts are in the modules that they list.

import { countsExactly, disclosedSum, disclosesEvents } from '@district-graph/kit/access/person-counts';
import { checkPeriod, type DateRange } from '@district-graph/kit/calendar';
import type { Resolver, Resolvers } from '@district-graph/kit/loaders';
import {
  flowField,
  flowsByDivision,
  type Overview,
  type OverviewPeriod,
  stockByDivision,
  stockField,
  summaryField,
  sumOf,
} from '@district-graph/kit/rollups/overview-loaders';
import type { TrendArgs } from '@district-graph/kit/rollups/rollups';
import { overviewOfDivision, withDeprecatedNames } from '@district-graph/kit/schema/entities';
import { incidentKinds, incidentOutcomes } from '../incident/tables.ts';
import { disclosedFlows, disclosedTrend } from './loaders.ts';
import { personMetrics, severities, type trendMetrics } from './store.ts';

/** A field with a count of persons: null where the viewer may not see it. */
const persons =
  (metric: string): Resolver =>
  async ({ code, period }: OverviewPeriod, _args, context) =>
    disclosedSum(await disclosedFlows(context, { metrics: personMetrics, period }, code), metric);

export const overviewResolvers: Resolvers = {
  Division: overviewOfDivision('security'),
  SecurityOverview: withDeprecatedNames(
    {
      openIncidents: async ({ code }: Overview, _args, context) =>
        disclosesEvents(context, code, null)
          ? sumOf(await stockByDivision(context).load(code), 'open_incidents')
          : null,
      openHazards: stockField('open_hazards'),
      incidentSummary: (
        { code }: Overview,
        { period }: { period: DateRange },
        context,
      ): OverviewPeriod | null =>
        disclosesEvents(context, code, checkPeriod(period)) ? { code, period } : null,
      safetyInspectionSummary: summaryField,
      trend: ({ code }: Overview, args: TrendArgs & { metric: keyof typeof trendMetrics }, context) =>
        disclosedTrend(context, args, code),
    },
    { incidents: 'incidentSummary', safetyInspections: 'safetyInspectionSummary' },
  ),
  IncidentStatistics: {
    total: flowField(...severities.map((severity) => `incidents:${severity}`)),
    byOutcome: async ({ code, period }: OverviewPeriod, _args, context) => {
      const sums = await flowsByDivision(context, period).load(code);
      return incidentOutcomes.map((outcome) => ({ outcome, count: sumOf(sums, `outcomes:${outcome}`) }));
    },
    bySeverity: async ({ code, period }: OverviewPeriod, _args, context) => {
      const sums = await flowsByDivision(context, period).load(code);
      return severities.map((severity) => ({ severity, count: sumOf(sums, `incidents:${severity}`) }));
    },
    // Kinds add up to the total, which is public: a small count of one kind could be derived from the others.
    byKind: async ({ code, period }: OverviewPeriod, _args, context) => {
      if (!countsExactly(context.viewer, code)) return null;
      const sums = await flowsByDivision(context, period).load(code);
      return incidentKinds.map((kind) => ({ kind, count: sumOf(sums, `incident_kinds:${kind}`) }));
    },
    falseAlarms: flowField('outcomes:FALSE_ALARM'),
    suspectsCaught: persons('suspects_caught'),
    peopleAssisted: persons('people_assisted'),
  },
  SafetyInspectionStatistics: {
    carriedOut: flowField('inspections'),
    hazardsFound: flowField('hazards_found'),
    hazardsRectified: flowField('hazards_rectified'),
  },
};
