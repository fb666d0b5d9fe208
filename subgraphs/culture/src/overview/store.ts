// The metrics that culture keeps tallies of (the words of the facts functions in the migrations), and which of them count persons.

import type { CountFamily } from '@district-graph/kit/access/small-counts';
import type { Sql } from '@district-graph/kit/database/database';
import { activityCategories } from '../activity/tables.ts';

export const trendMetrics = {
  SESSIONS: ['sessions_scheduled'],
  ATTENDANCE: ['attended'],
  SEATS_TAKEN: ['seats_taken'],
} as const;

const attendance: CountFamily = { counts: ['attended'] };

/** What counts persons. Seats are told: every session shows them to who wants one. The categories add up to the attendance. */
export const personFlows: CountFamily[] = [
  attendance,
  { counts: activityCategories.map((category) => `attended:${category}`), inside: attendance },
];

// Which records of a division above leave a count inside it unknown.
export const activeTroupes = (sql: Sql) => sql`and r.status = 'ACTIVE'`;
export const allProjects = (sql: Sql) => sql``;
