// Federated tracing (ftv1): executes operations with the duration of each resolver in the answer's extensions.
import { Trace } from '@apollo/usage-reporting-protobuf';
import {
  defaultFieldResolver,
  type GraphQLFieldResolver,
  type GraphQLFormattedError,
  type GraphQLResolveInfo,
  type GraphQLSchema,
  isIntrospectionType,
  isObjectType,
  responsePathAsArray,
} from 'graphql';
import type { Log } from '../log.ts';
import type { GraphQLAnswer, GraphQLOperation } from '../operation/graphql-operation.ts';
import type { OperationLimits } from '../operation/limits.ts';
import { isPromise } from './execution-state.ts';
import { Operations } from './operations.ts';

/**
 * Has a schema of its own, whose resolvers are timed, so that operations without a trace are not slowed down. A request that is
 * refused before execution has no trace.
 */
export class TracedOperations {
  #operations: Operations;

  /** Modifies the schema. Nothing else may be executed on it. */
  constructor(schema: GraphQLSchema, log: Log, limits?: OperationLimits) {
    for (const type of Object.values(schema.getTypeMap())) {
      // Introspection types are shared by all schemas.
      if (!isObjectType(type) || isIntrospectionType(type)) continue;
      for (const field of Object.values(type.getFields()))
        field.resolve = timed(field.resolve ?? defaultFieldResolver);
    }
    this.#operations = new Operations(schema, log, limits);
  }

  /** Never rejects. */
  answer(
    operation: GraphQLOperation,
    createContext: (operationName: string | null) => object,
  ): Promise<GraphQLAnswer> {
    const recording = new Recording();
    const recorded = (operationName: string | null) => {
      const context = createContext(operationName);
      recordings.set(context, recording);
      return context;
    };
    return this.#operations.answer(operation, recorded, (errors) => ({ ftv1: recording.encoded(errors) }));
  }
}

/** By the context of the request, which all its resolvers get. */
const recordings = new WeakMap<object, Recording>();

type Resolve = GraphQLFieldResolver<unknown, object>;

function timed(resolve: Resolve): Resolve {
  return (parent, args, context, info) => {
    const finished = recordings.get(context)?.start(info);
    let value: unknown;
    try {
      value = resolve(parent, args, context, info);
      return value;
    } finally {
      if (finished) whenSettled(value, finished);
    }
  };
}

/** Calls back when a value, or all entries of a list, have settled; before everyone who awaits them later. */
function whenSettled(value: unknown, done: () => void): void {
  if (isPromise(value)) {
    value.then((settled) => whenSettled(settled, done), done);
    return;
  }
  const awaited = Array.isArray(value) ? value.filter(isPromise) : [];
  let left = awaited.length;
  if (left === 0) done();
  const settle = () => {
    left -= 1;
    if (left === 0) done();
  };
  for (const each of awaited) each.then(settle, settle);
}

class Recording {
  #startTime = timestamp();
  #startMs = performance.now();
  #root = new Trace.Node();
  #nodes = new Map([['', this.#root]]);

  /** Records the start of a resolver. The returned function records its end. */
  start({ path, fieldName, returnType, parentType }: GraphQLResolveInfo): () => void {
    const node = this.#nodeAt(responsePathAsArray(path));
    if (path.key !== fieldName) node.originalFieldName = fieldName;
    node.type = String(returnType);
    node.parentType = parentType.name;
    node.startTime = this.#elapsedNs();
    return () => {
      node.endTime = this.#elapsedNs();
    };
  }

  /** The trace up to now, as base64. The errors are the masked ones of the answer, so a trace discloses no more. */
  encoded(errors: readonly GraphQLFormattedError[]): string {
    for (const error of errors) {
      const { message, locations, path = [] } = error;
      const json = JSON.stringify(error);
      this.#nodeAt(path).error.push(new Trace.Error({ message, location: [...(locations ?? [])], json }));
    }
    const trace = Trace.encode({
      startTime: this.#startTime,
      endTime: timestamp(),
      durationNs: this.#elapsedNs(),
      root: this.#root,
      fieldExecutionWeight: 1,
    });
    return Buffer.from(trace.finish()).toString('base64');
  }

  /** The node of a field or of a list entry, created on first use. */
  #nodeAt(path: readonly (string | number)[]): Trace.Node {
    const name = path.join('.');
    let node = this.#nodes.get(name);
    if (!node) {
      const key = path.at(-1);
      node = new Trace.Node(typeof key === 'number' ? { index: key } : { responseName: key });
      this.#nodes.set(name, node);
      this.#nodeAt(path.slice(0, -1)).child.push(node);
    }
    return node;
  }

  #elapsedNs(): number {
    return Math.round((performance.now() - this.#startMs) * 1e6);
  }
}

function timestamp(): { seconds: number; nanos: number } {
  const ms = Date.now();
  return { seconds: Math.floor(ms / 1000), nanos: (ms % 1000) * 1e6 };
}
