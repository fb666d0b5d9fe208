import { expect, it } from 'vitest';
import { sparklinePath } from './sparkline.tsx';

it('draws the smallest value at the bottom and the largest at the top', () => {
  expect(sparklinePath([0, 10])).toEqual({ path: 'M3 25L93 3', end: { x: 93, y: 3 } });
});

it('leaves a gap where a value is not known', () => {
  expect(sparklinePath([0, null, 10]).path).toBe('M3 25M93 3');
});

it('draws equal values in the middle', () => {
  expect(sparklinePath([4, 4]).path).toBe('M3 14L93 14');
});
