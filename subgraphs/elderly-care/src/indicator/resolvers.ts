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
const visits = (metric: string): FigureSource =>
  personFlow(disclosedFlows, { family: visitMetrics, sum: [metric], isMasked: true });

const subsidyMetrics = subsidySchemes.flatMap((scheme) => [`subsidies:${scheme}`, `subsidy_fen:${scheme}`]);
const subsidies = (of: string): FigureSource =>
  personFlow(disclosedFlows, {
    family: subsidyMetrics,
    sum: subsidySchemes.map((scheme) => `${of}:${scheme}`),
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
    VISITS_REQUESTED: visits('visits_requested'),
    VISITS_COMPLETED: visits('visits_completed'),
    VISITS_CANCELLED: visits('visits_cancelled'),
    AVERAGE_RATING: ratio(visits('ratings'), visits('rated_visits'), { decimals: 2, ifZero: 'NO_VALUE' }),
    SUBSIDY_CLAIMS: subsidies('subsidies'),
    SUBSIDY_AMOUNT: subsidies('subsidy_fen'),
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
