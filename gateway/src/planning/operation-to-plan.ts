// Writes the operation that is planned: the client's, with response names that cannot collide with the fields that the planner adds.
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
import { isUnauthorized, type MissingScopes } from '../supergraph/access-metadata.ts';
import type { SupergraphMetadata } from '../supergraph/supergraph-metadata.ts';
import { LiteralHoisting, type Literals } from './hoisted-literals.ts';
import { possibleTypes } from './merged-names.ts';
import { type PositionedField, type ResponsePosition, rootResponsePosition } from './response-positions.ts';
import { directivesForSubgraphs } from './selection-ids.ts';
import {
  type PlannedSelection,
  SelectionSetBuilder,
  type SelectionSetSize,
} from './selection-set-builder.ts';

/** The variable that the planner adds to every fetch of entities. */
const representationsVariable = 'representations';

/** The name under which a client's variable is sent to subgraphs: the planner's with as many prefixes as no other variable has. */
const subgraphVariable = (name: string, prefix: string): string =>
  isRepresentations(name, prefix) ? prefix + name : name;

/** The client's variable that is sent to subgraphs under the name. */
export const clientVariable = (name: string, prefix: string): string =>
  isRepresentations(name, prefix) ? name.slice(prefix.length) : name;

/** Whether the name is that of the planner's variable, perhaps after prefixes. */
function isRepresentations(name: string, prefix: string): boolean {
  let rest = name;
  while (rest.startsWith(prefix)) rest = rest.slice(prefix.length);
  return rest === representationsVariable;
}

export interface OperationToPlan {
  definition: OperationDefinitionNode;
  fragments: Fragments;
  /** The values of the variables in @skip and @include: each combination is planned separately. */
  conditions: Conditions;
  missingScopes: MissingScopes;
}

/** An operation in the form that is planned, and its text. */
export interface PlannableOperation {
  text: string;
  /** What variables replace in it. */
  literals: Literals;
  /** Whether there are others: those in directives of the operation or of its variables. */
  hasLiterals: boolean;
  /** Null for an operation that was written in a thread. */
  definition: OperationDefinitionNode | null;
  /** The position of the root object in the client's operation. Null likewise. */
  position: ResponsePosition | null;
}

/** What an operation is written for: the API schema, and properties of the supergraph. */
export interface PlanningSchema
  extends Pick<
    SupergraphMetadata,
    'aliasPrefix' | 'plannerSelections' | 'interfaceObjects' | 'partlyExternal' | 'access'
  > {
  /** The API schema. */
  schema: GraphQLSchema;
}

/** The largest operation that is planned; larger ones would take too long. */
export interface PlanningLimits {
  /** Selections after fragments have been expanded, and fields of interfaces for each type where necessary. */
  maxSelections: number;
  /** Fragments on other types that remain then. */
  maxTypeConditions: number;
}

/**
 * Returns the operation without its name and with variables for its literals, so that operations which differ only in these and in the
 * names of fragments have the same text. Fragments are expanded where they can apply. Fields with an alias or arguments get a response name of
 * their own, so that none hides a key or a required field; `__typename` keeps its name. Introspection, fields that @skip and @include
 * leave out and fields that are withheld from the viewer are left out. Throws OPERATION_TOO_COMPLEX beyond the limits.
 */
export function operationToPlan(
  { definition, fragments, conditions, missingScopes }: OperationToPlan,
  planningSchema: PlanningSchema,
  { maxSelections, maxTypeConditions }: PlanningLimits,
): PlannableOperation {
  const rootType = planningSchema.schema.getRootType(definition.operation);
  if (!rootType) throw new Error('the schema has no such root type');
  const { schema, aliasPrefix: prefix, plannerSelections, interfaceObjects } = planningSchema;
  const document = { schema, fragments, conditions, prefix, plannerSelections, interfaceObjects };
  const root = rootResponsePosition(document, rootType, definition.selectionSet);
  const hoisting = new LiteralHoisting(schema, prefix, definition);
  const writer = new OperationWriter(planningSchema, fragments, conditions, missingScopes, hoisting);
  const selectionSet = writer.selectionSet(definition.selectionSet, rootType, [rootType], root);
  const { selections, typeConditions } = writer.sizeOf(selectionSet);
  if (selections > maxSelections)
    throw limitExceeded(
      'OPERATION_TOO_COMPLEX',
      '按类型展开后的选择',
      'selections after expansion by type',
      maxSelections,
      selections,
    );
  if (typeConditions > maxTypeConditions)
    throw limitExceeded(
      'OPERATION_TOO_COMPLEX',
      '展开片段后的类型条件',
      'type conditions after expansion of fragments',
      maxTypeConditions,
      typeConditions,
    );
  const unnamed = hoisting.operation({ ...definition, name: undefined, selectionSet });
  const written = hasRepresentationsVariable(definition, prefix)
    ? withRenamedVariables(unnamed, prefix)
    : unnamed;
  return {
    definition: written,
    text: print(written),
    literals: hoisting.literals(definition, (name) => subgraphVariable(name, prefix)),
    hasLiterals: [definition, ...(definition.variableDefinitions ?? [])].some(({ directives }) =>
      directives?.some((directive) => directive.arguments?.length),
    ),
    position: root,
  };
}

const hasRepresentationsVariable = (
  { variableDefinitions }: OperationDefinitionNode,
  prefix: string,
): boolean =>
  variableDefinitions?.some(({ variable }) => isRepresentations(variable.name.value, prefix)) === true;

const withRenamedVariables = (operation: OperationDefinitionNode, prefix: string): OperationDefinitionNode =>
  visit(operation, {
    Variable: (variable) => ({
      ...variable,
      name: { ...variable.name, value: subgraphVariable(variable.name.value, prefix) },
    }),
  });

/** Whether the type is an object type, and no other is possible. */
const isOnly = (
  type: GraphQLCompositeType,
  possible: readonly GraphQLObjectType[],
): type is GraphQLObjectType => possible.length === 1 && possible[0] === type;

const typename: FieldNode = { kind: Kind.FIELD, name: { kind: Kind.NAME, value: '__typename' } };

const inlineFragment = (type: GraphQLCompositeType, selectionSet: SelectionSetNode): InlineFragmentNode => ({
  kind: Kind.INLINE_FRAGMENT,
  typeCondition: { kind: Kind.NAMED_TYPE, name: { kind: Kind.NAME, value: type.name } },
  selectionSet,
});

class OperationWriter {
  #planningSchema: PlanningSchema;
  #fragments: Fragments;
  #conditions: Conditions;
  #missingScopes: MissingScopes;
  #hoisting: LiteralHoisting;
  #builder: SelectionSetBuilder;
  /** A fragment that is spread in many places is written once for each set of types. */
  #sets = new Map<ResponsePosition, Map<SelectionSetNode, Map<string, SelectionSetNode>>>();

  constructor(
    planningSchema: PlanningSchema,
    fragments: Fragments,
    conditions: Conditions,
    missingScopes: MissingScopes,
    hoisting: LiteralHoisting,
  ) {
    this.#hoisting = hoisting;
    this.#planningSchema = planningSchema;
    this.#fragments = fragments;
    this.#conditions = conditions;
    this.#missingScopes = missingScopes;
    this.#builder = new SelectionSetBuilder(planningSchema.schema, planningSchema.partlyExternal);
  }

  sizeOf(selectionSet: SelectionSetNode): SelectionSetSize {
    return this.#builder.sizeOf(selectionSet);
  }

  /** `possible` are the types that the object can have, given the fragments around the selection set. */
  selectionSet(
    selectionSet: SelectionSetNode,
    parent: GraphQLCompositeType,
    possible: readonly GraphQLObjectType[],
    position: ResponsePosition,
  ): SelectionSetNode {
    const bySource = this.#sets.get(position) ?? new Map<SelectionSetNode, Map<string, SelectionSetNode>>();
    this.#sets.set(position, bySource);
    const byTypes = bySource.get(selectionSet) ?? new Map<string, SelectionSetNode>();
    bySource.set(selectionSet, byTypes);
    const types = isOnly(parent, possible) ? parent.name : `${parent.name} ${possible.join()}`;
    let set = byTypes.get(types);
    if (!set) {
      const written = this.#selections(selectionSet.selections, parent, possible, position);
      set = this.#builder.selectionSet(written.length ? written : [typename], parent, possible);
      byTypes.set(types, set);
    }
    return set;
  }

  #selections(
    selections: readonly SelectionNode[],
    parent: GraphQLCompositeType,
    possible: readonly GraphQLObjectType[],
    position: ResponsePosition,
  ): readonly PlannedSelection[] {
    return selections.flatMap((selection): readonly PlannedSelection[] => {
      if (!isIncluded(selection, this.#conditions)) return [];
      if (selection.kind === Kind.FIELD) {
        if (
          isUnauthorized(this.#planningSchema.access, this.#missingScopes, parent.name, selection.name.value)
        )
          return [];
        if (selection.name.value === '__typename' || isIntrospection(selection)) return [typename];
        return this.#field(selection, parent, possible, position);
      }
      const fragment =
        selection.kind === Kind.INLINE_FRAGMENT ? selection : this.#fragments.get(selection.name.value);
      if (!fragment) return [];
      const { typeCondition, selectionSet } = fragment;
      const condition = typeCondition && this.#type(typeCondition.name.value);
      // A subgraph with an interface object does not know the interfaces of its types, so their fields are selected of the object itself.
      // Mutations run in order, and the planner does not keep the order of fields beside fragments.
      return !condition || this.#appliesToAll(condition, parent)
        ? this.#selections(selectionSet.selections, parent, possible, position)
        : this.#fragment(condition, selectionSet, parent, possible, position);
    });
  }

  /** The field under its merged name; for each type separately where that depends on the type. */
  #field(
    node: FieldNode,
    parent: GraphQLCompositeType,
    possible: readonly GraphQLObjectType[],
    position: ResponsePosition,
  ): readonly PlannedSelection[] {
    const { kind, name, alias, arguments: args, selectionSet } = node;
    const { schema, partlyExternal } = this.#planningSchema;
    const responseName = (alias ?? name).value;
    const written = (type: GraphQLCompositeType, positioned: PositionedField): FieldNode => {
      const { mergedName, child } = positioned;
      const definition = isUnionType(type) ? undefined : type.getFields()[name.value];
      const returned = getNamedType(definition?.type);
      return {
        kind,
        name,
        alias: mergedName === name.value ? undefined : { kind: Kind.NAME, value: mergedName },
        arguments: this.#hoisting.arguments(mergedName, args, definition?.args ?? []),
        directives: this.#hoisting.directives(mergedName, directivesForSubgraphs(node)),
        selectionSet:
          selectionSet && child && isCompositeType(returned)
            ? this.selectionSet(selectionSet, returned, possibleTypes(schema, returned), child)
            : undefined,
      };
    };
    if (isOnly(parent, possible)) {
      const field = position.fieldsOf(parent).get(responseName);
      return field ? [written(parent, field)] : [];
    }
    // Where no type implements an interface, its objects are selected by the interface alone.
    const ofInterface = possible.length === 0 && isInterfaceType(parent) && position.fieldsOf(parent);
    const only = ofInterface ? ofInterface.get(responseName) : undefined;
    if (only) return [written(parent, only)];
    const ofTypes = possible.flatMap((type) => {
      const field = position.fieldsOf(type).get(responseName);
      return field ? [{ type, field }] : [];
    });
    const [first] = ofTypes;
    if (!first) return [];
    const hasOneName = ofTypes.every(({ field }) => field.mergedName === first.field.mergedName);
    // Where no single subgraph resolves the field for every type, the planner does not always find one for each.
    if (hasOneName && !partlyExternal.has(`${parent.name}.${name.value}`))
      return [written(parent, first.field)];
    return ofTypes.map(({ type, field }) =>
      inlineFragment(type, this.#builder.selectionSet([written(type, field)], type, [type])),
    );
  }

  #type(name: string): GraphQLCompositeType {
    const type = this.#planningSchema.schema.getType(name);
    if (!isCompositeType(type)) throw new Error(`no type ${name}`);
    return type;
  }

  #appliesToAll(condition: GraphQLCompositeType, parent: GraphQLCompositeType): boolean {
    if (condition === parent) return true;
    const { schema } = this.#planningSchema;
    return isAbstractType(condition) && !isUnionType(parent) && schema.isSubType(condition, parent);
  }

  #fragment(
    condition: GraphQLCompositeType,
    selectionSet: SelectionSetNode,
    parent: GraphQLCompositeType,
    possible: readonly GraphQLObjectType[],
    position: ResponsePosition,
  ): InlineFragmentNode[] {
    const { schema, interfaceObjects } = this.#planningSchema;
    const all = possibleTypes(schema, condition);
    const applicable = possible.filter((type) => all.includes(type));
    const fragmentOn = (type: GraphQLCompositeType, types: readonly GraphQLObjectType[]) =>
      inlineFragment(type, this.selectionSet(selectionSet, type, types, position));
    if (applicable.length === 0) return [];
    // Where a subgraph cannot tell the types of its objects, the planner resolves them for conditions on object types only.
    const isUnresolved = interfaceObjects.has(parent.name) && isAbstractType(condition);
    return isUnresolved
      ? applicable.map((type) => fragmentOn(type, [type]))
      : [fragmentOn(condition, applicable)];
  }
}
