// The rollup metrics of community governance, named as in the fact functions of the migrations, and which of them count persons.

import type { CountFamily } from '@district-graph/kit/access/small-counts';
import type { DateRange } from '@district-graph/kit/calendar';
import type { Sql } from '@district-graph/kit/database/database';
import { type AidGrant, aidKinds } from '../aid-grant/tables.ts';
import { gridProblemKinds } from '../grid-problem/tables.ts';
import { gridVisitKinds } from '../grid-visit/tables.ts';
import { recipientKinds } from '../handout/tables.ts';
import { itemCategories } from '../stock/tables.ts';

const donatedItems = itemCategories.map((category) => `donated_items:${category}`);
export const handedOutItems = itemCategories.map((category) => `handed_out_items:${category}`);
const gridProblemsFound = gridProblemKinds.map((kind) => `grid_problem_kinds:${kind}`);

export const trendMetrics = {
  MICRO_WORKS_COMPLETED: ['micro_works_completed'],
  VOLUNTEER_SERVICES: ['volunteer_services'],
  VOLUNTEER_PARTICIPANTS: ['volunteer_participants'],
  VOLUNTEER_HOURS: ['volunteer_hours'],
  LEAFLETS_HANDED_OUT: ['leaflets_handed_out'],
  ITEMS_DONATED: donatedItems,
  ITEMS_HANDED_OUT: handedOutItems,
  GRID_VISITS: gridVisitKinds.map((kind) => `grid_visits:${kind}`),
  HOUSEHOLDS_VISITED: ['households_visited'],
  GRID_PROBLEMS_FOUND: gridProblemsFound,
  GRID_PROBLEMS_SOLVED: ['grid_problems_solved'],
  GRID_PROBLEMS_SOLVED_ON_TIME: ['grid_problems_solved_on_time'],
  COUNCIL_SESSIONS: ['council_sessions'],
  TOPICS_RESOLVED: ['topics_resolved'],
  TOPICS_CARRIED_OUT: ['topics_carried_out'],
  PETITION_MATTERS_RECEIVED: ['petition_matters_received'],
  PETITION_MATTERS_CLOSED: ['petition_matters_closed'],
  PETITION_PEOPLE_CONCERNED: ['petition_people_concerned'],
  COMMENDATIONS_RECEIVED: ['commendations:BANNER', 'commendations:LETTER'],
} as const satisfies Record<string, readonly string[]>;

/** The metrics that count events of which some concern a person. */
export const eventMetrics: readonly string[] = [
  ...gridProblemsFound,
  ...trendMetrics.GRID_PROBLEMS_SOLVED,
  ...trendMetrics.GRID_PROBLEMS_SOLVED_ON_TIME,
];

/** The metrics of volunteers by their stars, none to five. */
export const starMetrics = {
  NO_STAR: 'volunteers:0',
  ONE_STAR: 'volunteers:1',
  TWO_STARS: 'volunteers:2',
  THREE_STARS: 'volunteers:3',
  FOUR_STARS: 'volunteers:4',
  FIVE_STARS: 'volunteers:5',
} as const;

/** The metrics of taking part, and those of petition matters, each read together. */
export const participationMetrics = ['volunteer_participants', 'volunteer_hours'];
export const petitionMetrics = [
  'petition_matters_received',
  'petition_matters_closed',
  'petition_matters_settled_in_time',
  'petition_people_concerned',
  'petition_people_concerned:WAGES',
];

const volunteers: CountFamily = { counts: ['volunteers'], isMasked: true };

/** Petition matters are persons: each has one who petitions. A masked one shows its subdistrict. */
const mattersClosed: CountFamily = {
  counts: ['petition_matters_closed'],
  derived: ['petition_settlement_days'],
  isMasked: true,
};
const peopleConcerned: CountFamily = {
  counts: ['petition_people_concerned'],
  derived: ['petition_recovered_fen'],
  inside: mattersClosed,
  isMasked: true,
};
const petitionFlows: CountFamily[] = [
  { counts: ['petition_matters_received'], isMasked: true },
  mattersClosed,
  {
    counts: ['petition_matters_settled_in_time'],
    others: { whole: 'petition_matters_closed', part: 'petition_matters_settled_in_time' },
    inside: mattersClosed,
    isMasked: true,
  },
  peopleConcerned,
  {
    counts: ['petition_people_concerned:WAGES'],
    derived: ['petition_recovered_fen:WAGES'],
    others: { whole: 'petition_people_concerned', part: 'petition_people_concerned:WAGES' },
    inside: peopleConcerned,
    isMasked: true,
  },
];

/** The metrics that count persons over time, with the amounts that would reveal such a count. */
export const personFlows: CountFamily[] = [
  { counts: ['volunteer_participants'], derived: ['volunteer_hours'] },
  // Few items are for few recipients.
  {
    counts: recipientKinds.map((kind) => `handouts:${kind}`),
    derived: handedOutItems,
    isMasked: true,
  },
  ...aidKinds.map((kind) => ({ counts: [`aid_beneficiaries:${kind}`] })),
  ...petitionFlows,
];

/** The metrics that count persons now. */
export const personStocks: CountFamily[] = [
  volunteers,
  { counts: Object.values(starMetrics), inside: volunteers, isMasked: true },
  { counts: ['petition_agents'], isMasked: true },
  { counts: ['petition_matters_open'], isMasked: true },
];

export interface AidArgs {
  period: DateRange;
  kind: AidGrant['kind'];
}

// Records registered for a division above, which make a count inside it unknown.
export const aidOf = (sql: Sql, { period: { from, to }, kind }: AidArgs) =>
  sql`and r.given_on between ${from} and ${to} and r.kind = ${kind}`;
