// Dates and times of the city, as people read them. Absolute first; relative times only beside the absolute.
import type { Language } from '../../page/language.ts';

const timeZone = 'Asia/Shanghai';
const formats = new Map<string, Intl.DateTimeFormat>();

function format(language: Language, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${language} ${JSON.stringify(options)}`;
  const known =
    formats.get(key) ??
    new Intl.DateTimeFormat(language === 'en' ? 'en-GB' : 'zh-CN', { timeZone, ...options });
  formats.set(key, known);
  return known;
}

/** The day of a moment in the city, such as `2026-11-28`. */
export const dayOf = (moment: Date | string): string =>
  new Intl.DateTimeFormat('sv-SE', { timeZone }).format(new Date(moment));

/** The time of day: `09:30`. */
export const timeOfDay = (moment: string): string =>
  format('zh-CN', { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format(new Date(moment));

/** `2026-11-28 09:30` in both languages. */
export const dateTime = (moment: string): string => `${dayOf(moment)} ${timeOfDay(moment)}`;

/** A day with its weekday: `11月28日 星期六`, `Sat 28 Nov`. */
export function weekday(day: string, language: Language): string {
  const [name, date] = [weekdayName(day, language), monthAndDay(day, language)];
  return language === 'en' ? `${name} ${date}` : `${date} ${name}`;
}

/** `星期六`, `Sat`. */
export const weekdayName = (day: string, language: Language): string =>
  format(language, { weekday: language === 'en' ? 'short' : 'long' }).format(noonOf(day));

/** `11月28日`, `28 Nov`. */
export const monthAndDay = (day: string, language: Language): string =>
  format(language, { month: language === 'en' ? 'short' : 'long', day: 'numeric' }).format(noonOf(day));

const noonOf = (day: string): Date => new Date(`${day}T12:00:00+08:00`);

/** The month of a day: `2026年11月`, `Nov 2026`. */
export const month = (day: string, language: Language): string =>
  format(language, { year: 'numeric', month: 'short' }).format(noonOf(day));

/** The day so many days later, such as `2026-12-05`. */
export function addDays(day: string, days: number): string {
  const date = new Date(`${day}T00:00:00Z`);
  date.setUTCDate(date.getUTCDate() + days);
  return date.toISOString().slice(0, 10);
}

const relativeUnits: readonly [unit: Intl.RelativeTimeFormatUnit, seconds: number][] = [
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
  ['second', 1],
];

/** `3 分钟前`, `in 2 hours`: to stand beside the absolute time. */
export function relativeTime(moment: string, now: Date, language: Language): string {
  const seconds = (new Date(moment).getTime() - now.getTime()) / 1000;
  const [unit, size] = relativeUnits.find(([, each]) => Math.abs(seconds) >= each) ?? ['second', 1];
  return new Intl.RelativeTimeFormat(language, { numeric: 'auto' }).format(Math.round(seconds / size), unit);
}
