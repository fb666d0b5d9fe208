// The indicators of community governance, and the ranking of divisions by them.
import {
  events,
  type FigureSource,
  flow,
  households,
  now,
  personFlow,
  personStock,
  ratio,
  residents,
} from '@district-graph/kit/indicators/figures';
import {
  defineIndicatorValues,
  indicatorField,
  indicatorValueResolvers,
} from '@district-graph/kit/indicators/indicator-values';
import { rankingField } from '@district-graph/kit/indicators/rankings';
import type { Resolvers } from '@district-graph/kit/loaders';
import { disclosedFlows, disclosedStock } from '../overview/loaders.ts';
import { participationMetrics, petitionMetrics, trendMetrics } from '../overview/store.ts';

const petitions = (metric: string): FigureSource =>
  personFlow(disclosedFlows, { family: petitionMetrics, sum: [metric], isMasked: true });
const mattersClosed = petitions('petition_matters_closed');
const problemsSolved = events(...trendMetrics.GRID_PROBLEMS_SOLVED);
const volunteers = personStock(disclosedStock, 'volunteers', { isMasked: true });

const values = defineIndicatorValues('community', {
  values: {
    VOLUNTEERS: volunteers,
    VOLUNTEER_SERVICES: flow(...trendMetrics.VOLUNTEER_SERVICES),
    VOLUNTEER_HOURS: personFlow(disclosedFlows, { family: participationMetrics, sum: ['volunteer_hours'] }),
    GRID_VISITS: flow(...trendMetrics.GRID_VISITS),
    GRID_PROBLEMS_FOUND: events(...trendMetrics.GRID_PROBLEMS_FOUND),
    GRID_PROBLEMS_SOLVED: problemsSolved,
    OPEN_GRID_PROBLEMS: now(events('open_grid_problems')),
    PETITION_MATTERS_CLOSED: mattersClosed,
    PETITION_SETTLEMENT_DAYS: ratio(petitions('petition_settlement_days'), mattersClosed, {
      decimals: 1,
      ifZero: 'NO_VALUE',
    }),
    MICRO_WORKS_COMPLETED: flow(...trendMetrics.MICRO_WORKS_COMPLETED),
    GRID_PROBLEMS_ON_TIME_RATE: ratio(events(...trendMetrics.GRID_PROBLEMS_SOLVED_ON_TIME), problemsSolved, {
      ifZero: 'NO_VALUE',
    }),
    PETITIONS_ON_TIME_RATE: ratio(petitions('petition_matters_settled_in_time'), mattersClosed, {
      ifZero: 'NO_VALUE',
    }),
    HOUSEHOLDS_VISITED: flow(...trendMetrics.HOUSEHOLDS_VISITED),
  },
  denominators: { THOUSAND_RESIDENTS: residents, HUNDRED_HOUSEHOLDS: households, VOLUNTEER: volunteers },
});

export const indicatorResolvers: Resolvers = {
  ...indicatorValueResolvers,
  Query: { communityRanking: rankingField('communityRanking', values) },
  CommunityOverview: { indicator: indicatorField(values) },
};
