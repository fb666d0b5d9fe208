// Prepares operations, once each, and caches them.
import type { OperationLimits } from '@district-graph/kit/operation/limits';
import type { GraphQLSchema } from 'graphql';
import { LRUCache } from 'lru-cache';
import type { SupergraphMetadata } from '../supergraph/supergraph-metadata.ts';
import { charged } from '../threads/charged.ts';
import { internalRequester, type Requester } from '../threads/thread-pool.ts';
import type { Validator } from '../validation/validator.ts';
import { GeneratedCode, type GeneratedCodeOptions } from './generated-code.ts';
import { PreparedOperation, type PrepareOptions } from './prepared-operation.ts';
import type { RequesterPlanner } from './requester-planner.ts';

export interface OperationCacheOptions
  extends Omit<PrepareOptions, 'isChecked' | 'generated'>,
    GeneratedCodeOptions {
  limits: OperationLimits;
  /** How many operations are cached, and how long their texts may be together. */
  maxOperations: number;
  maxOperationBytes: number;
  /** Whether documents have been validated for the schema before they come here. Their limits are then not checked either. */
  isValidated?: boolean;
}

/** How many operations are planned for a new supergraph before it takes over. */
const maxPlanned = 200;

/** Different operations can have the same key, since a client can send any text as the name. */
const keyOf = (query: string, operationName: string | null) =>
  operationName === null ? query : `${operationName}\n${query}`;

export class OperationCache {
  #schema: GraphQLSchema;
  #metadata: SupergraphMetadata;
  #validator: Validator;
  #options: OperationCacheOptions;
  #operations: LRUCache<string, PreparedOperation>;
  #generated: PrepareOptions['generated'];

  constructor(
    schema: GraphQLSchema,
    metadata: SupergraphMetadata,
    validator: Validator,
    options: OperationCacheOptions,
  ) {
    this.#schema = schema;
    this.#metadata = metadata;
    this.#validator = validator;
    this.#options = options;
    this.#operations = new LRUCache({
      max: options.maxOperations,
      maxSize: options.maxOperationBytes,
      sizeCalculation: ({ cachedSize }) => cachedSize,
    });
    this.#generated = new GeneratedCode(options);
  }

  get(query: string, operationName: string | null): PreparedOperation | undefined {
    const cached = this.#operations.get(keyOf(query, operationName));
    return cached?.operationName === operationName ? cached : undefined;
  }

  /** Rejects with an OperationError for an operation that is not valid. */
  async prepare(
    query: string,
    operationName: string | null,
    requester: Requester,
  ): Promise<PreparedOperation> {
    const { isValidated = false } = this.#options;
    const isInThread = !isValidated && this.#validator.isFor(query);
    if (isInThread) await this.#validator.validate(query, requester);
    const isChecked = isValidated || isInThread;
    const cached = this.get(query, operationName);
    if (cached) return cached;
    const options = { ...this.#options, isChecked, generated: this.#generated };
    const operation = charged(
      requester,
      () => new PreparedOperation({ query, operationName }, this.#schema, this.#metadata, options),
    );
    this.put(operation);
    return operation;
  }

  /** Caches the operation at its present size. */
  put(operation: PreparedOperation): void {
    const key = keyOf(operation.query, operation.operationName);
    this.#operations.delete(key);
    operation.cachedSize = operation.size;
    this.#operations.set(key, operation);
  }

  clear(): void {
    this.#operations.clear();
    this.#generated.clear();
  }

  /** Prepares and plans the operations that were used most on the previous supergraph. */
  async planMostUsed(previous: OperationCache, planner: RequesterPlanner): Promise<void> {
    const mostUsed = [...previous.#operations.values()].sort((a, b) => b.uses - a.uses).slice(0, maxPlanned);
    for (const operation of mostUsed.reverse()) {
      try {
        const { query, operationName } = operation;
        const prepared = await this.prepare(query, operationName, internalRequester);
        prepared.uses = operation.uses;
        await prepared.planLike(operation, planner);
      } catch {
        // An operation that the new supergraph cannot answer is refused when it is requested.
      }
    }
  }
}
