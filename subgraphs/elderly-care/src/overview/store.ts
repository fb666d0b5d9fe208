// What elderly care keeps tallies of: the metrics of the facts functions in migrations.
import type { DateRange } from '@district-graph/kit/calendar';
import type { Sql } from '@district-graph/kit/database';
import { readFlows, readStock, readTrend, type TrendArgs } from '@district-graph/kit/tallies';

export const stockMetrics = [
  'elders',
  'home_care_households',
  'home_care_recipients',
  'care_workers_on_duty',
  'certified_social_workers',
  'institutions:DAY_CARE_CENTRE',
  'institutions:RURAL_HOME',
  'institutions:PRIVATE_HOME',
  'institutions:MEDICAL_CARE_CENTRE',
  'institution_beds',
  'institution_residents',
] as const;

export const trendMetrics = {
  VISITS_REQUESTED: ['visits_requested'],
  VISITS_COMPLETED: ['visits_completed'],
  VISITS_CANCELLED: ['visits_cancelled'],
  SUBSIDY_CLAIMS: ['subsidies:AGE_ALLOWANCE', 'subsidies:CENTENARIAN_ALLOWANCE', 'subsidies:BIRTH_POLICY_AWARD'],
  OUTREACH_BENEFICIARIES: [
    'outreach_beneficiaries:FREE_CLINIC',
    'outreach_beneficiaries:WHEELCHAIR_DELIVERY',
    'outreach_beneficiaries:HOME_REPAIR',
  ],
} as const;

export const sumStock = (sql: Sql, codes: readonly string[]) => readStock(sql, codes, stockMetrics);

export const sumFlows = (sql: Sql, codes: readonly string[], metrics: readonly string[], period: DateRange) =>
  readFlows(sql, codes, metrics, period);

export const sumTrend = (sql: Sql, codes: readonly string[], metric: keyof typeof trendMetrics, args: TrendArgs) =>
  readTrend(sql, codes, trendMetrics[metric], args);
