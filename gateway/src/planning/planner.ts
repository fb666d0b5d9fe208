// Plans operations in threads, and caches the plans.
import { buildSchema, type GraphQLError, type GraphQLSchema } from 'graphql';
import { LRUCache } from 'lru-cache';
import type { QueryPlan } from '../query-planner/query-plan.ts';
import type { SupergraphMetadata } from '../supergraph/supergraph-metadata.ts';
import { threadCpuMs } from '../threads/thread.ts';
import { type Requester, ThreadPool, type ThreadPoolOptions } from '../threads/thread-pool.ts';
import { type OperationToPlan, operationToPlan, type PlanningLimits } from './operation-to-plan.ts';
import type { PlannerData, PlannerJob } from './planner-thread.ts';

export interface PlannerOptions extends ThreadPoolOptions, PlanningLimits, Pick<PlannerData, 'planner'> {}

/** How long the texts of the operations whose plans are cached may be together. */
const maxCachedText = 1_048_576;
/** The share of a plan's time after which the thread aborts planning itself, so that it need not be terminated. */
const abortShare = 0.8;
/** How long an operation that took too long to plan is refused without planning it again. */
const refusedForMs = 60_000;

interface CachedPlan {
  plan: Promise<QueryPlan>;
  isPending: boolean;
}

export class Planner {
  /** The API schema. */
  readonly schema: GraphQLSchema;
  #pool: ThreadPool<SupergraphMetadata, PlannerJob, QueryPlan>;
  #options: PlannerOptions;
  #plans = new LRUCache<string, CachedPlan>({
    maxSize: maxCachedText,
    sizeCalculation: (_plan, query) => query.length,
  });

  /** Loads the supergraph in a thread. Rejects for an invalid supergraph. */
  static async load(sdl: string, options: PlannerOptions): Promise<Planner> {
    const program = {
      file: new URL('./planner-thread.ts', import.meta.url),
      data: {
        sdl,
        planner: options.planner,
        timeoutMs: options.timeoutMs * abortShare,
      } satisfies PlannerData,
    };
    return new Planner(await ThreadPool.start(program, options), options);
  }

  private constructor(pool: ThreadPool<SupergraphMetadata, PlannerJob, QueryPlan>, options: PlannerOptions) {
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

  /** The text of a valid operation that is planned. Throws OPERATION_TOO_COMPLEX beyond the limits. */
  write(operation: OperationToPlan, requester: Requester): string {
    const before = threadCpuMs();
    const query = operationToPlan(operation, { schema: this.schema, ...this.metadata }, this.#options);
    requester.charge(threadCpuMs() - before);
    return query;
  }

  /** The plan of a text that `write` returned. Operations with the same text share it. */
  plan(query: string, requester: Requester): Promise<QueryPlan> {
    const cached = this.#plans.get(query);
    // A pending job waits in the queue of every requester.
    if (cached) return cached.isPending ? this.#pool.run({ query }, requester) : cached.plan;
    const planned: CachedPlan = { plan: this.#pool.run({ query }, requester), isPending: true };
    this.#plans.set(query, planned);
    const forget = () => this.#plans.peek(query) === planned && this.#plans.delete(query);
    planned.plan
      .finally(() => {
        planned.isPending = false;
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
