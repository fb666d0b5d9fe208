// Token buckets that limit rates by key, in the memory of this process.
import type { Rate } from '@district-graph/kit/identity/api-key';
import { LRUCache } from 'lru-cache';

export interface Buckets {
  /** Takes tokens, by default one, from a bucket that is refilled at the rate. Returns 0, or, without taking any, the milliseconds until there are enough. */
  take: (key: string, rate: Rate, count?: number) => number | Promise<number>;
  /** Takes tokens unconditionally, even more than there are; the key then waits longer for its next ones. */
  charge: (key: string, rate: Rate, tokens: number) => void;
  close: () => Promise<void>;
}

/** Keys that are kept. The least recently used key is dropped, and later starts with a full bucket. */
const maxKeys = 100_000;

/** Implements the generic cell rate algorithm: of each bucket only the time at which it is full again is stored. */
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
