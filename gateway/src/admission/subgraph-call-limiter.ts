// Limits the calls that one viewer has in progress at one subgraph: further calls wait here, so that no other viewer waits behind them.
import { graphError } from '@district-graph/kit/errors';
import type { CountedRequestContext } from '../engine/request-context.ts';
import type { CallSubgraph } from '../execution/execution.ts';
import { ConcurrencyLimiter } from './concurrency-limiter.ts';

/** A call counts once more for each of these in the estimated cost of its operation; DistrictBoard is estimated at about 6,700. */
const costPerUnit = 5000;

export class SubgraphCallLimiter {
  #max: number;
  #maxWaitMs: number;
  #calls: ConcurrencyLimiter;

  /** `max` units for each viewer and subgraph, 0 for no limit; a call that has waited longer than `maxWaitMs` is not sent. */
  constructor(max: number, maxWaitMs: number) {
    this.#max = max;
    this.#maxWaitMs = maxWaitMs;
    this.#calls = new ConcurrencyLimiter(max);
  }

  /**
   * The context with its calls limited. Calls of an operation with a high estimated cost count as several: what a subgraph
   * does for them at once keeps it from answering other viewers.
   */
  limit(context: CountedRequestContext): CountedRequestContext {
    if (this.#max === 0) return context;
    let cost = 0;
    return {
      ...context,
      onEstimated: (estimate) => {
        cost = estimate;
      },
      call: this.limitCalls(context.requester.key, context.call, () => cost),
    };
  }

  /** Calls in the name of the viewer with the key, in the order in which they are made. */
  limitCalls(key: string, call: CallSubgraph, estimatedCost: () => number = () => 0): CallSubgraph {
    return async (subgraph, body, isMutation, lifetime, path) => {
      const holder = `${subgraph} ${key}`;
      const units = Math.min(this.#max, 1 + Math.floor(estimatedCost() / costPerUnit));
      const waiting = this.#calls.acquireInTurn(holder, units);
      try {
        if (waiting) await this.#waitFor(waiting, subgraph);
        return await call(subgraph, body, isMutation, lifetime, path);
      } finally {
        this.#calls.release(holder, units);
      }
    };
  }

  async #waitFor(waiting: Promise<void>, subgraph: string): Promise<void> {
    const since = performance.now();
    await waiting;
    if (performance.now() - since > this.#maxWaitMs) throw tooMany(this.#max, subgraph);
  }
}

const tooMany = (limit: number, service: string) =>
  graphError(
    'TOO_MANY_AT_ONCE',
    `您对子图 ${service} 的并发查询过多（同时至多 ${limit} 个），相关字段为空，请稍后重试。 You have too many calls in progress at subgraph ${service} (at most ${limit} at a time); its fields are null, try again shortly.`,
    { service, limit },
  );
