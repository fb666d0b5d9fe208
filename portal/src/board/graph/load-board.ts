// Loads what the board shows, by operations that are sent at the same time: in the gateway for the first view, then in browsers.
import { indicatorById } from '@district-graph/schema/indicators';
import type { Indicator } from '@district-graph/schema/indicators/indicator';
import type { GraphError } from '../../graph/graph-error.ts';
import { type BoardState, periodOfState } from '../state/board-state.ts';
import { partsOf } from '../state/levels.ts';
import { seriesOf } from '../state/periods.ts';
import {
  type DivisionAnswer,
  type PartsAnswer,
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
interface Asked {
  data: unknown;
  /** The first error, if there are any. */
  error: GraphError | null;
}

export type Ask = (document: string, variables: Record<string, unknown>) => Promise<Asked>;

type Series = readonly SeriesPoint[];

/** What is shown beside the values of a division. */
export interface Details {
  ratios: Values<Value>;
  series: Values<Series>;
}

/** What is known of one division. Details that have not been loaded are empty. */
export interface DivisionFigures extends Details {
  /** Null where the register has no such division. */
  division: DivisionAnswer | null;
}

/** The division, and the one that it is compared with; null where there is none. */
export interface Pair<Each> {
  whole: Each;
  other: Each | null;
}

export type Divisions = Pair<DivisionFigures>;

/** `unavailable` where the owner of the indicator did not answer. */
export type Parts = PartsAnswer | 'unavailable';

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

async function pairOf<Each>(
  { division, other }: BoardState,
  load: (code: string) => Promise<Each>,
): Promise<Pair<Each>> {
  const [whole, compared] = await Promise.all([load(division), other ? load(other) : null]);
  return { whole, other: compared };
}

/** Loads the values of all indicators. */
export const loadDivisions = (
  ask: Ask,
  state: BoardState,
  today: string,
): Promise<Pair<DivisionAnswer | null>> =>
  pairOf(state, async (code) => {
    const period = periodOfState(state, today);
    const asked = await ask(divisionDocument, { code, period, ...comparisonOf(state) });
    const division = readDivision(dataOf(asked));
    // The owner of divisions is down, which is not to be mistaken for a code that there is not.
    if (!division && asked.error) throw asked.error;
    return division;
  });

/** Loads ratios and series. */
export const loadDetails = (ask: Ask, state: BoardState, today: string): Promise<Pair<Details>> =>
  pairOf(state, async (code) => {
    const period = periodOfState(state, today);
    const [ratios, series] = await Promise.all([
      ask(ratiosDocument, { code, period }),
      ask(seriesDocument, { code, ...seriesOf(period) }),
    ]);
    const overviews = (answer: Asked) =>
      dataOf<{ division: Record<string, unknown> | null }>(answer).division ?? {};
    return {
      ratios: valuesOf<Value>(overviews(ratios), (row) => ratioOf(row) !== null),
      series: valuesOf<Series>(overviews(series), ({ trend }) => trend !== null),
    };
  });

const noDetails: Details = { ratios: {}, series: {} };

/** Values with their details, where those have been loaded. */
export const withDetails = (
  { whole, other }: Pair<DivisionAnswer | null>,
  details: Pair<Details> | null,
): Divisions => ({
  whole: { division: whole, ...(details?.whole ?? noDetails) },
  other: other && { division: other, ...(details?.other ?? noDetails) },
});

export async function loadParts(ask: Ask, state: BoardState, today: string): Promise<Parts> {
  const indicator = indicatorOf(state);
  const { owner, trend, id } = indicator;
  const period = periodOfState(state, today);
  const { period: seriesPeriod, interval } = seriesOf(period);
  const metric = metricOf(owner, trend);
  const asked = await ask(partsDocuments[owner] as string, {
    ...partsOf(state.division),
    period,
    name: id,
    per: state.per,
    ...comparisonOf(state),
    ...(metric && { hasSeries: trend !== null, metric, seriesPeriod, interval }),
  });
  return readParts(dataOf(asked), indicator) ?? 'unavailable';
}

/** What the parts depend on: while it is the same, they stay. */
export const partsKey = ({ division, period, own, comparison, indicator, per }: BoardState): string =>
  JSON.stringify([partsOf(division), period, own, comparison, indicator, per]);

/** What the figures of the divisions depend on. */
export const divisionsKey = ({ division, period, own, comparison, other }: BoardState): string =>
  JSON.stringify([division, period, own, comparison, other]);
