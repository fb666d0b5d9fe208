// The rollup metrics of community governance, named as in the fact functions of the migrations, and which of them count persons.

import type { CountFamily } from '@district-graph/kit/access/small-counts';

export const trendMetrics = {
  MICRO_WORKS_COMPLETED: ['micro_works_completed'],
  VOLUNTEER_SERVICES: ['volunteer_services'],
  VOLUNTEER_PARTICIPANTS: ['volunteer_participants'],
  VOLUNTEER_HOURS: ['volunteer_hours'],
  LEAFLETS_HANDED_OUT: ['leaflets_handed_out'],
} as const;

/** The metrics of volunteers by their stars, none to five. */
export const starMetrics = {
  NO_STAR: 'volunteers:0',
  ONE_STAR: 'volunteers:1',
  TWO_STARS: 'volunteers:2',
  THREE_STARS: 'volunteers:3',
  FOUR_STARS: 'volunteers:4',
  FIVE_STARS: 'volunteers:5',
} as const;

const volunteers: CountFamily = { counts: ['volunteers'], isMasked: true };

/** The metrics that count persons now. */
export const personStocks: CountFamily[] = [
  volunteers,
  { counts: Object.values(starMetrics), inside: volunteers, isMasked: true },
];

/** The metrics that count persons over time, with the amounts that would reveal such a count. */
export const personFlows: CountFamily[] = [
  { counts: ['volunteer_participants'], derived: ['volunteer_hours'] },
];
