// Keeps numbers in an operation's text that a double cannot represent. The planner parses numbers as doubles, so variables replace them
// while it plans.
import { mayExceedFloats } from '@district-graph/kit/operation/exact-numbers';
import {
  type ConstValueNode,
  type DocumentNode,
  type GraphQLInputType,
  type GraphQLSchema,
  getNamedType,
  isLeafType,
  Kind,
  type OperationDefinitionNode,
  parse,
  parseType,
  print,
  stripIgnoredCharacters,
  TypeInfo,
  type ValueNode,
  type VariableDefinitionNode,
  visit,
  visitWithTypeInfo,
} from 'graphql';
import type { FetchNode, PlanNode } from '../query-planner/query-plan.ts';

export class ExactLiterals {
  #schema: GraphQLSchema;
  #prefix: string;
  /** The literals by the variables that replace them, and the default values of the operation's own variables. */
  #literals = new Map<string, ValueNode>();
  #defaults = new Map<string, ConstValueNode>();

  constructor(schema: GraphQLSchema, aliasPrefix: string) {
    this.#schema = schema;
    this.#prefix = `${aliasPrefix}number`;
  }

  /** The operation with a variable in place of each value that contains such a number. */
  extract(query: string): DocumentNode {
    const document = parse(query, { noLocation: true });
    if (!mayExceedFloats(query)) return document;
    const definitions: VariableDefinitionNode[] = [];
    const types = new TypeInfo(this.#schema);
    let scalar: GraphQLInputType | undefined;
    const replace = (node: ValueNode) => {
      // For a list, TypeInfo has the type of its entries; inside a value of a custom scalar it has none.
      const typed = node.kind === Kind.LIST ? types.getParentInputType() : types.getInputType();
      const type = typed ?? scalar;
      // The planner keeps the text of an ID.
      if (!type || !isLeafType(getNamedType(type)) || getNamedType(type).name === 'ID') return undefined;
      if (!hasExactNumber(node)) return undefined;
      scalar = type;
      if (hasVariable(node)) return undefined;
      const name = { kind: Kind.NAME as const, value: `${this.#prefix}${this.#literals.size}` };
      const variable = { kind: Kind.VARIABLE as const, name };
      this.#literals.set(name.value, node);
      definitions.push({ kind: Kind.VARIABLE_DEFINITION, variable, type: parseType(String(type)) });
      return variable;
    };
    const replaced = visit(
      document,
      visitWithTypeInfo(types, {
        VariableDefinition: ({ variable, defaultValue }) => {
          if (defaultValue && hasExactNumber(defaultValue))
            this.#defaults.set(variable.name.value, defaultValue);
          return false;
        },
        IntValue: replace,
        FloatValue: replace,
        ListValue: replace,
        ObjectValue: replace,
      }),
    );
    if (definitions.length === 0) return document;
    return {
      ...replaced,
      definitions: replaced.definitions.map((each) =>
        each.kind === Kind.OPERATION_DEFINITION ? withVariables(each, definitions) : each,
      ),
    };
  }

  /** The plan with the values as the client wrote them. */
  restore(node: PlanNode): PlanNode {
    if (this.#literals.size + this.#defaults.size === 0) return node;
    if (node.kind !== 'Fetch') return { ...node, nodes: node.nodes.map((child) => this.restore(child)) };
    const { keyOnly } = node;
    return {
      ...node,
      ...this.#restored(node),
      keyOnly: keyOnly && { ...keyOnly, ...this.#restored(keyOnly) },
    };
  }

  #restored({ operation, variables }: Pick<FetchNode, 'operation' | 'variables'>) {
    if (!variables.some((name) => this.#literals.has(name) || this.#defaults.has(name)))
      return { operation, variables };
    const document = visit(parse(operation, { noLocation: true }), {
      VariableDefinition: (definition) => {
        const { value: name } = definition.variable.name;
        if (this.#literals.has(name)) return null;
        const defaultValue = this.#defaults.get(name);
        return defaultValue ? { ...definition, defaultValue } : undefined;
      },
      Variable: ({ name }) => this.#literals.get(name.value),
    });
    return {
      operation: stripIgnoredCharacters(print(document)),
      variables: variables.filter((name) => !this.#literals.has(name)),
    };
  }
}

const withVariables = (
  operation: OperationDefinitionNode,
  definitions: readonly VariableDefinitionNode[],
): OperationDefinitionNode => ({
  ...operation,
  variableDefinitions: [...(operation.variableDefinitions ?? []), ...definitions],
});

function hasExactNumber(node: ValueNode): boolean {
  let found = false;
  const check = ({ value }: { value: string }) => {
    found ||= mayExceedFloats(value);
  };
  visit(node, { IntValue: check, FloatValue: check });
  return found;
}

function hasVariable(node: ValueNode): boolean {
  let found = false;
  visit(node, {
    Variable: () => {
      found = true;
    },
  });
  return found;
}
