// Admission control: limits how many operations a client starts in a second and runs at a time.

import type { Rate } from '@district-graph/kit/identity/api-key';
import { rateLimited } from '@district-graph/kit/identity/key-rate';
import type { Log } from '@district-graph/kit/log';
import type { Client } from './client.ts';
import { ConcurrencyLimiter, noRelease, type Release } from './concurrency-limiter.ts';
import { type Buckets, MemoryBuckets } from './rate-limiter.ts';
import type { ViewerKeyOf } from './viewer-key.ts';

export interface AdmissionOptions {
  /** Operations of one client in a second where no other rate is agreed for its key; 0 for no limit. */
  ratePerSecond: number;
  /** Operations that one client may start at once after a pause. */
  burst: number;
  /** Operations of one client that may run at a time; 0 for no limit. */
  maxAtOnce: number;
  /** Where gateways count rates together; null where each counts for itself. */
  redisUrl: string | null;
  /** What requests are counted by. */
  keyOf: ViewerKeyOf;
}

/** What admission control needs to know of a client. The key is read only where something is counted. */
export type CountedClient = Pick<Client, 'key' | 'rate'>;

/** Processor time for planning or validating an operation that counts as one more operation. */
const preparationMsPerOperation = 10;
/** How long reading a request may block the event loop, and how much of the time beyond that counts as one more operation. */
export const freeReadingMs = 1;
const readingMsPerOperation = 0.05;

export class Admission {
  #options: Omit<AdmissionOptions, 'keyOf'>;
  #buckets: Buckets;
  #running: ConcurrencyLimiter;

  /** The Redis client is loaded only where it is used. */
  static async open(options: Omit<AdmissionOptions, 'keyOf'>, log: Log): Promise<Admission> {
    if (options.redisUrl === null) return new Admission(options, new MemoryBuckets());
    const { RedisBuckets } = await import('./redis-rate-limiter.ts');
    return new Admission(options, new RedisBuckets(options.redisUrl, log));
  }

  constructor(options: Omit<AdmissionOptions, 'keyOf'>, buckets: Buckets) {
    this.#options = options;
    this.#buckets = buckets;
    this.#running = new ConcurrencyLimiter(options.maxAtOnce);
  }

  /** Admits one operation, to be released when it is answered. Throws, or rejects with, an HttpError of status 429. */
  admit(client: CountedClient): Release | Promise<Release> {
    const rate = client.rate ?? this.#options;
    const isLimited = rate.ratePerSecond > 0;
    if (!isLimited && this.#options.maxAtOnce === 0) return noRelease;
    const release = this.#running.acquire(client.key);
    const wait = isLimited ? this.#buckets.take(client.key, rate) : 0;
    if (typeof wait === 'number') return releaseUnlessWaiting(wait, rate, release);
    return wait.then((ms) => releaseUnlessWaiting(ms, rate, release));
  }

  /** Counts processor time that was spent on preparing a client's operation, as operations. */
  chargePreparation(client: CountedClient, cpuMs: number): void {
    const rate = client.rate ?? this.#options;
    if (rate.ratePerSecond > 0 && cpuMs > 0)
      this.#buckets.charge(client.key, rate, cpuMs / preparationMsPerOperation);
  }

  /** Counts time that reading a request blocked the event loop: at the default rate, a client can block a quarter of it at most. */
  chargeReading(client: CountedClient, ms: number): void {
    const operations = (ms - freeReadingMs) / readingMsPerOperation;
    this.chargePreparation(client, operations * preparationMsPerOperation);
  }

  /**
   * Counts operations beside the one that was admitted, such as further root fields; at most as many as a burst holds, less
   * one. Throws, or rejects with, an HttpError of status 429.
   */
  charge(client: CountedClient, operations: number): void | Promise<void> {
    const rate = client.rate ?? this.#options;
    const count = Math.min(operations, rate.burst - 1);
    if (rate.ratePerSecond === 0 || count < 1) return undefined;
    const wait = this.#buckets.take(client.key, rate, count);
    if (typeof wait === 'number') return checkWait(wait, rate);
    return wait.then((ms) => checkWait(ms, rate));
  }

  close(): Promise<void> {
    return this.#buckets.close();
  }
}

function releaseUnlessWaiting(waitMs: number, rate: Rate, release: Release): Release {
  if (waitMs > 0) release();
  checkWait(waitMs, rate);
  return release;
}

function checkWait(waitMs: number, rate: Rate): void {
  if (waitMs > 0) throw rateLimited(waitMs, rate);
}
