// How many of something each viewer has at a time: operations in work, open streams, open sockets.
import { errorCodes } from '@district-graph/kit/errors';
import { HttpError } from '@district-graph/kit/http-error';

/** Called once, when what was let in is done. */
export type Release = () => void;

/** After how long one who had too much at a time is to try again. */
const retryAfterMs = 1000;

export class ConcurrencyLimiter {
  #max: number;
  #what: readonly [zh: string, en: string];
  #held = new Map<string, number>();

  /** At most so many of it for each key; 0 for any. */
  constructor(max: number, what: readonly [zh: string, en: string]) {
    this.#max = max;
    this.#what = what;
  }

  /** Throws an HttpError of status 429. */
  enter(key: string): Release {
    if (this.#max === 0) return noRelease;
    const held = this.#held.get(key) ?? 0;
    if (held >= this.#max) throw this.#refusal();
    this.#held.set(key, held + 1);
    let isLeft = false;
    return () => {
      if (isLeft) return;
      isLeft = true;
      const left = (this.#held.get(key) ?? 1) - 1;
      if (left > 0) this.#held.set(key, left);
      else this.#held.delete(key);
    };
  }

  #refusal(): HttpError {
    const [zh, en] = this.#what;
    const message = `${errorCodes.TOO_MANY_AT_ONCE}：同时至多 ${this.#max} 个${zh}。 At most ${this.#max} ${en} at a time.`;
    return new HttpError(429, 'TOO_MANY_AT_ONCE', message, true, {
      headers: { 'retry-after': String(Math.ceil(retryAfterMs / 1000)) },
      extensions: { limit: this.#max, retryAfterMs },
    });
  }
}

export const noRelease: Release = () => {};
