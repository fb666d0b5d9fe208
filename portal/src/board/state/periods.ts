// The periods that the board offers, and the intervals of series over them. Counts of persons are published for whole months that are over.
import { addDays } from '../../design/format/dates.ts';

export interface Period {
  from: string;
  to: string;
}

export const periodNames = ['month', 'last-month', '12-months', 'year', 'own'] as const;
export type PeriodName = (typeof periodNames)[number];

/** The first day of the month that is so many months after that of the day. */
function monthStart(day: string, months = 0): string {
  const number = Number(day.slice(0, 4)) * 12 + Number(day.slice(5, 7)) - 1 + months;
  return `${String(Math.floor(number / 12)).padStart(4, '0')}-${String((number % 12) + 1).padStart(2, '0')}-01`;
}

const monthsBetween = (from: string, to: string): number =>
  (Number(to.slice(0, 4)) - Number(from.slice(0, 4))) * 12 +
  Number(to.slice(5, 7)) -
  Number(from.slice(5, 7));

/** The days of a period. `own` is what the viewer chose, for the period of that name. */
export function periodOf(name: PeriodName, today: string, own: Period | null = null): Period {
  const lastDayOver = addDays(monthStart(today), -1);
  if (name === 'own' && own) return own;
  if (name === 'month') return { from: monthStart(today), to: today };
  if (name === 'last-month') return { from: monthStart(today, -1), to: lastDayOver };
  // In January, the year before.
  if (name === 'year') return { from: `${lastDayOver.slice(0, 4)}-01-01`, to: lastDayOver };
  return { from: monthStart(today, -12), to: lastDayOver };
}

/** Whether it consists of whole months that are over, so that counts of persons are published for it. */
export const isWholeMonths = ({ from, to }: Period, today: string): boolean =>
  from.endsWith('-01') && addDays(to, 1).endsWith('-01') && to < today;

export type Interval = 'MONTH' | 'QUARTER' | 'YEAR';

const fewestMonths = 12;

/** The series beside a period: of its months, at least the twelve that end with it; of quarters or years where they would be too many. */
export function seriesOf({ from, to }: Period): { period: Period; interval: Interval } {
  const months = monthsBetween(from, to) + 1;
  const start = months >= fewestMonths ? monthStart(from) : monthStart(to, 1 - fewestMonths);
  return {
    period: { from: start, to },
    interval: months <= 36 ? 'MONTH' : months <= 120 ? 'QUARTER' : 'YEAR',
  };
}

const dayForm = /^(19|20|21)\d\d-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/;

/** A period of two days as texts; null unless both are days, the first is not after the last, and they are within 50 years. */
export function periodBetween(from: string | null, to: string | null): Period | null {
  if (!from || !to || !dayForm.test(from) || !dayForm.test(to) || from > to) return null;
  // 31 February and the like.
  if (addDays(from, 0) !== from || addDays(to, 0) !== to) return null;
  return monthsBetween(from, to) < 600 ? { from, to } : null;
}
