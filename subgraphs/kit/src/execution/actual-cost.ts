// The actual cost of an executed operation, counted in its answer for clients that request it.
import {
  type FieldNode,
  type GraphQLCompositeType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isCompositeType,
  isObjectType,
  isUnionType,
  type OperationDefinitionNode,
  OperationTypeNode,
  type SelectionSetNode,
} from 'graphql';
import {
  type Conditions,
  collectFields,
  type Fragments,
  type RuntimeType,
} from '../operation/collect-fields.ts';
import { mutationCost } from '../operation/cost.ts';
import { CostDirectives, typeWeight } from '../operation/cost-directives.ts';

export interface AnsweredOperation {
  schema: GraphQLSchema;
  definition: OperationDefinitionNode;
  fragments: Fragments;
  conditions: Conditions;
}

type Fields = Map<string, readonly FieldNode[]>;

/** Weighs all objects and values of the data, as the estimate would with the actual lengths of lists. */
export function actualCost(operation: AnsweredOperation, data: unknown): number {
  const { schema, definition } = operation;
  const rootType = schema.getRootType(definition.operation);
  if (!rootType || !isRecord(data)) return 0;
  const base = definition.operation === OperationTypeNode.MUTATION ? mutationCost : 0;
  return base + new CostCounter(operation).object(rootType, [definition.selectionSet], data);
}

class CostCounter {
  #operation: AnsweredOperation;
  #directives: CostDirectives;
  #collected = new Map<readonly SelectionSetNode[], Map<string, Fields>>();
  #innerSelections = new Map<readonly FieldNode[], readonly SelectionSetNode[]>();

  constructor(operation: AnsweredOperation) {
    this.#operation = operation;
    this.#directives = CostDirectives.of(operation.schema);
  }

  object(
    type: GraphQLCompositeType,
    selectionSets: readonly SelectionSetNode[],
    data: Readonly<Record<string, unknown>>,
  ): number {
    const actual = this.#runtimeType(type, selectionSets, data);
    let total = 0;
    for (const [key, nodes] of this.#fields(actual, selectionSets)) {
      const [node] = nodes;
      const field = node && actual.getFields()[node.name.value];
      if (!node || !field) continue;
      const { weight, argumentWeights } = this.#directives.of(actual, field);
      for (const { name } of node.arguments ?? []) total += argumentWeights.get(name.value) ?? 0;
      total += this.#value(getNamedType(field.type), nodes, weight, data[key]);
    }
    return total;
  }

  #value(
    type: ReturnType<typeof getNamedType>,
    nodes: readonly FieldNode[],
    weight: number,
    value: unknown,
  ): number {
    if (value === null || value === undefined) return 0;
    if (Array.isArray(value))
      return value.reduce<number>((total, entry) => total + this.#value(type, nodes, weight, entry), 0);
    if (!isCompositeType(type) || !isRecord(value)) return weight;
    let inner = this.#innerSelections.get(nodes);
    if (!inner) {
      inner = nodes.flatMap((node) => node.selectionSet ?? []);
      this.#innerSelections.set(nodes, inner);
    }
    return weight + this.object(type, inner, value);
  }

  #fields(type: RuntimeType, selectionSets: readonly SelectionSetNode[]): Fields {
    let byType = this.#collected.get(selectionSets);
    if (!byType) {
      byType = new Map();
      this.#collected.set(selectionSets, byType);
    }
    let fields = byType.get(type.name);
    if (!fields) {
      const { schema, fragments, conditions } = this.#operation;
      fields = collectFields(schema, type, selectionSets, fragments, conditions);
      byType.set(type.name, fields);
    }
    return fields;
  }

  /** The possible type whose fields are exactly those of the object, which need not contain its `__typename`. */
  #runtimeType(
    type: GraphQLCompositeType,
    selectionSets: readonly SelectionSetNode[],
    data: Readonly<Record<string, unknown>>,
  ): RuntimeType {
    if (isObjectType(type)) return type;
    const { schema } = this.#operation;
    const keys = Object.keys(data);
    const fits = (possible: RuntimeType) => {
      const fields = this.#fields(possible, selectionSets);
      return fields.size === keys.length && keys.every((key) => fields.has(key));
    };
    const possible = isAbstractType(type) ? [...schema.getPossibleTypes(type)] : [];
    possible.sort((a, b) => typeWeight(schema, b) - typeWeight(schema, a));
    const [first] = possible;
    const found = possible.find(fits) ?? first;
    if (!found && !isUnionType(type)) return type;
    return found as RuntimeType;
  }
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
