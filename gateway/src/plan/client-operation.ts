// The operation as it is planned: the client's, with names that cannot collide with what the planner adds.
import { type Conditions, type Fragments, isIncluded } from '@district-graph/kit/collect-fields';
import { fragmentsOf, isIntrospection } from '@district-graph/kit/valid-operation';
import {
  type DocumentNode,
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
  parse,
  type SelectionNode,
  type SelectionSetNode,
  visit,
} from 'graphql';
import { type FieldRules, isWithheld, type Withheld } from './access-facts.ts';

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
  query: string;
  operationName: string | null;
  /** The values of the variables in @skip and @include: each combination is planned by itself. */
  conditions: Conditions;
  withheld: Withheld;
}

/** What of the supergraph decides how an operation is written for the planner. */
export interface PlannedFor {
  /** The schema that clients see. */
  schema: GraphQLSchema;
  aliasPrefix: string;
  /** Interfaces that are an object type in some subgraph, which cannot tell what their objects are. */
  interfaceObjects: ReadonlySet<string>;
  /** `Interface.field`, where for some object type of it some subgraph has it as external only. */
  partlyExternal: ReadonlySet<string>;
  access: FieldRules;
}

/**
 * The one operation, its fragments written out where they can apply. Fields with an alias or arguments get a response
 * name of their own, so that none hides a key or a required field; `__typename` is asked for under its own name;
 * introspection, what @skip and @include leave out and what is withheld from the viewer are left out.
 */
export function operationToPlan(
  { query, operationName, conditions, withheld }: OperationToPlan,
  plannedFor: PlannedFor,
): DocumentNode {
  const document = parse(query, { noLocation: true });
  const operation = document.definitions.find(
    (definition): definition is OperationDefinitionNode =>
      definition.kind === Kind.OPERATION_DEFINITION &&
      (operationName === null || definition.name?.value === operationName),
  );
  const rootType = operation && plannedFor.schema.getRootType(operation.operation);
  if (!rootType) throw new Error('the document has no such operation');
  const selectionSet = new Writing(plannedFor, fragmentsOf(document), conditions, withheld).selectionSet(
    operation.selectionSet,
    rootType,
    [rootType],
  );
  const written: DocumentNode = { kind: Kind.DOCUMENT, definitions: [{ ...operation, selectionSet }] };
  return visit(written, {
    Variable: (variable) => {
      const name = sentVariable(variable.name.value, plannedFor.aliasPrefix);
      return name === variable.name.value
        ? undefined
        : { ...variable, name: { ...variable.name, value: name } };
    },
  });
}

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

  constructor(plannedFor: PlannedFor, fragments: Fragments, conditions: Conditions, withheld: Withheld) {
    this.#plannedFor = plannedFor;
    this.#fragments = fragments;
    this.#conditions = conditions;
    this.#withheld = withheld;
  }

  /** `possible` are the types that the object can have, after the fragments around. */
  selectionSet(
    { selections }: SelectionSetNode,
    parent: GraphQLCompositeType,
    possible: readonly GraphQLObjectType[],
  ): SelectionSetNode {
    const written = this.#selections(selections, parent, possible);
    return { kind: Kind.SELECTION_SET, selections: written.length ? written : [typename] };
  }

  #selections(
    selections: readonly SelectionNode[],
    parent: GraphQLCompositeType,
    possible: readonly GraphQLObjectType[],
  ): readonly (FieldNode | InlineFragmentNode)[] {
    return selections.flatMap((selection): readonly (FieldNode | InlineFragmentNode)[] => {
      if (!isIncluded(selection, this.#conditions)) return [];
      if (selection.kind === Kind.FIELD) {
        if (isWithheld(this.#plannedFor.access, this.#withheld, parent.name, selection.name.value)) return [];
        const field = this.#field(selection, parent);
        // Where no subgraph gives it for every type, the planner does not always find one for each.
        return this.#plannedFor.partlyExternal.has(`${parent.name}.${field.name.value}`)
          ? possible.map((type) => inlineFragment(type, { kind: Kind.SELECTION_SET, selections: [field] }))
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
