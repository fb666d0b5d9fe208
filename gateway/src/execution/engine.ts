// One loaded supergraph and what is kept for it: schema, planner, prepared operations. Answers operations.

import { formatError, graphError, statusOf } from '@district-graph/kit/errors';
import type { Log } from '@district-graph/kit/log';
import {
  type GraphQLAnswer,
  type GraphQLOperation,
  mutationOverGet,
} from '@district-graph/kit/operation/graphql-operation';
import { type CoercedVariables, OperationError } from '@district-graph/kit/operation/valid-operation';
import { GraphQLError, type GraphQLFormattedError, type GraphQLSchema } from 'graphql';
import { LRUCache } from 'lru-cache';
import { AnswerTooLong, type ClientOperation } from '../answer/answered-operation.ts';
import { encoded } from '../answer/read-answer.ts';
import { clientPlace, type ResponsePath, stepsInto, stepsToLoss } from '../answer/response-path.ts';
import { type Lifetime, stopError, unlimitedLifetime, withDeadline } from '../fetching/lifetime.ts';
import { missingScopes, preAuthorizationError } from '../planning/field-authorization.ts';
import { Planner, type PlannerOptions } from '../planning/planner.ts';
import { nothing, type Withheld } from '../supergraph/access-metadata.ts';
import { ownWork, type Requester } from '../threads/thread-pool.ts';
import { Validator } from '../validation/validator.ts';
import { AdaptiveConcurrency } from './adaptive-concurrency.ts';
import { Execution, type Failure } from './execution.ts';
import { type ExposedErrors, exposedError, noneExposed } from './exposed-errors.ts';
import type { Introspection } from './introspection.ts';
import {
  type Generated,
  type Introspected,
  type PlanMaker,
  PreparedOperation,
  type PrepareOptions,
  type Runnable,
} from './prepared-operation.ts';
import type { RequestContext } from './request-context.ts';
import { SharedRuns } from './shared-runs.ts';
import { type Subscription, subscriptionOf } from './subscription.ts';

export interface EngineOptions extends Omit<PrepareOptions, 'isChecked' | 'generated'> {
  planner: PlannerOptions;
  /** How long a long document may take to be validated. */
  validationTimeoutMs: number;
  /** How many operations are kept prepared, and how long their texts may be together. */
  maxOperations: number;
  maxOperationBytes: number;
  /** How long the texts of those may be together for which there is generated code: each character costs some 600 bytes. */
  maxGeneratedBytes: number;
  /** By default none. */
  exposedErrors?: ExposedErrors;
  log: Log;
}

/** Another text and name can have it too: what a client says is its name may be anything. */
const keyOf = (query: string, operationName: string | null) =>
  operationName === null ? query : `${operationName}\n${query}`;

/** What is prepared for nobody any more is not begun. */
const whileWanted = (requester: Requester, lifetime: Lifetime): Requester => ({
  get key() {
    return requester.key;
  },
  charge: requester.charge,
  reasonToStop: () => stopError(lifetime),
});

/** What several fetches of a subgraph fail for at one place is the same to the client, however many of them came to be made. */
function eachOnce(errors: readonly GraphQLError[]): GraphQLError[] {
  const byText = new Map(errors.map((error) => [JSON.stringify(error), error]));
  return [...byText.values()];
}

const nothingIntrospected: Introspected = new Map();

/** How many operations are planned for a new supergraph before it takes over. */
const warmed = 200;

export class Engine {
  readonly planner: Planner;
  readonly schema: GraphQLSchema;
  #validator: Validator;
  #options: EngineOptions;
  #operations: LRUCache<string, PreparedOperation>;
  #generated: Generated;
  /** Those who were cut off come back together, with the same subscription. */
  #subscriptions = new LRUCache<string, Subscription>({
    maxSize: 1_048_576,
    sizeCalculation: ({ query }, key) => query.length + key.length,
  });
  #turns = new AdaptiveConcurrency();
  #runs = new SharedRuns();

  /** Rejects with what is wrong with the supergraph. The operations most used on `before` are planned ahead. */
  static async load(sdl: string, options: EngineOptions, before?: Engine): Promise<Engine> {
    const { limits, planner: threads, validationTimeoutMs: timeoutMs } = options;
    const planner = await Planner.load(sdl, threads);
    const { apiSdl } = planner.metadata;
    const validator = await Validator.load({ apiSdl, limits }, { ...threads, timeoutMs });
    const graph = new Engine(planner, validator, options);
    if (before) await graph.#warm(before);
    return graph;
  }

  private constructor(planner: Planner, validator: Validator, options: EngineOptions) {
    this.planner = planner;
    this.#validator = validator;
    this.schema = planner.schema;
    this.#options = options;
    this.#operations = new LRUCache({
      max: options.maxOperations,
      maxSize: options.maxOperationBytes,
      sizeCalculation: ({ size }) => size,
    });
    this.#generated = new LRUCache({ maxSize: options.maxGeneratedBytes });
  }

  /** Whether new operations can be prepared. */
  get isWorking(): boolean {
    return this.planner.isWorking && this.#validator.isWorking;
  }

  async close(): Promise<void> {
    await Promise.all([this.planner.close(), this.#validator.close()]);
  }

  /** Runs the operation, or shares the run of the same one by the same viewer. */
  async answer(request: GraphQLOperation, caller: RequestContext): Promise<GraphQLAnswer> {
    let operation: PreparedOperation;
    let coerced: CoercedVariables;
    let withheld: Withheld;
    const variables = request.exactVariables ?? request.variables ?? {};
    const { lifetime = unlimitedLifetime } = caller;
    try {
      const { query, operationName } = request;
      operation =
        this.#kept(query, operationName) ??
        (await withDeadline(
          this.#prepare(query, operationName, whileWanted(caller.requester ?? ownWork, lifetime)),
          lifetime,
        ));
      operation.uses += 1;
      if (operation.isMutation && request.method === 'GET') return mutationOverGet;
      withheld = this.#withheldFrom(operation, caller);
      coerced = operation.coerced(request.variables ?? {});
    } catch (error) {
      return this.#refusal(error);
    }
    caller.onEstimated?.(coerced.cost);
    if (operation.rootFields > 1) await caller.chargeFields?.(operation.rootFields - 1);
    const run = (during: Lifetime) => this.#run(operation, variables, coerced, withheld, caller, during);
    if (operation.isMutation) {
      // Who asks after a change is to see it.
      return run(lifetime).finally(() => this.#runs.forget());
    }
    if (caller.viewer === null) return run(lifetime);
    // A run calls subgraphs in the turn of who began it: nobody waits in the line that another has filled.
    const turn = caller.requester?.key ?? '';
    const key = `${operation.id}\n${JSON.stringify(variables)}\n${turn}\n${caller.viewer}`;
    return this.#runs.join(key, lifetime, run);
  }

  /** Throws where nothing of it is for the viewer. What is refused here goes on record: no subgraph will hear of it. */
  #withheldFrom(
    { access, name }: PreparedOperation,
    { hasPermission: may, reportRefused: refused }: RequestContext,
  ): Withheld {
    const missing = may ? missingScopes(access, may) : nothing;
    if (missing === nothing) return nothing;
    const refusal = preAuthorizationError(access, missing);
    // What a mutation gives may be the viewer's own: that is its subgraph's to say.
    if (access.isMutation && !refusal) return nothing;
    refused?.(
      name,
      [...(refusal ? access.root : access.fields)].flatMap(([field, rule]) =>
        rule && missing.includes(rule.scope) ? [{ field, subgraph: rule.subgraph }] : [],
      ),
    );
    if (refusal) throw refusal;
    return missing;
  }

  /** Rejects with OperationError for what is no valid subscription. */
  async subscription(request: GraphQLOperation, requester?: Requester): Promise<Subscription> {
    const { query, operationName, variables, exactVariables = variables } = request;
    const key = JSON.stringify([operationName, query, exactVariables]);
    const kept = this.#subscriptions.get(key);
    if (kept) return kept;
    const { limits } = this.#options;
    const isChecked = this.#validator.isFor(query);
    if (isChecked) await this.#validator.validate(query, requester ?? ownWork);
    const { schema, planner } = this;
    const checks = { limits, isChecked };
    const made = subscriptionOf(request, schema, planner.metadata, checks);
    this.#subscriptions.set(key, made);
    return made;
  }

  async #run(
    operation: PreparedOperation,
    variables: Readonly<Record<string, unknown>>,
    coerced: CoercedVariables,
    withheld: Withheld,
    { call, headers, requester = ownWork }: RequestContext,
    lifetime: Lifetime,
  ): Promise<GraphQLAnswer> {
    try {
      const { size } = operation;
      const waiting = whileWanted(requester, lifetime);
      const preparing = operation.runnable(coerced, withheld, this.#plansFor(waiting));
      if (operation.size !== size) this.#keep(operation);
      const runnable = preparing instanceof Promise ? await withDeadline(preparing, lifetime) : preparing;
      const begun = this.#turns.begin(requester);
      try {
        if (begun) await begun;
        const over = stopError(lifetime);
        if (over) throw over;
        const { exposedErrors: exposed } = this.#options;
        const execution = new Execution(runnable.plan.root.make(), variables, call, lifetime, exposed);
        await runnable.plan.run(execution);
        const introspection = operation.introspection(coerced);
        const introspected = introspection
          ? await this.#introspected(introspection, waiting, lifetime)
          : nothingIntrospected;
        const answer = this.#answerOf(operation, runnable, execution, coerced, introspected);
        return { ...answer, headers: answer.headers ? { ...headers, ...answer.headers } : headers };
      } finally {
        this.#turns.end();
      }
    } catch (error) {
      return this.#refusal(error);
    }
  }

  #plansFor(requester: Requester): PlanMaker {
    return {
      write: (operation) => this.planner.write(operation, requester),
      plan: (written) => this.planner.plan(written, requester),
    };
  }

  #kept(query: string, operationName: string | null): PreparedOperation | undefined {
    const kept = this.#operations.get(keyOf(query, operationName));
    return kept?.operationName === operationName ? kept : undefined;
  }

  async #prepare(
    query: string,
    operationName: string | null,
    requester: Requester,
  ): Promise<PreparedOperation> {
    const isChecked = this.#validator.isFor(query);
    if (isChecked) await this.#validator.validate(query, requester);
    const kept = this.#kept(query, operationName);
    if (kept) return kept;
    const operation = new PreparedOperation(query, operationName, this.schema, this.planner.metadata, {
      ...this.#options,
      isChecked,
      generated: this.#generated,
    });
    this.#keep(operation);
    return operation;
  }

  /** Keeps it, at the size that it has now. */
  #keep(operation: PreparedOperation): void {
    const key = keyOf(operation.query, operation.operationName);
    this.#operations.delete(key);
    this.#operations.set(key, operation);
  }

  async #warm(before: Engine): Promise<void> {
    const used = [...before.#operations.values()].sort((a, b) => b.uses - a.uses).slice(0, warmed);
    for (const operation of used.reverse()) {
      try {
        const { query, operationName } = operation;
        const prepared = await this.#prepare(query, operationName, ownWork);
        prepared.uses = operation.uses;
        await prepared.planLike(operation, this.#plansFor(ownWork));
      } catch {
        // What the new supergraph cannot answer is told to who asks for it.
      }
    }
  }

  async #introspected(
    { query, variables, names }: Introspection,
    requester: Requester,
    lifetime: Lifetime,
  ): Promise<Introspected> {
    const texts = await withDeadline(this.#validator.introspect(query, variables, requester), lifetime);
    return new Map(names.map((name, index) => [name, texts[index] ?? 'null']));
  }

  #answerOf(
    operation: PreparedOperation,
    runnable: Runnable,
    { failures, root }: Execution,
    coerced: CoercedVariables,
    introspected: Introspected,
  ): GraphQLAnswer {
    if (failures.length === 0) {
      const { data, errors } = operation.complete(root, runnable, coerced, introspected, () => false);
      if (errors.length === 0) return { executed: true, body: `{"data":${data}}`, encoding: 'latin1' };
      return this.#withErrors(data, errors);
    }
    const client = operation.located(coerced);
    const told = failures.map((failure) => this.#inClientsWords(failure, client));
    const paths = told.filter((_place, index) => !failures[index]?.isBeside).map(({ path }) => path);
    const explained = (path: ResponsePath) =>
      paths.some((other) => path.slice(0, other.length).every((step, index) => step === other[index])) ||
      paths.some((other) => path.every((step, index) => step === other[index]));
    const { data, errors } = operation.complete(root, runnable, coerced, introspected, explained);
    // What was fetched for objects that the client's fragments turn out not to be about is no loss.
    const parsed: unknown = JSON.parse(data);
    const missed = failures.flatMap((failure, index) => {
      const { path = [] } = told[index] ?? {};
      const steps = failure.isBeside ? stepsInto(parsed, path) : stepsToLoss(parsed, path);
      if (failure.isQuiet || steps === null) return [];
      return this.#inClientsWords({ ...failure, path: failure.path.slice(0, steps) }, client).error;
    });
    if (missed.length + errors.length === 0)
      return { executed: true, body: `{"data":${data}}`, encoding: 'latin1' };
    return this.#withErrors(data, [...eachOnce(missed), ...errors]);
  }

  #inClientsWords(
    { error, path }: Failure,
    { position }: ClientOperation,
  ): { error: GraphQLError; path: ResponsePath } {
    const place = clientPlace(path, position);
    const { message, extensions } = error;
    return {
      path: place.path,
      error: Object.assign(
        new GraphQLError(message, { extensions, path: place.path.length ? place.path : undefined }),
        place.locations.length ? { locations: place.locations } : {},
      ),
    };
  }

  #withErrors(data: string, errors: readonly GraphQLError[]): GraphQLAnswer {
    const text = encoded(JSON.stringify(errors.map((error) => this.#shown(error))));
    // What is not whole is kept by nobody, whatever its parts allow.
    const headers = { 'cache-control': 'no-store' };
    return { executed: true, body: `{"errors":${text},"data":${data}}`, encoding: 'latin1', headers };
  }

  #refusal(error: unknown): GraphQLAnswer {
    if (error instanceof AnswerTooLong) {
      const { maxResponseBytes: limit } = this.#options;
      return this.#withErrors('null', [
        graphError(
          'ANSWER_TOO_LARGE',
          `答复超过 ${limit} 字节；请少取一些，或分页。 The answer is longer than ${limit} bytes; ask for less, or in pages.`,
          { limit },
        ),
      ]);
    }
    const errors =
      error instanceof OperationError
        ? error.errors
        : [error instanceof GraphQLError ? error : new GraphQLError('', { originalError: error as Error })];
    const shown = errors.map((each) => this.#shown(each));
    const code = shown[0]?.extensions?.code;
    const body = Buffer.from(JSON.stringify({ errors: shown }), 'utf8');
    if (code === 'OVERLOADED') return { executed: false, status: 503, headers: { 'retry-after': '1' }, body };
    return { executed: false, status: statusOf(code), body };
  }

  #shown(error: GraphQLError): GraphQLFormattedError {
    const { exposedErrors = noneExposed, log } = this.#options;
    return exposedError(error, exposedErrors) ?? formatError(error.toJSON(), error, log);
  }
}
