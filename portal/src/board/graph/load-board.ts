// Loads what the board shows, by operations that are sent at the same time: in the gateway for the first view, then in browsers.
import { indicatorById } from '@district-graph/schema/indicators';
import type { Indicator } from '@district-graph/schema/indicators/indicator';
import type { GraphError } from '../../graph/graph-error.ts';
import { type BoardState, periodOfState } from '../state/board-state.ts';
import { partsOf } from '../state/levels.ts';
import { seriesOf } from '../state/periods.ts';
import {
  type DivisionAnswer,
  type Part,
  readDivision,
  readParts,
  type SeriesPoint,
  type Value,
  type Values,
  valuesOf,
} from './answers.ts';
import {
  divisionDocument,
  metricOf,
  partsDocuments,
  ratioOf,
  ratiosDocument,
  seriesDocument,
} from './documents.ts';

/** What the graph answered: fields of subgraphs that are down are null in `data`, which is null where nothing was answered. */
export interface Asked {
  data: unknown;
  /** The first error, if there are any. */
  error: GraphError | null;
}

export type Ask = (document: string, variables: Record<string, unknown>) => Promise<Asked>;

type Series = readonly SeriesPoint[];

/** What is known of one division. */
export interface DivisionFigures {
  /** Null where the register has no such division. */
  division: DivisionAnswer | null;
  ratios: Values<Value>;
  series: Values<Series>;
}

export interface Divisions {
  whole: DivisionFigures;
  /** The division to compare with; null where there is none. */
  other: DivisionFigures | null;
}

/** `unavailable` where the owner of the indicator did not answer. */
export type Parts = readonly Part[] | 'unavailable';

export const indicatorOf = ({ indicator }: BoardState): Indicator => indicatorById(indicator) as Indicator;

const comparedPeriods = {
  previous: 'PREVIOUS_PERIOD',
  'last-year': 'SAME_PERIOD_LAST_YEAR',
  division: 'PREVIOUS_PERIOD',
  none: 'PREVIOUS_PERIOD',
} as const;

const comparisonOf = ({ comparison }: BoardState) => ({
  compared: comparedPeriods[comparison],
  compares: comparison === 'previous' || comparison === 'last-year',
});

/** The data of an answer. Throws its error where there are none. */
function dataOf<Data>({ data, error }: Asked): Data {
  if (data === null && error) throw error;
  return data as Data;
}

async function loadFigures(
  ask: Ask,
  code: string,
  state: BoardState,
  today: string,
): Promise<DivisionFigures> {
  const period = periodOfState(state, today);
  const [asked, ratios, points] = await Promise.all([
    ask(divisionDocument, { code, period, ...comparisonOf(state) }),
    ask(ratiosDocument, { code, period }),
    ask(seriesDocument, { code, ...seriesOf(period) }),
  ]);
  const division = readDivision(dataOf(asked));
  // The owner of divisions is down, which is not to be mistaken for a code that there is not.
  if (!division && asked.error) throw asked.error;
  const overviews = (answer: Asked) =>
    dataOf<{ division: Record<string, unknown> | null }>(answer).division ?? {};
  return {
    division,
    ratios: valuesOf<Value>(overviews(ratios), (row) => ratioOf(row) !== null),
    series: valuesOf<Series>(overviews(points), ({ trend }) => trend !== null),
  };
}

export async function loadParts(ask: Ask, state: BoardState, today: string): Promise<Parts> {
  const indicator = indicatorOf(state);
  const { owner, trend, id } = indicator;
  const period = periodOfState(state, today);
  const { period: seriesPeriod, interval } = seriesOf(period);
  const metric = metricOf(owner, trend);
  const asked = await ask(partsDocuments[owner] as string, {
    ...partsOf(state.division),
    period,
    orderBy: { indicator: id, per: state.per, direction: 'DESC' },
    ...comparisonOf(state),
    ...(metric && { hasSeries: trend !== null, metric, seriesPeriod, interval }),
  });
  return readParts(dataOf(asked), indicator) ?? 'unavailable';
}

/** Loads the figures of the division, and of the one that it is compared with. */
export async function loadDivisions(ask: Ask, state: BoardState, today: string): Promise<Divisions> {
  const [whole, other] = await Promise.all([
    loadFigures(ask, state.division, state, today),
    state.other ? loadFigures(ask, state.other, state, today) : null,
  ]);
  return { whole, other };
}

/** What the parts depend on: while it is the same, they stay. */
export const partsKey = ({ division, period, own, comparison, indicator, per }: BoardState): string =>
  JSON.stringify([partsOf(division), period, own, comparison, indicator, per]);

/** What the figures of the divisions depend on. */
export const divisionsKey = ({ division, period, own, comparison, other }: BoardState): string =>
  JSON.stringify([division, period, own, comparison, other]);
