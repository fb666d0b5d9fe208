// Completes the client's answer from the gathered data as GraphQL says it, with every error; the slow, whole way.

import { type MetType, metType } from '@district-graph/kit/collect-fields';
import { graphError } from '@district-graph/kit/errors';
import { isIntrospection } from '@district-graph/kit/valid-operation';
import {
  type FieldNode,
  type GraphQLError,
  type GraphQLLeafType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
} from 'graphql';
import { withoutScope } from '../identify/field-access.ts';
import { type FieldRules, isWithheld, type Withheld } from '../plan/access-facts.ts';
import type { ResponsePosition } from '../plan/response-positions.ts';
import { entriesOf, membersOf } from './json-text.ts';
import { leafWriter, type WriteLeaf } from './leaves.ts';
import type { ResponsePath } from './response-path.ts';
import { type Gathered, type GatheredObject, isAbsent } from './shapes.ts';
import { AnswerTooLong } from './splice.ts';

export interface Completion {
  /** The data as JSON, latin1. */
  data: string;
  errors: GraphQLError[];
}

export interface ClientOperation {
  schema: GraphQLSchema;
  rootType: GraphQLObjectType;
  /** Where the root object lies. */
  position: ResponsePosition;
  access: FieldRules;
}

/** More are not told: a list can be wrong in each of its entries. */
const maxErrors = 1000;

/** A null that its parent may not hold; the error, if any is due, is told already. */
const bubble = Symbol('null');
type Completed = string | typeof bubble;

/**
 * `explained` tells whether an error of a subgraph lies at a path or below it; then a null there needs no error of its
 * own. What is `withheld` from the viewer is refused wherever it stands. `introspected` holds the answers to `__schema` and `__type` by response name, as JSON.
 */
export function complete(
  operation: ClientOperation,
  root: GatheredObject,
  withheld: Withheld,
  introspected: ReadonlyMap<string, string>,
  explained: (path: ResponsePath) => boolean,
  maxLength: number,
): Completion {
  const completing = new Completing(operation, withheld, introspected, explained, maxLength);
  const data = completing.object(root, operation.rootType, operation.position, []);
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

  object(value: GatheredObject, type: MetType, position: ResponsePosition, path: ResponsePath): Completed {
    const parts: string[] = [];
    for (const [name, { nodes, gathered, inside }] of position.fieldsOf(type)) {
      const [node] = nodes;
      this.#left -= name.length + 4;
      if (this.#left < 0) throw new AnswerTooLong();
      let text: Completed;
      if (node.name.value === '__typename') {
        if (isObjectType(type)) text = `"${type.name}"`;
        else {
          this.#fault(noType(type.name), [...path, name], node);
          text = bubble;
        }
      } else if (isIntrospection(node)) text = this.#introspected.get(name) ?? 'null';
      else {
        const definition = type.getFields()[node.name.value];
        if (!definition) continue;
        const { access } = this.#operation;
        if (isWithheld(access, this.#withheld, type.name, node.name.value)) {
          const { scope = '' } = access[`${type.name}.${node.name.value}`] ?? {};
          this.errors.push(withoutScope(scope, undefined, { nodes: node, path: [...path, name] }));
          if (isNonNullType(definition.type)) return bubble;
          parts.push(`"${name}":null`);
          continue;
        }
        const field = `${type.name}.${node.name.value}`;
        const here = [...path, name];
        const given = value[gathered];
        if (given === undefined && !isNonNullType(definition.type)) {
          text = 'null';
          if (!isAbsent(value, gathered) && !this.#explained(here))
            this.#fault(`子图未给出 ${field}。 No subgraph gave ${field}.`, here, node);
        } else text = this.#value(given, definition.type, inside, here, field, node);
      }
      if (text === bubble) return bubble;
      parts.push(`"${name}":${text}`);
    }
    return `{${parts.join()}}`;
  }

  #value(
    value: Gathered,
    type: GraphQLOutputType,
    position: ResponsePosition | null,
    path: ResponsePath,
    field: string,
    node: FieldNode,
  ): Completed {
    if (isNonNullType(type)) {
      const before = this.errors.length;
      const inner = this.#value(value, type.ofType, position, path, field, node);
      if (inner !== 'null') return inner;
      if (this.errors.length === before && !this.#explained(path))
        this.#fault(
          `${field} 不得为空，子图却未给出。 Cannot return null for non-nullable field ${field}.`,
          path,
          node,
        );
      return bubble;
    }
    if (value === null || value === undefined) return 'null';
    if (isListType(type)) {
      if (typeof value === 'string') {
        // A list of leaves is one piece of JSON; so is what was taken verbatim.
        if (value.startsWith('['))
          return this.#list(entriesOf(value), type.ofType, position, path, field, node);
      } else if (Array.isArray(value)) return this.#list(value, type.ofType, position, path, field, node);
      return this.#fault(`${field} 应为列表。 ${field} must be a list.`, path, node);
    }
    if (isLeafType(type)) return this.#leaf(value, type, path, field, node);
    // What was taken verbatim is opened one level: objects and lists inside stay text.
    if (typeof value === 'string' && value.startsWith('{'))
      return this.#value(membersOf(value), type, position, path, field, node);
    if (typeof value === 'string' || Array.isArray(value))
      return this.#fault(`${field} 应为对象。 ${field} must be an object.`, path, node);
    const runtime = isObjectType(type) ? type : this.#metType(value, type.name);
    if (!runtime) return this.#fault(noType(field), path, node);
    if (!position) throw new Error(`nothing is asked of the object at ${field}`);
    if (position.dependsOnObjectType(runtime))
      return this.#explained(path) ? 'null' : this.#fault(noType(field), path, node);
    const inner = this.object(value, runtime, position, path);
    return inner === bubble ? 'null' : inner;
  }

  #list(
    list: Gathered[],
    type: GraphQLOutputType,
    position: ResponsePosition | null,
    path: ResponsePath,
    field: string,
    node: FieldNode,
  ): Completed {
    const parts: string[] = [];
    for (const [index, entry] of list.entries()) {
      const text = this.#value(entry, type, position, [...path, index], field, node);
      // One that must be and is not is enough: the list is null by it.
      if (text === bubble) return 'null';
      parts.push(text);
    }
    return `[${parts.join()}]`;
  }

  #leaf(
    value: Gathered,
    type: GraphQLLeafType,
    path: ResponsePath,
    field: string,
    node: FieldNode,
  ): Completed {
    let write = this.#leaves.get(type.name);
    if (!write) {
      write = leafWriter(type);
      this.#leaves.set(type.name, write);
    }
    const text = typeof value === 'string' ? write(value) : null;
    if (text !== null) return text;
    return this.#fault(
      `${field} 的值不符合类型 ${type.name}。 The value of ${field} does not fit the type ${type.name}.`,
      path,
      node,
    );
  }

  #metType({ __typename: name }: GatheredObject, abstract: string): MetType | null {
    return metType(this.#operation.schema, abstract, typeof name === 'string' ? name.slice(1, -1) : null);
  }

  #fault(message: string, path: ResponsePath, node: FieldNode): 'null' {
    if (this.errors.length < maxErrors)
      this.errors.push(graphError('SUBGRAPH_BAD_RESPONSE', message, {}, { nodes: node, path }));
    return 'null';
  }
}

const noType = (place: string) =>
  `${place} 的类型无法确定。 The type of the object at ${place} cannot be told.`;
