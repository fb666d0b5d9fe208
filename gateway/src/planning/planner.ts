// Plans operations, in threads where that takes long, and caches the plans.
import { limitExceeded } from '@district-graph/kit/operation/document-limits';
import { buildSchema, type GraphQLError, type GraphQLSchema } from 'graphql';
import { LRUCache } from 'lru-cache';
import type { QueryPlan } from '../query-planner/query-plan.ts';
import type { SupergraphMetadata } from '../supergraph/supergraph-metadata.ts';
import { charged } from '../threads/charged.ts';
import { type Requester, ThreadPool, type ThreadPoolOptions } from '../threads/thread-pool.ts';
import {
  type OperationToPlan,
  operationToPlan,
  type PlannableOperation,
  type PlanningLimits,
} from './operation-to-plan.ts';
import type { LoadedSupergraph, PlannerData, PlannerJob, Unplanned } from './planner-thread.ts';
import { ShortPlans } from './short-plans.ts';

export interface PlannerOptions extends ThreadPoolOptions, PlanningLimits, Pick<PlannerData, 'planner'> {}

/** How long the texts of the operations whose plans are cached may be together. */
const maxCachedText = 1_048_576;
/** The share of a plan's time after which the thread aborts planning itself, so that it need not be terminated. */
const abortShare = 0.8;
/** About as many steps of planning (`apollo-planner/estimate/planning-estimate.ts`) take a millisecond, measured on graphs of 5 to 31 subgraphs. */
const stepsPerMs = 60;
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
  #pool: ThreadPool<LoadedSupergraph, PlannerJob, QueryPlan | Unplanned>;
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
        maxSteps: options.timeoutMs * stepsPerMs,
      } satisfies PlannerData,
    };
    return new Planner(await ThreadPool.start(program, options), options);
  }

  private constructor(
    pool: ThreadPool<LoadedSupergraph, PlannerJob, QueryPlan | Unplanned>,
    options: PlannerOptions,
  ) {
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
    return charged(requester, () =>
      operationToPlan(operation, { schema: this.schema, ...this.metadata }, this.#options),
    );
  }

  /** The plan of an operation that `write` returned. Operations with the same text share it. */
  plan(operation: PlannableOperation, requester: Requester): Promise<QueryPlan> {
    const { text } = operation;
    const cached = this.#plans.get(text);
    if (cached && !cached.pending) return cached.plan;
    // A pending job waits in the queue of every requester.
    if (cached?.pending) return this.#run(cached.pending, requester);
    const short = this.#shortPlans?.plan(operation, requester) ?? 'not plain';
    if (typeof short === 'object') {
      const plan = Promise.resolve(short);
      this.#plans.set(text, { plan, pending: null });
      return plan;
    }
    const job: PlannerJob = { query: text, canBePlain: short === 'too long' };
    const planned: CachedPlan = { plan: this.#run(job, requester), pending: job };
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

  /** Plans that take long are made in turns of their own, and those that would take longer than a plan may are refused. */
  async #run(job: PlannerJob, requester: Requester): Promise<QueryPlan> {
    const planned = await this.#pool.run(job, requester);
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
    const long = await this.#pool.run({ ...job, canBePlain: false, isLong: true }, requester);
    if ('steps' in long) throw new Error('a long plan was not made');
    return long;
  }

  close(): Promise<void> {
    return this.#pool.close();
  }
}
