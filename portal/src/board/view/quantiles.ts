// The five steps by which values are coloured: a fifth of the known values each, equal values always in the same one.

const stepCount = 5;

export interface Step {
  /** 1 for the lowest fifth to 5 for the highest. */
  step: number;
  low: number;
  high: number;
}

/** The step of each value; null for values that are not known, which take part in nothing. */
export function quantileSteps(values: readonly (number | null)[]): (number | null)[] {
  const known = values.filter((value) => value !== null).toSorted((a, b) => a - b);
  if (known.length === 0) return values.map(() => null);
  return values.map((value) => {
    if (value === null) return null;
    const [first, last] = [known.indexOf(value), known.lastIndexOf(value)];
    // Equal values have the place in their middle. A single value, or values that are all equal, are in the middle step.
    const share = (first + last + 1) / 2 / known.length;
    return Math.min(stepCount, Math.floor(share * stepCount) + 1);
  });
}

/** The steps in use with their lowest and highest values, for a legend. */
export function stepRanges(values: readonly (number | null)[]): Step[] {
  const steps = quantileSteps(values);
  return Array.from({ length: stepCount }, (_, index) => index + 1).flatMap((step) => {
    const inside = values.filter((value, at): value is number => value !== null && steps[at] === step);
    return inside.length ? [{ step, low: Math.min(...inside), high: Math.max(...inside) }] : [];
  });
}
