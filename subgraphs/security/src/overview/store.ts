// The metrics of the overview, and which of them count persons; all of them are tallies, which the kit reads.
import type { CountFamily } from '@district-graph/kit/access/small-counts';

export const severities = [1, 2, 3, 4] as const;

/** The tallies that each measure of a trend is the sum of. */
export const tallyMetricsOf = {
  INCIDENTS_RAISED: severities.map((severity) => `incidents:${severity}`),
  CASES: ['outcomes:CASE'],
  LIVELIHOOD_PROBLEMS_SOLVED: ['outcomes:LIVELIHOOD'],
  ASSISTANCE: ['outcomes:ASSISTANCE'],
  FALSE_ALARMS: ['outcomes:FALSE_ALARM'],
  PEOPLE_ASSISTED: ['people_assisted'],
  SUSPECTS_CAUGHT: ['suspects_caught'],
  SAFETY_INSPECTIONS: ['inspections'],
  HAZARDS_FOUND: ['hazards_found'],
} as const satisfies Record<string, readonly string[]>;

/** What counts incidents, most of which concern a person. Inspections show publicly where they were. */
export const incidentMetrics: readonly string[] = [
  ...tallyMetricsOf.INCIDENTS_RAISED,
  ...tallyMetricsOf.CASES,
  ...tallyMetricsOf.LIVELIHOOD_PROBLEMS_SOLVED,
  ...tallyMetricsOf.ASSISTANCE,
  ...tallyMetricsOf.FALSE_ALARMS,
];

export type SecurityMetric = keyof typeof tallyMetricsOf;

/** What counts persons. */
export const personFlows: CountFamily[] = [
  { counts: ['people_assisted'], isMasked: true },
  { counts: ['suspects_caught'], isMasked: true },
];
export const personMetrics = ['people_assisted', 'suspects_caught'];
