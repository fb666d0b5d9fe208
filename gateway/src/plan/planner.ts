// Plans operations, off the request thread.
import { ThreadPool, type ThreadPoolOptions } from '../threads/thread-pool.ts';
import type { OperationToPlan } from './client-operation.ts';
import type { QueryPlan } from './query-plan.ts';
import type { SupergraphFacts } from './supergraph-facts.ts';

export class Planner {
  #pool: ThreadPool<SupergraphFacts, OperationToPlan, QueryPlan>;

  /** Loads the supergraph in a thread; rejects with what is wrong with it. */
  static async load(sdl: string, options: ThreadPoolOptions): Promise<Planner> {
    const program = { file: new URL('./planner-thread.ts', import.meta.url), data: sdl };
    return new Planner(await ThreadPool.start(program, options));
  }

  private constructor(pool: ThreadPool<SupergraphFacts, OperationToPlan, QueryPlan>) {
    this.#pool = pool;
  }

  get facts(): SupergraphFacts {
    return this.#pool.loaded;
  }

  get isWorking(): boolean {
    return this.#pool.isWorking;
  }

  /** The plan of a valid operation. */
  plan(operation: OperationToPlan): Promise<QueryPlan> {
    return this.#pool.run(operation);
  }

  close(): Promise<void> {
    return this.#pool.close();
  }
}
