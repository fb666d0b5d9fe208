// Work that comes faster than it is done waits for its client's turn: Node emits all that has come on all connections, as many
// megabytes as there are connections, before it looks at what else there is.

/** Begun in one turn of the event loop: some milliseconds of the thread. */
const maxOfTurn = 32;
const defaultLimits = { maxOfClient: 10_000, max: 20_000 };

interface Waiting {
  run: () => void;
  /** Ends it unrun: others have to wait for less. */
  cut: () => void;
}

export class EventLoopTurns {
  #limits: typeof defaultLimits;
  #begun = 0;
  #isScheduled = false;
  #size = 0;
  /** In the order in which the clients have their turns. */
  #lines = new Map<unknown, Waiting[]>();

  constructor(limits = defaultLimits) {
    this.#limits = limits;
  }

  /** Whether something may be run at once, which then counts as begun; what may not has to `wait`. */
  begin(): boolean {
    if (this.#begun >= maxOfTurn || this.#size > 0) return false;
    this.#begun += 1;
    this.#schedule();
    return true;
  }

  wait(client: unknown, waiting: Waiting): void {
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
    this.#begun = 0;
    while (this.#size > 0 && this.#begun < maxOfTurn) {
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
