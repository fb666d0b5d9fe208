// Whose turn it is: where the processor is what all wait for, few operations at once are sooner done than many.

/**
 * Measured with 50 clients: half as much again of processor time for each operation when all are in work at once, most of
 * it for moving what they hold through the young generation.
 */
const fewAtOnce = 8;

/** How often it is looked whether the processor could do more, and the share of its time that it may rest. */
const lookMs = 2;
const restShare = 0.2;
/** What is left, at each look without such a rest, of how many may be in work. */
const lessening = 0.9;

/** How long the event loop has waited for something to do so far. */
const restedMs = (): number => performance.nodeTiming.idleTime;

/**
 * More operations wait for one to be done, those of each client in turn; or until the processor rests, for then it is not what those in work are waiting
 * for. As many more may begin as would have filled its rest, at most as many again.
 */
export class AdaptiveConcurrency {
  #rested: () => number;
  #inWork = 0;
  #limit = fewAtOnce;
  /** By client, those first whose turn is next. */
  #waiting = new Map<string, (() => void)[]>();
  #watch: NodeJS.Timeout | null = null;
  #lookedAt = 0;
  #restedAt = 0;

  constructor(rested = restedMs) {
    this.#rested = rested;
  }

  /** Resolves when the client's operation may begin; every one that began must end. */
  begin(client: { key: string }): Promise<void> | undefined {
    if (this.#inWork < this.#limit) {
      this.#inWork += 1;
      return undefined;
    }
    if (!this.#watch) {
      this.#lookedAt = performance.now();
      this.#restedAt = this.#rested();
      this.#watch = setInterval(() => this.#look(), lookMs).unref();
    }
    return new Promise((resolve) => {
      const { key } = client;
      const line = this.#waiting.get(key);
      if (line) line.push(resolve);
      else this.#waiting.set(key, [resolve]);
    });
  }

  end(): void {
    this.#inWork -= 1;
    this.#admit();
  }

  #admit(): void {
    while (this.#inWork < this.#limit) {
      const next = this.#next();
      if (!next) return;
      this.#inWork += 1;
      next();
    }
  }

  #next(): (() => void) | undefined {
    for (const [key, line] of this.#waiting) {
      this.#waiting.delete(key);
      const next = line.shift();
      if (line.length > 0) this.#waiting.set(key, line);
      return next;
    }
    return undefined;
  }

  #look(): void {
    const now = performance.now();
    const rested = this.#rested();
    const share = (rested - this.#restedAt) / (now - this.#lookedAt);
    this.#lookedAt = now;
    this.#restedAt = rested;
    if (share >= restShare && this.#waiting.size > 0) {
      const more = share < 0.5 ? Math.ceil((this.#inWork * share) / (1 - share)) : this.#inWork;
      this.#limit = this.#inWork + more;
      this.#admit();
      return;
    }
    this.#limit = Math.max(fewAtOnce, Math.floor(this.#limit * lessening));
    if (this.#limit > fewAtOnce || this.#waiting.size > 0 || !this.#watch) return;
    clearInterval(this.#watch);
    this.#watch = null;
  }
}
