// The statements of one client that wait for a connection, grouped by kind, so that finding the next takes the same time however many wait.

/** A client as the pool counts it. */
export interface CountedClient {
  key: string;
  isAnonymous: boolean;
}

export interface WaitingStatement {
  client: CountedClient;
  /** Null for statements that have no kind. */
  kind: object | null;
  start: () => void;
  drop: () => void;
  /** Whether nobody waits for the statement any more. */
  isAbandoned: () => boolean;
}

interface Numbered {
  number: number;
  statement: WaitingStatement;
}

export class StatementQueue {
  readonly client: CountedClient;
  /** The statements of each kind in the order in which they arrived. */
  #byKind = new Map<object | null, Numbered[]>();
  #count = 0;
  length = 0;

  constructor({ client }: Pick<WaitingStatement, 'client'>) {
    this.client = client;
  }

  push(statement: WaitingStatement): void {
    this.#count += 1;
    this.length += 1;
    const numbered = { number: this.#count, statement };
    const queue = this.#byKind.get(statement.kind);
    if (queue) queue.push(numbered);
    else this.#byKind.set(statement.kind, [numbered]);
  }

  /** Removes the statement that has waited longest among the kinds that may be sent. */
  shift(isFree: (kind: object | null) => boolean): WaitingStatement | null {
    let first: Numbered[] | null = null;
    for (const [kind, queue] of this.#byKind)
      if (isFree(kind) && (!first || numberOf(queue) < numberOf(first))) first = queue;
    const removed = first?.shift()?.statement ?? null;
    if (removed) this.#removed(removed, first?.length ?? 0);
    return removed;
  }

  /** Removes the newest statement. */
  pop(): WaitingStatement | undefined {
    let newest: Numbered[] | null = null;
    for (const queue of this.#byKind.values())
      if (!newest || (queue.at(-1)?.number ?? 0) > (newest.at(-1)?.number ?? 0)) newest = queue;
    const removed = newest?.pop()?.statement;
    if (removed) this.#removed(removed, newest?.length ?? 0);
    return removed;
  }

  /** Removes and returns the abandoned statements. */
  removeAbandoned(): WaitingStatement[] {
    const abandoned: WaitingStatement[] = [];
    for (const [kind, queue] of this.#byKind) {
      const left: Numbered[] = [];
      for (const each of queue)
        if (each.statement.isAbandoned()) abandoned.push(each.statement);
        else left.push(each);
      if (left.length === queue.length) continue;
      if (left.length > 0) this.#byKind.set(kind, left);
      else this.#byKind.delete(kind);
    }
    this.length -= abandoned.length;
    return abandoned;
  }

  #removed({ kind }: WaitingStatement, left: number): void {
    this.length -= 1;
    if (left === 0) this.#byKind.delete(kind);
  }
}

const numberOf = ([first]: readonly Numbered[]): number => first?.number ?? Number.POSITIVE_INFINITY;
