// The operation as it is planned: the client's, with names that cannot collide with what the planner adds.
import { type Conditions, type Fragments, isIncluded } from '@district-graph/kit/operation/collect-fields';
import { limitExceeded } from '@district-graph/kit/operation/document-limits';
import { isIntrospection } from '@district-graph/kit/operation/valid-operation';
import {
  type FieldNode,
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
import { isWithheld, type Withheld } from '../supergraph/access-metadata.ts';
import type { SupergraphMetadata } from '../supergraph/supergraph-metadata.ts';
import {
  type PositionedField,
  possibleTypes,
  type ResponsePosition,
  rootPosition,
} from './response-positions.ts';
import { forSubgraphs } from './selection-contents.ts';
import { type WrittenSelection, WrittenSelections, type WrittenSize } from './written-selections.ts';

/** Written by the planner into every fetch of entities. */
const plannersVariable = 'representations';

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
  extends Pick<
    SupergraphMetadata,
    'aliasPrefix' | 'objectsTaken' | 'interfaceObjects' | 'partlyExternal' | 'access'
  > {
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
  const { schema, aliasPrefix: prefix, objectsTaken, interfaceObjects } = plannedFor;
  const document = { schema, fragments, conditions, prefix, objectsTaken, interfaceObjects };
  const root = rootPosition(document, rootType, definition.selectionSet);
  const writing = new Writing(plannedFor, fragments, conditions, withheld);
  const selectionSet = writing.selectionSet(definition.selectionSet, rootType, [rootType], root);
  const { selections, typeConditions } = writing.sizeOf(selectionSet);
  if (selections > maxSelections)
    throw limitExceeded(
      'OPERATION_TOO_COMPLEX',
      '按类型写开后的选择',
      'selections once they are written out for each type',
      maxSelections,
      selections,
    );
  if (typeConditions > maxTypeConditions)
    throw limitExceeded(
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
  #sets = new Map<ResponsePosition, Map<SelectionSetNode, Map<string, SelectionSetNode>>>();

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
    position: ResponsePosition,
  ): SelectionSetNode {
    const there = this.#sets.get(position) ?? new Map<SelectionSetNode, Map<string, SelectionSetNode>>();
    this.#sets.set(position, there);
    const sets = there.get(selectionSet) ?? new Map<string, SelectionSetNode>();
    there.set(selectionSet, sets);
    const place = `${parent.name} ${possible.join()}`;
    let set = sets.get(place);
    if (!set) {
      const written = this.#selections(selectionSet.selections, parent, possible, position);
      set = this.#written.selectionSet(written.length ? written : [typename], parent, possible);
      sets.set(place, set);
    }
    return set;
  }

  #selections(
    selections: readonly SelectionNode[],
    parent: GraphQLCompositeType,
    possible: readonly GraphQLObjectType[],
    position: ResponsePosition,
  ): readonly WrittenSelection[] {
    return selections.flatMap((selection): readonly WrittenSelection[] => {
      if (!isIncluded(selection, this.#conditions)) return [];
      if (selection.kind === Kind.FIELD) {
        if (isWithheld(this.#plannedFor.access, this.#withheld, parent.name, selection.name.value)) return [];
        if (selection.name.value === '__typename' || isIntrospection(selection)) return [typename];
        return this.#field(selection, parent, possible, position);
      }
      const fragment =
        selection.kind === Kind.INLINE_FRAGMENT ? selection : this.#fragments.get(selection.name.value);
      if (!fragment) return [];
      const { typeCondition, selectionSet } = fragment;
      const condition = typeCondition && this.#type(typeCondition.name.value);
      // An interface of what is an interface object somewhere is not known there: its fields are asked of the object itself.
      // Mutations run in their order: of fields and fragments side by side the planner does not keep it.
      return !condition || this.#isOfAll(condition, parent)
        ? this.#selections(selectionSet.selections, parent, possible, position)
        : this.#fragment(condition, selectionSet, parent, possible, position);
    });
  }

  /** The field under the name by which it is gathered; where that depends on the object's type, for each of them. */
  #field(
    node: FieldNode,
    parent: GraphQLCompositeType,
    possible: readonly GraphQLObjectType[],
    position: ResponsePosition,
  ): readonly WrittenSelection[] {
    const { kind, name, alias, arguments: args, selectionSet } = node;
    const { schema, partlyExternal } = this.#plannedFor;
    const responseName = (alias ?? name).value;
    const written = (type: GraphQLCompositeType, positioned: PositionedField): FieldNode => {
      const { gathered, inside } = positioned;
      const of = isUnionType(type) ? undefined : getNamedType(type.getFields()[name.value]?.type);
      return {
        kind,
        name,
        alias: gathered === name.value ? undefined : { kind: Kind.NAME, value: gathered },
        arguments: args,
        directives: forSubgraphs(node),
        selectionSet:
          selectionSet && inside && isCompositeType(of)
            ? this.selectionSet(selectionSet, of, possibleTypes(schema, of), inside)
            : undefined,
      };
    };
    // An interface that no type implements is all that is known of its objects.
    const ofInterface = possible.length === 0 && isInterfaceType(parent) && position.fieldsOf(parent);
    const only = ofInterface ? ofInterface.get(responseName) : undefined;
    if (only) return [written(parent, only)];
    const ofTypes = possible.flatMap((type) => {
      const field = position.fieldsOf(type).get(responseName);
      return field ? [{ type, field }] : [];
    });
    const [first] = ofTypes;
    if (!first) return [];
    const isSame = ofTypes.every(({ field }) => field.gathered === first.field.gathered);
    // Where no subgraph gives it for every type, the planner does not always find one for each.
    if (isSame && !partlyExternal.has(`${parent.name}.${name.value}`)) return [written(parent, first.field)];
    return ofTypes.map(({ type, field }) =>
      inlineFragment(type, this.#written.selectionSet([written(type, field)], type, [type])),
    );
  }

  #type(name: string): GraphQLCompositeType {
    const type = this.#plannedFor.schema.getType(name);
    if (!isCompositeType(type)) throw new Error(`no type ${name}`);
    return type;
  }

  #isOfAll(condition: GraphQLCompositeType, parent: GraphQLCompositeType): boolean {
    if (condition === parent) return true;
    const { schema } = this.#plannedFor;
    return isAbstractType(condition) && !isUnionType(parent) && schema.isSubType(condition, parent);
  }

  #fragment(
    condition: GraphQLCompositeType,
    selectionSet: SelectionSetNode,
    parent: GraphQLCompositeType,
    possible: readonly GraphQLObjectType[],
    position: ResponsePosition,
  ): InlineFragmentNode[] {
    const { schema, interfaceObjects } = this.#plannedFor;
    const all = possibleTypes(schema, condition);
    const left = possible.filter((type) => all.includes(type));
    const on = (type: GraphQLCompositeType, types: readonly GraphQLObjectType[]) =>
      inlineFragment(type, this.selectionSet(selectionSet, type, types, position));
    if (left.length === 0) return [];
    // Where a subgraph cannot tell what its objects are, the planner finds it out for object types only.
    const isHidden = interfaceObjects.has(parent.name) && isAbstractType(condition);
    return isHidden ? left.map((type) => on(type, [type])) : [on(condition, left)];
  }
}
