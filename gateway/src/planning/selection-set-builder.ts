// Builds the selection sets that are planned. Fields that are selected of every possible type of an object lose their type condition.
import {
  type FieldNode,
  type GraphQLCompositeType,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  type InlineFragmentNode,
  isAbstractType,
  isUnionType,
  Kind,
  print,
  type SelectionSetNode,
} from 'graphql';

export type PlannedSelection = FieldNode | InlineFragmentNode;

/** What there is to plan; a selection set counts as often as it is used. */
export interface SelectionSetSize {
  selections: number;
  typeConditions: number;
}

interface KnownSet extends SelectionSetSize {
  /** Equal for equal selection sets. */
  id: number;
}

/** Builds the selection sets of one operation. Equal ones are one object. */
export class SelectionSetBuilder {
  #schema: GraphQLSchema;
  /** `Interface.field` for fields that must be selected by object type. */
  #selectedByType: ReadonlySet<string>;
  #sets = new Map<string, SelectionSetNode>();
  #known = new WeakMap<SelectionSetNode, KnownSet>();

  constructor(schema: GraphQLSchema, selectedByType: ReadonlySet<string>) {
    this.#schema = schema;
    this.#selectedByType = selectedByType;
  }

  /** `possible` are the types that an object at this position can have. */
  selectionSet(
    selections: readonly PlannedSelection[],
    parent: GraphQLCompositeType,
    possible: readonly GraphQLObjectType[],
  ): SelectionSetNode {
    const isConditional = selections.some(({ kind }) => kind === Kind.INLINE_FRAGMENT);
    return this.#set(
      isConditional ? this.#withoutNeedlessConditions(selections, parent, possible) : selections,
    );
  }

  sizeOf(selectionSet: SelectionSetNode): SelectionSetSize {
    return this.#knownSet(selectionSet);
  }

  /** Moves fields that the fragments select of every possible type out of the fragments. */
  #withoutNeedlessConditions(
    selections: readonly PlannedSelection[],
    parent: GraphQLCompositeType,
    possible: readonly GraphQLObjectType[],
  ): PlannedSelection[] {
    const typesByField = new Map<string, Set<GraphQLObjectType>>();
    for (const selection of selections) {
      const types = selection.kind === Kind.FIELD ? possible : this.#typesOf(selection, possible);
      for (const field of selection.kind === Kind.FIELD ? [selection] : fieldsOf(selection)) {
        const key = this.#keyOf(field);
        const typesWithField = typesByField.get(key) ?? new Set();
        for (const type of types) typesWithField.add(type);
        typesByField.set(key, typesWithField);
      }
    }
    const isUnconditional = (each: PlannedSelection, condition: GraphQLCompositeType): each is FieldNode =>
      each.kind === Kind.FIELD &&
      typesByField.get(this.#keyOf(each))?.size === possible.length &&
      this.#isSameField(each, condition, parent);
    const result: PlannedSelection[] = [];
    for (const selection of selections) {
      if (selection.kind === Kind.FIELD) {
        result.push(selection);
        continue;
      }
      const condition = this.#conditionOf(selection);
      const inside = selection.selectionSet.selections as readonly PlannedSelection[];
      const remaining = inside.filter((each) => !isUnconditional(each, condition));
      result.push(...inside.filter((each) => isUnconditional(each, condition)));
      if (remaining.length === inside.length) result.push(selection);
      else if (remaining.length > 0) result.push({ ...selection, selectionSet: this.#set(remaining) });
    }
    return result;
  }

  /** Whether a selection of the field on one type is a selection of the same field on the other. */
  #isSameField(
    { name, arguments: args }: FieldNode,
    type: GraphQLCompositeType,
    other: GraphQLCompositeType,
  ) {
    if (name.value === '__typename') return true;
    if (isUnionType(type) || isUnionType(other) || this.#selectedByType.has(`${other.name}.${name.value}`))
      return false;
    const field = type.getFields()[name.value];
    const same = other.getFields()[name.value];
    return (
      field !== undefined &&
      same !== undefined &&
      getNamedType(field.type) === getNamedType(same.type) &&
      (args ?? []).every((each) => same.args.some((arg) => arg.name === each.name.value))
    );
  }

  #conditionOf({ typeCondition }: InlineFragmentNode): GraphQLCompositeType {
    return this.#schema.getType(typeCondition?.name.value ?? '') as GraphQLCompositeType;
  }

  #typesOf(
    fragment: InlineFragmentNode,
    possible: readonly GraphQLObjectType[],
  ): readonly GraphQLObjectType[] {
    const condition = this.#conditionOf(fragment);
    return isAbstractType(condition)
      ? possible.filter((type) => this.#schema.isSubType(condition, type))
      : possible.filter((type) => type === condition);
  }

  /** The selection set with each selection once. */
  #set(selections: readonly PlannedSelection[]): SelectionSetNode {
    const byKey = new Map<string, PlannedSelection>();
    for (const selection of selections) {
      const key = this.#keyOf(selection);
      if (!byKey.has(key)) byKey.set(key, selection);
    }
    const key = [...byKey.keys()].sort().join('\n');
    const existing = this.#sets.get(key);
    if (existing) return existing;
    const set: SelectionSetNode = { kind: Kind.SELECTION_SET, selections: [...byKey.values()] };
    const size: SelectionSetSize = { selections: 0, typeConditions: 0 };
    for (const { kind, selectionSet } of byKey.values()) {
      const inside = selectionSet && this.#knownSet(selectionSet);
      size.selections += 1 + (inside?.selections ?? 0);
      size.typeConditions += (kind === Kind.INLINE_FRAGMENT ? 1 : 0) + (inside?.typeConditions ?? 0);
    }
    this.#sets.set(key, set);
    this.#known.set(set, { id: this.#sets.size, ...size });
    return set;
  }

  #knownSet(selectionSet: SelectionSetNode): KnownSet {
    const known = this.#known.get(selectionSet);
    if (!known) throw new Error('a selection set of another builder');
    return known;
  }

  #keyOf(selection: PlannedSelection): string {
    const { selectionSet } = selection;
    const inside = selectionSet ? `{${this.#knownSet(selectionSet).id}}` : '';
    if (selection.kind === Kind.INLINE_FRAGMENT) return `... ${selection.typeCondition?.name.value}${inside}`;
    const { alias, name, arguments: args, directives } = selection;
    const argumentText = args?.length ? `(${args.map(print).join()})` : '';
    const directiveText = directives?.length ? directives.map(print).join(' ') : '';
    return `${alias?.value ?? ''}:${name.value}${argumentText}${directiveText}${inside}`;
  }
}

const fieldsOf = ({ selectionSet }: InlineFragmentNode): readonly FieldNode[] =>
  selectionSet.selections.filter((selection) => selection.kind === Kind.FIELD);
