import { describe, expect, it } from 'vitest';
import { isWholeMonths, periodBetween, periodOf, seriesOf } from './periods.ts';

describe('a period', () => {
  it.each([
    ['month', '2026-11-28', '2026-11-01', '2026-11-28'],
    ['last-month', '2026-11-28', '2026-10-01', '2026-10-31'],
    ['last-month', '2026-03-31', '2026-02-01', '2026-02-28'],
    ['12-months', '2026-11-28', '2025-11-01', '2026-10-31'],
    ['12-months', '2026-01-01', '2025-01-01', '2025-12-31'],
    ['year', '2026-11-28', '2026-01-01', '2026-10-31'],
    ['year', '2026-01-15', '2025-01-01', '2025-12-31'],
  ] as const)('%s on %s is from %s to %s', (name, today, from, to) => {
    expect(periodOf(name, today)).toEqual({ from, to });
  });

  it('consists of whole months unless a month is not over', () => {
    const today = '2026-11-28';
    for (const name of ['last-month', '12-months', 'year'] as const)
      expect(isWholeMonths(periodOf(name, today), today)).toBe(true);
    expect(isWholeMonths(periodOf('month', today), today)).toBe(false);
    expect(isWholeMonths({ from: '2026-11-01', to: '2026-11-30' }, today)).toBe(false);
    expect(isWholeMonths({ from: '2026-02-01', to: '2026-02-27' }, today)).toBe(false);
  });

  it('between two days is none where they are no days, in the wrong order, or 50 years apart', () => {
    expect(periodBetween('2026-01-05', '2026-01-05')).toEqual({ from: '2026-01-05', to: '2026-01-05' });
    expect(periodBetween('2026-01-06', '2026-01-05')).toBeNull();
    expect(periodBetween('2026-02-29', '2026-03-05')).toBeNull();
    expect(periodBetween('1975-01-01', '2026-01-05')).toBeNull();
    expect(periodBetween(null, '2026-01-05')).toBeNull();
  });
});

describe('the series beside a period', () => {
  it('has at least twelve months', () => {
    expect(seriesOf({ from: '2026-10-01', to: '2026-10-31' })).toEqual({
      period: { from: '2025-11-01', to: '2026-10-31' },
      interval: 'MONTH',
    });
  });

  it('has quarters or years where months would be too many', () => {
    expect(seriesOf({ from: '2021-01-01', to: '2026-10-31' }).interval).toBe('QUARTER');
    expect(seriesOf({ from: '2000-01-01', to: '2026-10-31' }).interval).toBe('YEAR');
  });
});
