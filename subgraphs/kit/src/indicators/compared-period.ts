// The periods that a period is compared with: the one before it, and the same one a year earlier.
import { addDays, type DateRange, daysBetween, intervalStart } from '../calendar.ts';

export type ComparedPeriod = 'PREVIOUS_PERIOD' | 'SAME_PERIOD_LAST_YEAR';

const monthsOf = (day: string): number => Number(day.slice(0, 4)) * 12 + Number(day.slice(5, 7)) - 1;

/** The first day of the month with this number since year 0. */
const firstOf = (months: number): string =>
  `${String(Math.floor(months / 12)).padStart(4, '0')}-${String((months % 12) + 1).padStart(2, '0')}-01`;

const isWholeMonths = ({ from, to }: DateRange): boolean =>
  intervalStart(from, 'MONTH') === from && addDays(to, 1).endsWith('-01');

/** The day a year earlier; 28 February for 29 February. */
function lastYear(day: string): string {
  const earlier = `${String(Number(day.slice(0, 4)) - 1).padStart(4, '0')}${day.slice(4)}`;
  return earlier.endsWith('-02-29') ? `${earlier.slice(0, 8)}28` : earlier;
}

/**
 * The period to compare with. Whole months are compared with whole months: the two months before 2026-03-01…2026-04-30 are
 * 2026-01-01…2026-02-28, although they have fewer days.
 */
export function comparedPeriod(period: DateRange, compared: ComparedPeriod): DateRange {
  const { from, to } = period;
  if (isWholeMonths(period)) {
    const months = monthsOf(addDays(to, 1)) - monthsOf(from);
    const shift = compared === 'PREVIOUS_PERIOD' ? months : 12;
    const end = firstOf(monthsOf(addDays(to, 1)) - shift);
    return { from: firstOf(monthsOf(from) - shift), to: addDays(end, -1) };
  }
  if (compared === 'SAME_PERIOD_LAST_YEAR') return { from: lastYear(from), to: lastYear(to) };
  return { from: addDays(from, -daysBetween(from, to) - 1), to: addDays(from, -1) };
}
