import { expect, it } from 'vitest';
import { CallRate } from './call-rate.ts';

it('allows a second’s calls at once, and then one for each interval', () => {
  const rate = new CallRate(3);
  const at = (now: number) => rate.take(now);
  expect([0, 0, 0, 0].map(at)).toEqual([true, true, true, false]);
  expect([330, 334, 335].map(at)).toEqual([false, true, false]);
  expect([10_000, 10_000, 10_000, 10_000].map(at)).toEqual([true, true, true, false]);
});
