// Work on this thread that can wait, and may take only a share of its time.

/** A pause of the whole process while the work runs is counted as work: it must not stop what comes later for long. */
const longestWaitMs = 5000;

export class TimeShare {
  #share: number;
  /** On the clock of `performance.now()`: before, the work would take more than its share. */
  #freeFrom = 0;

  /** `share` is at most 1, which is no limit. */
  constructor(share: number) {
    this.#share = share;
  }

  get isFree(): boolean {
    return performance.now() >= this.#freeFrom;
  }

  /** Returns what the work returns. The longer it takes, the longer the next piece has to wait. */
  run<T>(work: () => T): T {
    const before = performance.now();
    try {
      return work();
    } finally {
      const now = performance.now();
      this.#freeFrom = now + Math.min(longestWaitMs, (now - before) * (1 / this.#share - 1));
    }
  }
}
