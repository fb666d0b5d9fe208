// A circuit breaker: calls to an unavailable subgraph fail at once. Calls may fail because of what one client requests;
// therefore the gateway probes by itself whether the subgraph is available.
import { setTimeout as sleep } from 'node:timers/promises';

export interface BreakerOptions {
  /** Consecutive failures after which the subgraph is probed. */
  failures: number;
  /** The pause between two probes. */
  restMs: number;
}

export class CircuitBreaker {
  isOpen = false;
  #options: BreakerOptions;
  #probe: () => Promise<boolean>;
  #onOpen: () => void;
  #failures = 0;
  #isProbing = false;
  #closing = new AbortController();

  constructor(options: BreakerOptions, probe: () => Promise<boolean>, onOpen: () => void) {
    this.#options = options;
    this.#probe = probe;
    this.#onOpen = onOpen;
  }

  succeeded(): void {
    this.#failures = 0;
  }

  failed(): void {
    this.#failures += 1;
    if (this.#failures >= this.#options.failures && !this.#isProbing) void this.#probeUntilAvailable();
  }

  close(): void {
    this.#closing.abort();
  }

  async #probeUntilAvailable(): Promise<void> {
    const { signal } = this.#closing;
    this.#isProbing = true;
    while (!signal.aborted && !(await this.#probe())) {
      if (!this.isOpen) this.#onOpen();
      this.isOpen = true;
      await sleep(this.#options.restMs, undefined, { signal, ref: false }).catch(() => {});
    }
    this.isOpen = false;
    this.#failures = 0;
    this.#isProbing = false;
  }
}
