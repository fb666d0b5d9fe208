// Token buckets: so many requests a second for each key, and so many at once after a rest. Kept in this process.
import type { Rate } from '@district-graph/kit/identity/api-key';
import { LRUCache } from 'lru-cache';

export interface Buckets {
  /** Takes tokens, by default one, of a bucket that is filled at the rate: 0, or after how many milliseconds there are as many. */
  take: (key: string, rate: Rate, count?: number) => number | Promise<number>;
  /** Takes so many tokens without asking, even more than there are: then it waits the longer. */
  charge: (key: string, rate: Rate, tokens: number) => void;
  close: () => Promise<void>;
}

/** Keys that are remembered: who was not seen for longest is forgotten, and so begins with a full bucket. */
const maxKeys = 100_000;

/** By the generic cell rate algorithm: of each bucket one instant is kept, that at which it is full again. */
export class MemoryBuckets implements Buckets {
  #fullAt = new LRUCache<string, number>({ max: maxKeys });
  #now: () => number;

  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  get size(): number {
    return this.#fullAt.size;
  }

  take(key: string, { ratePerSecond, burst }: Rate, count = 1): number {
    const now = this.#now();
    const intervalMs = 1000 / ratePerSecond;
    const fullAt = Math.max(now, this.#fullAt.get(key) ?? 0);
    const wait = fullAt - now - (burst - count) * intervalMs;
    if (wait > 0) return Math.ceil(wait);
    this.#fullAt.set(key, fullAt + count * intervalMs);
    return 0;
  }

  charge(key: string, { ratePerSecond }: Rate, tokens: number): void {
    const fullAt = Math.max(this.#now(), this.#fullAt.get(key) ?? 0);
    this.#fullAt.set(key, fullAt + (tokens * 1000) / ratePerSecond);
  }

  async close(): Promise<void> {}
}
