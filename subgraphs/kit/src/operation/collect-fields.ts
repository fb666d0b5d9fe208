// CollectFields of the GraphQL specification: the fields that selection sets select of one object type, in the client's order.
import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLInterfaceType,
  type GraphQLObjectType,
  type GraphQLSchema,
  isAbstractType,
  isInterfaceType,
  isObjectType,
  Kind,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';

export type Fragments = ReadonlyMap<string, FragmentDefinitionNode>;

/** The values of the Boolean variables that @skip and @include name. */
export type Conditions = Readonly<Record<string, boolean>>;

/** The type of an object in a response: an interface if a subgraph knows no more than that, and no more was selected. */
export type RuntimeType = GraphQLObjectType | GraphQLInterfaceType;

/** The type of an object by its `__typename`, in a position of an abstract type. Null if it is not possible there. */
export function runtimeType(
  schema: GraphQLSchema,
  abstract: string,
  name: string | null,
): RuntimeType | null {
  const expected = schema.getType(abstract);
  const type = name === null ? expected : schema.getType(name);
  if (isInterfaceType(type) && type === expected) return type;
  if (!isAbstractType(expected) || !(isObjectType(type) || isInterfaceType(type))) return null;
  return schema.isSubType(expected, type) ? type : null;
}

/** The fragments of a document by name. */
export function fragmentsOf(document: DocumentNode): Map<string, FragmentDefinitionNode> {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions)
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
  return fragments;
}

type FieldNodes = [FieldNode, ...FieldNode[]];

export function collectFields(
  schema: GraphQLSchema,
  type: RuntimeType,
  selectionSets: readonly SelectionSetNode[],
  fragments: Fragments,
  conditions: Conditions,
): Map<string, FieldNodes> {
  const fields = new Map<string, FieldNodes>();
  const visited = new Set<string>();
  const applies = (condition: string | undefined): boolean => {
    if (condition === undefined || condition === type.name) return true;
    const abstract = schema.getType(condition);
    return isAbstractType(abstract) && schema.isSubType(abstract, type);
  };
  const collect = ({ selections }: SelectionSetNode): void => {
    for (const selection of selections) {
      if (!isIncluded(selection, conditions)) continue;
      if (selection.kind === Kind.FIELD) {
        const name = (selection.alias ?? selection.name).value;
        const known = fields.get(name);
        if (known) known.push(selection);
        else fields.set(name, [selection]);
      } else if (selection.kind === Kind.INLINE_FRAGMENT) {
        if (applies(selection.typeCondition?.name.value)) collect(selection.selectionSet);
      } else {
        const fragment = fragments.get(selection.name.value);
        if (!fragment || visited.has(selection.name.value)) continue;
        visited.add(selection.name.value);
        if (applies(fragment.typeCondition.name.value)) collect(fragment.selectionSet);
      }
    }
  };
  for (const selectionSet of selectionSets) collect(selectionSet);
  return fields;
}

/** Whether the @skip and @include of a selection include it. */
export function isIncluded({ directives }: SelectionNode, conditions: Conditions): boolean {
  for (const { name, arguments: args } of directives ?? []) {
    if (name.value !== 'skip' && name.value !== 'include') continue;
    const value = args?.[0]?.value;
    const condition =
      value?.kind === Kind.VARIABLE
        ? conditions[value.name.value] === true
        : value?.kind === Kind.BOOLEAN && value.value;
    if (condition === (name.value === 'skip')) return false;
  }
  return true;
}
