// What the board shows, and its form in the address: every view is a link.
import { indicatorById } from '@district-graph/schema/indicators';
import { type Denominator, denominators } from '@district-graph/schema/indicators/indicator';
import type { Sorting } from '../../design/data/table.tsx';
import { type Period, type PeriodName, periodBetween, periodNames, periodOf } from './periods.ts';

export const cityCode = '410100';
export const maxTiles = 6;
export const maxLines = 6;

/** One indicator of each owner. */
export const defaultTiles: readonly string[] = [
  'VISITS_COMPLETED',
  'BLIND_SPOTS_CLEARED',
  'INCIDENTS',
  'ATTENDANCE',
  'GRID_PROBLEMS_SOLVED',
  'SERVICE_POINTS',
];

export const comparisons = ['previous', 'last-year', 'division', 'none'] as const;
type Comparison = (typeof comparisons)[number];

/** The views that are either a chart or a table. */
const views = ['map', 'ranking', 'trend'] as const;
export type View = (typeof views)[number];

export interface BoardState {
  division: string;
  period: PeriodName;
  /** The days of the period `own`; null otherwise. */
  own: Period | null;
  comparison: Comparison;
  /** The division to compare with, where that is the comparison. */
  other: string | null;
  /** The indicator of map, ranking and trend. */
  indicator: string;
  per: Denominator | null;
  tiles: readonly string[];
  /** How the table of all indicators is sorted; null for the order of the registry. */
  sorting: Sorting | null;
  /** The divisions of the trend; null for the first of the ranking. */
  lines: readonly string[] | null;
  /** The views that are shown as tables. */
  tables: readonly View[];
}

/** The parameters of the address, in the order of a link. */
export const parameterNames = [
  'division',
  'period',
  'from',
  'to',
  'compare',
  'with',
  'indicator',
  'per',
  'tiles',
  'sort',
  'lines',
  'tables',
] as const;

export type Parameters = Readonly<Partial<Record<(typeof parameterNames)[number], string>>>;

const codeForm = /^4101\d{2}(\d{3}(\d{3})?)?$/;
const isCode = (text: string | undefined): text is string => text !== undefined && codeForm.test(text);
const listOf = (text: string | undefined): string[] => (text ? [...new Set(text.split(','))] : []);
const oneOf = <Value extends string>(known: readonly Value[], text: string | undefined): Value | null =>
  known.find((each) => each === text) ?? null;

/** The state of an address. What it does not name, or names wrongly, is as at first. */
export function stateOf(parameters: Parameters): BoardState {
  const indicator = indicatorById(parameters.indicator ?? '')?.id ?? (defaultTiles[0] as string);
  const own = periodBetween(parameters.from ?? null, parameters.to ?? null);
  const period = oneOf(periodNames, parameters.period) ?? '12-months';
  const comparison = oneOf(comparisons, parameters.compare) ?? 'previous';
  const per = oneOf(Object.keys(denominators) as Denominator[], parameters.per);
  const tiles = listOf(parameters.tiles).filter((id) => indicatorById(id));
  const lines = listOf(parameters.lines).filter(isCode);
  const [column, direction] = (parameters.sort ?? '').split('.');
  return {
    division: isCode(parameters.division) ? parameters.division : cityCode,
    period: period === 'own' && !own ? '12-months' : period,
    own: period === 'own' ? own : null,
    comparison,
    other: comparison === 'division' && isCode(parameters.with) ? parameters.with : null,
    indicator,
    per: per && indicatorById(indicator)?.per.includes(per) ? per : null,
    tiles: tiles.length > 0 ? tiles.slice(0, maxTiles) : defaultTiles,
    sorting: column ? { column, isDescending: direction === 'desc' } : null,
    lines: lines.length > 0 ? lines.slice(0, maxLines) : null,
    tables: listOf(parameters.tables).flatMap((name) => oneOf(views, name) ?? []),
  };
}

/** The parameters of a state, without those that are as at first. */
export function parametersOf(state: BoardState): Parameters {
  const first = stateOf({});
  const { own, other, per, sorting, lines } = state;
  return {
    ...(state.division !== first.division && { division: state.division }),
    ...(state.period !== first.period && { period: state.period }),
    ...(own && { from: own.from, to: own.to }),
    ...(state.comparison !== first.comparison && { compare: state.comparison }),
    ...(other && { with: other }),
    ...(state.indicator !== first.indicator && { indicator: state.indicator }),
    ...(per && { per }),
    ...(state.tiles.join() !== first.tiles.join() && { tiles: state.tiles.join() }),
    ...(sorting && { sort: `${sorting.column}.${sorting.isDescending ? 'desc' : 'asc'}` }),
    ...(lines && { lines: lines.join() }),
    ...(state.tables.length > 0 && { tables: state.tables.join() }),
  };
}

/** The address of a state: `/board?division=410105`. */
export function linkTo(state: BoardState): string {
  const search = new URLSearchParams(parametersOf(state) as Record<string, string>).toString();
  // Commas may stand in addresses as they are, and people read them.
  return search ? `/board?${search.replaceAll('%2C', ',')}` : '/board';
}

export const stateOfSearch = (search: string): BoardState =>
  stateOf(Object.fromEntries(new URLSearchParams(search)));

export const periodOfState = ({ period, own }: BoardState, today: string): Period =>
  periodOf(period, today, own);
