// Days as YYYY-MM-DD strings in the time zone Asia/Shanghai, and the periods between them.

import { badInput } from './errors.ts';
import { checkNotBefore } from './mutations/checks.ts';

export interface DateRange {
  from: string;
  to: string;
}

/** Today in Asia/Shanghai. */
export const today = (now: Date = new Date()): string =>
  new Date(now.getTime() + 8 * 3_600_000).toISOString().slice(0, 10);

const twoDigits = Array.from({ length: 29 }, (_, number) => String(number).padStart(2, '0'));

/** The day that is `days` later, or earlier if negative. */
export function addDays(day: string, days: number): string {
  const dayOfMonth = Number(day.slice(8)) + days;
  // Every month has these days, so no Date is needed.
  if (dayOfMonth >= 1 && dayOfMonth <= 28) return day.slice(0, 8) + twoDigits[dayOfMonth];
  const instant = new Date(`${day}T00:00:00Z`);
  instant.setUTCDate(instant.getUTCDate() + days);
  return instant.toISOString().slice(0, 10);
}

/** The number of days from `from` to `to`. */
export const daysBetween = (from: string, to: string): number =>
  Math.round((Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / 86_400_000);

/** No time series and no plan here is longer. A longer period is a typing error, or an answer that takes far too long. */
const mostYears = 50;

/** Throws badInput for a period that ends before it starts or is longer than 50 years. `argument` is the path of its end. */
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

/** The first instant of the period, and the first one after it, for timestamptz columns. */
export const instantsOf = (period: DateRange): { start: string; end: string } => ({
  start: `${period.from}T00:00:00+08:00`,
  end: `${addDays(period.to, 1)}T00:00:00+08:00`,
});

export type TrendInterval = 'DAY' | 'WEEK' | 'MONTH' | 'QUARTER' | 'YEAR';

/** The first day of the interval that contains the day. Weeks start on Monday. */
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

/** The latest of the instants. Clocks differ and transactions wait for each other, but the history of a record is never out of order. */
export const latestOf = (now: string, ...before: (string | null)[]): string =>
  before.reduce<string>(
    (latest, instant) => (instant && Date.parse(instant) > Date.parse(latest) ? instant : latest),
    now,
  );

/** The range of all days and instants: everyone on record was born after the first day, and every plan ends before the last. */
export const firstDay = '1900-01-01';
export const lastDay = '2999-12-31';

const datePattern = /^\d{4}-\d{2}-\d{2}$/;

/** Whether the text is an existing day. */
export function isDay(text: string): boolean {
  if (!datePattern.test(text)) return false;
  const day = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(text);
}

/** Whether the text is an existing day within the range: 2024-02-29 is, 2023-02-29 and 9999-12-31 are not. */
export function isDate(text: string): boolean {
  return text >= firstDay && text <= lastDay && isDay(text);
}
