// Labels, units and forms of indicators, and why a value is not shown.
import { type Denominator, denominators, type Indicator } from '@district-graph/schema/indicators/indicator';
import { type FigureFormat, type FigureValue, figureText } from '../../design/data/figure.tsx';
import { smallestShownCount } from '../../design/format/numbers.ts';
import { inOne, type Language, textsIn } from '../../page/language.ts';
import { boardTexts, reasonTexts } from '../../texts/board.ts';
import type { Value } from '../graph/answers.ts';

export const labelOf = ({ label }: Indicator, language: Language, per: Denominator | null = null): string =>
  per
    ? textsIn(boardTexts, language).divided(inOne(label, language), inOne(denominators[per], language))
    : inOne(label, language);

export function formOf(
  { format }: Indicator,
  per: Denominator | null,
): { format: FigureFormat; digits: number } {
  if (format === 'MONEY') return { format: 'money', digits: 2 };
  if (format === 'SHARE') return { format: 'percentage', digits: 1 };
  const isWhole = per === null && (format === 'COUNT' || format === 'HOURS');
  return { format: 'number', digits: isWhole ? 0 : 2 };
}

/** Amounts and shares have their unit in their form. */
export const unitOf = ({ format, unit }: Indicator, language: Language): string =>
  format === 'MONEY' || format === 'SHARE' ? '' : inOne(unit, language);

export interface Shown {
  value: FigureValue;
  /** Why there is no number. */
  reason?: string;
}

/** What is shown of a value. Null is that of an owner that did not answer. */
export function shownOf(
  answer: Value | null,
  indicator: Indicator,
  language: Language,
  per: Denominator | null = null,
): Shown {
  if (answer === null) return { value: 'unavailable' };
  if (answer.value !== null) return { value: answer.value };
  const reason = textsIn(reasonTexts, language)[answer.unavailable ?? 'NO_VALUE'];
  const isCount = per === null && indicator.format === 'COUNT';
  return { value: answer.unavailable === 'SMALL_COUNT' && isCount ? 'withheld' : 'unknown', reason };
}

/** A value in one line of text, for labels of tiles, legends and tooltips. */
export function valueText(
  shown: Shown,
  indicator: Indicator,
  language: Language,
  per: Denominator | null = null,
): string {
  if (typeof shown.value !== 'number') return shown.value === 'withheld' ? `<${smallestShownCount}` : '—';
  const { format, digits } = formOf(indicator, per);
  return figureText(shown.value, format, language, { digits });
}

/** What is said of a value where there is room for one line: the number with its unit, or why there is none. */
export function spokenText(
  shown: Shown,
  indicator: Indicator,
  language: Language,
  per: Denominator | null = null,
): string {
  if (typeof shown.value !== 'number') return shown.reason ?? textsIn(boardTexts, language).unavailable;
  const text = valueText(shown, indicator, language, per);
  const unit = unitOf(indicator, language);
  return unit ? `${text} ${unit}` : text;
}
