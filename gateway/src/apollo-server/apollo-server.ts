// Executes the operations of the gateway through Apollo Server, whose gateway is our engine. Before, requests are authenticated and admitted,
// and the engine has parsed and validated their documents within the gateway's limits: what that takes is counted as the client's.
import { AsyncLocalStorage } from 'node:async_hooks';
import { ApolloServer, HeaderMap } from '@apollo/server';
import type { GatewaySchemaLoadOrUpdateCallback } from '@apollo/server-gateway-interface';
import { formatError, statusOf } from '@district-graph/kit/errors';
import type { Log } from '@district-graph/kit/log';
import type { GraphQLAnswer, GraphQLOperation } from '@district-graph/kit/operation/graphql-operation';
import { type DocumentNode, GraphQLError } from 'graphql';
import { ExecutionResults, resultOf } from '../apollo-gateway/execution-results.ts';
import { stringifyResult } from '../apollo-gateway/lazy-data.ts';
import type { Engine, EngineOptions } from '../engine/engine.ts';
import type { RequestContext } from '../engine/request-context.ts';
import { ResponseWriter, type ResponseWriterOptions } from '../engine/response-writer.ts';
import { type ExposedErrors, exposedError, noneExposed } from '../execution/exposed-errors.ts';

/** What Apollo Server hands to its gateway: everything is decided before. */
interface ContextValue {
  execute: () => Promise<GraphQLAnswer>;
}

export interface ApolloServerOptions {
  engine: Engine;
  exposedErrors?: ExposedErrors;
  log: Log;
}

/** Engines whose operations pass Apollo Server write their results for it. Operations that are refused do not reach it. */
export function responsesForApolloServer(options: ResponseWriterOptions): EngineOptions['responses'] {
  const results = new ExecutionResults({ ...options, errors: 'unchanged', lazyFrom: 0 });
  const refusals = new ResponseWriter(options);
  return {
    write: (executed) => results.write(executed),
    writeError: (error) => results.writeError(error),
    writeRefusal: (error) => refusals.writeRefusal(error),
  };
}

export class ApolloOperations {
  #server: ApolloServer<ContextValue>;
  #listeners = new Set<GatewaySchemaLoadOrUpdateCallback>();
  #engine: Engine;
  /** The document of the operation that is passed to Apollo Server, which otherwise would parse it again. */
  #document = new AsyncLocalStorage<DocumentNode>();

  static async start(options: ApolloServerOptions): Promise<ApolloOperations> {
    const operations = new ApolloOperations(options);
    await operations.#server.start();
    return operations;
  }

  private constructor({ engine, exposedErrors = noneExposed, log }: ApolloServerOptions) {
    this.#engine = engine;
    this.#server = new ApolloServer<ContextValue>({
      gateway: {
        onSchemaLoadOrUpdate: (listener) => {
          this.#listeners.add(listener);
          return () => this.#listeners.delete(listener);
        },
        load: async () => {
          this.update(this.#engine);
          return {
            executor: async ({ context }) => resultOf(await (context as unknown as ContextValue).execute()),
          };
        },
        stop: async () => {},
      },
      // Its keys are hashes of texts; the document of a text with several operations depends on the one that is requested too.
      documentStore: {
        get: async () => this.#document.getStore(),
        set: async () => {},
        delete: async () => {},
      },
      persistedQueries: false,
      includeStacktraceInErrorResponses: false,
      stopOnTerminationSignals: false,
      formatError: (formatted, error) =>
        (error instanceof GraphQLError && exposedError(error, exposedErrors)) ||
        formatError(formatted, error, log),
      logger: loggerOf(log),
      nodeEnv: 'production',
    });
  }

  /** Announces the engine of a new supergraph. */
  update(engine: Engine): void {
    this.#engine = engine;
    // Only plugins would read the supergraph, and there are none.
    for (const listener of this.#listeners) listener({ apiSchema: engine.schema, coreSupergraphSdl: '' });
  }

  /** Executes the operation on the engine, unless that refuses it. */
  answer(engine: Engine, operation: GraphQLOperation, context: RequestContext): Promise<GraphQLAnswer> {
    return engine.answer(operation, context, ({ document }, execute) =>
      this.#document.run(document, () => this.#execute(operation, context, execute)),
    );
  }

  async #execute(
    { query, operationName, variables, method }: GraphQLOperation,
    { headers }: RequestContext,
    execute: ContextValue['execute'],
  ): Promise<GraphQLAnswer> {
    const request = {
      query,
      operationName: operationName ?? undefined,
      variables: variables ?? undefined,
      http: { method, headers: new HeaderMap(), search: '', body: '' },
    };
    const { http, body } = await this.#server.executeOperation(request, { contextValue: { execute } });
    if (body.kind !== 'single') throw new Error('an incremental response');
    const { singleResult: result } = body;
    const executed = result.data !== undefined;
    return {
      executed,
      ...(!executed && { status: statusOf(result.errors?.[0]?.extensions?.code) }),
      headers: {
        ...headers,
        ...Object.fromEntries(http.headers),
        ...(result.errors && executed && uncached),
      },
      body: stringifyResult(result),
    };
  }

  stop(): Promise<void> {
    return this.#server.stop();
  }
}

/** A partial response must not be cached, whatever the subgraphs' responses allow. */
const uncached = { 'cache-control': 'no-store' };

const loggerOf = (log: Log) => ({
  debug: () => {},
  info: () => {},
  warn: (error: unknown) => log({ event: 'error', level: 'warn', error: String(error) }),
  error: (error: unknown) => log({ event: 'error', error: String(error) }),
});
