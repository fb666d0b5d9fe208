// Over which days made-up activity is spread.

/** How far back activity goes, but for what is reported of earlier years: three years. */
export const daysBack = 1095;

/** A little more of it the newer it is: the last month has a twentieth of all, that of three years ago about half as much. */
const growth = 1.25;

/** How many days ago, from three years (0) to yesterday (1), what lies behind such a share of all activity was. */
export const daysAgo = (share: number): number => Math.max(1, Math.ceil((1 - share) ** growth * daysBack));

/** Shares that lie evenly, of whichever numbers in a row: multiples of the golden ratio, without their whole part. */
export const evenShare = (number: number): number => (number * 0.618_033_988_75) % 1;
