// Completes the client's response from the merged result as the GraphQL specification's CompleteValue does, reporting every error.
// Slower than write-answer.ts, which gives up at the first error.

import { graphError } from '@district-graph/kit/errors';
import { type RuntimeType, runtimeType } from '@district-graph/kit/operation/collect-fields';
import { isIntrospection } from '@district-graph/kit/operation/valid-operation';
import {
  GraphQLEnumType,
  type GraphQLError,
  type GraphQLLeafType,
  GraphQLList,
  GraphQLNonNull,
  GraphQLObjectType,
  type GraphQLOutputType,
  GraphQLScalarType,
} from 'graphql';
import type { PositionedField, ResponsePosition } from '../planning/response-positions.ts';
import { isUnauthorized, type MissingScopes } from '../supergraph/access-metadata.ts';
import { unauthorizedError } from '../supergraph/enforced-scopes.ts';
import { type ClientOperation, ResponseTooLong } from './client-operation.ts';
import { entriesOf, membersOf } from './json-text.ts';
import { leafWriter, type WriteLeaf } from './leaf-values.ts';
import { isAbsent, type MergedObject, type MergedValue } from './merged-result.ts';
import type { ResponsePath } from './response-path.ts';

export interface CompletionOptions {
  operation: ClientOperation;
  /** Fields that need one of these scopes are refused. */
  missingScopes: MissingScopes;
  /** The values of `__schema` and `__type` by response name, as JSON. */
  introspection: ReadonlyMap<string, string>;
  /** Whether a subgraph reported an error at the path, above it or below it; a null there needs no error of its own. */
  hasSubgraphError: (path: ResponsePath) => boolean;
  /** The longest allowed response, in bytes. */
  maxLength: number;
}

export interface Completion {
  /** The data as JSON, latin1. */
  data: string;
  errors: GraphQLError[];
}

/** Further errors are left out: every entry of a list can have one. */
const maxErrors = 1000;

/** A response path, linked from the inside out: it is written out only where an error occurs. */
interface LinkedPath {
  readonly previous: LinkedPath | null;
  readonly key: string | number;
  /** The type of the field at the path or, for an entry of a list, of the field that the list is the value of. */
  readonly typename: string;
}

function responsePathOf(path: LinkedPath): ResponsePath {
  const keys: (string | number)[] = [];
  for (let each: LinkedPath | null = path; each; each = each.previous) keys.unshift(each.key);
  return keys;
}

/** A null that its parent cannot hold, so that it propagates. Its error, if it needs one, has been reported. */
const propagatedNull = Symbol('null');
type Completed = string | typeof propagatedNull;

/** Throws ResponseTooLong. */
export function completeAnswer(root: MergedObject, options: CompletionOptions): Completion {
  const completing = new ValueCompletion(options);
  const { rootType, position } = options.operation;
  const data = completing.object(root, rootType, position, null);
  return { data: data === propagatedNull ? 'null' : data, errors: completing.errors };
}

class ValueCompletion {
  readonly errors: GraphQLError[] = [];
  #options: CompletionOptions;
  #leaves = new Map<string, WriteLeaf>();
  /** How long the rest of the response may be, if each field takes no more than its name. */
  #remainingLength: number;

  constructor(options: CompletionOptions) {
    this.#options = options;
    this.#remainingLength = options.maxLength;
  }

  object(
    value: MergedObject,
    type: RuntimeType,
    position: ResponsePosition,
    previous: LinkedPath | null,
  ): Completed {
    const parts: string[] = [];
    for (const [name, field] of position.fieldsOf(type)) {
      this.#remainingLength -= name.length + 4;
      if (this.#remainingLength < 0) throw new ResponseTooLong();
      const text = this.#field(value, type, field, { previous, key: name, typename: type.name });
      if (text === propagatedNull) return propagatedNull;
      if (text !== undefined) parts.push(`"${name}":${text}`);
    }
    return `{${parts.join()}}`;
  }

  /** Undefined for a field that the type does not have. */
  #field(
    object: MergedObject,
    type: RuntimeType,
    field: PositionedField,
    path: LinkedPath,
  ): Completed | undefined {
    const [node] = field.nodes;
    if (node.name.value === '__typename') {
      if (type instanceof GraphQLObjectType) return `"${type.name}"`;
      this.#report(unresolvedType(type.name), path, field);
      return propagatedNull;
    }
    if (isIntrospection(node)) return this.#options.introspection.get(String(path.key)) ?? 'null';
    const definition = type.getFields()[node.name.value];
    if (!definition) return undefined;
    const { access } = this.#options.operation;
    if (isUnauthorized(access, this.#options.missingScopes, type.name, node.name.value)) {
      const { scope = '' } = access[coordinateOf(path, field)] ?? {};
      this.errors.push(unauthorizedError(scope, undefined, { nodes: node, path: responsePathOf(path) }));
      return definition.type instanceof GraphQLNonNull ? propagatedNull : 'null';
    }
    const value = object[field.mergedName];
    if (value !== undefined || definition.type instanceof GraphQLNonNull)
      return this.#value(value, definition.type, field, path);
    if (!isAbsent(object, field.mergedName) && !this.#hasSubgraphError(path)) {
      const coordinate = coordinateOf(path, field);
      this.#report(`没有子图返回 ${coordinate}。 No subgraph returned ${coordinate}.`, path, field);
    }
    return 'null';
  }

  #value(value: MergedValue, type: GraphQLOutputType, field: PositionedField, path: LinkedPath): Completed {
    if (type instanceof GraphQLNonNull) return this.#nonNull(value, type, field, path);
    if (value === null || value === undefined) return 'null';
    if (type instanceof GraphQLList) {
      if (Array.isArray(value)) return this.#list(value, type, field, path);
      // A list of leaves is one piece of JSON; so is a raw copy.
      if (typeof value === 'string' && value.startsWith('['))
        return this.#list(entriesOf(value), type, field, path);
      const coordinate = coordinateOf(path, field);
      return this.#report(`${coordinate} 应为列表。 ${coordinate} must be a list.`, path, field);
    }
    if (type instanceof GraphQLScalarType || type instanceof GraphQLEnumType)
      return this.#leaf(value, type, field, path);
    // A raw copy is parsed one level deep: objects and lists inside it stay text.
    if (typeof value === 'string' && value.startsWith('{'))
      return this.#value(membersOf(value), type, field, path);
    if (typeof value === 'string' || Array.isArray(value)) {
      const coordinate = coordinateOf(path, field);
      return this.#report(`${coordinate} 应为对象。 ${coordinate} must be an object.`, path, field);
    }
    const runtimeType =
      type instanceof GraphQLObjectType ? type : this.#resolveAbstractType(value, type.name);
    if (!runtimeType) return this.#report(unresolvedType(coordinateOf(path, field)), path, field);
    const { child } = field;
    if (!child) throw new Error(`nothing is selected of the object at ${coordinateOf(path, field)}`);
    if (child.dependsOnObjectType(runtimeType))
      return this.#hasSubgraphError(path)
        ? 'null'
        : this.#report(unresolvedType(coordinateOf(path, field)), path, field);
    const completed = this.object(value, runtimeType, child, path);
    return completed === propagatedNull ? 'null' : completed;
  }

  #nonNull(
    value: MergedValue,
    type: GraphQLNonNull<GraphQLOutputType>,
    field: PositionedField,
    path: LinkedPath,
  ): Completed {
    const errorsBefore = this.errors.length;
    const completed = this.#value(value, type.ofType, field, path);
    if (completed !== 'null') return completed;
    if (this.errors.length === errorsBefore && !this.#hasSubgraphError(path)) {
      const coordinate = coordinateOf(path, field);
      this.#report(
        `${coordinate} 不可为空，子图却未返回它的值。 Cannot return null for non-nullable field ${coordinate}.`,
        path,
        field,
      );
    }
    return propagatedNull;
  }

  #list(
    list: MergedValue[],
    { ofType }: GraphQLList<GraphQLOutputType>,
    field: PositionedField,
    path: LinkedPath,
  ): Completed {
    const { typename } = path;
    const parts: string[] = [];
    for (const [index, entry] of list.entries()) {
      const text = this.#value(entry, ofType, field, { previous: path, key: index, typename });
      // The first null of a non-null entry makes the list null.
      if (text === propagatedNull) return 'null';
      parts.push(text);
    }
    return `[${parts.join()}]`;
  }

  #leaf(value: MergedValue, type: GraphQLLeafType, field: PositionedField, path: LinkedPath): Completed {
    let write = this.#leaves.get(type.name);
    if (!write) {
      write = leafWriter(type);
      this.#leaves.set(type.name, write);
    }
    const text = typeof value === 'string' ? write(value) : null;
    if (text !== null) return text;
    const coordinate = coordinateOf(path, field);
    return this.#report(
      `${coordinate} 的值不符合类型 ${type.name}。 The value of ${coordinate} is not of type ${type.name}.`,
      path,
      field,
    );
  }

  #resolveAbstractType({ __typename: name }: MergedObject, abstract: string): RuntimeType | null {
    const { schema } = this.#options.operation;
    return runtimeType(schema, abstract, typeof name === 'string' ? name.slice(1, -1) : null);
  }

  #hasSubgraphError(path: LinkedPath): boolean {
    return this.#options.hasSubgraphError(responsePathOf(path));
  }

  /** Adds a field error; the field's value is null. */
  #report(message: string, path: LinkedPath, { nodes: [node] }: PositionedField): 'null' {
    if (this.errors.length < maxErrors)
      this.errors.push(
        graphError('SUBGRAPH_BAD_RESPONSE', message, {}, { nodes: node, path: responsePathOf(path) }),
      );
    return 'null';
  }
}

/** The schema coordinate of a field, `Type.field`. */
const coordinateOf = ({ typename }: LinkedPath, { nodes: [{ name }] }: PositionedField): string =>
  `${typename}.${name.value}`;

const unresolvedType = (coordinate: string) =>
  `无法确定 ${coordinate} 处对象的类型。 The type of the object at ${coordinate} cannot be determined.`;
