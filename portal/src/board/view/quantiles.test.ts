import { describe, expect, it } from 'vitest';
import { quantileSteps, stepRanges } from './quantiles.ts';

describe('the steps of a map', () => {
  it('have a fifth of the values each', () => {
    const values = Array.from({ length: 15 }, (_, index) => index * 10);
    const steps = quantileSteps(values);
    for (const step of [1, 2, 3, 4, 5]) expect(steps.filter((each) => each === step)).toHaveLength(3);
    expect(steps[0]).toBe(1);
    expect(steps.at(-1)).toBe(5);
  });

  it('are the same for equal values, and in the middle where all are equal', () => {
    expect(quantileSteps([7, 7, 7, 7])).toEqual([3, 3, 3, 3]);
    expect(quantileSteps([5])).toEqual([3]);
    const steps = quantileSteps([0, 0, 0, 1, 2]);
    expect(new Set(steps.slice(0, 3)).size).toBe(1);
  });

  it('leave out values that are not known, and count zeros', () => {
    const steps = quantileSteps([null, 0, 10, null, 20]);
    expect(steps[0]).toBeNull();
    expect(steps[3]).toBeNull();
    expect(steps[1]).toBe(1);
    expect(quantileSteps([null, null])).toEqual([null, null]);
  });

  it('have ranges that do not overlap, for the legend', () => {
    const ranges = stepRanges([3, 1, null, 4, 1, 5, 9, 2, 6]);
    for (const [index, { low, high }] of ranges.entries()) {
      expect(low).toBeLessThanOrEqual(high);
      if (index > 0) expect(low).toBeGreaterThan(ranges[index - 1]?.high ?? Number.NEGATIVE_INFINITY);
    }
    expect(stepRanges([null])).toEqual([]);
  });
});
