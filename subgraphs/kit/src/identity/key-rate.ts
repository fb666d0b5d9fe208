// The rate of an API key: how long its next request must wait, and the error that says so.
import { type HttpError, tooManyRequests } from '../http-error.ts';
import type { Rate } from './api-key.ts';
import type { ViewerKey } from './viewer.ts';

/**
 * The generic cell rate algorithm, which stores of a bucket only the time at which it is full again. Returns 0, or the
 * milliseconds until the bucket holds `count` tokens.
 */
export const waitFor = (fullAt: number, now: number, { ratePerSecond, burst }: Rate, count = 1): number =>
  Math.max(0, Math.ceil(Math.max(now, fullAt) - now - (burst - count) * (1000 / ratePerSecond)));

/** When the bucket is full again after `count` tokens are taken. */
export const fullAfter = (fullAt: number, now: number, { ratePerSecond }: Rate, count = 1): number =>
  Math.max(now, fullAt) + (count * 1000) / ratePerSecond;

export const rateLimited = (waitMs: number, { ratePerSecond, burst }: Rate): HttpError =>
  tooManyRequests(
    'RATE_LIMITED',
    `每秒至多 ${ratePerSecond} 次，一时至多 ${burst} 次；请在 ${waitMs} 毫秒后重试。 At most ${ratePerSecond} requests a second are allowed, ${burst} at once; try again in ${waitMs} ms.`,
    { limit: ratePerSecond, retryAfterMs: waitMs },
  );

const fullAt = new WeakMap<ViewerKey, number>();

/** Counts a request that was sent to this subgraph with the key. Throws an HttpError of status 429 beyond its rate. */
export function countRequest(key: ViewerKey, now: number = performance.now()): void {
  const { rate } = key;
  if (rate === null) return;
  const wait = waitFor(fullAt.get(key) ?? 0, now, rate);
  if (wait > 0) throw rateLimited(wait, rate);
  fullAt.set(key, fullAfter(fullAt.get(key) ?? 0, now, rate));
}
