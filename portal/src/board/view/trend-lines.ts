// Which divisions the trend can show, and which of them it does.

import type { Language } from '../../page/language.ts';
import type { SeriesPoint } from '../graph/answers.ts';
import type { DivisionFigures, Divisions } from '../graph/load-board.ts';
import { maxLines } from '../state/board-state.ts';
import type { PartRow } from './part-rows.ts';
import { displayName } from './tile-grid.ts';

export interface TrendDivision {
  code: string;
  name: string;
  series: readonly SeriesPoint[];
}

interface LinesOf {
  rows: readonly PartRow[];
  divisions: Divisions;
  indicator: string;
  language: Language;
}

/** The parts in their order, then the division itself and the one it is compared with. Without a series a division is left out. */
export function linesOf({
  rows,
  divisions: { whole, other },
  indicator,
  language,
}: LinesOf): TrendDivision[] {
  const parts = rows.flatMap(({ code, shortName, series }) =>
    series ? [{ code, name: shortName, series }] : [],
  );
  const own = [whole, other].flatMap((figures) => lineOf(figures, indicator, language) ?? []);
  const added = own.filter(({ code }) => parts.every((part) => part.code !== code));
  return [...parts, ...added];
}

function lineOf(
  figures: DivisionFigures | null,
  indicator: string,
  language: Language,
): TrendDivision | null {
  const series = figures?.series[indicator];
  return figures?.division && series
    ? { code: figures.division.code, name: displayName(figures.division, language), series }
    : null;
}

const firstCount = 5;

/** The chosen lines; at first the first parts, or where they have no published values, whatever has. */
export function shownLines(
  all: readonly TrendDivision[],
  chosen: readonly string[] | null,
): readonly TrendDivision[] {
  const kept = chosen ? all.filter(({ code }) => chosen.includes(code)) : [];
  if (kept.length > 0) return kept.slice(0, maxLines);
  const published = all.filter(({ series }) => series.some(({ value }) => value !== null));
  return (published.length > 0 ? published : all).slice(0, firstCount);
}
