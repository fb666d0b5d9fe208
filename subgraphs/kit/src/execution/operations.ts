// The operations of a subgraph: each is parsed, validated and compiled once, and then only executed.
import {
  execute,
  GraphQLError,
  type GraphQLFormattedError,
  type GraphQLSchema,
  Kind,
  OperationTypeNode,
} from 'graphql';
import { LRUCache } from 'lru-cache';
import { formatError, graphError, statusOf } from '../errors.ts';
import type { Log } from '../log.ts';
import {
  type GraphQLAnswer,
  type GraphQLOperation,
  mutationOverGet,
} from '../operation/graphql-operation.ts';
import { type OperationLimits, subgraphLimits } from '../operation/limits.ts';
import { OperationError, ValidOperation } from '../operation/valid-operation.ts';
import { type CompiledOperation, compileOperation, type ExecutionResult } from './compiled-operation.ts';

const maxOperations = 2000;
/** Estimated memory of all operations. Per character of text, a parsed operation takes 87 bytes and a compiled one 81, measured on Node 26. */
const maxBytes = 134_217_728;
const parsedBytes = 90;
const compiledBytes = 80;
/** Combinations of @skip and @include that are kept compiled for one operation. */
const maxVariants = 16;

/** Makes the extensions of an answer. */
type ExtensionsOf = (errors: readonly GraphQLFormattedError[]) => Record<string, unknown>;

interface CachedOperation {
  operationName: string | null;
  valid: ValidOperation;
  compiled: Map<string, CompiledOperation>;
}

export class Operations {
  #schema: GraphQLSchema;
  #log: Log;
  #limits: OperationLimits;
  #cache = new LRUCache<string, CachedOperation>({ max: maxOperations, maxSize: maxBytes });

  constructor(schema: GraphQLSchema, log: Log, limits: OperationLimits = subgraphLimits) {
    this.#schema = schema;
    this.#log = log;
    this.#limits = limits;
  }

  /**
   * Executes the operation with a context that is created with the operation's name. Never rejects. The answer of an executed
   * operation also has the extensions that `extensionsOf` makes of its errors.
   */
  async answer(
    { query, operationName, variables, method }: GraphQLOperation,
    createContext: (operationName: string | null) => unknown,
    extensionsOf?: ExtensionsOf,
  ): Promise<GraphQLAnswer> {
    try {
      const { valid, compiled } = this.#cachedOperation(query, operationName);
      const named = valid.definition.name?.value ?? null;
      if (method === 'GET' && valid.definition.operation === OperationTypeNode.MUTATION)
        return mutationOverGet;
      const { values, conditions, variant } = valid.coerced(variables ?? {});
      if (valid.hasIntrospection)
        return this.#answerOf(
          await this.#runByGraphQLJs(valid, variables ?? {}, createContext(named)),
          extensionsOf,
        );
      let run = compiled.get(variant);
      if (!run) {
        const { definition, fragments } = valid;
        run = compileOperation({ schema: this.#schema, definition, fragments, conditions });
        if (compiled.size >= maxVariants) compiled.clear();
        compiled.set(variant, run);
      }
      return this.#answerOf(await run(values, createContext(named)), extensionsOf);
    } catch (error) {
      const errors =
        error instanceof OperationError
          ? error.errors
          : [error instanceof GraphQLError ? error : new GraphQLError('', { originalError: error as Error })];
      const formatted = errors.map((each) => this.#formatted(each));
      return {
        executed: false,
        status: statusOf(formatted[0]?.extensions?.code),
        body: JSON.stringify({ errors: formatted }),
      };
    }
  }

  #cachedOperation(query: string, operationName: string | null): CachedOperation {
    // Another pair of name and text can have the same key, since clients may send any name.
    const key = `${operationName ?? ''}\n${query}`;
    let cached = this.#cache.get(key);
    if (!cached || cached.operationName !== operationName) {
      const valid = new ValidOperation(query, operationName, this.#schema, { limits: this.#limits });
      if (valid.definition.operation === OperationTypeNode.SUBSCRIPTION)
        throw new OperationError([
          graphError(
            'OPERATION_RESOLUTION_FAILURE',
            '此处不支持订阅：请经网关订阅。 Subscriptions are not supported here: subscribe at the gateway.',
          ),
        ]);
      cached = { operationName, valid, compiled: new Map() };
      const variants = Math.min(maxVariants, 2 ** cached.valid.conditionVariables.length);
      this.#cache.set(key, cached, { size: key.length * (parsedBytes + compiledBytes * variants) });
    }
    return cached;
  }

  /** Introspection fields have no resolvers here. */
  async #runByGraphQLJs(
    { definition, fragments }: ValidOperation,
    variableValues: Record<string, unknown>,
    contextValue: unknown,
  ): Promise<ExecutionResult> {
    const { data, errors = [] } = await execute({
      schema: this.#schema,
      document: { kind: Kind.DOCUMENT, definitions: [definition, ...fragments.values()] },
      variableValues,
      contextValue,
    });
    return { data: JSON.stringify(data ?? null), errors: [...errors] };
  }

  #answerOf({ data, errors }: ExecutionResult, extensionsOf?: ExtensionsOf): GraphQLAnswer {
    const formatted = errors.map((error) => this.#formatted(error));
    const before = formatted.length ? `"errors":${JSON.stringify(formatted)},` : '';
    const after = extensionsOf ? `,"extensions":${JSON.stringify(extensionsOf(formatted))}` : '';
    return { executed: true, body: `{${before}"data":${data}${after}}` };
  }

  #formatted(error: GraphQLError): GraphQLFormattedError {
    return formatError(error.toJSON(), error, this.#log);
  }
}
