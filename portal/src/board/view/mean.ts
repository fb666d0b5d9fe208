// The mean beside which parts of a division are ranked.
import type { Denominator, Indicator } from '@district-graph/schema/indicators/indicator';
import type { Value } from '../graph/answers.ts';

/** Counts add up: their mean is that of the parts. Ratios do not: their mean is the ratio of the whole. */
export const addsUp = ({ format }: Indicator, per: Denominator | null): boolean =>
  per === null && ['COUNT', 'HOURS', 'MONEY', 'AREA'].includes(format);

interface MeanOf {
  indicator: Indicator;
  per: Denominator | null;
  /** The value of the whole, divided as the parts are; null where it is not known. */
  whole: Value | null;
  partCount: number;
}

/** Null where the value of the whole is not disclosed: the mean of the disclosed parts would be another figure. */
export function meanOf({ indicator, per, whole, partCount }: MeanOf): number | null {
  if (!whole || whole.value === null || partCount === 0) return null;
  return addsUp(indicator, per) ? whole.value / partCount : whole.value;
}
