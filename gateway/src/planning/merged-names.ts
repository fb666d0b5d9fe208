// The names under which the values of a client's fields are stored in the merged result: such that none hides a field that the planner
// adds to the operation.
import {
  type Conditions,
  collectFields,
  type Fragments,
  type RuntimeType,
} from '@district-graph/kit/operation/collect-fields';
import {
  type FieldNode,
  type GraphQLCompositeType,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isCompositeType,
  isNonNullType,
} from 'graphql';

export type FieldNodes = readonly [FieldNode, ...FieldNode[]];

export interface PositionedOperation {
  schema: GraphQLSchema;
  fragments: Fragments;
  conditions: Conditions;
  /** The start of names that no field of any subgraph has. */
  prefix: string;
  /** By type and by `Type.field`, the fields with selections that the planner adds to operations under their own names. */
  plannerSelections: Readonly<Record<string, readonly string[]>>;
  /** The interfaces that are interface objects in some subgraph. */
  interfaceObjects: ReadonlySet<string>;
}

export class MergedNames {
  #operation: PositionedOperation;

  constructor(operation: PositionedOperation) {
    this.#operation = operation;
  }

  /** A field with an alias or arguments gets a name of its own, so that it hides no key and no required field. */
  nameOf({ name, alias, arguments: args }: FieldNode, number: number | null): string {
    const { prefix } = this.#operation;
    const responseName = (alias ?? name).value;
    if (name.value === '__typename') return '__typename';
    if (number !== null) return `${prefix}${number}_${responseName}`;
    return responseName !== name.value || args?.length ? prefix + responseName : name.value;
  }

  /**
   * The name of a field that may be among the `planned` ones. The client's value is then kept apart if a field that only the client
   * selects can make it null.
   */
  nameApartFrom(planned: ReadonlySet<string>, type: RuntimeType, nodes: FieldNodes): string {
    const name = this.nameOf(nodes[0], null);
    return planned.has(name) && this.#canBecomeNull(type, nodes) ? this.#operation.prefix + name : name;
  }

  /** Whether a null of a field inside the field's object propagates to the object. */
  #canBecomeNull(type: RuntimeType, nodes: FieldNodes): boolean {
    const { schema, fragments, conditions } = this.#operation;
    const objectType = objectTypeOf(type, nodes);
    const selectionSets = nodes.flatMap(({ selectionSet }) => selectionSet ?? []);
    return (
      objectType !== null &&
      possibleTypes(schema, objectType).some((each) =>
        [...collectFields(schema, each, selectionSets, fragments, conditions).values()].some(([{ name }]) =>
          isNonNullType(each.getFields()[name.value]?.type),
        ),
      )
    );
  }
}

/** The type of the objects that a field returns; null for a leaf. */
export function objectTypeOf(type: RuntimeType, [{ name }]: FieldNodes): GraphQLCompositeType | null {
  const named = getNamedType(type.getFields()[name.value]?.type);
  return isCompositeType(named) ? named : null;
}

export const possibleTypes = (
  schema: GraphQLSchema,
  type: GraphQLCompositeType,
): readonly GraphQLObjectType[] => (isAbstractType(type) ? schema.getPossibleTypes(type) : [type]);
