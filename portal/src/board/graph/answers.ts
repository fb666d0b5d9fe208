// What the board reads from the answers of its operations.
import { indicators } from '@district-graph/schema/indicators';
import type { Indicator } from '@district-graph/schema/indicators/indicator';

type UnavailableReason =
  | 'SMALL_COUNT'
  | 'PERIOD_NOT_WHOLE_MONTHS'
  | 'LEVEL_NOT_PUBLISHED'
  | 'RECORDED_ABOVE'
  | 'NO_DENOMINATOR'
  | 'NO_VALUE';

export interface Value {
  value: number | null;
  unavailable: UnavailableReason | null;
}

interface ComparedValue extends Value {
  change: number | null;
  changeRate: number | null;
}

export interface IndicatorAnswer extends Value {
  comparison?: ComparedValue | null;
}

/** By the id of the indicator; null for those of an owner that did not answer. */
export type Values<Each> = Readonly<Record<string, Each | null>>;

interface Named {
  code: string;
  name: string;
}

export interface ReportedFigure {
  key: string;
  metric: string;
  metricZh: string;
  value: number;
  qualifier: 'EXACT' | 'AT_LEAST' | 'ABOUT' | 'HISTORICAL';
  unit: string;
  asOf: string;
  note: string | null;
}

export interface SeriesPoint {
  start: string;
  value: number | null;
}

export interface Part extends Named {
  rank: number | null;
  answer: IndicatorAnswer;
  /** Null where the indicator has no series. */
  series: readonly SeriesPoint[] | null;
}

export interface DivisionAnswer extends Named {
  ancestors: readonly Named[];
  /** The divisions of the same parent, itself included. */
  siblings: readonly Named[];
  reported: readonly ReportedFigure[];
  values: Values<IndicatorAnswer>;
}

type Answered = Record<string, unknown>;

/** The values under the ids of their indicators, some of which are inside the overviews of their owners. */
export function valuesOf<Each>(division: Answered, has: (indicator: Indicator) => boolean): Values<Each> {
  return Object.fromEntries(
    indicators.filter(has).map(({ id, overview }) => {
      const parent = overview ? (division[overview] as Answered | null | undefined) : division;
      return [id, (parent?.[id] as Each | undefined) ?? null];
    }),
  );
}

interface DivisionData {
  division:
    | (Named & {
        ancestors: Named[];
        parent: { children: { nodes: Named[] } } | null;
        reportedFigures: { nodes: ReportedFigure[] };
      })
    | null;
}

/** Null where the register has no such division. */
export function readDivision(data: unknown): DivisionAnswer | null {
  const { division } = data as DivisionData;
  if (!division) return null;
  const { code, name, ancestors, parent, reportedFigures } = division;
  return {
    code,
    name,
    ancestors,
    siblings: parent?.children.nodes ?? [],
    reported: reportedFigures.nodes,
    values: valuesOf<IndicatorAnswer>(division as unknown as Answered, () => true),
  };
}

export interface PartsAnswer {
  /** In the order of their ranking. */
  parts: readonly Part[];
  /** The value of the division whose parts they are; null where it was not answered. */
  whole: Value | null;
}

interface PartsData {
  ranking: {
    edges: { rank: number | null; node: (Named & Answered) | null; value: IndicatorAnswer }[];
  } | null;
  whole: Answered | null;
}

/** Null where the owner did not answer. */
export function readParts(data: unknown, { overview, trend }: Indicator): PartsAnswer | null {
  const { ranking, whole } = data as PartsData;
  if (!ranking) return null;
  const parts = ranking.edges.flatMap(({ rank, node, value }) => {
    if (!node) return [];
    const owned = overview && trend ? (node[overview] as { trend?: SeriesPoint[] } | null) : null;
    return [{ code: node.code, name: node.name, rank, answer: value, series: owned?.trend ?? null }];
  });
  const above = overview ? (whole?.[overview] as Answered | null | undefined) : whole;
  return { parts, whole: (above?.indicator as Value | undefined) ?? null };
}
