// Numbers written out in an operation that a float cannot hold: the planner makes floats of numbers, so they go by variables meanwhile.
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
import type { FetchNode, PlanNode } from './query-plan.ts';

export class ExactLiterals {
  #schema: GraphQLSchema;
  #prefix: string;
  /** By the variable that stands for it, and the defaults of the operation's own variables. */
  #literals = new Map<string, ValueNode>();
  #defaults = new Map<string, ConstValueNode>();

  constructor(schema: GraphQLSchema, aliasPrefix: string) {
    this.#schema = schema;
    this.#prefix = `${aliasPrefix}number`;
  }

  /** The operation with a variable in the place of each value that holds such a number. */
  takenOut(query: string): DocumentNode {
    const document = parse(query, { noLocation: true });
    if (!mayExceedFloats(query)) return document;
    const defined: VariableDefinitionNode[] = [];
    const types = new TypeInfo(this.#schema);
    let scalar: GraphQLInputType | undefined;
    const take = (node: ValueNode) => {
      // Of a list, the type at hand is that of its entries; inside a value of a scalar there is none.
      const typed = node.kind === Kind.LIST ? types.getParentInputType() : types.getInputType();
      const type = typed ?? scalar;
      // The planner keeps an identifier's text.
      if (!type || !isLeafType(getNamedType(type)) || getNamedType(type).name === 'ID') return undefined;
      if (!hasExactNumber(node)) return undefined;
      scalar = type;
      if (hasVariable(node)) return undefined;
      const name = { kind: Kind.NAME as const, value: `${this.#prefix}${this.#literals.size}` };
      const variable = { kind: Kind.VARIABLE as const, name };
      this.#literals.set(name.value, node);
      defined.push({ kind: Kind.VARIABLE_DEFINITION, variable, type: parseType(String(type)) });
      return variable;
    };
    const left = visit(
      document,
      visitWithTypeInfo(types, {
        VariableDefinition: ({ variable, defaultValue }) => {
          if (defaultValue && hasExactNumber(defaultValue))
            this.#defaults.set(variable.name.value, defaultValue);
          return false;
        },
        IntValue: take,
        FloatValue: take,
        ListValue: take,
        ObjectValue: take,
      }),
    );
    if (defined.length === 0) return document;
    return {
      ...left,
      definitions: left.definitions.map((each) =>
        each.kind === Kind.OPERATION_DEFINITION ? withVariables(each, defined) : each,
      ),
    };
  }

  /** The plan with the values as they were written. */
  putBack(node: PlanNode): PlanNode {
    if (this.#literals.size + this.#defaults.size === 0) return node;
    if (node.kind !== 'Fetch') return { ...node, nodes: node.nodes.map((child) => this.putBack(child)) };
    const { byKeyAlone } = node;
    return {
      ...node,
      ...this.#written(node),
      byKeyAlone: byKeyAlone && { ...byKeyAlone, ...this.#written(byKeyAlone) },
    };
  }

  #written<Asked extends Pick<FetchNode, 'operation' | 'variables'>>({ operation, variables }: Asked) {
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
  defined: readonly VariableDefinitionNode[],
): OperationDefinitionNode => ({
  ...operation,
  variableDefinitions: [...(operation.variableDefinitions ?? []), ...defined],
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
