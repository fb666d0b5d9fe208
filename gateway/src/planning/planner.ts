// Plans operations in threads, and caches the plans.
import { limitExceeded } from '@district-graph/kit/operation/document-limits';
import { buildSchema, type GraphQLError, type GraphQLSchema } from 'graphql';
import { LRUCache } from 'lru-cache';
import type { QueryPlan } from '../query-planner/query-plan.ts';
import type { SupergraphMetadata } from '../supergraph/supergraph-metadata.ts';
import { charged } from '../threads/charged.ts';
import { type Requester, ThreadPool, type ThreadPoolOptions } from '../threads/thread-pool.ts';
import { type OperationToPlan, operationToPlan, type PlanningLimits } from './operation-to-plan.ts';
import type { PlannerData, PlannerJob, Unplanned } from './planner-thread.ts';

export interface PlannerOptions extends ThreadPoolOptions, PlanningLimits, Pick<PlannerData, 'planner'> {}

/** How long the texts of the operations whose plans are cached may be together. */
const maxCachedText = 1_048_576;
/** The share of a plan's time after which the thread aborts planning itself, so that it need not be terminated. */
const abortShare = 0.8;
/** About as many steps of planning (`estimate/planning-estimate.ts`) take a millisecond, measured on graphs of 5 to 31 subgraphs. */
const stepsPerMs = 60;
/** How long an operation that took too long to plan is refused without planning it again. */
const refusedForMs = 60_000;

interface CachedPlan {
  plan: Promise<QueryPlan>;
  isPending: boolean;
}

export class Planner {
  /** The API schema. */
  readonly schema: GraphQLSchema;
  #pool: ThreadPool<SupergraphMetadata, PlannerJob, QueryPlan | Unplanned>;
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
        maxSteps: options.timeoutMs * stepsPerMs,
      } satisfies PlannerData,
    };
    return new Planner(await ThreadPool.start(program, options), options);
  }

  private constructor(
    pool: ThreadPool<SupergraphMetadata, PlannerJob, QueryPlan | Unplanned>,
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

  /** The text of a valid operation that is planned. Throws OPERATION_TOO_COMPLEX beyond the limits. */
  write(operation: OperationToPlan, requester: Requester): string {
    return charged(requester, () =>
      operationToPlan(operation, { schema: this.schema, ...this.metadata }, this.#options),
    );
  }

  /** The plan of a text that `write` returned. Operations with the same text share it. */
  plan(query: string, requester: Requester): Promise<QueryPlan> {
    const cached = this.#plans.get(query);
    // A pending job waits in the queue of every requester.
    if (cached) return cached.isPending ? this.#run(query, requester) : cached.plan;
    const planned: CachedPlan = { plan: this.#run(query, requester), isPending: true };
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

  /** Plans that take long are made in turns of their own, and those that would take longer than a plan may are refused. */
  async #run(query: string, requester: Requester): Promise<QueryPlan> {
    const planned = await this.#pool.run({ query }, requester);
    if (!('steps' in planned)) return planned;
    const maxSteps = this.#options.timeoutMs * stepsPerMs;
    if (planned.steps > maxSteps)
      throw limitExceeded(
        'OPERATION_TOO_COMPLEX',
        '规划所需的步骤（按可取得各字段的子图估计）',
        'steps of planning, estimated from the subgraphs that resolve each field,',
        maxSteps,
        planned.steps,
      );
    const long = await this.#pool.run({ query, isLong: true }, requester);
    if ('steps' in long) throw new Error('a long plan was not made');
    return long;
  }

  close(): Promise<void> {
    return this.#pool.close();
  }
}
