// The rollup metrics that the overview of security sums, and which of them count persons.
import type { CountFamily } from '@district-graph/kit/access/small-counts';

export const severities = [1, 2, 3, 4] as const;

/** The rollup metrics that each measure of a trend sums. */
export const trendMetrics = {
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

/** The metrics that count incidents, most of which concern a person. Inspections publish where they took place. */
export const incidentMetrics: readonly string[] = [
  ...trendMetrics.INCIDENTS_RAISED,
  ...trendMetrics.CASES,
  ...trendMetrics.LIVELIHOOD_PROBLEMS_SOLVED,
  ...trendMetrics.ASSISTANCE,
  ...trendMetrics.FALSE_ALARMS,
];

/** The metrics that count persons. */
export const personFlows: CountFamily[] = [
  { counts: ['people_assisted'], isMasked: true },
  { counts: ['suspects_caught'], isMasked: true },
];
export const personMetrics = ['people_assisted', 'suspects_caught'];
