// Security at a glance for any division; its lists and device counts stand with the concepts that they list.

import { countsExactly, disclosedSum, disclosesEvents } from '@district-graph/kit/access/person-counts';
import { checkPeriod, type DateRange } from '@district-graph/kit/calendar';
import { isDivisionCode } from '@district-graph/kit/divisions/divisions';
import type { Resolver, Resolvers } from '@district-graph/kit/loaders';
import { flowsByDivision, stockByDivision } from '@district-graph/kit/rollups/overview-loaders';
import type { TrendArgs } from '@district-graph/kit/rollups/rollups';
import { incidentKinds, incidentOutcomes } from '../incident/tables.ts';
import { toldIncidentFlows, toldTrend } from './loaders.ts';
import { personMetrics, type SecurityMetric, severities } from './store.ts';

interface Overview {
  code: string;
}

interface OverviewPeriod extends Overview {
  period: DateRange;
}

/** A count of persons: null where it is withheld from the viewer. */
const persons =
  (metric: string): Resolver =>
  async ({ code, period }: OverviewPeriod, _args, context) =>
    disclosedSum(await toldIncidentFlows(context, { metrics: personMetrics, period }, code), metric);

export const overviewResolvers: Resolvers = {
  Division: {
    __resolveReference: ({ code }: Overview) => (isDivisionCode(code) ? { code } : null),
    security: ({ code }: Overview): Overview => ({ code }),
  },
  SecurityOverview: {
    openIncidents: async ({ code }: Overview, _args, context) =>
      disclosesEvents(context, code, null)
        ? ((await stockByDivision(context).load(code)).open_incidents ?? 0)
        : null,
    openHazards: async ({ code }: Overview, _args, context) =>
      (await stockByDivision(context).load(code)).open_hazards ?? 0,
    incidents: ({ code }: Overview, { period }: { period: DateRange }, context): OverviewPeriod | null =>
      disclosesEvents(context, code, checkPeriod(period)) ? { code, period } : null,
    safetyInspections: async ({ code }: Overview, { period }: { period: DateRange }, context) => {
      const sums = await flowsByDivision(context, checkPeriod(period)).load(code);
      return {
        carriedOut: sums.inspections ?? 0,
        hazardsFound: sums.hazards_found ?? 0,
        hazardsRectified: sums.hazards_rectified ?? 0,
      };
    },
    trend: (
      { code }: Overview,
      { metric, period, interval }: TrendArgs & { metric: SecurityMetric },
      context,
    ) => toldTrend(context, { metric, period, interval }, code),
  },
  IncidentStatistics: {
    total: async ({ code, period }: OverviewPeriod, _args, context) => {
      const sums = await flowsByDivision(context, period).load(code);
      return severities.reduce((total, severity) => total + (sums[`incidents:${severity}`] ?? 0), 0);
    },
    byOutcome: async ({ code, period }: OverviewPeriod, _args, context) => {
      const sums = await flowsByDivision(context, period).load(code);
      return incidentOutcomes.map((outcome) => ({ outcome, count: sums[`outcomes:${outcome}`] ?? 0 }));
    },
    bySeverity: async ({ code, period }: OverviewPeriod, _args, context) => {
      const sums = await flowsByDivision(context, period).load(code);
      return severities.map((severity) => ({ severity, count: sums[`incidents:${severity}`] ?? 0 }));
    },
    // Kinds add up to the incidents, which are told: the few of one kind would be found from the others.
    byKind: async ({ code, period }: OverviewPeriod, _args, context) => {
      if (!countsExactly(context.viewer, code)) return null;
      const sums = await flowsByDivision(context, period).load(code);
      return incidentKinds.map((kind) => ({ kind, count: sums[`incident_kinds:${kind}`] ?? 0 }));
    },
    falseAlarms: async ({ code, period }: OverviewPeriod, _args, context) =>
      (await flowsByDivision(context, period).load(code))['outcomes:FALSE_ALARM'] ?? 0,
    suspectsCaught: persons('suspects_caught'),
    peopleAssisted: persons('people_assisted'),
  },
};
