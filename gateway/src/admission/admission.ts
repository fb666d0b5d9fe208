// Lets requests in: so many a second and so many at a time for each viewer; who must wait is told how long.

import { errorCodes } from '@district-graph/kit/errors';
import { HttpError } from '@district-graph/kit/http-error';
import type { Rate } from '@district-graph/kit/identity/api-key';
import type { Log } from '@district-graph/kit/log';
import { ConcurrencyLimiter, noRelease, type Release } from './concurrency-limiter.ts';
import { type Buckets, MemoryBuckets } from './rate-buckets.ts';
import type { ClientRequest, ViewerKeyOf } from './viewer-key.ts';

export interface AdmissionOptions {
  /** Operations of one viewer in a second, where no other rate is agreed with them; 0 for any. */
  ratePerSecond: number;
  /** Operations of one viewer at once after a rest. */
  burst: number;
  /** Operations of one viewer that may be in work at a time; 0 for any. */
  maxAtOnce: number;
  /** Where gateways count together; null where each counts for itself. */
  redisUrl: string | null;
  keyOf: ViewerKeyOf;
}

/** An operation that takes longer to be planned or validated counts as several. */
const preparationMsPerOperation = 10;
/** What reading a request may keep the thread that serves everybody, and what beyond it counts as another operation. */
export const freeReadingMs = 1;
const readingMsPerOperation = 0.05;

export class Admission {
  #options: AdmissionOptions;
  #buckets: Buckets;
  #inWork: ConcurrencyLimiter;

  /** Redis' client is loaded only where it is used. */
  static async open(options: AdmissionOptions, log: Log): Promise<Admission> {
    if (options.redisUrl === null) return new Admission(options, new MemoryBuckets());
    const { RedisBuckets } = await import('./redis-buckets.ts');
    return new Admission(options, new RedisBuckets(options.redisUrl, log));
  }

  constructor(options: AdmissionOptions, buckets: Buckets) {
    this.#options = options;
    this.#buckets = buckets;
    this.#inWork = new ConcurrencyLimiter(options.maxAtOnce, ['请求', 'requests may be in work']);
  }

  /** Throws, or rejects with, an HttpError of status 429. */
  enter(asking: ClientRequest): Release | Promise<Release> {
    const rate = asking.rate ?? this.#options;
    const isLimited = rate.ratePerSecond > 0;
    if (!isLimited && this.#options.maxAtOnce === 0) return noRelease;
    const key = this.#options.keyOf(asking);
    const leave = this.#inWork.enter(key);
    const wait = isLimited ? this.#buckets.take(key, rate) : 0;
    if (typeof wait === 'number') return letIn(wait, rate, leave);
    return wait.then((ms) => letIn(ms, rate, leave));
  }

  /** Counts processor time that was spent on preparing a viewer's operation, as operations. */
  chargePreparation(asking: ClientRequest, cpuMs: number): void {
    const rate = asking.rate ?? this.#options;
    if (rate.ratePerSecond > 0 && cpuMs > 0)
      this.#buckets.charge(this.#options.keyOf(asking), rate, cpuMs / preparationMsPerOperation);
  }

  /** The same for time that reading it kept the thread of all requests: at the default rate, a quarter of that at most. */
  chargeReading(asking: ClientRequest, ms: number): void {
    const operations = (ms - freeReadingMs) / readingMsPerOperation;
    this.chargePreparation(asking, operations * preparationMsPerOperation);
  }

  /**
   * Counts what an operation asks for beside the one that was let in, such as its further root fields. Throws, or rejects
   * with, an HttpError of status 429. What is more than a burst counts as one.
   */
  charge(asking: ClientRequest, operations: number): void | Promise<void> {
    const rate = asking.rate ?? this.#options;
    const count = Math.min(operations, rate.burst - 1);
    if (rate.ratePerSecond === 0 || count < 1) return undefined;
    const wait = this.#buckets.take(this.#options.keyOf(asking), rate, count);
    if (typeof wait === 'number') return checkWait(wait, rate);
    return wait.then((ms) => checkWait(ms, rate));
  }

  close(): Promise<void> {
    return this.#buckets.close();
  }
}

function letIn(waitMs: number, rate: Rate, leave: Release): Release {
  if (waitMs > 0) leave();
  checkWait(waitMs, rate);
  return leave;
}

function checkWait(waitMs: number, { ratePerSecond, burst }: Rate): void {
  if (waitMs === 0) return;
  throw rateLimited(
    `每秒 ${ratePerSecond} 次、一时至多 ${burst} 次；请在 ${waitMs} 毫秒后重试。 ${ratePerSecond} requests a second are allowed, ${burst} at once; try again in ${waitMs} ms.`,
    ratePerSecond,
    waitMs,
  );
}

const rateLimited = (message: string, limit: number, retryAfterMs: number) =>
  new HttpError(429, 'RATE_LIMITED', `${errorCodes.RATE_LIMITED}：${message}`, true, {
    headers: { 'retry-after': String(Math.ceil(retryAfterMs / 1000)) },
    extensions: { limit, retryAfterMs },
  });
