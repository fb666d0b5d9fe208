// The operations that a subgraph has met: each is parsed, validated and compiled once, then only run.
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
/** Of memory, by what one character of an operation's text comes to: 87 bytes parsed and 81 compiled, measured on Node 26. */
const maxBytes = 134_217_728;
const parsedBytes = 90;
const compiledBytes = 80;
/** How many combinations of @skip and @include are kept compiled for one operation. */
const maxVariants = 16;

/** What an answer says besides data and errors. */
type ExtensionsOf = (errors: readonly GraphQLFormattedError[]) => Record<string, unknown>;

interface Kept {
  operationName: string | null;
  valid: ValidOperation;
  compiled: Map<string, CompiledOperation>;
}

export class Operations {
  #schema: GraphQLSchema;
  #log: Log;
  #limits: OperationLimits;
  #kept = new LRUCache<string, Kept>({ max: maxOperations, maxSize: maxBytes });

  constructor(schema: GraphQLSchema, log: Log, limits: OperationLimits = subgraphLimits) {
    this.#schema = schema;
    this.#log = log;
    this.#limits = limits;
  }

  /**
   * Runs the operation with a context of its own, which is made with the operation's name. Never rejects. What was run also
   * says `extensionsOf` of the errors told.
   */
  async answer(
    { query, operationName, variables, method }: GraphQLOperation,
    createContext: (operationName: string | null) => unknown,
    extensionsOf?: ExtensionsOf,
  ): Promise<GraphQLAnswer> {
    try {
      const { valid, compiled } = this.#keep(query, operationName);
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
      const shown = errors.map((each) => this.#shown(each));
      return {
        executed: false,
        status: statusOf(shown[0]?.extensions?.code),
        body: JSON.stringify({ errors: shown }),
      };
    }
  }

  #keep(query: string, operationName: string | null): Kept {
    // Another text and name can have the same key: what a client says is its name may be anything.
    const key = `${operationName ?? ''}\n${query}`;
    let kept = this.#kept.get(key);
    if (!kept || kept.operationName !== operationName) {
      const valid = new ValidOperation(query, operationName, this.#schema, { limits: this.#limits });
      if (valid.definition.operation === OperationTypeNode.SUBSCRIPTION)
        throw new OperationError([
          graphError(
            'OPERATION_RESOLUTION_FAILURE',
            '此处不支持订阅。 Subscriptions are not supported here.',
          ),
        ]);
      kept = { operationName, valid, compiled: new Map() };
      const variants = Math.min(maxVariants, 2 ** kept.valid.conditionVariables.length);
      this.#kept.set(key, kept, { size: key.length * (parsedBytes + compiledBytes * variants) });
    }
    return kept;
  }

  /** Introspection asks for what has no resolvers of ours. */
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
    const shown = errors.map((error) => this.#shown(error));
    const before = shown.length ? `"errors":${JSON.stringify(shown)},` : '';
    const after = extensionsOf ? `,"extensions":${JSON.stringify(extensionsOf(shown))}` : '';
    return { executed: true, body: `{${before}"data":${data}${after}}` };
  }

  #shown(error: GraphQLError): GraphQLFormattedError {
    return formatError(error.toJSON(), error, this.#log);
  }
}
