// Limits how many tasks start in one iteration of the event loop; the others wait in a queue that is fair to clients.
// Node emits everything that has arrived on all connections, up to megabytes, before it does any other work.
import { errorCodes, graphError } from '../errors.ts';
import { oldest, type QueueLimits, RoundRobinQueue } from './round-robin-queue.ts';

/** Tasks started in one iteration: at most 32, fewer if they take long, but at least two. */
const maxPerIteration = 32;
const minPerIteration = 2;
/** If the tasks of one iteration occupy the thread for longer, the next iteration starts half as many. */
const iterationMs = 10;
const defaultLimits: QueueLimits = { maxOfClient: 10_000, max: 20_000 };

interface QueuedTask {
  run: () => void;
  /** Called instead of `run` if the queue is too long. */
  reject: () => void;
}

export class EventLoopScheduler {
  #now: () => number;
  #max = maxPerIteration;
  /** In this iteration. */
  #started = 0;
  #firstStartedAt = 0;
  #isScheduled = false;
  #queue: RoundRobinQueue<QueuedTask, QueuedTask[]>;

  constructor(limits = defaultLimits, now = () => performance.now()) {
    this.#queue = new RoundRobinQueue(limits, (): QueuedTask[] => []);
    this.#now = now;
  }

  /** Whether a task may run at once; it then counts as started. If not, it must be enqueued. */
  tryStart(): boolean {
    if (this.#started >= this.#max || this.#queue.size > 0) return false;
    // A started task runs when the thread is free, between the arrivals of others.
    if (this.#started === 0) this.#firstStartedAt = this.#now();
    else if (this.#now() - this.#firstStartedAt > iterationMs) return false;
    this.#started += 1;
    this.#schedule();
    return true;
  }

  /** Resolves when it is the client's turn. Rejects with OVERLOADED if too many wait. */
  waitTurn(client: unknown): Promise<void> | void {
    if (this.tryStart()) return undefined;
    return new Promise((resolve, reject) => {
      this.enqueue(client, {
        run: resolve,
        reject: () => reject(graphError('OVERLOADED', errorCodes.OVERLOADED)),
      });
    });
  }

  enqueue(client: unknown, task: QueuedTask): void {
    const removed = this.#queue.add(client, task);
    this.#schedule();
    removed?.reject();
  }

  #schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    setImmediate(this.#runIteration);
  }

  #runIteration = (): void => {
    this.#isScheduled = false;
    const now = this.#now();
    if (this.#started > 0) {
      const isLong = now - this.#firstStartedAt > iterationMs;
      this.#max = isLong
        ? Math.max(minPerIteration, this.#max >> 1)
        : Math.min(maxPerIteration, this.#max * 2);
    }
    this.#started = 0;
    this.#firstStartedAt = now;
    while (this.#started < this.#max) {
      const next = this.#queue.take(oldest);
      if (!next) break;
      this.#started += 1;
      next.run();
    }
    if (this.#started > 0) this.#schedule();
  };
}
