// The operation as it is planned: the client's, with names that cannot collide with what the planner adds.
import { type Conditions, type Fragments, isIncluded } from '@district-graph/kit/collect-fields';
import { exceeded } from '@district-graph/kit/operation-size';
import { isIntrospection } from '@district-graph/kit/valid-operation';
import {
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  type InlineFragmentNode,
  isAbstractType,
  isCompositeType,
  isInterfaceType,
  isUnionType,
  Kind,
  type OperationDefinitionNode,
  print,
  type SelectionNode,
  type SelectionSetNode,
  visit,
} from 'graphql';
import { isWithheld, type Withheld } from './access-facts.ts';
import type { SupergraphFacts } from './supergraph-facts.ts';
import { type WrittenSelection, WrittenSelections, type WrittenSize } from './written-selections.ts';

/** Written by the planner into every fetch of entities. */
const plannersVariable = 'representations';

/** The response name under which a field's value lies in the gathered data. */
export function gatheredName(field: FieldNode, prefix: string): string {
  const { name, alias } = field;
  if (name.value === '__typename') return '__typename';
  if ((alias && alias.value !== name.value) || field.arguments?.length) return prefix + (alias ?? name).value;
  return name.value;
}

/** The name under which a client's variable goes to the subgraphs. */
export const sentVariable = (name: string, prefix: string) =>
  name === plannersVariable ? prefix + name : name;

export interface OperationToPlan {
  definition: OperationDefinitionNode;
  fragments: Fragments;
  /** The values of the variables in @skip and @include: each combination is planned by itself. */
  conditions: Conditions;
  withheld: Withheld;
}

/** What of the supergraph decides how an operation is written for the planner. */
export interface PlannedFor
  extends Pick<SupergraphFacts, 'aliasPrefix' | 'interfaceObjects' | 'partlyExternal' | 'access'> {
  /** The schema that clients see. */
  schema: GraphQLSchema;
}

/** What can be planned in short: for more it is not begun. */
export interface PlannableSize {
  /** Selections once fragments are written out, and fields of interfaces where they have to be for each type. */
  maxSelections: number;
  /** Fragments on other types that are left then. */
  maxTypeConditions: number;
}

/**
 * The text of the operation without its name: operations that differ in names of their own and of fragments have the same.
 * Its fragments are written out where they can apply. Fields with an alias or arguments get a response name of their own,
 * so that none hides a key or a required field; `__typename` is asked for under its own name; introspection, what @skip and
 * @include leave out and what is withheld from the viewer are left out. Throws a coded error for what is too much to plan.
 */
export function operationToPlan(
  { definition, fragments, conditions, withheld }: OperationToPlan,
  plannedFor: PlannedFor,
  { maxSelections, maxTypeConditions }: PlannableSize,
): string {
  const rootType = plannedFor.schema.getRootType(definition.operation);
  if (!rootType) throw new Error('the schema has no such operation');
  const writing = new Writing(plannedFor, fragments, conditions, withheld);
  const selectionSet = writing.selectionSet(definition.selectionSet, rootType, [rootType]);
  const { selections, typeConditions } = writing.sizeOf(selectionSet);
  if (selections > maxSelections)
    throw exceeded(
      'OPERATION_TOO_COMPLEX',
      '按类型写开后的选择',
      'selections once they are written out for each type',
      maxSelections,
      selections,
    );
  if (typeConditions > maxTypeConditions)
    throw exceeded(
      'OPERATION_TOO_COMPLEX',
      '展开片段后的类型条件',
      'type conditions once fragments are written out',
      maxTypeConditions,
      typeConditions,
    );
  const written: OperationDefinitionNode = { ...definition, name: undefined, selectionSet };
  return print(
    hasPlannersVariable(definition) ? withSentVariables(written, plannedFor.aliasPrefix) : written,
  );
}

const hasPlannersVariable = ({ variableDefinitions }: OperationDefinitionNode): boolean =>
  variableDefinitions?.some(({ variable }) => variable.name.value === plannersVariable) === true;

const withSentVariables = (operation: OperationDefinitionNode, prefix: string): OperationDefinitionNode =>
  visit(operation, {
    Variable: (variable) => ({
      ...variable,
      name: { ...variable.name, value: sentVariable(variable.name.value, prefix) },
    }),
  });

const typename: FieldNode = { kind: Kind.FIELD, name: { kind: Kind.NAME, value: '__typename' } };

const inlineFragment = (type: GraphQLCompositeType, selectionSet: SelectionSetNode): InlineFragmentNode => ({
  kind: Kind.INLINE_FRAGMENT,
  typeCondition: { kind: Kind.NAMED_TYPE, name: { kind: Kind.NAME, value: type.name } },
  selectionSet,
});

class Writing {
  #plannedFor: PlannedFor;
  #fragments: Fragments;
  #conditions: Conditions;
  #withheld: Withheld;
  #written: WrittenSelections;
  /** A fragment in many places is written once for each set of types. */
  #sets = new Map<SelectionSetNode, Map<string, SelectionSetNode>>();

  constructor(plannedFor: PlannedFor, fragments: Fragments, conditions: Conditions, withheld: Withheld) {
    this.#plannedFor = plannedFor;
    this.#fragments = fragments;
    this.#conditions = conditions;
    this.#withheld = withheld;
    this.#written = new WrittenSelections(plannedFor.schema, plannedFor.partlyExternal);
  }

  sizeOf(selectionSet: SelectionSetNode): WrittenSize {
    return this.#written.sizeOf(selectionSet);
  }

  /** `possible` are the types that the object can have, after the fragments around. */
  selectionSet(
    selectionSet: SelectionSetNode,
    parent: GraphQLCompositeType,
    possible: readonly GraphQLObjectType[],
  ): SelectionSetNode {
    let sets = this.#sets.get(selectionSet);
    if (!sets) {
      sets = new Map();
      this.#sets.set(selectionSet, sets);
    }
    const place = `${parent.name} ${possible.join()}`;
    let set = sets.get(place);
    if (!set) {
      const written = this.#selections(selectionSet.selections, parent, possible);
      set = this.#written.selectionSet(written.length ? written : [typename], parent, possible);
      sets.set(place, set);
    }
    return set;
  }

  #selections(
    selections: readonly SelectionNode[],
    parent: GraphQLCompositeType,
    possible: readonly GraphQLObjectType[],
  ): readonly WrittenSelection[] {
    return selections.flatMap((selection): readonly WrittenSelection[] => {
      if (!isIncluded(selection, this.#conditions)) return [];
      if (selection.kind === Kind.FIELD) {
        if (isWithheld(this.#plannedFor.access, this.#withheld, parent.name, selection.name.value)) return [];
        const field = this.#field(selection, parent);
        // Where no subgraph gives it for every type, the planner does not always find one for each.
        return this.#plannedFor.partlyExternal.has(`${parent.name}.${field.name.value}`)
          ? possible.map((type) => inlineFragment(type, this.#written.selectionSet([field], type, [type])))
          : [field];
      }
      const fragment =
        selection.kind === Kind.INLINE_FRAGMENT ? selection : this.#fragments.get(selection.name.value);
      if (!fragment) return [];
      const { typeCondition, selectionSet } = fragment;
      // Mutations run in their order: of fields and fragments side by side the planner does not keep it.
      return typeCondition && typeCondition.name.value !== parent.name
        ? this.#fragment(fragment, parent, possible)
        : this.#selections(selectionSet.selections, parent, possible);
    });
  }

  #field(field: FieldNode, parent: GraphQLCompositeType): FieldNode {
    if (field.name.value === '__typename' || isIntrospection(field)) return typename;
    const { schema, aliasPrefix } = this.#plannedFor;
    const { kind, name, arguments: args, selectionSet } = field;
    const gathered = gatheredName(field, aliasPrefix);
    const type = isUnionType(parent) ? undefined : getNamedType(parent.getFields()[name.value]?.type);
    return {
      kind,
      name,
      alias: gathered === name.value ? undefined : { kind: Kind.NAME, value: gathered },
      arguments: args,
      selectionSet:
        selectionSet && isCompositeType(type)
          ? this.selectionSet(selectionSet, type, possibleTypes(schema, type))
          : undefined,
    };
  }

  #fragment(
    { typeCondition, selectionSet }: InlineFragmentNode | FragmentDefinitionNode,
    parent: GraphQLCompositeType,
    possible: readonly GraphQLObjectType[],
  ): InlineFragmentNode[] {
    const { schema, interfaceObjects } = this.#plannedFor;
    const condition = typeCondition ? schema.getType(typeCondition.name.value) : parent;
    if (!isCompositeType(condition)) throw new Error(`no type ${typeCondition?.name.value}`);
    const all = possibleTypes(schema, condition);
    const left = possible.filter((type) => all.includes(type));
    const on = (type: GraphQLCompositeType, types: readonly GraphQLObjectType[]) =>
      inlineFragment(type, this.selectionSet(selectionSet, type, types));
    if (left.length === 0) return [];
    // Where a subgraph cannot tell what its objects are, the planner finds it out for object types only.
    const isHidden =
      interfaceObjects.has(parent.name) &&
      isAbstractType(condition) &&
      condition !== parent &&
      !(isInterfaceType(parent) && schema.isSubType(condition, parent));
    return isHidden ? left.map((type) => on(type, [type])) : [on(condition, left)];
  }
}

const possibleTypes = (schema: GraphQLSchema, type: GraphQLCompositeType): readonly GraphQLObjectType[] =>
  isAbstractType(type) ? schema.getPossibleTypes(type) : [type];
