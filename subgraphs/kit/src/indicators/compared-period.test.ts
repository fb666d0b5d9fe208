import { describe, expect, it } from 'vitest';
import { comparedPeriod } from './compared-period.ts';

describe('the period that a period is compared with', () => {
  it.each([
    ['2026-03-01', '2026-04-30', '2026-01-01', '2026-02-28'],
    ['2026-01-01', '2026-12-31', '2025-01-01', '2025-12-31'],
    ['2026-01-01', '2026-01-31', '2025-12-01', '2025-12-31'],
    ['2026-03-02', '2026-03-08', '2026-02-23', '2026-03-01'],
    ['2026-03-01', '2026-03-01', '2026-02-28', '2026-02-28'],
  ])('before %s…%s is %s…%s', (from, to, start, end) => {
    expect(comparedPeriod({ from, to }, 'PREVIOUS_PERIOD')).toEqual({ from: start, to: end });
  });

  it.each([
    ['2025-02-01', '2025-02-28', '2024-02-01', '2024-02-29'],
    ['2024-02-01', '2024-02-29', '2023-02-01', '2023-02-28'],
    ['2024-02-10', '2024-02-29', '2023-02-10', '2023-02-28'],
    ['2025-11-01', '2026-10-31', '2024-11-01', '2025-10-31'],
  ])('a year before %s…%s is %s…%s', (from, to, start, end) => {
    expect(comparedPeriod({ from, to }, 'SAME_PERIOD_LAST_YEAR')).toEqual({ from: start, to: end });
  });
});
