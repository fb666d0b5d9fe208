// A queue that is fair to those who wait in it: the next one is whoever has used the least time, not whoever came first.

interface Line<Item> {
  waiting: Item[];
  inWork: number;
  /** Time used, from where the line began. */
  usedMs: number;
}

export interface Taken<Item> {
  key: string;
  item: Item;
}

export class FairQueue<Item> {
  #lines = new Map<string, Line<Item>>();
  #size = 0;
  /** How much had been used by whoever was served last: a newcomer begins there, and has saved up nothing. */
  #servedMs = 0;

  /** How many wait. */
  get size(): number {
    return this.#size;
  }

  push(key: string, item: Item): void {
    let line = this.#lines.get(key);
    if (!line) {
      line = { waiting: [], inWork: 0, usedMs: this.#servedMs };
      this.#lines.set(key, line);
    }
    line.waiting.push(item);
    this.#size += 1;
  }

  /** The next one of whoever has fewer than `maxInWork` in work; each that is taken must be `done`. */
  take(maxInWork: number): Taken<Item> | null {
    let next: [key: string, line: Line<Item>] | null = null;
    for (const [key, line] of this.#lines) {
      const isWaiting = line.waiting.length > 0 && line.inWork < maxInWork;
      if (isWaiting && (next === null || line.usedMs < next[1].usedMs)) next = [key, line];
    }
    const item = next?.[1].waiting.shift();
    if (!next || item === undefined) return null;
    const [key, line] = next;
    line.inWork += 1;
    this.#size -= 1;
    this.#servedMs = Math.max(this.#servedMs, line.usedMs);
    return { key, item };
  }

  /** Counts what one that was taken has used. */
  done(key: string, usedMs: number): void {
    const line = this.#lines.get(key);
    if (!line) return;
    line.inWork -= 1;
    line.usedMs += usedMs;
    this.#forget();
  }

  /** Takes one out of the line of the key that is not needed there any more. */
  remove(key: string, isIt: (item: Item) => boolean): void {
    const waiting = this.#lines.get(key)?.waiting ?? [];
    const index = waiting.findIndex(isIt);
    if (index < 0) return;
    waiting.splice(index, 1);
    this.#size -= 1;
  }

  /** Takes out the last one of the longest line, if that is longer than the line of the key. */
  takeFromLongest(key: string): Item | null {
    let longest = this.#lines.get(key);
    for (const line of this.#lines.values())
      if (line.waiting.length > (longest?.waiting.length ?? 0)) longest = line;
    if (!longest || longest === this.#lines.get(key)) return null;
    this.#size -= 1;
    return longest.waiting.pop() ?? null;
  }

  /** Takes out all that wait. */
  clear(): Item[] {
    const items = [...this.#lines.values()].flatMap(({ waiting }) => waiting.splice(0));
    this.#size = 0;
    return items;
  }

  /** What was used is remembered for as long as others have used less. */
  #forget(): void {
    const all = [...this.#lines];
    if (all.every(([, { waiting, inWork }]) => waiting.length + inWork === 0)) {
      this.#lines = new Map();
      this.#servedMs = 0;
      return;
    }
    for (const [key, { waiting, inWork, usedMs }] of all)
      if (waiting.length + inWork === 0 && usedMs <= this.#servedMs) this.#lines.delete(key);
  }
}
