// Plans operations, in threads where that takes long, and caches the plans.
import { buildSchema, type GraphQLError, type GraphQLSchema } from 'graphql';
import { LRUCache } from 'lru-cache';
import type { QueryPlan } from '../query-planner/query-plan.ts';
import type { SupergraphMetadata } from '../supergraph/supergraph-metadata.ts';
import { threadCpuMs } from '../threads/thread.ts';
import { type Requester, ThreadPool, type ThreadPoolOptions } from '../threads/thread-pool.ts';
import {
  type OperationToPlan,
  operationToPlan,
  type PlannableOperation,
  type PlanningLimits,
} from './operation-to-plan.ts';
import type { LoadedSupergraph, PlannerData, PlannerJob } from './planner-thread.ts';
import { ShortPlans } from './short-plans.ts';

export interface PlannerOptions extends ThreadPoolOptions, PlanningLimits, Pick<PlannerData, 'planner'> {}

/** How long the texts of the operations whose plans are cached may be together. */
const maxCachedText = 1_048_576;
/** The share of a plan's time after which the thread aborts planning itself, so that it need not be terminated. */
const abortShare = 0.8;
/** How long an operation that took too long to plan is refused without planning it again. */
const refusedForMs = 60_000;

interface CachedPlan {
  plan: Promise<QueryPlan>;
  /** The job of a thread, until it is done. */
  pending: PlannerJob | null;
}

export class Planner {
  /** The API schema. */
  readonly schema: GraphQLSchema;
  #pool: ThreadPool<LoadedSupergraph, PlannerJob, QueryPlan>;
  #shortPlans: ShortPlans | null;
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

  private constructor(pool: ThreadPool<LoadedSupergraph, PlannerJob, QueryPlan>, options: PlannerOptions) {
    this.#pool = pool;
    this.#options = options;
    const { metadata, index } = pool.loaded;
    this.#shortPlans = index && new ShortPlans(index);
    this.schema = buildSchema(metadata.apiSdl, { assumeValidSDL: true });
  }

  get metadata(): SupergraphMetadata {
    return this.#pool.loaded.metadata;
  }

  get isWorking(): boolean {
    return this.#pool.isWorking;
  }

  /** A valid operation in the form that is planned. Throws OPERATION_TOO_COMPLEX beyond the limits. */
  write(operation: OperationToPlan, requester: Requester): PlannableOperation {
    const before = threadCpuMs();
    const written = operationToPlan(operation, { schema: this.schema, ...this.metadata }, this.#options);
    requester.charge(threadCpuMs() - before);
    return written;
  }

  /** The plan of an operation that `write` returned. Operations with the same text share it. */
  plan(operation: PlannableOperation, requester: Requester): Promise<QueryPlan> {
    const { text } = operation;
    const cached = this.#plans.get(text);
    if (cached && !cached.pending) return cached.plan;
    // A pending job waits in the queue of every requester.
    if (cached?.pending) return this.#pool.run(cached.pending, requester);
    const short = this.#shortPlans?.plan(operation, requester) ?? 'not plain';
    if (typeof short === 'object') {
      const plan = Promise.resolve(short);
      this.#plans.set(text, { plan, pending: null });
      return plan;
    }
    const job: PlannerJob = { query: text, canBePlain: short === 'too long' };
    const planned: CachedPlan = { plan: this.#pool.run(job, requester), pending: job };
    this.#plans.set(text, planned);
    const forget = () => this.#plans.peek(text) === planned && this.#plans.delete(text);
    planned.plan
      .finally(() => {
        planned.pending = null;
      })
      .catch((error: GraphQLError) => {
        if (error.extensions?.code === 'OPERATION_TOO_COMPLEX') setTimeout(forget, refusedForMs).unref();
        else forget();
      });
    return planned.plan;
  }

  forgetPlans(): void {
    this.#plans.clear();
  }

  close(): Promise<void> {
    return this.#pool.close();
  }
}
