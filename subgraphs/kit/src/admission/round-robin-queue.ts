// A queue that serves its clients in turn, with a limit for each client and for all clients together.
// The gateway's queues differ: its ConcurrencyLimiter limits how much of one viewer runs at a time, and the FairQueue of its threads
// serves first the viewer that has used the least time.

/** The items of one client: an array, or a queue that orders them in another way. */
export interface ClientQueue<Item> {
  readonly length: number;
  push: (item: Item) => unknown;
  /** Removes the newest item. */
  pop: () => Item | undefined;
}

export interface QueueLimits {
  maxOfClient: number;
  max: number;
}

/** For a queue whose items are limited elsewhere. */
export const unlimited: QueueLimits = {
  maxOfClient: Number.POSITIVE_INFINITY,
  max: Number.POSITIVE_INFINITY,
};

/** Picks the oldest item of a client whose queue is an array. */
export const oldest = <Item>(queue: Item[]): Item | undefined => queue.shift();

export class RoundRobinQueue<Item, Queue extends ClientQueue<Item>> {
  #limits: QueueLimits;
  #queueFor: (item: Item) => Queue;
  /** In the order in which the clients are served next. */
  #queues = new Map<unknown, Queue>();
  #size = 0;

  /** `queueFor` makes the queue of a client whose first item this is. */
  constructor(limits: QueueLimits, queueFor: (item: Item) => Queue) {
    this.#limits = limits;
    this.#queueFor = queueFor;
  }

  /** Items of all clients. */
  get size(): number {
    return this.#size;
  }

  /**
   * Adds an item behind the others of its client. Returns the item that is removed if that exceeds a limit: the newest of the
   * client, or of the client that has the most; null if none is removed.
   */
  add(client: unknown, item: Item): Item | null {
    let queue = this.#queues.get(client);
    if (!queue) {
      queue = this.#queueFor(item);
      this.#queues.set(client, queue);
    }
    queue.push(item);
    this.#size += 1;
    if (queue.length > this.#limits.maxOfClient) return this.#removeNewest(client, queue);
    return this.#size > this.#limits.max ? this.#removeFromLongest() : null;
  }

  /**
   * Removes an item of the first client in turn for which `pick` removes one from the client's queue. That client then goes to the
   * end; clients that are passed over keep their turn. Null if nothing was picked.
   */
  take(pick: (queue: Queue) => Item | null | undefined): Item | null {
    for (const [client, queue] of this.#queues) {
      const before = queue.length;
      const item = pick(queue) ?? null;
      this.#size += queue.length - before;
      if (item === null && queue.length > 0) continue;
      this.#queues.delete(client);
      if (queue.length > 0) this.#queues.set(client, queue);
      if (item !== null) return item;
    }
    return null;
  }

  /** Removes and returns what `remove` removes from the queue of each client. */
  prune(remove: (queue: Queue) => readonly Item[]): Item[] {
    const pruned: Item[] = [];
    for (const [client, queue] of this.#queues) {
      const removed = remove(queue);
      this.#size -= removed.length;
      if (queue.length === 0) this.#queues.delete(client);
      for (const item of removed) pruned.push(item);
    }
    return pruned;
  }

  #removeFromLongest(): Item | null {
    let longest: [client: unknown, queue: Queue] | null = null;
    for (const entry of this.#queues) if (!longest || entry[1].length > longest[1].length) longest = entry;
    return longest && this.#removeNewest(...longest);
  }

  #removeNewest(client: unknown, queue: Queue): Item | null {
    const newest = queue.pop() ?? null;
    if (newest !== null) this.#size -= 1;
    if (queue.length === 0) this.#queues.delete(client);
    return newest;
  }
}
