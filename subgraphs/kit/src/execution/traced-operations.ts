// Federated tracing (ftv1): the answers that Operations gives, and with them how long each resolver took.
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
 * Has a schema of its own, whose resolvers are timed: what runs without a trace knows nothing of it. A request that is
 * refused before anything is run has no trace.
 */
export class TracedOperations {
  #operations: Operations;

  /** The schema is taken over: nothing else may run on it. */
  constructor(schema: GraphQLSchema, log: Log, limits?: OperationLimits) {
    for (const type of Object.values(schema.getTypeMap())) {
      // Introspection types belong to graphql-js, not to this schema.
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

/** By the context of the request, the one thing of it that every resolver gets. */
const recordings = new WeakMap<object, Recording>();

type Resolve = GraphQLFieldResolver<unknown, object>;

function timed(resolve: Resolve): Resolve {
  return (parent, args, context, info) => {
    const finished = recordings.get(context)?.begin(info);
    let value: unknown;
    try {
      value = resolve(parent, args, context, info);
      return value;
    } finally {
      if (finished) whenThere(value, finished);
    }
  };
}

/** Calls back when a value, or every entry of a list, is there or has failed; before whoever else awaits it later. */
function whenThere(value: unknown, done: () => void): void {
  if (isPromise(value)) {
    value.then((settled) => whenThere(settled, done), done);
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

  /** Notes that a resolver begins; the function returned, that its value is there. */
  begin({ path, fieldName, returnType, parentType }: GraphQLResolveInfo): () => void {
    const node = this.#nodeAt(responsePathAsArray(path));
    if (path.key !== fieldName) node.originalFieldName = fieldName;
    node.type = String(returnType);
    node.parentType = parentType.name;
    node.startTime = this.#elapsedNs();
    return () => {
      node.endTime = this.#elapsedNs();
    };
  }

  /** The trace up to now, as base64. The errors are those that the answer tells: a trace shows no more of them. */
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

  /** The node of a field, or of an entry of a list, which is made with the first of its fields. */
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
