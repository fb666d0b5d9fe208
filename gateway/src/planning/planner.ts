// Plans operations, in threads where that takes long, and caches the plans.
import { limitExceeded } from '@district-graph/kit/operation/document-limits';
import { buildSchema, type GraphQLError, type GraphQLSchema } from 'graphql';
import { LRUCache } from 'lru-cache';
import type { KeptPlans } from '../kept-plans/kept-plans.ts';
import { type QueryPlan, sizeOfPlan } from '../query-planner/query-plan.ts';
import type { SupergraphMetadata } from '../supergraph/supergraph-metadata.ts';
import { charged } from '../threads/charged.ts';
import { type Requester, ThreadPool, type ThreadPoolOptions } from '../threads/thread-pool.ts';
import { restoreLiterals } from './hoisted-literals.ts';
import {
  type OperationToPlan,
  operationToPlan,
  type PlannableOperation,
  type PlanningLimits,
} from './operation-to-plan.ts';
import type { LoadedSupergraph, PlannedQuery, PlannerData, PlannerJob, Unplanned } from './planner-thread.ts';
import { ShortPlans } from './short-plans.ts';

export interface PlannerOptions extends ThreadPoolOptions, PlanningLimits, Pick<PlannerData, 'planner'> {
  /** The plans of earlier planners; by default none are kept. */
  kept?: KeptPlans | null;
  /** The foreign subgraphs whose access rules the gateway enforces alone; by default none. */
  enforcedSubgraphs?: readonly string[];
}

/** How long the texts of the operations whose plans are cached may be together. */
const maxCachedText = 1_048_576;
/** The share of a plan's time after which the thread aborts planning itself, so that it need not be terminated. */
const abortShare = 0.8;
/** About as many steps of planning (`apollo-planner/estimate/planning-estimate.ts`) take a millisecond, measured on graphs of 5 to 31 subgraphs. */
const stepsPerMs = 60;
/** How long an operation that took too long to plan is refused without planning it again. */
const refusedForMs = 60_000;

/** The largest operation for Apollo's planner, in steps. */
const maxStepsOf = ({ timeoutMs }: PlannerOptions): number => timeoutMs * stepsPerMs;

interface CachedPlan {
  plan: Promise<QueryPlan>;
  /** The job of a thread, until it is done. */
  pending: PlannerJob | null;
  /** Its share of the cache beyond the operation's; 0 until it is known. */
  size: number;
}

export class Planner {
  /** The API schema. */
  readonly schema: GraphQLSchema;
  #pool: ThreadPool<LoadedSupergraph, PlannerJob, PlannedQuery | Unplanned>;
  #shortPlans: ShortPlans | null;
  #options: PlannerOptions;
  #plans = new LRUCache<string, CachedPlan>({
    maxSize: maxCachedText,
    sizeCalculation: ({ size }, query) => Math.max(size, query.length),
  });

  /** Loads the supergraph in a thread. Rejects for an invalid supergraph. */
  static async load(sdl: string, options: PlannerOptions): Promise<Planner> {
    const program = {
      file: new URL('./planner-thread.ts', import.meta.url),
      data: {
        sdl,
        planner: options.planner,
        timeoutMs: options.timeoutMs * abortShare,
        maxSteps: maxStepsOf(options),
        enforcedSubgraphs: options.enforcedSubgraphs ?? [],
      } satisfies PlannerData,
    };
    return new Planner(await ThreadPool.start(program, options), options);
  }

  private constructor(
    pool: ThreadPool<LoadedSupergraph, PlannerJob, PlannedQuery | Unplanned>,
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

  /** The plan of an operation that `write` returned. Those with the same text share it, but for their literals. */
  async plan(operation: PlannableOperation, requester: Requester): Promise<QueryPlan> {
    if (!requester.keepsNoPlans) this.use(operation.text);
    const plan = await this.#sharedPlan(operation, requester);
    return { ...plan, node: plan.node && restoreLiterals(plan.node, operation.literals) };
  }

  #sharedPlan(operation: PlannableOperation, requester: Requester): Promise<QueryPlan> {
    const { text } = operation;
    const cached = this.#plans.get(text);
    if (cached && !cached.pending) return cached.plan;
    // A pending job waits in the queue of every requester.
    if (cached?.pending) return this.#run(cached.pending, operation, requester);
    const known = requester.keepsNoPlans ? null : this.#options.kept?.find(text, this.metadata.parts);
    const ready = known ?? this.#shortPlans?.plan(operation, requester) ?? 'not plain';
    if (typeof ready === 'object') {
      const plan = Promise.resolve(ready);
      this.#plans.set(text, { plan, pending: null, size: sizeOfPlan(ready) });
      return plan;
    }
    const job: PlannerJob = { query: text, canBePlain: ready === 'too long' };
    const planned: CachedPlan = { plan: this.#run(job, operation, requester), pending: job, size: 0 };
    this.#plans.set(text, planned);
    const forget = () => this.#plans.peek(text) === planned && this.#plans.delete(text);
    planned.plan
      .finally(() => {
        planned.pending = null;
      })
      .then((plan) => {
        planned.size = sizeOfPlan(plan);
        if (forget()) this.#plans.set(text, planned);
      })
      .catch((error: GraphQLError) => {
        if (error.extensions?.code === 'OPERATION_TOO_COMPLEX') setTimeout(forget, refusedForMs).unref();
        else forget();
      });
    return planned.plan;
  }

  async #run(job: PlannerJob, { hasLiterals }: PlannableOperation, requester: Requester): Promise<QueryPlan> {
    const { plan, touched } = await this.#planInThread(job, requester);
    // Literals can be about persons: they stay in memory.
    if (touched && !hasLiterals && !requester.keepsNoPlans)
      this.#options.kept?.keep(job.query, plan, touched, this.metadata.parts);
    return plan;
  }

  /** Plans that take long are made in turns of their own, and those that would take longer than a plan may are refused. */
  async #planInThread(job: PlannerJob, requester: Requester): Promise<PlannedQuery> {
    const planned = await this.#pool.run(job, requester);
    if (!('steps' in planned)) return planned;
    const maxSteps = maxStepsOf(this.#options);
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

  /** Records that an operation with the plan of the text is run. */
  use(text: string): void {
    this.#options.kept?.use(text);
  }

  /** Resolves once its threads have loaded. */
  whenStarted(): Promise<void> {
    return this.#pool.whenStarted();
  }

  forgetPlans(): void {
    this.#plans.clear();
  }

  close(): Promise<void> {
    return this.#pool.close();
  }
}
