// The rollup metrics of community governance, named as in the fact functions of the migrations, and which of them count persons.

import type { CountFamily } from '@district-graph/kit/access/small-counts';
import type { DateRange } from '@district-graph/kit/calendar';
import type { Sql } from '@district-graph/kit/database/database';
import { type AidGrant, aidKinds } from '../aid-grant/tables.ts';
import { recipientKinds } from '../handout/tables.ts';
import { itemCategories } from '../stock/tables.ts';

const donatedItems = itemCategories.map((category) => `donated_items:${category}`);
export const handedOutItems = itemCategories.map((category) => `handed_out_items:${category}`);

export const trendMetrics = {
  MICRO_WORKS_COMPLETED: ['micro_works_completed'],
  ITEMS_DONATED: donatedItems,
  ITEMS_HANDED_OUT: handedOutItems,
} as const;

/** The metrics that count persons. */
export const personFlows: CountFamily[] = [
  // Few items are for few recipients.
  {
    counts: recipientKinds.map((kind) => `handouts:${kind}`),
    derived: handedOutItems,
    isMasked: true,
  },
  ...aidKinds.map((kind) => ({ counts: [`aid_beneficiaries:${kind}`] })),
];

export interface AidArgs {
  period: DateRange;
  kind: AidGrant['kind'];
}

// Records registered for a division above, which make a count inside it unknown.
export const aidOf = (sql: Sql, { period: { from, to }, kind }: AidArgs) =>
  sql`and r.given_on between ${from} and ${to} and r.kind = ${kind}`;
