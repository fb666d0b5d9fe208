// The steps that an operation passes, in their order, whether it came over HTTP or over a WebSocket.
import type { IncomingMessage } from 'node:http';
import { timeReading } from '@district-graph/kit/admission/reading-time';
import { errorCodes } from '@district-graph/kit/errors';
import { withExtension } from '@district-graph/kit/execution/answer-extension';
import { wantsCost, withCost } from '@district-graph/kit/execution/cost-report';
import type { GraphQLAnswer, GraphQLOperation } from '@district-graph/kit/operation/graphql-operation';
import { type Admission, freeReadingMs } from './admission/admission.ts';
import type { Client } from './admission/client.ts';
import { ConcurrencyLimiter, everyone, type Release } from './admission/concurrency-limiter.ts';
import { SubgraphCallLimiter } from './admission/subgraph-call-limiter.ts';
import { type ClientRequest, clientRequestOf } from './admission/viewer-key.ts';
import type { Authenticator } from './authentication/authenticator.ts';
import type { GatewayConfig } from './config/gateway-config.ts';
import type { Engine, Explanation } from './engine/engine.ts';
import type { CountedRequestContext } from './engine/request-context.ts';
import { unlimitedLifetime } from './fetching/lifetime.ts';

export interface RequestPipelineOptions {
  config: GatewayConfig;
  authenticator: Authenticator;
  admission: Admission;
  /** The engine for the current supergraph. */
  engine: () => Engine;
  /** Executes an operation on an engine; by default that does it itself. */
  execute?: ExecuteOperation;
}

export type ExecuteOperation = (
  engine: Engine,
  operation: GraphQLOperation,
  context: CountedRequestContext,
) => Promise<GraphQLAnswer>;

export class RequestPipeline {
  #config: GatewayConfig;
  #authenticator: Authenticator;
  #admission: Admission;
  #engine: () => Engine;
  #execute: ExecuteOperation;
  #running: ConcurrencyLimiter;
  #calls: SubgraphCallLimiter;
  /** The clients of the HTTP requests in progress. */
  #clients = new WeakMap<IncomingMessage, Client>();

  constructor({ config, authenticator, admission, engine, execute }: RequestPipelineOptions) {
    this.#config = config;
    this.#authenticator = authenticator;
    this.#admission = admission;
    this.#engine = engine;
    this.#execute = execute ?? ((each, operation, context) => each.answer(operation, context));
    this.#running = new ConcurrencyLimiter(config.maxConcurrentRequests);
    this.#calls = new SubgraphCallLimiter(config.maxCallsOfViewer, config.fetch.timeoutMs);
  }

  /** Step 1: verifies the token or key, once for each request. */
  async identify(request: IncomingMessage): Promise<Client> {
    const client = await this.#authenticator.identify(clientRequestOf(request));
    this.#clients.set(request, client);
    return client;
  }

  /** The sender of a request as a client without a token or key, counted by its address. */
  async identifyAddress(request: IncomingMessage): Promise<Client> {
    const { address, headers } = clientRequestOf(request);
    const forwarded = headers['x-forwarded-for'];
    return this.#authenticator.identify({
      address,
      headers: forwarded === undefined ? {} : { 'x-forwarded-for': forwarded },
    });
  }

  /** The client of a request that was identified. */
  clientOf(request: IncomingMessage): Client {
    const client = this.#clients.get(request);
    if (!client) throw new Error('the client of the request was not identified');
    return client;
  }

  /** Step 2: counts an operation of the client. Throws, or rejects with, an HttpError of status 429. */
  admit = (client: Client): Release | Promise<Release> => this.#admission.admit(client);

  /** Counts how long reading what the client sent blocked the event loop. */
  chargeReading = (client: Client, ms: number): void => {
    if (ms > freeReadingMs) this.#admission.chargeReading(client, ms);
  };

  /** Counts processor time that another thread spent on what the client asked for. */
  chargeCpu = (client: Client, ms: number): void => this.#admission.chargePreparation(client, ms);

  /** Counts a further page of what was admitted as an operation. Throws, or rejects with, an HttpError of status 429. */
  countPage = (client: Client): void | Promise<void> => this.#admission.charge(client, 1);

  /** Steps 3 to 5: answers an admitted operation within the gateway's limits. */
  answer = async (
    operation: GraphQLOperation,
    client: Client,
    isAbandoned: () => boolean,
  ): Promise<GraphQLAnswer> => {
    if (!this.#running.tryAcquire(everyone)) return overloaded;
    try {
      // The supergraph may be swapped while the operation runs: it is planned and answered on one.
      const engine = this.#engine();
      const deadline = performance.now() + this.#config.operationTimeoutMs;
      const context = this.contextFor(client, operation, { deadline, isAbandoned });
      const answer = await this.execute(operation, context, engine);
      const explained =
        answer.executed && this.#mayExplain(client, context)
          ? this.#extended(answer, client, () => withPlan(answer, engine.explain(operation, context)))
          : answer;
      const { limits } = this.#config.operations;
      return wantsCost(client.headers)
        ? this.#extended(explained, client, () => withCost(explained, operation, engine.schema, limits))
        : explained;
    } finally {
      this.#running.release(everyone);
    }
  };

  /** Step 3: the context of an operation. Throws why the client's token, key or purpose was rejected. */
  contextFor = (
    client: Client,
    operation: GraphQLOperation,
    lifetime = unlimitedLifetime,
  ): CountedRequestContext => ({
    ...this.#authenticator.contextFor(client, operation),
    lifetime,
    requester: {
      // Most operations are prepared already: then the key is not needed.
      get key() {
        return client.key;
      },
      charge: (cpuMs) => this.#admission.chargePreparation(client, cpuMs),
    },
    chargeFields: (fields) => this.#admission.charge(client, fields),
  });

  /** Step 4: runs an operation, with a bounded number of calls to each subgraph at a time. */
  execute = (
    operation: GraphQLOperation,
    context: CountedRequestContext,
    engine = this.#engine(),
  ): Promise<GraphQLAnswer> => this.#execute(engine, operation, this.#calls.limit(context));

  /** Step 5: adds the query plan or the cost for clients that ask for it. Both read the whole answer. */
  #extended(answer: GraphQLAnswer, client: Client, extend: () => GraphQLAnswer): GraphQLAnswer {
    return timeReading(answer.body, extend, (ms) => this.chargeReading(client, ms));
  }

  /** Whether the client asks for the query plan and may see it: everybody in development. */
  #mayExplain({ headers }: Client, { hasPermission }: CountedRequestContext): boolean {
    if (headers['x-query-plan'] !== 'on') return false;
    return this.#config.explainsToAll || hasPermission?.('operation:explain') === true;
  }

  /** What a request is counted by while no viewer is known. */
  addressKeyOf = ({ address, headers }: ClientRequest): string =>
    this.#config.admission.keyOf({ address, headers: { ...headers, authorization: undefined } });
}

/** The answer with the query plan, the planner that made it, how long that took, and the estimated cost. */
const withPlan = (answer: GraphQLAnswer, explanation: Explanation | null): GraphQLAnswer =>
  explanation ? withExtension(answer, 'queryPlan', () => explanation) : answer;

const overloaded: GraphQLAnswer = {
  executed: false,
  status: 503,
  headers: { 'retry-after': '1' },
  body: JSON.stringify({
    errors: [
      {
        message: `${errorCodes.OVERLOADED}。 Too many requests at once; try again shortly.`,
        extensions: { code: 'OVERLOADED' },
      },
    ],
  }),
};
