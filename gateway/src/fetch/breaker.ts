// Stops calling a subgraph that keeps failing, so that its callers get their answer at once; one probe finds it again.

export interface BreakerOptions {
  /** Failures in a row that open it. */
  failures: number;
  /** How long it stays open before one call is let through. */
  restMs: number;
}

export class Breaker {
  #options: BreakerOptions;
  #failures = 0;
  #openedAt = 0;
  #probing = false;

  constructor(options: BreakerOptions) {
    this.#options = options;
  }

  /** Whether a call may be made now; true for one call in each rest while it is open. */
  allows(now: number): boolean {
    if (this.#failures < this.#options.failures) return true;
    if (this.#probing || now - this.#openedAt < this.#options.restMs) return false;
    this.#probing = true;
    return true;
  }

  succeeded(): void {
    this.#failures = 0;
    this.#probing = false;
  }

  /** It was not found out how the call would have ended. */
  unknown(): void {
    this.#probing = false;
  }

  /** Returns true when this failure opened it. */
  failed(now: number): boolean {
    this.#failures += 1;
    this.#probing = false;
    if (this.#failures < this.#options.failures) return false;
    this.#openedAt = now;
    return this.#failures === this.#options.failures;
  }
}
