// A fair queue: the next item is one of the key that has used the least time, not the one that came first.

interface KeyQueue<Item> {
  waiting: Item[];
  running: number;
  /** Time used, from where the queue of the key started. */
  usedMs: number;
}

export interface Taken<Item> {
  key: string;
  item: Item;
}

export class FairQueue<Item> {
  #queues = new Map<string, KeyQueue<Item>>();
  #size = 0;
  /** The time used by the key that was served last. A new key starts there, so that it has no advantage. */
  #servedMs = 0;

  /** How many items wait. */
  get size(): number {
    return this.#size;
  }

  push(key: string, item: Item): void {
    let queue = this.#queues.get(key);
    if (!queue) {
      queue = { waiting: [], running: 0, usedMs: this.#servedMs };
      this.#queues.set(key, queue);
    }
    queue.waiting.push(item);
    this.#size += 1;
  }

  /**
   * The next item that may run, of a key with fewer than `maxRunning` items running. Each item that is taken must be reported by `done`.
   */
  take(maxRunning: number, mayRun: (item: Item) => boolean = () => true): Taken<Item> | null {
    let next: { key: string; queue: KeyQueue<Item>; index: number } | null = null;
    for (const [key, queue] of this.#queues) {
      if (queue.running >= maxRunning || (next && queue.usedMs >= next.queue.usedMs)) continue;
      const index = queue.waiting.findIndex(mayRun);
      if (index >= 0) next = { key, queue, index };
    }
    if (!next) return null;
    const { key, queue, index } = next;
    const [item] = queue.waiting.splice(index, 1);
    if (item === undefined) return null;
    queue.running += 1;
    this.#size -= 1;
    this.#servedMs = Math.max(this.#servedMs, queue.usedMs);
    return { key, item };
  }

  /** Counts the time that an item has used. */
  done(key: string, usedMs: number): void {
    const queue = this.#queues.get(key);
    if (!queue) return;
    queue.running -= 1;
    queue.usedMs += usedMs;
    this.#forget();
  }

  /** Removes an item from the queue of the key. */
  remove(key: string, matches: (item: Item) => boolean): void {
    const waiting = this.#queues.get(key)?.waiting ?? [];
    const index = waiting.findIndex(matches);
    if (index < 0) return;
    waiting.splice(index, 1);
    this.#size -= 1;
  }

  /** Removes the last item of the longest queue, if that is longer than the queue of the key. */
  takeFromLongest(key: string): Item | null {
    let longest = this.#queues.get(key);
    for (const queue of this.#queues.values())
      if (queue.waiting.length > (longest?.waiting.length ?? 0)) longest = queue;
    if (!longest || longest === this.#queues.get(key)) return null;
    this.#size -= 1;
    return longest.waiting.pop() ?? null;
  }

  /** Removes all waiting items. */
  clear(): Item[] {
    const items = [...this.#queues.values()].flatMap(({ waiting }) => waiting.splice(0));
    this.#size = 0;
    return items;
  }

  /** A key's used time is kept for as long as other keys have used less. */
  #forget(): void {
    const all = [...this.#queues];
    if (all.every(([, { waiting, running }]) => waiting.length + running === 0)) {
      this.#queues = new Map();
      this.#servedMs = 0;
      return;
    }
    for (const [key, { waiting, running, usedMs }] of all)
      if (waiting.length + running === 0 && usedMs <= this.#servedMs) this.#queues.delete(key);
  }
}
