// Leaves a subgraph alone that is not there, so that its callers get their answer at once. Calls can fail for what one client
// asks of it: whether it is there, the gateway asks by itself.
import { setTimeout as sleep } from 'node:timers/promises';

export interface BreakerOptions {
  /** Failures in a row after which the subgraph is asked whether it is there. */
  failures: number;
  /** How long it is left alone, before it is asked again. */
  restMs: number;
}

export class CircuitBreaker {
  isOpen = false;
  #options: BreakerOptions;
  #isThere: () => Promise<boolean>;
  #onOpen: () => void;
  #failures = 0;
  #isAsking = false;
  #closing = new AbortController();

  constructor(options: BreakerOptions, isThere: () => Promise<boolean>, onOpen: () => void) {
    this.#options = options;
    this.#isThere = isThere;
    this.#onOpen = onOpen;
  }

  succeeded(): void {
    this.#failures = 0;
  }

  failed(): void {
    this.#failures += 1;
    if (this.#failures >= this.#options.failures && !this.#isAsking) void this.#ask();
  }

  close(): void {
    this.#closing.abort();
  }

  async #ask(): Promise<void> {
    const { signal } = this.#closing;
    this.#isAsking = true;
    while (!signal.aborted && !(await this.#isThere())) {
      if (!this.isOpen) this.#onOpen();
      this.isOpen = true;
      await sleep(this.#options.restMs, undefined, { signal, ref: false }).catch(() => {});
    }
    this.isOpen = false;
    this.#failures = 0;
    this.#isAsking = false;
  }
}
