// How many calls of one viewer a subgraph has to answer at a time: the rest wait here, so that nobody else waits behind them.
import { graphError } from '@district-graph/kit/errors';
import type { CallSubgraph } from '../execution/execution.ts';

interface Line {
  /** What those in work weigh together. */
  inWork: number;
  waiting: { weight: number; start: () => void }[];
}

/** For so much of the estimated cost of its operation a call weighs one more: that of DistrictBoard is some 6,700. */
const costOfOne = 5000;

export class SubgraphCallLimiter {
  #max: number;
  #patienceMs: number;
  #lines = new Map<string, Line>();

  /** At most so many of one viewer at each subgraph; what has waited for longer than that is not asked any more. */
  constructor(max: number, patienceMs: number) {
    this.#max = max;
    this.#patienceMs = patienceMs;
  }

  /**
   * The calls of the viewer with the key, each in its turn. Those of an operation that is estimated to cost much weigh more:
   * what a subgraph does for it at once keeps it from answering anybody else.
   */
  of(key: string, call: CallSubgraph, estimatedCost: () => number = () => 0): CallSubgraph {
    return async (subgraph, body, isMutation, lifetime) => {
      const name = `${subgraph} ${key}`;
      let line = this.#lines.get(name);
      if (!line) {
        line = { inWork: 0, waiting: [] };
        this.#lines.set(name, line);
      }
      const weight = Math.min(this.#max, 1 + Math.floor(estimatedCost() / costOfOne));
      if (line.waiting.length === 0 && line.inWork + weight <= this.#max) line.inWork += weight;
      else await this.#turn(name, line, weight, subgraph);
      try {
        return await call(subgraph, body, isMutation, lifetime);
      } finally {
        this.#done(name, line, weight);
      }
    };
  }

  async #turn(name: string, line: Line, weight: number, subgraph: string): Promise<void> {
    const since = performance.now();
    await new Promise<void>((start) => line.waiting.push({ weight, start }));
    if (performance.now() - since <= this.#patienceMs) return;
    this.#done(name, line, weight);
    throw tooMany(this.#max, subgraph);
  }

  /** Lets the next ones begin in the place of one that is done. */
  #done(name: string, line: Line, weight: number): void {
    line.inWork -= weight;
    for (let next = line.waiting[0]; next && line.inWork + next.weight <= this.#max; next = line.waiting[0]) {
      line.waiting.shift();
      line.inWork += next.weight;
      next.start();
    }
    if (line.inWork === 0) this.#lines.delete(name);
  }
}

const tooMany = (limit: number, service: string) =>
  graphError(
    'TOO_MANY_AT_ONCE',
    `您在子图 ${service} 同时进行的查询过多（至多 ${limit} 个在办），其字段为空，请稍后重试。 You ask subgraph ${service} for too much at once (${limit} calls are in work at a time); its fields are null, try again shortly.`,
    { service, limit },
  );
