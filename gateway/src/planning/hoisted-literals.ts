// Replaces the literals in an operation by variables before it is planned, and puts them back into its plan: operations that differ in
// literals alone share a plan, and numbers that no double can represent stay as the client wrote them.
import {
  type ArgumentNode,
  type DirectiveNode,
  type GraphQLInputType,
  type GraphQLSchema,
  getNamedType,
  getNullableType,
  isInputObjectType,
  isLeafType,
  isListType,
  isNonNullType,
  Kind,
  type OperationDefinitionNode,
  print,
  type TypeNode,
  type ValueNode,
  type VariableDefinitionNode,
} from 'graphql';
import type { FetchNode, PlanNode } from '../query-planner/query-plan.ts';
import { compact, variablesIn } from '../query-planner/selection-text.ts';
import { unusedPrefix } from '../supergraph/supergraph-rewrites.ts';

export interface Literals {
  /** The texts of literals, by the variables that replace them. */
  values: ReadonlyMap<string, string>;
  /** By the operation's own variables, the type and the default value of each that has one. */
  defaults: ReadonlyMap<string, string>;
}

type ArgumentTypes = readonly { readonly name: string; readonly type: GraphQLInputType }[];

/** The literals of one operation. */
export class LiteralHoisting {
  #schema: GraphQLSchema;
  /** The start of names that no variable of the client has. */
  #prefix: string;
  /** By literal, type and place: what is one field without hoisting stays one field. */
  #names = new Map<string, string>();
  #values = new Map<string, string>();
  #definitions: VariableDefinitionNode[] = [];

  constructor(
    schema: GraphQLSchema,
    aliasPrefix: string,
    { variableDefinitions = [] }: OperationDefinitionNode,
  ) {
    this.#schema = schema;
    const names = variableDefinitions.map(({ variable }) => variable.name.value);
    this.#prefix = unusedPrefix(`${aliasPrefix}literal`, names);
  }

  /** The arguments of a field. Equal literals in equal arguments of fields with one name are replaced by one variable. */
  arguments(
    fieldName: string,
    args: readonly ArgumentNode[] | undefined,
    types: ArgumentTypes,
  ): readonly ArgumentNode[] | undefined {
    return args?.map((argument) => {
      const name = argument.name.value;
      const type = types.find((each) => each.name === name)?.type;
      if (!type) return argument;
      const value = this.#hoisted(argument.value, type, `${fieldName} ${name}`);
      return value === argument.value ? argument : { ...argument, value };
    });
  }

  directives(fieldName: string, directives: readonly DirectiveNode[] | undefined) {
    return directives?.map((directive): DirectiveNode => {
      const name = directive.name.value;
      const types = this.#schema.getDirective(name)?.args ?? [];
      return { ...directive, arguments: this.arguments(`${fieldName} @${name}`, directive.arguments, types) };
    });
  }

  /**
   * The operation with the variables for what was replaced, and without default values. A variable with a default value may be used
   * where null is not allowed: its type says so instead.
   */
  operation(definition: OperationDefinitionNode): OperationDefinitionNode {
    const { variableDefinitions = [] } = definition;
    const own = variableDefinitions.map((each) => ({
      ...each,
      type: plannedTypeOf(each),
      defaultValue: undefined,
    }));
    return { ...definition, variableDefinitions: [...own, ...this.#definitions] };
  }

  /** `nameOf` is the name under which a variable of the client is planned. */
  literals(
    { variableDefinitions = [] }: OperationDefinitionNode,
    nameOf: (name: string) => string,
  ): Literals {
    const defaults = new Map<string, string>();
    for (const { variable, type, defaultValue } of variableDefinitions)
      if (defaultValue) defaults.set(nameOf(variable.name.value), `${print(type)}=${compact(defaultValue)}`);
    return { values: this.#values, defaults };
  }

  /** Of a value with variables, only the parts without any are replaced. */
  #hoisted(value: ValueNode, type: GraphQLInputType, place: string): ValueNode {
    if (value.kind === Kind.VARIABLE) return value;
    if (!hasVariable(value)) return this.#variable(value, type, place);
    const nullable = getNullableType(type);
    if (value.kind === Kind.LIST) {
      const entryType = isListType(nullable) ? nullable.ofType : type;
      return { ...value, values: value.values.map((each) => this.#hoisted(each, entryType, place)) };
    }
    if (value.kind !== Kind.OBJECT) return value;
    const named = getNamedType(type);
    const inputFields = isInputObjectType(named) ? named.getFields() : {};
    return {
      ...value,
      fields: value.fields.map((field) => {
        const { value: name } = field.name;
        // The types inside a custom scalar are unknown.
        const fieldType = inputFields[name]?.type ?? (isLeafType(named) ? named : undefined);
        if (!fieldType) return field;
        return { ...field, value: this.#hoisted(field.value, fieldType, `${place}.${name}`) };
      }),
    };
  }

  #variable(value: ValueNode, type: GraphQLInputType, place: string): ValueNode {
    const text = textOf(value);
    const key = `${place} ${type} ${text}`;
    const known = this.#names.get(key);
    if (known) return variableNode(known);
    const name = `${this.#prefix}${this.#names.size}`;
    this.#names.set(key, name);
    this.#values.set(name, text);
    const variable = variableNode(name);
    this.#definitions.push({ kind: Kind.VARIABLE_DEFINITION, variable, type: typeNodeOf(type) });
    return variable;
  }
}

const plannedTypeOf = ({ type, defaultValue }: VariableDefinitionNode): TypeNode =>
  !defaultValue || defaultValue.kind === Kind.NULL || type.kind === Kind.NON_NULL_TYPE
    ? type
    : { kind: Kind.NON_NULL_TYPE, type };

const variableNode = (name: string) => ({
  kind: Kind.VARIABLE as const,
  name: { kind: Kind.NAME as const, value: name },
});

const textOf = (value: ValueNode): string =>
  value.kind === Kind.LIST || value.kind === Kind.OBJECT || (value.kind === Kind.STRING && value.block)
    ? compact(value)
    : print(value);

const hasVariable = (value: ValueNode): boolean =>
  (value.kind === Kind.LIST || value.kind === Kind.OBJECT) && variablesIn(value).length > 0;

function typeNodeOf(type: GraphQLInputType): TypeNode {
  if (isNonNullType(type)) {
    const inner = typeNodeOf(type.ofType);
    return inner.kind === Kind.NON_NULL_TYPE ? inner : { kind: Kind.NON_NULL_TYPE, type: inner };
  }
  if (isListType(type)) return { kind: Kind.LIST_TYPE, type: typeNodeOf(type.ofType) };
  return { kind: Kind.NAMED_TYPE, name: { kind: Kind.NAME, value: type.name } };
}

/** A copy of the plan with the literals that the client wrote. */
export function restoreLiterals(node: PlanNode, literals: Literals): PlanNode {
  if (literals.values.size + literals.defaults.size === 0) return node;
  if (node.kind !== 'Fetch')
    return { ...node, nodes: node.nodes.map((child) => restoreLiterals(child, literals)) };
  const { keyOnly } = node;
  return {
    ...node,
    ...restored(node, literals),
    keyOnly: keyOnly && { ...keyOnly, ...restored(keyOnly, literals) },
  };
}

type FetchText = Pick<FetchNode, 'operation' | 'variables'>;

/** A string, or a variable with its type where it is defined. */
const stringOrVariable = /"""[\s\S]*?(?<!\\)"""|"(?:[^"\\]|\\.)*"|\$(\w+)(:[\w![\]]+)?/g;
/** What ends a token that a literal must be kept apart from. */
const tokenEnd = /[\w"]/;

function restored({ operation, variables }: FetchText, { values, defaults }: Literals): FetchText {
  const text = operation.replace(
    stringOrVariable,
    (match: string, name: string | undefined, type: string | undefined, offset: number) => {
      if (name === undefined) return match;
      const literal = values.get(name);
      if (literal === undefined) {
        const definition = type && defaults.get(name);
        return definition ? `$${name}:${definition}` : match;
      }
      if (type) return '';
      return tokenEnd.test(operation.charAt(offset - 1)) ? ` ${literal}` : literal;
    },
  );
  return {
    operation: text.replace(/^(\w+)\(\)/, '$1').replace(/^query{/, '{'),
    variables: variables.filter((name) => !values.has(name)),
  };
}
