// The parts of a division as map, ranking and trend show them.
import { inOne, type Language } from '../../page/language.ts';
import type { Part } from '../graph/answers.ts';
import { indicatorOf } from '../graph/load-board.ts';
import type { BoardState } from '../state/board-state.ts';
import { type Shown, shownOf, spokenText, valueText } from './figures.ts';
import { quantileSteps } from './quantiles.ts';
import { displayName, shortName } from './tile-grid.ts';

export interface PartRow extends Part {
  /** The name where there is little room: without 区 for districts, in both languages. */
  shortName: string;
  shown: Shown;
  /** `1,273`, `<5` or `—`. */
  text: string;
  /** The text with its unit, or why there is none. */
  spoken: string;
  /** 1 to 5; null without a value. */
  step: number | null;
}

/** The name of a community without what all communities are called. */
const withoutKind = (name: string): string =>
  name.replace(/(?<=.{2})(社区)?(居民委员会|居委会|村民委员会|村委会)$/, '');

export function partRows(parts: readonly Part[], state: BoardState, language: Language): PartRow[] {
  const indicator = indicatorOf(state);
  const steps = quantileSteps(parts.map(({ answer }) => answer.value));
  return parts.map((part, index) => {
    const shown = shownOf(part.answer, indicator, language, state.per);
    const short = shortName(part.code);
    return {
      ...part,
      name: displayName(part, language),
      shortName: short ? inOne(short, language) : withoutKind(part.name),
      shown,
      text: valueText(shown, indicator, language, state.per),
      spoken: spokenText(shown, indicator, language, state.per),
      step: steps[index] ?? null,
    };
  });
}
