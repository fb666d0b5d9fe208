// The rollup metrics of community governance, named as in the fact functions of the migrations, and which of them count persons.

import type { CountFamily } from '@district-graph/kit/access/small-counts';

export const trendMetrics = {
  MICRO_WORKS_COMPLETED: ['micro_works_completed'],
  PETITION_MATTERS_RECEIVED: ['petition_matters_received'],
  PETITION_MATTERS_CLOSED: ['petition_matters_closed'],
  PETITION_PEOPLE_CONCERNED: ['petition_people_concerned'],
  COMMENDATIONS_RECEIVED: ['commendations:BANNER', 'commendations:LETTER'],
} as const;

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
export const personFlows: CountFamily[] = [...petitionFlows];

/** The metrics that count persons now. */
export const personStocks: CountFamily[] = [
  { counts: ['petition_agents'], isMasked: true },
  { counts: ['petition_matters_open'], isMasked: true },
];
