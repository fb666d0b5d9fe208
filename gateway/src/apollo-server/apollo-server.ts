// Executes the operations of the gateway through Apollo Server, whose gateway is our engine. Requests are authenticated and admitted before.
import { ApolloServer, HeaderMap } from '@apollo/server';
import type { GatewaySchemaLoadOrUpdateCallback } from '@apollo/server-gateway-interface';
import { formatError, statusOf } from '@district-graph/kit/errors';
import type { Log } from '@district-graph/kit/log';
import type { GraphQLAnswer, GraphQLOperation } from '@district-graph/kit/operation/graphql-operation';
import { GraphQLError } from 'graphql';
import {
  ExecutionResults,
  type ExecutionResultsOptions,
  resultOf,
} from '../apollo-gateway/execution-results.ts';
import { stringifyResult } from '../apollo-gateway/lazy-data.ts';
import type { Engine, EngineOptions } from '../engine/engine.ts';
import type { RequestContext } from '../engine/request-context.ts';
import { type ExposedErrors, exposedError, noneExposed } from '../execution/exposed-errors.ts';

/** What Apollo Server hands to its gateway: everything is decided before. */
interface ContextValue {
  engine: Engine;
  operation: GraphQLOperation;
  context: RequestContext;
}

export interface ApolloServerOptions {
  engine: Engine;
  maxTokens: number;
  exposedErrors?: ExposedErrors;
  log: Log;
}

/** Engines whose operations pass Apollo Server write their results for it. */
export const resultsForApolloServer = (
  options: Pick<ExecutionResultsOptions, 'maxResponseBytes' | 'log'>,
): EngineOptions['responses'] => new ExecutionResults({ ...options, errors: 'unchanged', lazyFrom: 0 });

export class ApolloOperations {
  #server: ApolloServer<ContextValue>;
  #listeners = new Set<GatewaySchemaLoadOrUpdateCallback>();
  #engine: Engine;

  static async start(options: ApolloServerOptions): Promise<ApolloOperations> {
    const operations = new ApolloOperations(options);
    await operations.#server.start();
    return operations;
  }

  private constructor({ engine, maxTokens, exposedErrors = noneExposed, log }: ApolloServerOptions) {
    this.#engine = engine;
    this.#server = new ApolloServer<ContextValue>({
      gateway: {
        onSchemaLoadOrUpdate: (listener) => {
          this.#listeners.add(listener);
          return () => this.#listeners.delete(listener);
        },
        load: async () => {
          this.update(this.#engine);
          return { executor: async ({ context }) => execute(context as unknown as ContextValue) };
        },
        stop: async () => {},
      },
      // The engine validates documents, within the gateway's limits and in threads.
      dangerouslyDisableValidation: true,
      parseOptions: { maxTokens },
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

  /** Executes the operation on the engine. */
  async answer(engine: Engine, operation: GraphQLOperation, context: RequestContext): Promise<GraphQLAnswer> {
    const { query, operationName, variables } = operation;
    const request = {
      query,
      operationName: operationName ?? undefined,
      variables: variables ?? undefined,
      http: { method: operation.method, headers: new HeaderMap(), search: '', body: '' },
    };
    const { http, body } = await this.#server.executeOperation(request, {
      contextValue: { engine, operation, context },
    });
    if (body.kind !== 'single') throw new Error('an incremental response');
    const { singleResult: result } = body;
    const executed = result.data !== undefined;
    const code = result.errors?.[0]?.extensions?.code;
    return {
      executed,
      ...(!executed && { status: http.status === 405 ? 405 : statusOf(code) }),
      headers: {
        ...context.headers,
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

const execute = async ({ engine, operation, context }: ContextValue) =>
  resultOf(await engine.answer(operation, context));

const loggerOf = (log: Log) => ({
  debug: () => {},
  info: () => {},
  warn: (error: unknown) => log({ event: 'error', level: 'warn', error: String(error) }),
  error: (error: unknown) => log({ event: 'error', error: String(error) }),
});
