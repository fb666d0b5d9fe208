// The rollup metrics of elderly care, named as in the fact functions of the migrations, and which of them count
// persons.

import type { CountFamily } from '@district-graph/kit/access/small-counts';
import type { DateRange } from '@district-graph/kit/calendar';
import type { Sql } from '@district-graph/kit/database/database';
import { outreachKinds } from '../outreach-event/tables.ts';
import { subsidySchemes } from '../subsidy/tables.ts';

export const trendMetrics = {
  VISITS_REQUESTED: ['visits_requested'],
  VISITS_COMPLETED: ['visits_completed'],
  VISITS_CANCELLED: ['visits_cancelled'],
  SUBSIDY_CLAIMS: [
    'subsidies:AGE_ALLOWANCE',
    'subsidies:CENTENARIAN_ALLOWANCE',
    'subsidies:BIRTH_POLICY_AWARD',
  ],
  OUTREACH_BENEFICIARIES: [
    'outreach_beneficiaries:FREE_CLINIC',
    'outreach_beneficiaries:WHEELCHAIR_DELIVERY',
    'outreach_beneficiaries:HOME_REPAIR',
  ],
} as const;

/** The metrics of visits, which are read together. */
export const visitMetrics = [
  'visits_requested',
  'visits_completed',
  'visits_cancelled',
  'ratings',
  'rated_visits',
];

const elders: CountFamily = { counts: ['elders'] };

/** The metrics that count persons now. Care workers are counted as staff, not here. */
export const personStocks: CountFamily[] = [
  elders,
  {
    counts: ['home_care_recipients', 'home_care_households'],
    others: { whole: 'elders', part: 'home_care_recipients' },
    inside: elders,
  },
  { counts: ['institution_residents'] },
];

/** The metrics that count persons over time, with the amounts that would reveal such a count. */
export const personFlows: CountFamily[] = [
  { counts: ['visits_requested'], isMasked: true },
  { counts: ['visits_completed'], isMasked: true },
  { counts: ['visits_cancelled'], isMasked: true },
  { counts: ['rated_visits'], derived: ['ratings'], isMasked: true },
  ...subsidySchemes.map((scheme) => ({
    counts: [`subsidies:${scheme}`],
    derived: [`subsidy_fen:${scheme}`],
    isMasked: true,
  })),
  ...outreachKinds.map((kind) => ({ counts: [`outreach_beneficiaries:${kind}`] })),
];

// Records registered for a division above, which make a count inside it unknown.
export const workersOnDuty = (sql: Sql) => sql`and r.on_duty and r.role = 'HOME_CARE'`;
export const certifiedSocialWorkers = (sql: Sql) =>
  sql`and r.certified and r.role = 'SOCIAL_WORKER' and r.status = 'REGISTERED'`;
export const purchasesOf = (sql: Sql, { from, to }: DateRange) =>
  sql`and r.purchased_on between ${from} and ${to}`;
export interface OutreachArgs {
  period: DateRange;
  /** All kinds when omitted. */
  kind?: (typeof outreachKinds)[number];
}
export const outreachOf = (sql: Sql, { period: { from, to }, kind }: OutreachArgs) =>
  sql`and r.held_on between ${from} and ${to} ${kind ? sql`and r.kind = ${kind}` : sql``}`;
