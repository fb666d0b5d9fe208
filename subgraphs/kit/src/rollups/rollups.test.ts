import { expect, it } from 'vitest';
import { addDays, intervalStart, nextInterval } from '../calendar.ts';
import { coverPeriod } from './rollups.ts';

it('covers a period with whole years and months, and single days at its ends', () => {
  expect(coverPeriod({ from: '2015-01-01', to: '2015-10-31' })).toEqual([
    { grain: 'MONTH', from: '2015-01-01', to: '2015-10-31' },
  ]);
  expect(coverPeriod({ from: '2013-12-30', to: '2016-02-03' })).toEqual([
    { grain: 'DAY', from: '2013-12-30', to: '2013-12-31' },
    { grain: 'YEAR', from: '2014-01-01', to: '2015-12-31' },
    { grain: 'MONTH', from: '2016-01-01', to: '2016-01-31' },
    { grain: 'DAY', from: '2016-02-01', to: '2016-02-03' },
  ]);
  expect(coverPeriod({ from: '2018-02-10', to: '2018-02-12' })).toEqual([
    { grain: 'DAY', from: '2018-02-10', to: '2018-02-12' },
  ]);
});

it('covers every day of a period exactly once', () => {
  for (let start = 0; start < 400; start += 37) {
    for (const length of [0, 1, 27, 28, 31, 59, 364, 365, 366, 800]) {
      const from = addDays('2019-11-20', start);
      const period = { from, to: addDays(from, length) };
      const days: string[] = [];
      for (const range of coverPeriod(period)) {
        for (let unit = range.from; unit <= range.to; unit = nextInterval(unit, range.grain)) {
          expect(intervalStart(unit, range.grain)).toBe(unit);
          for (let day = unit; day < nextInterval(unit, range.grain); day = addDays(day, 1)) days.push(day);
        }
      }
      expect(days).toEqual(Array.from({ length: length + 1 }, (_, index) => addDays(from, index)));
    }
  }
});
