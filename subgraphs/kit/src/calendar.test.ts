import { expect, it } from 'vitest';
import { addDays, checkPeriod, instantsOf, intervalStart, nextInterval, today } from './calendar.ts';

it('returns the day in Shanghai, not in UTC', () => {
  expect(today(new Date('2026-01-31T15:59:59Z'))).toBe('2026-01-31');
  expect(today(new Date('2026-01-31T16:00:00Z'))).toBe('2026-02-01');
});

it('counts days across months, years and leap days', () => {
  expect(addDays('2024-02-28', 1)).toBe('2024-02-29');
  expect(addDays('2023-12-31', 1)).toBe('2024-01-01');
  expect(addDays('2024-03-01', -1)).toBe('2024-02-29');
});

it('starts weeks on Monday and quarters in January, April, July, October', () => {
  expect(intervalStart('2026-11-22', 'WEEK')).toBe('2026-11-16');
  expect(intervalStart('2026-11-21', 'QUARTER')).toBe('2026-10-01');
  expect(nextInterval('2026-10-01', 'QUARTER')).toBe('2027-01-01');
});

it('converts a period to instants from the first midnight to the midnight after the last day', () => {
  expect(instantsOf({ from: '2026-01-01', to: '2026-01-31' })).toEqual({
    start: '2026-01-01T00:00:00+08:00',
    end: '2026-02-01T00:00:00+08:00',
  });
});

it('refuses a period that ends before it starts, and says which day was expected', () => {
  expect(() => checkPeriod({ from: '2026-02-01', to: '2026-01-31' })).toThrow(
    /period\.to.*2026-02-01.*2026-01-31/,
  );
});
