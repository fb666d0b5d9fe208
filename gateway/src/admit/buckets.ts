// Token buckets: so many requests a second for each key, and so many at once after a rest. Kept in this process.
import { LRUCache } from 'lru-cache';

export interface BucketOptions {
  /** Tokens that come back each second. */
  ratePerSecond: number;
  /** Tokens that a full bucket holds. */
  burst: number;
}

export interface Buckets {
  /** Takes a token: 0, or after how many milliseconds there is one. */
  take: (key: string) => number | Promise<number>;
  close: () => Promise<void>;
}

/** Keys that are remembered: who was not seen for longest is forgotten, and so begins with a full bucket. */
const maxKeys = 100_000;

/** By the generic cell rate algorithm: of each bucket one instant is kept, that at which it is full again. */
export class MemoryBuckets implements Buckets {
  #fullAt = new LRUCache<string, number>({ max: maxKeys });
  #intervalMs: number;
  #toleranceMs: number;
  #now: () => number;

  constructor({ ratePerSecond, burst }: BucketOptions, now: () => number = () => performance.now()) {
    this.#intervalMs = 1000 / ratePerSecond;
    this.#toleranceMs = (burst - 1) * this.#intervalMs;
    this.#now = now;
  }

  get size(): number {
    return this.#fullAt.size;
  }

  take(key: string): number {
    const now = this.#now();
    const fullAt = Math.max(now, this.#fullAt.get(key) ?? 0);
    const wait = fullAt - now - this.#toleranceMs;
    if (wait > 0) return Math.ceil(wait);
    this.#fullAt.set(key, fullAt + this.#intervalMs);
    return 0;
  }

  async close(): Promise<void> {}
}
