// Limits how many operations, subgraph calls, streams or sockets each key has open at a time.
import { type HttpError, tooManyRequests } from '@district-graph/kit/http-error';

/** Gives a unit back. Calling it a second time does nothing. */
export type Release = () => void;

export const noRelease: Release = () => {};

/** What a refusal says there are too many of. */
type Counted = readonly [zh: string, en: string];

interface Waiting {
  units: number;
  start: () => void;
}

const retryAfterMs = 1000;

/** The key of what is counted for the whole process. */
export const everyone = '';

export class ConcurrencyLimiter {
  #max: number;
  #counted: Counted;
  #inUse = new Map<string, number>();
  /** Those that wait for units of their key, first come, first served. */
  #queues = new Map<string, Waiting[]>();

  /** Each key has at most `max` units; 0 sets no limit. */
  constructor(max: number, counted: Counted = ['请求', 'requests may run']) {
    this.#max = max === 0 ? Number.POSITIVE_INFINITY : max;
    this.#counted = counted;
  }

  /** Whether the key got the units; if so, they must be released. */
  tryAcquire(key: string, units = 1): boolean {
    const inUse = (this.#inUse.get(key) ?? 0) + units;
    if (inUse > this.#max) return false;
    this.#inUse.set(key, inUse);
    return true;
  }

  /** Throws an HttpError of status 429 when the key uses all its units. */
  acquire(key: string): Release {
    if (this.#max === Number.POSITIVE_INFINITY) return noRelease;
    if (!this.tryAcquire(key)) throw this.#refusal();
    let isReleased = false;
    return () => {
      if (isReleased) return;
      isReleased = true;
      this.release(key);
    };
  }

  /** Resolves when the key got the units, behind those that already wait for it; undefined when it has them at once. */
  acquireInTurn(key: string, units: number): Promise<void> | undefined {
    const queue = this.#queues.get(key);
    if (!queue && this.tryAcquire(key, units)) return undefined;
    return new Promise((start) => {
      if (queue) queue.push({ units, start });
      else this.#queues.set(key, [{ units, start }]);
    });
  }

  release(key: string, units = 1): void {
    const inUse = (this.#inUse.get(key) ?? units) - units;
    if (inUse > 0) this.#inUse.set(key, inUse);
    else this.#inUse.delete(key);
    if (this.#queues.size > 0) this.#startNext(key);
  }

  #startNext(key: string): void {
    const queue = this.#queues.get(key);
    if (!queue) return;
    for (let next = queue[0]; next && this.tryAcquire(key, next.units); next = queue[0]) {
      queue.shift();
      next.start();
    }
    if (queue.length === 0) this.#queues.delete(key);
  }

  #refusal(): HttpError {
    const [zh, en] = this.#counted;
    const text = `同时至多 ${this.#max} 个${zh}，请稍后重试。 At most ${this.#max} ${en} at a time; try again shortly.`;
    return tooManyRequests('TOO_MANY_AT_ONCE', text, { limit: this.#max, retryAfterMs });
  }
}
