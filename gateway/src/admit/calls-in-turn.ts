// How many calls of one viewer a subgraph has to answer at a time: the rest wait here, so that nobody else waits behind them.
import { graphError } from '@district-graph/kit/errors';
import type { CallSubgraph } from '../execute/execution.ts';

interface Line {
  inWork: number;
  waiting: (() => void)[];
}

export class CallsInTurn {
  #max: number;
  #patienceMs: number;
  #lines = new Map<string, Line>();

  /** At most so many of one viewer at each subgraph; what has waited for longer than that is not asked any more. */
  constructor(max: number, patienceMs: number) {
    this.#max = max;
    this.#patienceMs = patienceMs;
  }

  /** The calls of the viewer with the key, each in its turn. */
  of(key: string, call: CallSubgraph): CallSubgraph {
    return async (subgraph, body, isMutation, lifetime) => {
      const name = `${subgraph} ${key}`;
      let line = this.#lines.get(name);
      if (!line) {
        line = { inWork: 0, waiting: [] };
        this.#lines.set(name, line);
      }
      if (line.inWork < this.#max) line.inWork += 1;
      else await this.#turn(name, line, subgraph);
      try {
        return await call(subgraph, body, isMutation, lifetime);
      } finally {
        this.#next(name, line);
      }
    };
  }

  async #turn(name: string, line: Line, subgraph: string): Promise<void> {
    const since = performance.now();
    await new Promise<void>((resolve) => line.waiting.push(resolve));
    if (performance.now() - since <= this.#patienceMs) return;
    this.#next(name, line);
    throw tooMany(this.#max, subgraph);
  }

  /** Lets the next one begin in the place of one that is done. */
  #next(name: string, line: Line): void {
    const next = line.waiting.shift();
    if (next) next();
    else {
      line.inWork -= 1;
      if (line.inWork === 0) this.#lines.delete(name);
    }
  }
}

const tooMany = (limit: number, service: string) =>
  graphError(
    'TOO_MANY_AT_ONCE',
    `您在子图 ${service} 同时进行的查询过多（至多 ${limit} 个在办），其字段为空，请稍后重试。 You ask subgraph ${service} for too much at once (${limit} calls are in work at a time); its fields are null, try again shortly.`,
    { service, limit },
  );
