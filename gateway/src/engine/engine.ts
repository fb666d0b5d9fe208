// The engine of one supergraph: its schema, planner, validator and prepared operations. Executes operations.

import type { Log } from '@district-graph/kit/log';
import {
  type GraphQLAnswer,
  type GraphQLOperation,
  mutationOverGet,
} from '@district-graph/kit/operation/graphql-operation';
import type { CoercedVariables } from '@district-graph/kit/operation/valid-operation';
import type { GraphQLSchema } from 'graphql';
import { LRUCache } from 'lru-cache';
import { Execution } from '../execution/execution.ts';
import type { ExposedErrors } from '../execution/exposed-errors.ts';
import { type Lifetime, stopError, unlimitedLifetime, withDeadline } from '../fetching/lifetime.ts';
import {
  missingScopesOf,
  preAuthorizationError,
  type RequestedAccess,
} from '../planning/field-authorization.ts';
import { Planner, type PlannerOptions } from '../planning/planner.ts';
import type { QueryPlan } from '../query-planner/query-plan.ts';
import { type MissingScopes, noMissingScopes } from '../supergraph/access-metadata.ts';
import { isEnforced } from '../supergraph/enforced-scopes.ts';
import { charged, chargedLater } from '../threads/charged.ts';
import { internalRequester, type Requester } from '../threads/thread-pool.ts';
import { Validator } from '../validation/validator.ts';
import { AdaptiveConcurrency } from './adaptive-concurrency.ts';
import type { Introspection } from './introspection.ts';
import { OperationCache, type OperationCacheOptions } from './operation-cache.ts';
import { type PlanReport, planReport } from './plan-report.ts';
import type { IntrospectionResults, PreparedOperation } from './prepared-operation.ts';
import { QueryDeduplication } from './query-deduplication.ts';
import type { RequestContext } from './request-context.ts';
import type { RequesterPlanner } from './requester-planner.ts';
import { ResponseWriter, type WritesResponses } from './response-writer.ts';
import { compileSubscription, type Subscription } from './subscription.ts';

export interface EngineOptions extends OperationCacheOptions {
  planner: PlannerOptions;
  /** How much processor time the validation of a long document may take. */
  validationTimeoutMs: number;
  /** By default none. */
  exposedErrors?: ExposedErrors;
  log: Log;
  /** By default responses are written for our own HTTP server. */
  responses?: WritesResponses;
}

/** An operation that is ready to run for one viewer. */
interface AuthorizedOperation {
  operation: PreparedOperation;
  /** The variables as they are sent to the subgraphs. */
  variables: Readonly<Record<string, unknown>>;
  coerced: CoercedVariables;
  missingScopes: MissingScopes;
}

/** A query plan, and the estimated cost of the operation with its variables. */
export interface Explanation extends QueryPlan, PlanReport {
  estimatedCost: number;
}

/** Runs an execution within the steps of another server. */
type AroundExecution = (
  operation: Pick<PreparedOperation, 'document'>,
  execute: () => Promise<GraphQLAnswer>,
) => Promise<GraphQLAnswer>;

const directly: AroundExecution = (_operation, execute) => execute();

/** The requester, whose jobs are dropped from their queues once no client waits for the operation. */
const forLifetime = (requester: Requester, lifetime: Lifetime): Requester => ({
  get key() {
    return requester.key;
  },
  charge: requester.charge,
  keepsNoPlans: requester.keepsNoPlans,
  reasonToStop: () => stopError(lifetime),
});

/** The payload of a mutation may be about the viewer: its subgraph decides, unless only the gateway enforces the rule. */
function limitedScopes({ isMutation }: RequestedAccess, missing: MissingScopes): MissingScopes {
  if (!isMutation || missing === noMissingScopes) return missing;
  const enforced = missing.filter(isEnforced);
  return enforced.length ? enforced : noMissingScopes;
}

const noIntrospection: IntrospectionResults = new Map();

export class Engine {
  readonly planner: Planner;
  readonly schema: GraphQLSchema;
  #validator: Validator;
  #options: EngineOptions;
  #operations: OperationCache;
  /** Clients that lost their connections come back together, with the same subscription. */
  #subscriptions = new LRUCache<string, Subscription>({
    maxSize: 1_048_576,
    sizeCalculation: ({ query }, key) => query.length + key.length,
  });
  #concurrency = new AdaptiveConcurrency();
  #deduplication = new QueryDeduplication();
  #responses: WritesResponses;

  /** Rejects for an invalid supergraph. The operations used most on the `previous` engine are planned before this resolves. */
  static async load(sdl: string, options: EngineOptions, previous?: Engine): Promise<Engine> {
    const { limits, planner: threads, validationTimeoutMs: timeoutMs } = options;
    const planner = await Planner.load(sdl, threads);
    const { metadata } = planner;
    const planningLimits = {
      maxSelections: threads.maxSelections,
      maxTypeConditions: threads.maxTypeConditions,
    };
    const validator = await Validator.load({ metadata, limits, planningLimits }, { ...threads, timeoutMs });
    const engine = new Engine(planner, validator, options);
    if (previous)
      await engine.#operations.planMostUsed(previous.#operations, engine.#plannerFor(internalRequester));
    return engine;
  }

  private constructor(planner: Planner, validator: Validator, options: EngineOptions) {
    this.planner = planner;
    this.#validator = validator;
    this.schema = planner.schema;
    this.#options = options;
    this.#operations = new OperationCache(planner.schema, planner.metadata, validator, options);
    this.#responses = options.responses ?? new ResponseWriter(options);
  }

  /** Whether new operations can be prepared. */
  get isWorking(): boolean {
    return this.planner.isWorking && this.#validator.isWorking;
  }

  async close(): Promise<void> {
    await Promise.all([this.planner.close(), this.#validator.close()]);
  }

  /** Executes the operation, or joins the execution of the same query by the same viewer. `around` is called with no operation that is refused. */
  async answer(
    request: GraphQLOperation,
    context: RequestContext,
    around = directly,
  ): Promise<GraphQLAnswer> {
    const { lifetime = unlimitedLifetime, requester = internalRequester } = context;
    const known = this.#operations.get(request.query, request.operationName);
    // Root fields are counted first: an operation with as many as a burst holds is allowed to a viewer with a whole burst.
    const preparation = known ? null : chargedLater(requester);
    let authorized: AuthorizedOperation;
    try {
      const operation =
        known ?? (await this.#prepare(request, preparation?.requester ?? requester, lifetime));
      operation.uses += 1;
      if (operation.isMutation && request.method === 'GET') {
        preparation?.charge();
        return mutationOverGet;
      }
      const missingScopes = this.#authorize(operation, context);
      const variables = request.exactVariables ?? request.variables ?? {};
      const coerce = () => operation.coerced(request.variables ?? {});
      const coerced = preparation ? charged(preparation.requester, coerce) : coerce();
      authorized = { operation, variables, coerced, missingScopes };
    } catch (error) {
      preparation?.charge();
      return this.#responses.writeRefusal(error);
    }
    const { operation, coerced } = authorized;
    context.onEstimated?.(coerced.cost);
    try {
      if (operation.rootFields > 1) await context.chargeFields?.(operation.rootFields - 1);
    } finally {
      preparation?.charge();
    }
    return around(operation, () => this.#executeOrJoin(authorized, context));
  }

  #executeOrJoin(authorized: AuthorizedOperation, context: RequestContext): Promise<GraphQLAnswer> {
    const { lifetime = unlimitedLifetime, requester = internalRequester, viewer } = context;
    const { operation, variables } = authorized;
    const execute = (during: Lifetime) => this.#execute(authorized, context, during);
    // A query after a mutation must see the change, so it joins no execution that started before.
    if (operation.isMutation) return execute(lifetime).finally(() => this.#deduplication.forget());
    if (viewer === null) return execute(lifetime);
    // An execution calls subgraphs in the queue of the requester that started it: no client may wait in a queue that another one has filled.
    const key = `${operation.id}\n${JSON.stringify(variables)}\n${requester.key}\n${viewer}`;
    return this.#deduplication.join(key, lifetime, execute);
  }

  /** How an operation that was executed is planned for the viewer; null where that is no longer known. */
  explain(request: GraphQLOperation, { hasPermission }: Partial<RequestContext>): Explanation | null {
    const operation = this.#operations.get(request.query, request.operationName);
    if (!operation) return null;
    const missing = hasPermission
      ? limitedScopes(operation.access, missingScopesOf(operation.access, hasPermission))
      : noMissingScopes;
    const coerced = operation.coerced(request.variables ?? {});
    const plan = operation.planOf(coerced, missing);
    if (!plan) return null;
    const { node, ...summary } = plan;
    return { ...summary, estimatedCost: coerced.cost, ...planReport(node), node };
  }

  /** Resolves once all threads have loaded: the first ones work before. */
  async whenThreadsStarted(): Promise<void> {
    await Promise.all([this.planner.whenStarted(), this.#validator.whenStarted()]);
  }

  /** Frees what is kept of operations, for those that will not be requested again. */
  forgetOperations(): void {
    this.#operations.clear();
    this.planner.forgetPlans();
  }

  #prepare(
    { query, operationName }: GraphQLOperation,
    requester: Requester,
    lifetime: Lifetime,
  ): Promise<PreparedOperation> {
    const preparing = this.#operations.prepare(query, operationName, forLifetime(requester, lifetime));
    return withDeadline(preparing, lifetime);
  }

  /**
   * Returns the scopes that the viewer lacks; throws where that leaves nothing to execute. Fields refused here are reported for the
   * access record, since no subgraph learns of them.
   */
  #authorize(
    { access, name }: PreparedOperation,
    { hasPermission, reportRefused }: RequestContext,
  ): MissingScopes {
    const missing = hasPermission ? missingScopesOf(access, hasPermission) : noMissingScopes;
    if (missing === noMissingScopes) return noMissingScopes;
    const error = preAuthorizationError(access, missing);
    const limited = error ? missing : limitedScopes(access, missing);
    if (limited === noMissingScopes) return noMissingScopes;
    reportRefused?.(
      name,
      [...(error ? access.root : access.fields)].flatMap(([field, rule]) =>
        rule && limited.includes(rule.scope) ? [{ field, subgraph: rule.subgraph }] : [],
      ),
    );
    if (error) throw error;
    return limited;
  }

  /** Rejects with an OperationError for a request that is not a valid subscription. */
  async subscription(request: GraphQLOperation, requester = internalRequester): Promise<Subscription> {
    const { query, operationName, variables, exactVariables = variables } = request;
    const key = JSON.stringify([operationName, query, exactVariables]);
    const cached = this.#subscriptions.get(key);
    if (cached) return cached;
    const { limits } = this.#options;
    const isChecked = this.#validator.isFor(query);
    if (isChecked) await this.#validator.validate(query, requester);
    const { schema, planner } = this;
    const subscription = charged(requester, () =>
      compileSubscription(request, schema, planner.metadata, { limits, isChecked }),
    );
    this.#subscriptions.set(key, subscription);
    return subscription;
  }

  async #execute(
    { operation, variables, coerced, missingScopes }: AuthorizedOperation,
    { call, onClientOperation, headers, requester = internalRequester }: RequestContext,
    lifetime: Lifetime,
  ): Promise<GraphQLAnswer> {
    try {
      const waiting = forLifetime(requester, lifetime);
      const preparing = operation.runnable(coerced, missingScopes, this.#plannerFor(waiting));
      const runnable = preparing instanceof Promise ? await withDeadline(preparing, lifetime) : preparing;
      if (operation.size !== operation.cachedSize) this.#operations.put(operation);
      const turn = this.#concurrency.start(requester);
      try {
        if (turn) await turn;
        const timedOut = stopError(lifetime);
        if (timedOut) throw timedOut;
        onClientOperation?.(runnable.client);
        const root = runnable.plan.root.make();
        const { exposedErrors } = this.#options;
        const execution = new Execution(root, variables, call, lifetime, exposedErrors);
        await runnable.plan.run(execution);
        const introspection = operation.introspection(coerced);
        const results = introspection
          ? await this.#introspect(introspection, waiting, lifetime)
          : noIntrospection;
        const executed = { operation, runnable, coerced, execution, introspection: results };
        const answer = this.#responses.write(executed);
        return { ...answer, headers: answer.headers ? { ...headers, ...answer.headers } : headers };
      } finally {
        this.#concurrency.end();
      }
    } catch (error) {
      return this.#responses.writeError(error);
    }
  }

  #plannerFor(requester: Requester): RequesterPlanner {
    return {
      write: (operation, { query, operationName, selections }) => {
        if (!this.#validator.writes(selections)) return this.planner.write(operation, requester);
        const { conditions, missingScopes } = operation;
        return this.#validator.write(query, { operationName, conditions, missingScopes }, requester);
      },
      plan: (operation) => this.planner.plan(operation, requester),
      charged: (work) => charged(requester, work),
      use: (text) => this.planner.use(text),
    };
  }

  async #introspect(
    { query, variables, names }: Introspection,
    requester: Requester,
    lifetime: Lifetime,
  ): Promise<IntrospectionResults> {
    const texts = await withDeadline(this.#validator.introspect(query, variables, requester), lifetime);
    return new Map(names.map((name, index) => [name, texts[index] ?? 'null']));
  }
}
