// Plans operations, off the request thread; each shape once.
import { buildSchema, type GraphQLError, type GraphQLSchema } from 'graphql';
import { LRUCache } from 'lru-cache';
import type { SupergraphMetadata } from '../supergraph/supergraph-metadata.ts';
import { threadCpuMs } from '../threads/thread.ts';
import { type Requester, ThreadPool, type ThreadPoolOptions } from '../threads/thread-pool.ts';
import { type OperationToPlan, operationToPlan, type PlannableSize } from './client-operation.ts';
import type { PlannerData, WrittenOperation } from './planner-thread.ts';
import type { QueryPlan } from './query-plan.ts';

export interface PlannerOptions extends ThreadPoolOptions, PlannableSize {}

/** How long the texts of the operations may be together whose plans are kept. */
const maxKeptText = 1_048_576;
/** Of the time that a plan may take: after it the thread gives up by itself, which costs no thread. */
const ownShare = 0.8;
/** How long an operation that took too long to plan is refused again. */
const refusedForMs = 60_000;

interface Planned {
  plan: Promise<QueryPlan>;
  isWaiting: boolean;
}

export class Planner {
  /** The schema that clients see. */
  readonly schema: GraphQLSchema;
  #pool: ThreadPool<SupergraphMetadata, WrittenOperation, QueryPlan>;
  #options: PlannerOptions;
  #plans = new LRUCache<string, Planned>({
    maxSize: maxKeptText,
    sizeCalculation: (_plan, query) => query.length,
  });

  /** Loads the supergraph in a thread; rejects with what is wrong with it. */
  static async load(sdl: string, options: PlannerOptions): Promise<Planner> {
    const program = {
      file: new URL('./planner-thread.ts', import.meta.url),
      data: { sdl, timeoutMs: options.timeoutMs * ownShare } satisfies PlannerData,
    };
    return new Planner(await ThreadPool.start(program, options), options);
  }

  private constructor(
    pool: ThreadPool<SupergraphMetadata, WrittenOperation, QueryPlan>,
    options: PlannerOptions,
  ) {
    this.#pool = pool;
    this.#options = options;
    this.schema = buildSchema(pool.loaded.apiSdl, { assumeValidSDL: true });
  }

  get metadata(): SupergraphMetadata {
    return this.#pool.loaded;
  }

  get isWorking(): boolean {
    return this.#pool.isWorking;
  }

  /** A valid operation as it is planned. Throws a coded error for what is too much to plan. */
  write(operation: OperationToPlan, requester: Requester): string {
    const before = threadCpuMs();
    const query = operationToPlan(operation, { schema: this.schema, ...this.metadata }, this.#options);
    requester.charge(threadCpuMs() - before);
    return query;
  }

  /** The plan of what was written, shared by all that is written the same. */
  plan(query: string, requester: Requester): Promise<QueryPlan> {
    const kept = this.#plans.get(query);
    // While it waits, it waits in the line of each who asks for it.
    if (kept) return kept.isWaiting ? this.#pool.run({ query }, requester) : kept.plan;
    const planned: Planned = { plan: this.#pool.run({ query }, requester), isWaiting: true };
    this.#plans.set(query, planned);
    const forget = () => this.#plans.peek(query) === planned && this.#plans.delete(query);
    planned.plan
      .finally(() => {
        planned.isWaiting = false;
      })
      .catch((error: GraphQLError) => {
        if (error.extensions?.code === 'OPERATION_TOO_COMPLEX') setTimeout(forget, refusedForMs).unref();
        else forget();
      });
    return planned.plan;
  }

  close(): Promise<void> {
    return this.#pool.close();
  }
}
