// Completes the client's answer from the gathered data as GraphQL says it, with every error; the slow, whole way.

import { graphError } from '@district-graph/kit/errors';
import { type RuntimeType, runtimeType } from '@district-graph/kit/operation/collect-fields';
import { isIntrospection } from '@district-graph/kit/operation/valid-operation';
import {
  type FieldNode,
  GraphQLEnumType,
  type GraphQLError,
  type GraphQLLeafType,
  GraphQLList,
  GraphQLNonNull,
  GraphQLObjectType,
  type GraphQLOutputType,
  GraphQLScalarType,
} from 'graphql';
import { missingScopeError } from '../planning/field-authorization.ts';
import type { ResponsePosition } from '../planning/response-positions.ts';
import { isWithheld, type Withheld } from '../supergraph/access-metadata.ts';
import { AnswerTooLong, type ClientOperation } from './answered-operation.ts';
import { entriesOf, membersOf } from './json-text.ts';
import { leafWriter, type WriteLeaf } from './leaf-values.ts';
import type { ResponsePath } from './response-path.ts';
import { isAbsent, type MergedObject, type MergedValue } from './shapes.ts';

export interface Completion {
  /** The data as JSON, latin1. */
  data: string;
  errors: GraphQLError[];
}

/** More are not told: a list can be wrong in each of its entries. */
const maxErrors = 1000;

/** Where a value stands, from the inside out: the whole path is needed for what fails only. */
interface Place {
  readonly around: Place | null;
  readonly key: string | number;
}

function pathOf(place: Place): ResponsePath {
  const keys: (string | number)[] = [];
  for (let each: Place | null = place; each; each = each.around) keys.unshift(each.key);
  return keys;
}

/** A null that its parent may not hold; the error, if any is due, is told already. */
const bubble = Symbol('null');
type Completed = string | typeof bubble;

/**
 * `explained` tells whether an error of a subgraph lies at a path or below it; then a null there needs no error of its
 * own. What is `withheld` from the viewer is refused wherever it stands. `introspected` holds the answers to `__schema` and `__type` by response name, as JSON.
 */
export function completeAnswer(
  operation: ClientOperation,
  root: MergedObject,
  withheld: Withheld,
  introspected: ReadonlyMap<string, string>,
  explained: (path: ResponsePath) => boolean,
  maxLength: number,
): Completion {
  const completing = new Completing(operation, withheld, introspected, explained, maxLength);
  const data = completing.object(root, operation.rootType, operation.position, null);
  return { data: data === bubble ? 'null' : data, errors: completing.errors };
}

class Completing {
  readonly errors: GraphQLError[] = [];
  #operation: ClientOperation;
  #withheld: Withheld;
  #introspected: ReadonlyMap<string, string>;
  #explained: (path: ResponsePath) => boolean;
  #leaves = new Map<string, WriteLeaf>();
  /** What the answer may still take; each field takes at least its name. */
  #left: number;

  constructor(
    operation: ClientOperation,
    withheld: Withheld,
    introspected: ReadonlyMap<string, string>,
    explained: (path: ResponsePath) => boolean,
    maxLength: number,
  ) {
    this.#left = maxLength;
    this.#operation = operation;
    this.#withheld = withheld;
    this.#introspected = introspected;
    this.#explained = explained;
  }

  object(
    value: MergedObject,
    type: RuntimeType,
    position: ResponsePosition,
    around: Place | null,
  ): Completed {
    const parts: string[] = [];
    for (const [name, { nodes, gathered, inside }] of position.fieldsOf(type)) {
      const [node] = nodes;
      this.#left -= name.length + 4;
      if (this.#left < 0) throw new AnswerTooLong();
      const place: Place = { around, key: name };
      let text: Completed;
      if (node.name.value === '__typename') {
        if (type instanceof GraphQLObjectType) text = `"${type.name}"`;
        else {
          this.#fault(noType(type.name), place, node);
          text = bubble;
        }
      } else if (isIntrospection(node)) text = this.#introspected.get(name) ?? 'null';
      else {
        const definition = type.getFields()[node.name.value];
        if (!definition) continue;
        const { access } = this.#operation;
        if (isWithheld(access, this.#withheld, type.name, node.name.value)) {
          const { scope = '' } = access[`${type.name}.${node.name.value}`] ?? {};
          this.errors.push(missingScopeError(scope, undefined, { nodes: node, path: pathOf(place) }));
          if (definition.type instanceof GraphQLNonNull) return bubble;
          parts.push(`"${name}":null`);
          continue;
        }
        const field = `${type.name}.${node.name.value}`;
        const given = value[gathered];
        if (given === undefined && !(definition.type instanceof GraphQLNonNull)) {
          text = 'null';
          if (!isAbsent(value, gathered) && !this.#isExplained(place))
            this.#fault(`子图未给出 ${field}。 No subgraph gave ${field}.`, place, node);
        } else text = this.#value(given, definition.type, inside, place, field, node);
      }
      if (text === bubble) return bubble;
      parts.push(`"${name}":${text}`);
    }
    return `{${parts.join()}}`;
  }

  #value(
    value: MergedValue,
    type: GraphQLOutputType,
    position: ResponsePosition | null,
    place: Place,
    field: string,
    node: FieldNode,
  ): Completed {
    if (type instanceof GraphQLNonNull) {
      const before = this.errors.length;
      const inner = this.#value(value, type.ofType, position, place, field, node);
      if (inner !== 'null') return inner;
      if (this.errors.length === before && !this.#isExplained(place))
        this.#fault(
          `${field} 不得为空，子图却未给出。 Cannot return null for non-nullable field ${field}.`,
          place,
          node,
        );
      return bubble;
    }
    if (value === null || value === undefined) return 'null';
    if (type instanceof GraphQLList) {
      if (typeof value === 'string') {
        // A list of leaves is one piece of JSON; so is what was taken verbatim.
        if (value.startsWith('['))
          return this.#list(entriesOf(value), type.ofType, position, place, field, node);
      } else if (Array.isArray(value)) return this.#list(value, type.ofType, position, place, field, node);
      return this.#fault(`${field} 应为列表。 ${field} must be a list.`, place, node);
    }
    if (type instanceof GraphQLScalarType || type instanceof GraphQLEnumType)
      return this.#leaf(value, type, place, field, node);
    // What was taken verbatim is opened one level: objects and lists inside stay text.
    if (typeof value === 'string' && value.startsWith('{'))
      return this.#value(membersOf(value), type, position, place, field, node);
    if (typeof value === 'string' || Array.isArray(value))
      return this.#fault(`${field} 应为对象。 ${field} must be an object.`, place, node);
    const runtime = type instanceof GraphQLObjectType ? type : this.#metType(value, type.name);
    if (!runtime) return this.#fault(noType(field), place, node);
    if (!position) throw new Error(`nothing is asked of the object at ${field}`);
    if (position.dependsOnObjectType(runtime))
      return this.#isExplained(place) ? 'null' : this.#fault(noType(field), place, node);
    const inner = this.object(value, runtime, position, place);
    return inner === bubble ? 'null' : inner;
  }

  #list(
    list: MergedValue[],
    type: GraphQLOutputType,
    position: ResponsePosition | null,
    place: Place,
    field: string,
    node: FieldNode,
  ): Completed {
    const parts: string[] = [];
    for (const [index, entry] of list.entries()) {
      const text = this.#value(entry, type, position, { around: place, key: index }, field, node);
      // One that must be and is not is enough: the list is null by it.
      if (text === bubble) return 'null';
      parts.push(text);
    }
    return `[${parts.join()}]`;
  }

  #leaf(value: MergedValue, type: GraphQLLeafType, place: Place, field: string, node: FieldNode): Completed {
    let write = this.#leaves.get(type.name);
    if (!write) {
      write = leafWriter(type);
      this.#leaves.set(type.name, write);
    }
    const text = typeof value === 'string' ? write(value) : null;
    if (text !== null) return text;
    return this.#fault(
      `${field} 的值不符合类型 ${type.name}。 The value of ${field} does not fit the type ${type.name}.`,
      place,
      node,
    );
  }

  #metType({ __typename: name }: MergedObject, abstract: string): RuntimeType | null {
    return runtimeType(this.#operation.schema, abstract, typeof name === 'string' ? name.slice(1, -1) : null);
  }

  #isExplained(place: Place): boolean {
    return this.#explained(pathOf(place));
  }

  #fault(message: string, place: Place, node: FieldNode): 'null' {
    if (this.errors.length < maxErrors)
      this.errors.push(
        graphError('SUBGRAPH_BAD_RESPONSE', message, {}, { nodes: node, path: pathOf(place) }),
      );
    return 'null';
  }
}

const noType = (place: string) =>
  `${place} 的类型无法确定。 The type of the object at ${place} cannot be told.`;
