// An operation compiled for one schema: what graphql-js decides anew for each object of each request is decided once.
import {
  defaultFieldResolver,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLAbstractType,
  GraphQLError,
  type GraphQLField,
  type GraphQLLeafType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLResolveInfo,
  type GraphQLSchema,
  getArgumentValues,
  isEnumType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  type OperationDefinitionNode,
  OperationTypeNode,
  type SelectionSetNode,
} from 'graphql';
import { type Conditions, collectFields } from '../operation/collect-fields.ts';
import {
  type CompiledField,
  type CompleteValue,
  completeItem,
  ExecutionState,
  isPromise,
  ListResult,
  noInfo,
  ObjectResult,
  type ResponsePath,
  resolveField,
  resultToJson,
  type WritePlain,
} from './execution-state.ts';

export interface ExecutionResult {
  /** The data as JSON; 'null' where an error took all of it. */
  data: string;
  errors: GraphQLError[];
}

export interface OperationToCompile {
  schema: GraphQLSchema;
  definition: OperationDefinitionNode;
  fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  /** The values of the variables in @skip and @include. */
  conditions: Conditions;
}

/** Runs with coerced variables; the answer is that of graphql-js. */
export type CompiledOperation = (
  variables: Readonly<Record<string, unknown>>,
  context: unknown,
) => Promise<ExecutionResult>;

export function compileOperation(operation: OperationToCompile): CompiledOperation {
  const { schema, definition } = operation;
  const rootType = schema.getRootType(definition.operation);
  if (!rootType) throw new GraphQLError(`no root type for a ${definition.operation}`);
  const compiler = new Compiler(operation);
  const fields = compiler.fields(rootType, [definition.selectionSet]);
  const isSerial = definition.operation === OperationTypeNode.MUTATION;
  return async (variables, context) => {
    const run = new ExecutionState(compiler.info(variables), variables, context, compiler.argumentSlots);
    const root = new ObjectResult(fields);
    if (isSerial) {
      for (const [index, field] of fields.entries()) {
        resolveField(run, root, index, field, undefined, undefined);
        await run.settled();
        // Nothing more is changed for an answer that is null.
        if (run.isNull || run.refusal) break;
      }
    } else {
      for (let index = 0; index < fields.length; index += 1)
        resolveField(run, root, index, fields[index] as CompiledField, undefined, undefined);
      await run.settled();
    }
    if (run.refusal) return { data: 'null', errors: [run.refusal] };
    return { data: resultToJson(root) ?? 'null', errors: run.errors };
  };
}

/** How the values of a type are completed. */
interface Completer {
  complete: CompleteValue;
  plain: WritePlain | null;
}

class Compiler {
  argumentSlots = 0;
  #operation: OperationToCompile;

  constructor(operation: OperationToCompile) {
    this.#operation = operation;
  }

  info(variableValues: Readonly<Record<string, unknown>>) {
    const { schema, definition, fragments } = this.#operation;
    return {
      schema,
      fragments: Object.fromEntries(fragments),
      rootValue: undefined,
      operation: definition,
      variableValues,
    };
  }

  fields(type: GraphQLObjectType, selectionSets: readonly SelectionSetNode[]): CompiledField[] {
    const { schema, fragments, conditions } = this.#operation;
    const fields: CompiledField[] = [];
    for (const [key, nodes] of collectFields(schema, type, selectionSets, fragments, conditions)) {
      const [node] = nodes;
      const definition = node.name.value === '__typename' ? null : type.getFields()[node.name.value];
      if (definition === undefined) continue;
      fields.push(definition ? this.#field(type, key, nodes, definition) : typenameField(type, key, nodes));
    }
    return fields;
  }

  #field(
    parentType: GraphQLObjectType,
    key: string,
    nodes: [FieldNode, ...FieldNode[]],
    definition: GraphQLField<unknown, unknown>,
  ): CompiledField {
    const inner = nodes.flatMap((node) => node.selectionSet ?? []);
    const { type } = definition;
    const isNonNull = isNonNullType(type);
    const { complete, plain } = this.#completer(isNonNull ? type.ofType : type, inner);
    return {
      key,
      keyText: `${JSON.stringify(key)}:`,
      resolve: definition.resolve ?? propertyResolver(definition.name),
      args: this.#args(definition, nodes[0]),
      plain: plain && !definition.resolve ? plainProperty(definition.name, isNonNull, plain) : null,
      complete,
      isNonNull,
      nodes,
      info: { fieldName: definition.name, fieldNodes: nodes, returnType: type, parentType },
    };
  }

  #args(definition: GraphQLField<unknown, unknown>, node: FieldNode): CompiledField['args'] {
    if (definition.args.length === 0) return () => noArguments;
    const slot = this.argumentSlots++;
    return (run) => {
      let args = run.args[slot];
      if (!args) {
        args = getArgumentValues(definition, node, run.variables);
        run.args[slot] = args;
      }
      return args;
    };
  }

  #completer(type: GraphQLOutputType, selectionSets: readonly SelectionSetNode[]): Completer {
    if (isListType(type)) return { complete: this.#list(type.ofType, selectionSets), plain: null };
    if (isLeafType(type)) return { complete: leaf(type), plain: plainLeaf(type) };
    if (isObjectType(type)) return this.#object(type, selectionSets);
    if (isNonNullType(type)) throw new Error('a non-null type in a non-null type');
    return { complete: this.#abstract(type, selectionSets), plain: null };
  }

  #object(type: GraphQLObjectType, selectionSets: readonly SelectionSetNode[]): Completer {
    // Compiled when the first object comes: recursive schemas have no end, operations do.
    let compiled: CompiledField[] | null = null;
    let areAllPlain = false;
    const fieldsOf = (): CompiledField[] => {
      if (compiled) return compiled;
      compiled = this.fields(type, selectionSets);
      areAllPlain = compiled.every(({ plain }) => plain);
      return compiled;
    };
    const { isTypeOf } = type;
    const complete: CompleteValue = (run, value, path, set) => {
      // Throws for what the viewer may not see.
      isTypeOf?.(value, run.context, noInfo);
      const fields = fieldsOf();
      run.spend(fields.length);
      const result = new ObjectResult(fields);
      set(result);
      for (let index = 0; index < fields.length; index += 1)
        resolveField(run, result, index, fields[index] as CompiledField, value, path);
    };
    const plain: WritePlain = (run, value) => {
      const fields = fieldsOf();
      if (!areAllPlain || typeof value !== 'object' || value === null) return null;
      if (isPromise(value) || value instanceof Error) return null;
      let text = '';
      for (const field of fields) {
        const inner = field.plain?.(run, value) ?? null;
        if (inner === null) return null;
        text += (text === '' ? '{' : ',') + field.keyText + inner;
      }
      run.spend(fields.length);
      return text === '' ? '{}' : `${text}}`;
    };
    return { complete, plain: isTypeOf ? null : plain };
  }

  #list(itemType: GraphQLOutputType, selectionSets: readonly SelectionSetNode[]): CompleteValue {
    const isNonNull = isNonNullType(itemType);
    const { complete, plain } = this.#completer(isNonNull ? itemType.ofType : itemType, selectionSets);
    return (run, value, path, set) => {
      if (typeof value !== 'object' || value === null || !(Symbol.iterator in value)) {
        const { parentType, fieldName } = path.field.info;
        throw new GraphQLError(
          `Expected Iterable, but did not find one for field "${parentType.name}.${fieldName}".`,
        );
      }
      const items = Array.isArray(value) ? value : [...(value as Iterable<unknown>)];
      run.spend(items.length);
      const list = new ListResult(items.length, isNonNull);
      set(list);
      for (let index = 0; index < items.length; index += 1) {
        const text = plain?.(run, items[index]) ?? null;
        if (text !== null) list.values[index] = text;
        else
          completeItem(run, list, index, items[index], complete, {
            prev: path,
            key: index,
            field: path.field,
            isNonNull,
          });
      }
    };
  }

  #abstract(type: GraphQLAbstractType, selectionSets: readonly SelectionSetNode[]): CompleteValue {
    const { schema } = this.#operation;
    const byType = new Map<string, CompleteValue>();
    const of = (name: unknown, path: ResponsePath): CompleteValue => {
      let complete = typeof name === 'string' ? byType.get(name) : undefined;
      if (!complete) {
        const runtime = typeof name === 'string' ? schema.getType(name) : undefined;
        if (!isObjectType(runtime) || !schema.isSubType(type, runtime)) {
          const { parentType, fieldName } = path.field.info;
          throw new GraphQLError(
            `Abstract type "${type.name}" was resolved to ${String(name)} for field "${parentType.name}.${fieldName}".`,
          );
        }
        complete = this.#object(runtime, selectionSets).complete;
        byType.set(runtime.name, complete);
      }
      return complete;
    };
    return (run, value, path, set) => {
      const name = type.resolveType
        ? type.resolveType(
            value,
            run.context,
            type.resolveType.length > 2 ? run.info(path.field, path) : noInfo,
            type,
          )
        : (value as { __typename?: unknown }).__typename;
      if (!isPromise(name)) {
        of(name, path)(run, value, path, set);
        return;
      }
      run.await(
        name,
        (resolved) => of(resolved, path)(run, value, path, set),
        (error) => {
          run.fail(error, path);
          set(null);
        },
      );
    };
  }
}

const noArguments: Record<string, unknown> = Object.freeze({});

function typenameField(parentType: GraphQLObjectType, key: string, nodes: FieldNode[]): CompiledField {
  const text = JSON.stringify(parentType.name);
  return {
    key,
    keyText: `${JSON.stringify(key)}:`,
    resolve: () => text,
    args: () => noArguments,
    plain: () => text,
    complete: (_run, _value, _path, set) => set(text),
    isNonNull: true,
    nodes,
    info: { fieldName: '__typename', fieldNodes: nodes, returnType: parentType, parentType },
  };
}

/** As the default resolver, without the info that only a method would look at. */
function propertyResolver(name: string): CompiledField['resolve'] {
  return (parent, args, context) => {
    if (parent === null || parent === undefined || typeof parent !== 'object') return undefined;
    const value = (parent as Record<string, unknown>)[name];
    if (typeof value !== 'function') return value;
    return defaultFieldResolver(parent, args as Record<string, unknown>, context, {
      fieldName: name,
    } as GraphQLResolveInfo);
  };
}

function plainLeaf(type: GraphQLLeafType): WritePlain {
  const serialize = serializer(type);
  return (_run, value) => {
    if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') return null;
    try {
      return serialize(value);
    } catch {
      return null;
    }
  };
}

/** As `propertyResolver`; what throws is told at its own field. */
const plainProperty =
  (name: string, isNonNull: boolean, plain: WritePlain): WritePlain =>
  (run, parent) => {
    if (typeof parent !== 'object' || parent === null) return null;
    let value: unknown;
    try {
      value = (parent as Record<string, unknown>)[name];
    } catch {
      return null;
    }
    if (value === null || value === undefined) return isNonNull ? null : 'null';
    return plain(run, value);
  };

function leaf(type: GraphQLLeafType): CompleteValue {
  const serialize = serializer(type);
  return (_run, value, _path, set) => set(serialize(value));
}

function serializer(type: GraphQLLeafType): (value: unknown) => string {
  if (isEnumType(type)) {
    const texts = new Map(
      type.getValues().map(({ value, name }) => [value as unknown, JSON.stringify(name)]),
    );
    return (value) => texts.get(value) ?? JSON.stringify(type.serialize(value));
  }
  if (type.name === 'String' || type.name === 'ID')
    return (value) => JSON.stringify(typeof value === 'string' ? value : type.serialize(value));
  return (value) => {
    const serialized = type.serialize(value);
    if (Number.isFinite(serialized)) return String(serialized);
    // Nothing stands for a function or symbol, nor for undefined.
    const text: string | undefined = serialized === null ? undefined : JSON.stringify(serialized);
    if (text !== undefined) return text;
    throw new Error(`Expected \`${type.name}.serialize\` to return a value, received ${String(serialized)}.`);
  };
}
