// The statements of one client that wait for a connection: by kind, so that finding the next one takes as long however many wait.

export interface WaitingStatement {
  /** Null for what is of no kind. */
  kind: object | null;
  start: () => void;
  drop: () => void;
  isOver: () => boolean;
}

interface Numbered {
  number: number;
  waiting: WaitingStatement;
}

export class StatementQueue {
  /** Those of a kind in the order in which they came. */
  #byKind = new Map<object | null, Numbered[]>();
  #count = 0;
  length = 0;

  add(waiting: WaitingStatement): void {
    this.#count += 1;
    this.length += 1;
    const numbered = { number: this.#count, waiting };
    const line = this.#byKind.get(waiting.kind);
    if (line) line.push(numbered);
    else this.#byKind.set(waiting.kind, [numbered]);
  }

  /** Takes out the one that has waited longest of those whose kind may be sent. */
  next(isFree: (kind: object | null) => boolean): WaitingStatement | null {
    let first: Numbered[] | null = null;
    for (const [kind, line] of this.#byKind)
      if (isFree(kind) && (!first || numberOf(line) < numberOf(first))) first = line;
    const taken = first?.shift()?.waiting ?? null;
    if (taken) this.#took(taken, first?.length ?? 0);
    return taken;
  }

  /** Takes out the one that came last. */
  last(): WaitingStatement | null {
    let newest: Numbered[] | null = null;
    for (const line of this.#byKind.values())
      if (!newest || (line.at(-1)?.number ?? 0) > (newest.at(-1)?.number ?? 0)) newest = line;
    const taken = newest?.pop()?.waiting ?? null;
    if (taken) this.#took(taken, newest?.length ?? 0);
    return taken;
  }

  /** Takes out those that nobody waits for any more. */
  over(): WaitingStatement[] {
    const over: WaitingStatement[] = [];
    for (const [kind, line] of this.#byKind) {
      const left = line.filter(({ waiting }) => !waiting.isOver());
      if (left.length === line.length) continue;
      over.push(...line.flatMap(({ waiting }) => (waiting.isOver() ? [waiting] : [])));
      if (left.length) this.#byKind.set(kind, left);
      else this.#byKind.delete(kind);
    }
    this.length -= over.length;
    return over;
  }

  #took({ kind }: WaitingStatement, left: number): void {
    this.length -= 1;
    if (left === 0) this.#byKind.delete(kind);
  }
}

const numberOf = ([first]: readonly Numbered[]): number => first?.number ?? Number.POSITIVE_INFINITY;
