import { expect, it } from 'vitest';
import { addDays, dateTime, dayOf, month, relativeTime, timeOfDay, weekday } from './dates.ts';

it('shows moments in the time of the city, wherever the browser is', () => {
  expect(dayOf('2026-11-27T16:30:00Z')).toBe('2026-11-28');
  expect(timeOfDay('2026-11-27T16:30:00Z')).toBe('00:30');
  expect(dateTime('2026-11-28T09:05:00+08:00')).toBe('2026-11-28 09:05');
});

it('names days and months in both languages', () => {
  expect([weekday('2026-11-28', 'zh-CN'), weekday('2026-11-28', 'en')]).toEqual([
    '11月28日 星期六',
    'Sat 28 Nov',
  ]);
  expect([month('2026-11-01', 'zh-CN'), month('2026-11-01', 'en')]).toEqual(['2026年11月', 'Nov 2026']);
});

it('counts days across months and years', () => {
  expect([addDays('2026-12-28', 7), addDays('2026-03-01', -1)]).toEqual(['2027-01-04', '2026-02-28']);
});

it('says how long ago a moment was in the largest unit that fits', () => {
  const now = new Date('2026-11-28T12:00:00+08:00');
  expect(relativeTime('2026-11-28T11:57:00+08:00', now, 'zh-CN')).toBe('3分钟前');
  expect(relativeTime('2026-11-28T14:00:00+08:00', now, 'en')).toBe('in 2 hours');
});
