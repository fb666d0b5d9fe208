// The rate of calls to one subgraph, as the generic cell rate algorithm counts it: all that is stored is when the bucket is full again.

export class CallRate {
  readonly #intervalMs: number;
  #fullAt = 0;

  /** The burst is that of one second. */
  constructor(perSecond: number) {
    this.#intervalMs = 1000 / perSecond;
  }

  /** Counts a call; false, without counting it, for one above the rate. */
  take(now = performance.now()): boolean {
    const fullAt = Math.max(now, this.#fullAt) + this.#intervalMs;
    if (fullAt - now > 1000 + roundingMs) return false;
    this.#fullAt = fullAt;
    return true;
  }
}

/** The sum of a second's intervals may be a little more than a second. */
const roundingMs = 1e-3;
