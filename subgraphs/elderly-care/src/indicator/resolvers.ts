// The indicators of elderly care, and the ranking of divisions by them.
import {
  type FigureSource,
  households,
  personFlow,
  personStock,
  ratio,
  residents,
  stock,
  unlessRecordedAbove,
} from '@district-graph/kit/indicators/figures';
import {
  defineIndicatorValues,
  indicatorField,
  indicatorValueResolvers,
} from '@district-graph/kit/indicators/indicator-values';
import { rankingField } from '@district-graph/kit/indicators/rankings';
import type { Resolvers } from '@district-graph/kit/loaders';
import { disclosedFlows, disclosedStock, socialWorkersAbove, workersAbove } from '../overview/loaders.ts';
import { visitMetrics } from '../overview/store.ts';
import { subsidySchemes } from '../subsidy/tables.ts';

const persons = (metric: string): FigureSource => personStock(disclosedStock, metric);
/** Visits in one status. */
export const visitsOf = (metric: string): FigureSource =>
  personFlow(disclosedFlows, { family: visitMetrics, sum: [metric], isMasked: true });

const subsidyMetrics = subsidySchemes.flatMap((scheme) => [`subsidies:${scheme}`, `subsidy_fen:${scheme}`]);
/** Claims (`subsidies`) or what was paid (`subsidy_fen`) of some schemes. */
export const subsidiesOf = (of: 'subsidies' | 'subsidy_fen', ...schemes: readonly string[]): FigureSource =>
  personFlow(disclosedFlows, {
    family: subsidyMetrics,
    sum: schemes.map((scheme) => `${of}:${scheme}`),
    isMasked: true,
  });

const careWorkers = unlessRecordedAbove(workersAbove, () => undefined, stock('care_workers_on_duty'));

const values = defineIndicatorValues('elderly-care', {
  values: {
    ELDERS: persons('elders'),
    HOME_CARE_RECIPIENTS: persons('home_care_recipients'),
    HOME_CARE_HOUSEHOLDS: persons('home_care_households'),
    CARE_WORKERS_ON_DUTY: careWorkers,
    CERTIFIED_SOCIAL_WORKERS: unlessRecordedAbove(
      socialWorkersAbove,
      () => undefined,
      stock('certified_social_workers'),
    ),
    DAY_CARE_CENTRES: stock('institutions:DAY_CARE_CENTRE'),
    INSTITUTION_BEDS: stock('institution_beds'),
    INSTITUTION_RESIDENTS: persons('institution_residents'),
    VISITS_REQUESTED: visitsOf('visits_requested'),
    VISITS_COMPLETED: visitsOf('visits_completed'),
    VISITS_CANCELLED: visitsOf('visits_cancelled'),
    AVERAGE_RATING: ratio(visitsOf('ratings'), visitsOf('rated_visits'), { decimals: 2, ifZero: 'NO_VALUE' }),
    SUBSIDY_CLAIMS: subsidiesOf('subsidies', ...subsidySchemes),
    SUBSIDY_AMOUNT: subsidiesOf('subsidy_fen', ...subsidySchemes),
  },
  denominators: {
    THOUSAND_RESIDENTS: residents,
    HUNDRED_HOUSEHOLDS: households,
    THOUSAND_ELDERS: persons('elders'),
    CARE_WORKER: careWorkers,
  },
});

export const indicatorResolvers: Resolvers = {
  ...indicatorValueResolvers,
  Query: { elderlyCareRanking: rankingField('elderlyCareRanking', values) },
  ElderlyCareOverview: { indicator: indicatorField(values) },
};
