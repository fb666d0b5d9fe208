// Over which days made-up activity is spread.

/** How far back activity goes, but for what is reported of earlier years: three years. */
const daysBack = 1095;

/** It grows evenly, from so much less than the average to so much more. */
const growth = 0.2;

/** How much of all activity is one day's by now. */
export const presentShare = (1 + growth) / daysBack;

/** How many days ago, from three years (0) to yesterday (1), what lies behind such a share of all activity was. */
export function daysAgo(share: number): number {
  const start = 1 - growth;
  const passed = (Math.sqrt(start ** 2 + 4 * growth * share) - start) / (2 * growth);
  return Math.max(1, Math.ceil((1 - passed) * daysBack));
}

/** Shares that lie evenly, of whichever numbers in a row: multiples of the golden ratio, without their whole part. */
export const evenShare = (number: number): number => (number * 0.618_033_988_75) % 1;
