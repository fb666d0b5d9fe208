// One figure: shown, withheld, not known, or not available – four things that must not be mistaken for each other.

import type { Language } from '../../page/language.ts';
import { usePage, useTexts } from '../../page/page-context.ts';
import { designTexts } from '../../texts/design.ts';
import { fullNumber, money, percentage, shortNumber, smallestShownCount } from '../format/numbers.ts';

/** What is known of a figure. `null` stands for `unknown`. */
export type FigureValue =
  | number
  | null
  /** A small count that is not disclosed. */
  | 'withheld'
  | 'unknown'
  /** The subgraph that owns the figure could not be reached. */
  | 'unavailable';

export type FigureFormat = 'number' | 'money' | 'percentage';

interface FigureProps {
  value: FigureValue;
  /** `money` is in fen, `percentage` a share of 1. */
  format?: FigureFormat;
  /** In full, as in tables; otherwise rounded from 10,000 on. */
  isFull?: boolean;
  digits?: number;
  /** Why it is not shown, where more can be said than the usual. */
  reason?: string;
}

export function Figure({ value, format = 'number', isFull = false, digits, reason }: FigureProps) {
  const { language } = usePage();
  const texts = useTexts(designTexts);
  if (typeof value === 'number' && Number.isFinite(value)) {
    const full = figureText(value, format, language, { isFull: true, digits });
    const shown = isFull ? full : figureText(value, format, language, { digits });
    return (
      <span class="number" title={shown === full ? undefined : full}>
        {shown}
      </span>
    );
  }
  const [mark, why] =
    value === 'withheld'
      ? [`<${smallestShownCount}`, reason ?? texts.withheld]
      : ['—', reason ?? (value === 'unavailable' ? texts.unavailable : texts.unknown)];
  return (
    <span class="figure-absent number" title={why}>
      <span aria-hidden="true">{mark}</span>
      <span class="visually-hidden">{why}</span>
    </span>
  );
}

interface TextOptions {
  isFull?: boolean;
  digits?: number;
}

/** The text of a figure, for charts and exports too. */
export function figureText(
  value: number,
  format: FigureFormat,
  language: Language,
  { isFull = false, digits }: TextOptions = {},
): string {
  if (format === 'money') return money(value, language, { isFull });
  if (format === 'percentage') return percentage(value, language, digits);
  return (isFull ? fullNumber : shortNumber)(value, language, digits);
}
