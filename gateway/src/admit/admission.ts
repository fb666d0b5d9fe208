// Lets requests in: so many a second and so many at a time for each viewer; who must wait is told how long.
import { errorCodes } from '@district-graph/kit/errors';
import type { Log } from '@district-graph/kit/log';
import { Refusal } from '@district-graph/kit/refusal';
import { type Buckets, MemoryBuckets } from './buckets.ts';
import type { Asking, ViewerKeyOf } from './viewer-key.ts';

export interface AdmissionOptions {
  /** Operations of one viewer in a second; 0 for any. */
  ratePerSecond: number;
  /** Operations of one viewer at once after a rest. */
  burst: number;
  /** Operations of one viewer that may be in work at a time; 0 for any. */
  maxAtOnce: number;
  /** Where gateways count together; null where each counts for itself. */
  redisUrl: string | null;
  keyOf: ViewerKeyOf;
}

/** Called once, when what was let in is done. */
export type Leave = () => void;

/** After how long one who had too much at a time is to try again. */
const atOnceRetryMs = 1000;

export class Admission {
  #options: AdmissionOptions;
  #buckets: Buckets | null;
  #inWork = new Map<string, number>();

  /** Redis' client is loaded only where it is used. */
  static async open(options: AdmissionOptions, log: Log): Promise<Admission> {
    const { ratePerSecond, redisUrl } = options;
    if (ratePerSecond === 0) return new Admission(options, null);
    if (redisUrl === null) return new Admission(options, new MemoryBuckets(options));
    const { RedisBuckets } = await import('./redis-buckets.ts');
    return new Admission(options, new RedisBuckets(redisUrl, options, log));
  }

  constructor(options: AdmissionOptions, buckets: Buckets | null) {
    this.#options = options;
    this.#buckets = buckets;
  }

  /** Throws, or rejects with, a Refusal of status 429. */
  enter(asking: Asking): Leave | Promise<Leave> {
    if (!this.#buckets && this.#options.maxAtOnce === 0) return nothing;
    const key = this.#options.keyOf(asking);
    const leave = this.#count(key);
    const wait = this.#buckets?.take(key) ?? 0;
    if (typeof wait === 'number') return this.#let(wait, leave);
    return wait.then((ms) => this.#let(ms, leave));
  }

  close(): Promise<void> {
    return this.#buckets?.close() ?? Promise.resolve();
  }

  #let(waitMs: number, leave: Leave): Leave {
    if (waitMs === 0) return leave;
    leave();
    const { ratePerSecond, burst } = this.#options;
    throw refusal(
      'RATE_LIMITED',
      `每秒 ${ratePerSecond} 次、一时至多 ${burst} 次；请在 ${waitMs} 毫秒后重试。 ${ratePerSecond} requests a second are allowed, ${burst} at once; try again in ${waitMs} ms.`,
      ratePerSecond,
      waitMs,
    );
  }

  #count(key: string): Leave {
    const { maxAtOnce } = this.#options;
    if (maxAtOnce === 0) return nothing;
    const inWork = this.#inWork.get(key) ?? 0;
    if (inWork >= maxAtOnce)
      throw refusal(
        'TOO_MANY_AT_ONCE',
        `同时至多 ${maxAtOnce} 个请求。 At most ${maxAtOnce} requests may be in work at a time.`,
        maxAtOnce,
        atOnceRetryMs,
      );
    this.#inWork.set(key, inWork + 1);
    return () => {
      const left = (this.#inWork.get(key) ?? 1) - 1;
      if (left > 0) this.#inWork.set(key, left);
      else this.#inWork.delete(key);
    };
  }
}

const nothing: Leave = () => {};

const refusal = (
  code: 'RATE_LIMITED' | 'TOO_MANY_AT_ONCE',
  message: string,
  limit: number,
  retryAfterMs: number,
) =>
  new Refusal(429, code, `${errorCodes[code]}：${message}`, false, {
    headers: { 'retry-after': String(Math.ceil(retryAfterMs / 1000)) },
    extensions: { limit, retryAfterMs },
  });
