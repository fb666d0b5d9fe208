// Adaptive concurrency: while the processor is the bottleneck, few operations run at once, since that finishes all of them sooner.
import { oldest, RoundRobinQueue, unlimited } from '@district-graph/kit/admission/round-robin-queue';

/**
 * Measured with 50 clients: when all of their operations run at once, each takes 1.5 times the processor time, most of it for
 * copying what they hold in memory through the young generation.
 */
const minLimit = 8;

/** How often the limit is reconsidered, and the share of the time that the processor may idle before the limit is raised. */
const checkMs = 2;
const idleShare = 0.2;
/** The factor by which each check without that much idle time lowers the limit. */
const decrease = 0.9;

type Start = () => void;

/** How long the event loop has been idle so far. */
const eventLoopIdleMs = (): number => performance.nodeTiming.idleTime;

/**
 * Operations over the limit wait until another ends, those of each client in turn. When the processor idles, the running
 * operations are waiting for something else: then the limit rises by as many operations as would have filled the idle time, and at most
 * to twice as many as run.
 */
export class AdaptiveConcurrency {
  #idleMs: () => number;
  #running = 0;
  #limit = minLimit;
  #waiting = new RoundRobinQueue<Start, Start[]>(unlimited, () => []);
  #timer: NodeJS.Timeout | null = null;
  #checkedAt = 0;
  #idleAtCheck = 0;

  constructor(idleMs = eventLoopIdleMs) {
    this.#idleMs = idleMs;
  }

  /** Resolves when the client's operation may start; undefined if it may start at once. Every operation that starts must `end`. */
  start(client: { key: string }): Promise<void> | undefined {
    if (this.#running < this.#limit) {
      this.#running += 1;
      return undefined;
    }
    if (!this.#timer) {
      this.#checkedAt = performance.now();
      this.#idleAtCheck = this.#idleMs();
      this.#timer = setInterval(() => this.#adapt(), checkMs).unref();
    }
    return new Promise((resolve) => {
      this.#waiting.add(client.key, resolve);
    });
  }

  end(): void {
    this.#running -= 1;
    this.#admit();
  }

  #admit(): void {
    while (this.#running < this.#limit) {
      const next = this.#waiting.take(oldest);
      if (!next) return;
      this.#running += 1;
      next();
    }
  }

  #adapt(): void {
    const now = performance.now();
    const idle = this.#idleMs();
    const share = (idle - this.#idleAtCheck) / (now - this.#checkedAt);
    this.#checkedAt = now;
    this.#idleAtCheck = idle;
    if (share >= idleShare && this.#waiting.size > 0) {
      const more = share < 0.5 ? Math.ceil((this.#running * share) / (1 - share)) : this.#running;
      this.#limit = this.#running + more;
      this.#admit();
      return;
    }
    this.#limit = Math.max(minLimit, Math.floor(this.#limit * decrease));
    if (this.#limit > minLimit || this.#waiting.size > 0 || !this.#timer) return;
    clearInterval(this.#timer);
    this.#timer = null;
  }
}
