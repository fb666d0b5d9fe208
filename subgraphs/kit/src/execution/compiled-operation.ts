// Compiles an operation for a schema: decisions that graphql-js repeats for each object of each request are made once.
import {
  defaultFieldResolver,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLAbstractType,
  GraphQLError,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLResolveInfo,
  type GraphQLSchema,
  getArgumentValues,
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
import { completeLeaf, writePlainLeaf } from './leaf-values.ts';

export interface ExecutionResult {
  /** The data as JSON; 'null' if an error propagated to the root. */
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

/** Executes the operation with coerced variables. The result is the same as that of graphql-js. */
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
    const state = new ExecutionState(compiler.info(variables), variables, context, compiler.argumentSlots);
    const root = new ObjectResult(fields);
    if (isSerial) {
      for (const [index, field] of fields.entries()) {
        resolveField(state, root, index, field, undefined, undefined);
        await state.settled();
        // Once the data is null, no further mutation is executed.
        if (state.isNull || state.refusal) break;
      }
    } else {
      for (let index = 0; index < fields.length; index += 1)
        resolveField(state, root, index, fields[index] as CompiledField, undefined, undefined);
      await state.settled();
    }
    if (state.refusal) return { data: 'null', errors: [state.refusal] };
    return { data: resultToJson(root) ?? 'null', errors: state.errors };
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
    const selectionSets = nodes.flatMap((node) => node.selectionSet ?? []);
    const { type } = definition;
    const isNonNull = isNonNullType(type);
    const { complete, plain } = this.#completer(isNonNull ? type.ofType : type, selectionSets);
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
    return (state) => {
      let args = state.args[slot];
      if (!args) {
        args = getArgumentValues(definition, node, state.variables);
        state.args[slot] = args;
      }
      return args;
    };
  }

  #completer(type: GraphQLOutputType, selectionSets: readonly SelectionSetNode[]): Completer {
    if (isListType(type)) return { complete: this.#list(type.ofType, selectionSets), plain: null };
    if (isLeafType(type)) return { complete: completeLeaf(type), plain: writePlainLeaf(type) };
    if (isObjectType(type)) return this.#object(type, selectionSets);
    if (isNonNullType(type)) throw new Error('a non-null type in a non-null type');
    return { complete: this.#abstract(type, selectionSets), plain: null };
  }

  #object(type: GraphQLObjectType, selectionSets: readonly SelectionSetNode[]): Completer {
    // Compiled with the first object: schemas can be recursive, operations cannot.
    let compiled: CompiledField[] | null = null;
    let areAllPlain = false;
    const fieldsOf = (): CompiledField[] => {
      if (compiled) return compiled;
      compiled = this.fields(type, selectionSets);
      areAllPlain = compiled.every(({ plain }) => plain);
      return compiled;
    };
    const { isTypeOf } = type;
    const complete: CompleteValue = (state, value, path, set) => {
      // Throws for objects that the viewer may not see.
      isTypeOf?.(value, state.context, noInfo);
      const fields = fieldsOf();
      state.spend(fields.length);
      const result = new ObjectResult(fields);
      set(result);
      for (let index = 0; index < fields.length; index += 1)
        resolveField(state, result, index, fields[index] as CompiledField, value, path);
    };
    const plain: WritePlain = (state, value) => {
      const fields = fieldsOf();
      if (!areAllPlain || typeof value !== 'object' || value === null) return null;
      if (isPromise(value) || value instanceof Error) return null;
      let text = '';
      for (const field of fields) {
        const member = field.plain?.(state, value) ?? null;
        if (member === null) return null;
        text += (text === '' ? '{' : ',') + field.keyText + member;
      }
      state.spend(fields.length);
      return text === '' ? '{}' : `${text}}`;
    };
    return { complete, plain: isTypeOf ? null : plain };
  }

  #list(itemType: GraphQLOutputType, selectionSets: readonly SelectionSetNode[]): CompleteValue {
    const isNonNull = isNonNullType(itemType);
    const { complete, plain } = this.#completer(isNonNull ? itemType.ofType : itemType, selectionSets);
    return (state, value, path, set) => {
      if (typeof value !== 'object' || value === null || !(Symbol.iterator in value)) {
        const { parentType, fieldName } = path.field.info;
        throw new GraphQLError(
          `Expected Iterable, but did not find one for field "${parentType.name}.${fieldName}".`,
        );
      }
      const items = Array.isArray(value) ? value : [...(value as Iterable<unknown>)];
      state.spend(items.length);
      const list = new ListResult(items.length, isNonNull);
      set(list);
      for (let index = 0; index < items.length; index += 1) {
        const text = plain?.(state, items[index]) ?? null;
        if (text !== null) list.values[index] = text;
        else
          completeItem(state, list, index, items[index], complete, {
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
    const completeFor = (name: unknown, path: ResponsePath): CompleteValue => {
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
    return (state, value, path, set) => {
      const name = type.resolveType
        ? type.resolveType(
            value,
            state.context,
            type.resolveType.length > 2 ? state.info(path.field, path) : noInfo,
            type,
          )
        : (value as { __typename?: unknown }).__typename;
      if (!isPromise(name)) {
        completeFor(name, path)(state, value, path, set);
        return;
      }
      state.await(
        name,
        (resolved) => completeFor(resolved, path)(state, value, path, set),
        (error) => {
          state.fail(error, path);
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
    complete: (_state, _value, _path, set) => set(text),
    isNonNull: true,
    nodes,
    info: { fieldName: '__typename', fieldNodes: nodes, returnType: parentType, parentType },
  };
}

/** The default resolver of graphql-js, without the info, which only a method would read. */
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

/** Like `propertyResolver`. A property that throws is left to it, so that the error is reported at its own path. */
const plainProperty =
  (name: string, isNonNull: boolean, plain: WritePlain): WritePlain =>
  (state, parent) => {
    if (typeof parent !== 'object' || parent === null) return null;
    let value: unknown;
    try {
      value = (parent as Record<string, unknown>)[name];
    } catch {
      return null;
    }
    if (value === null || value === undefined) return isNonNull ? null : 'null';
    return plain(state, value);
  };
