// Plans operations that take few steps on the request thread: passing one to a thread and back takes longer than that.
import { KeyPlanner } from '../query-planner/key-planner.ts';
import type { QueryPlan } from '../query-planner/query-plan.ts';
import type { SupergraphIndex } from '../query-planner/supergraph-index.ts';
import { charged } from '../threads/charged.ts';
import type { Requester } from '../threads/thread-pool.ts';
import type { PlannableOperation } from './operation-to-plan.ts';

/** Characters of an operation in the form that is planned. */
const maxLength = 8000;
/** Steps of the planner. The project's own operations take 80 at most, large ones on seven overlapping subgraphs 340; no 500 took more than 6 ms. */
const maxSteps = 500;

class TooManySteps extends Error {}

export class ShortPlans {
  #planner: KeyPlanner;
  #steps = 0;

  constructor(index: SupergraphIndex) {
    this.#planner = new KeyPlanner(index, () => {
      this.#steps += 1;
      if (this.#steps > maxSteps) throw new TooManySteps();
    });
  }

  /** The plan, or why there is none. The time that it takes is charged to the requester. */
  plan(
    { definition, text }: Pick<PlannableOperation, 'definition' | 'text'>,
    requester: Requester,
  ): QueryPlan | 'not plain' | 'too long' {
    if (!definition || text.length > maxLength) return 'too long';
    this.#steps = 0;
    const startedMs = performance.now();
    try {
      const node = charged(requester, () => this.#planner.plan(definition, text.length));
      return node === undefined
        ? 'not plain'
        : { node, planner: 'own', planningMs: performance.now() - startedMs };
    } catch (error) {
      if (error instanceof TooManySteps) return 'too long';
      throw error;
    }
  }
}
