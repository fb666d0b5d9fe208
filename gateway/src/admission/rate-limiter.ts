// Token buckets that limit rates by key, in the memory of this process.
import type { Rate } from '@district-graph/kit/identity/api-key';
import { fullAfter, waitFor } from '@district-graph/kit/identity/key-rate';
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

/** Of each bucket only the time at which it is full again is stored. */
export class MemoryBuckets implements Buckets {
  #fullAt = new LRUCache<string, number>({ max: maxKeys });
  #now: () => number;

  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  get size(): number {
    return this.#fullAt.size;
  }

  take(key: string, rate: Rate, count = 1): number {
    const now = this.#now();
    const fullAt = this.#fullAt.get(key) ?? 0;
    const wait = waitFor(fullAt, now, rate, count);
    if (wait > 0) return wait;
    this.#fullAt.set(key, fullAfter(fullAt, now, rate, count));
    return 0;
  }

  charge(key: string, rate: Rate, tokens: number): void {
    this.#fullAt.set(key, fullAfter(this.#fullAt.get(key) ?? 0, this.#now(), rate, tokens));
  }

  async close(): Promise<void> {}
}
