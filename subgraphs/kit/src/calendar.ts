// Days as YYYY-MM-DD strings in Asia/Shanghai, and the periods that queries name with them.

import { badInput } from './errors.ts';
import { checkNotBefore } from './mutations/checks.ts';

export interface DateRange {
  from: string;
  to: string;
}

/** Today in Zhengzhou. */
export const today = (now: Date = new Date()): string =>
  new Date(now.getTime() + 8 * 3_600_000).toISOString().slice(0, 10);

const twoDigits = Array.from({ length: 29 }, (_, number) => String(number).padStart(2, '0'));

/** The day so many days later (or earlier, when negative). */
export function addDays(day: string, days: number): string {
  const ofMonth = Number(day.slice(8)) + days;
  // Every month has these.
  if (ofMonth >= 1 && ofMonth <= 28) return day.slice(0, 8) + twoDigits[ofMonth];
  const instant = new Date(`${day}T00:00:00Z`);
  instant.setUTCDate(instant.getUTCDate() + days);
  return instant.toISOString().slice(0, 10);
}

/** How many days `to` is after `from`. */
export const daysBetween = (from: string, to: string): number =>
  Math.round((Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / 86_400_000);

/** No series here is longer, and no plan: more is a slip of the hand, or the work of days in one answer. */
const mostYears = 50;

/** Refuses a period that ends before it begins, or more than 50 years after. `argument` names its end. */
export function checkPeriod(period: DateRange, argument = 'period.to'): DateRange {
  const { from, to } = period;
  checkNotBefore(argument, to, from);
  if (daysBetween(from, to) <= mostYears * 365.25) return period;
  throw badInput(
    argument,
    { zh: `${from} 之后 ${mostYears} 年内的日期`, en: `a day within ${mostYears} years after ${from}` },
    to,
  );
}

/** The first instant of the period and the first instant after it, for timestamptz columns. */
export const instantsOf = (period: DateRange): { start: string; end: string } => ({
  start: `${period.from}T00:00:00+08:00`,
  end: `${addDays(period.to, 1)}T00:00:00+08:00`,
});

export type TrendInterval = 'DAY' | 'WEEK' | 'MONTH' | 'QUARTER' | 'YEAR';

/** The first day of the interval that the day lies in. */
export function intervalStart(day: string, interval: TrendInterval): string {
  if (interval === 'DAY') return day;
  if (interval === 'MONTH') return `${day.slice(0, 7)}-01`;
  if (interval === 'YEAR') return `${day.slice(0, 4)}-01-01`;
  if (interval === 'QUARTER') {
    const month = Math.floor((Number(day.slice(5, 7)) - 1) / 3) * 3 + 1;
    return `${day.slice(0, 4)}-${String(month).padStart(2, '0')}-01`;
  }
  const weekday = (new Date(`${day}T00:00:00Z`).getUTCDay() + 6) % 7;
  return addDays(day, -weekday);
}

/** The first day of the next interval. */
export function nextInterval(start: string, interval: TrendInterval): string {
  if (interval === 'DAY') return addDays(start, 1);
  if (interval === 'WEEK') return addDays(start, 7);
  if (interval === 'YEAR') return `${String(Number(start.slice(0, 4)) + 1).padStart(4, '0')}-01-01`;
  const months =
    Number(start.slice(0, 4)) * 12 + Number(start.slice(5, 7)) - 1 + (interval === 'QUARTER' ? 3 : 1);
  return `${String(Math.floor(months / 12)).padStart(4, '0')}-${String((months % 12) + 1).padStart(2, '0')}-01`;
}

/** Of instants the latest: clocks differ and writes wait for each other, but no record goes back in time. */
export const latestOf = (now: string, ...before: (string | null)[]): string =>
  before.reduce<string>(
    (latest, instant) => (instant && Date.parse(instant) > Date.parse(latest) ? instant : latest),
    now,
  );

/** The one range of days and instants: everyone on record was born after the first day, and what is planned ends before the last. */
export const firstDay = '1900-01-01';
export const lastDay = '2999-12-31';

const datePattern = /^\d{4}-\d{2}-\d{2}$/;

/** Whether the text is a day that exists. */
export function isDay(text: string): boolean {
  if (!datePattern.test(text)) return false;
  const day = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(text);
}

/** Whether the text is a day that exists, and in the range: 2024-02-29 is, 2023-02-29 and 9999-12-31 are not. */
export function isDate(text: string): boolean {
  return text >= firstDay && text <= lastDay && isDay(text);
}
