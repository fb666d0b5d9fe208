// Work that comes faster than it is done waits for its client's turn: Node emits all that has come on all connections, as many
// megabytes as there are connections, before it looks at what else there is.
import { errorCodes, graphError } from '../errors.ts';

/** Begun in one turn of the event loop at most; fewer where that takes long. */
const maxOfTurn = 32;
const minOfTurn = 2;
/** How long what is begun in one turn may keep the thread; after one that took longer half as much is begun. */
const turnMs = 10;
const defaultLimits = { maxOfClient: 10_000, max: 20_000 };

interface Waiting {
  run: () => void;
  /** Ends it unrun: others have to wait for less. */
  cut: () => void;
}

export class EventLoopScheduler {
  #limits: typeof defaultLimits;
  #now: () => number;
  #max = maxOfTurn;
  #begun = 0;
  /** When the first of a turn was begun. */
  #beganAt = 0;
  #isScheduled = false;
  #size = 0;
  /** In the order in which the clients have their turns. */
  #lines = new Map<unknown, Waiting[]>();

  constructor(limits = defaultLimits, now = () => performance.now()) {
    this.#limits = limits;
    this.#now = now;
  }

  /** Whether something may be run at once, which then counts as begun; what may not has to `wait`. */
  tryStart(): boolean {
    if (this.#begun >= this.#max || this.#size > 0) return false;
    // What was begun runs when the thread is free for it, in between those that come.
    if (this.#begun === 0) this.#beganAt = this.#now();
    else if (this.#now() - this.#beganAt > turnMs) return false;
    this.#begun += 1;
    this.#schedule();
    return true;
  }

  /** Resolves in the client's turn; rejects where more wait than may. */
  waitTurn(client: unknown): Promise<void> | void {
    if (this.tryStart()) return undefined;
    return new Promise((resolve, reject) => {
      this.enqueue(client, {
        run: resolve,
        cut: () => reject(graphError('OVERLOADED', errorCodes.OVERLOADED)),
      });
    });
  }

  enqueue(client: unknown, waiting: Waiting): void {
    const line = this.#lines.get(client) ?? [];
    if (line.length >= this.#limits.maxOfClient) {
      waiting.cut();
      return;
    }
    if (line.length === 0) this.#lines.set(client, line);
    line.push(waiting);
    this.#size += 1;
    this.#schedule();
    if (this.#size > this.#limits.max) this.#cutLongest();
  }

  #schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    setImmediate(this.#next);
  }

  #next = (): void => {
    this.#isScheduled = false;
    const now = this.#now();
    if (this.#begun > 0) {
      const isLong = now - this.#beganAt > turnMs;
      this.#max = isLong ? Math.max(minOfTurn, this.#max >> 1) : Math.min(maxOfTurn, this.#max * 2);
    }
    this.#begun = 0;
    this.#beganAt = now;
    while (this.#size > 0 && this.#begun < this.#max) {
      // One of each client, then the next of each.
      for (const [client, line] of this.#lines) {
        this.#lines.delete(client);
        const next = line.shift();
        if (line.length > 0) this.#lines.set(client, line);
        this.#size -= 1;
        this.#begun += 1;
        next?.run();
        break;
      }
    }
    if (this.#begun > 0) this.#schedule();
  };

  #cutLongest(): void {
    let longest: Waiting[] = [];
    for (const line of this.#lines.values()) if (line.length > longest.length) longest = line;
    this.#size -= 1;
    longest.pop()?.cut();
  }
}
