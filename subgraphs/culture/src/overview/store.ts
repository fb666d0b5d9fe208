// The rollup metrics of culture, named as in the fact functions of the migrations, and which of them count persons.

import type { CountFamily } from '@district-graph/kit/access/small-counts';
import type { Sql } from '@district-graph/kit/database/database';
import { activityCategories } from '../activity/tables.ts';

export const trendMetrics = {
  SESSIONS: ['sessions_scheduled'],
  ATTENDANCE: ['attended'],
  SEATS_TAKEN: ['seats_taken'],
} as const;

const attendance: CountFamily = { counts: ['attended'] };

/**
 * The metrics that count persons. Seats are public, since every session shows them. The categories add up to the
 * attendance.
 */
export const personFlows: CountFamily[] = [
  attendance,
  { counts: activityCategories.map((category) => `attended:${category}`), inside: attendance },
];

// Records registered for a division above, which make a count inside it unknown.
export const activeTroupes = (sql: Sql) => sql`and r.status = 'ACTIVE'`;
export const allProjects = (sql: Sql) => sql``;
