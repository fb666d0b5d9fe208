// Distributes synthetic activity over days.

/** Activity goes back three years, apart from reported figures of earlier years. */
const daysBack = 1095;

/** It grows linearly, from this much below the average to this much above. */
const growth = 0.2;

/** The share of all activity that happens on one day by now. */
export const presentShare = (1 + growth) / daysBack;

/** How many days ago the activity at this share of the total happened: 0 is three years ago, 1 is yesterday. */
export function daysAgo(share: number): number {
  const start = 1 - growth;
  const passed = (Math.sqrt(start ** 2 + 4 * growth * share) - start) / (2 * growth);
  return Math.max(1, Math.ceil((1 - passed) * daysBack));
}

/** Evenly distributed shares for any consecutive numbers: the fractional parts of multiples of the golden ratio. */
export const evenShare = (number: number): number => (number * 0.618_033_988_75) % 1;
