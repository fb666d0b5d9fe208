// Selections as they are planned: what is asked of each type that an object can have is asked without a type condition.
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

export type WrittenSelection = FieldNode | InlineFragmentNode;

/** How much there is to plan, each selection set counted as often as it is used. */
export interface WrittenSize {
  selections: number;
  typeConditions: number;
}

interface Known extends WrittenSize {
  /** The same for equal selection sets. */
  id: number;
}

/** Makes the selection sets of one operation: equal ones are one object. */
export class WrittenSelections {
  #schema: GraphQLSchema;
  /** `Interface.field`, where it is asked for by object type on purpose. */
  #askedByType: ReadonlySet<string>;
  #sets = new Map<string, SelectionSetNode>();
  #known = new WeakMap<SelectionSetNode, Known>();

  constructor(schema: GraphQLSchema, askedByType: ReadonlySet<string>) {
    this.#schema = schema;
    this.#askedByType = askedByType;
  }

  /** `possible` are the types that an object in this place can have. */
  selectionSet(
    selections: readonly WrittenSelection[],
    parent: GraphQLCompositeType,
    possible: readonly GraphQLObjectType[],
  ): SelectionSetNode {
    const isConditional = selections.some(({ kind }) => kind === Kind.INLINE_FRAGMENT);
    return this.#set(isConditional ? this.#unconditional(selections, parent, possible) : selections);
  }

  sizeOf(selectionSet: SelectionSetNode): WrittenSize {
    return this.#of(selectionSet);
  }

  /** What the fragments ask of every possible type, written beside them, and what is left of them. */
  #unconditional(
    selections: readonly WrittenSelection[],
    parent: GraphQLCompositeType,
    possible: readonly GraphQLObjectType[],
  ): WrittenSelection[] {
    const askedOf = new Map<string, Set<GraphQLObjectType>>();
    for (const selection of selections) {
      const types = selection.kind === Kind.FIELD ? possible : this.#typesOf(selection, possible);
      for (const field of selection.kind === Kind.FIELD ? [selection] : fieldsOf(selection)) {
        const key = this.#keyOf(field);
        const asked = askedOf.get(key) ?? new Set();
        for (const type of types) asked.add(type);
        askedOf.set(key, asked);
      }
    }
    const isUnconditional = (each: WrittenSelection, condition: GraphQLCompositeType): each is FieldNode =>
      each.kind === Kind.FIELD &&
      askedOf.get(this.#keyOf(each))?.size === possible.length &&
      this.#isSameField(each, condition, parent);
    const written: WrittenSelection[] = [];
    for (const selection of selections) {
      if (selection.kind === Kind.FIELD) {
        written.push(selection);
        continue;
      }
      const condition = this.#conditionOf(selection);
      const inside = selection.selectionSet.selections as readonly WrittenSelection[];
      const left = inside.filter((each) => !isUnconditional(each, condition));
      written.push(...inside.filter((each) => isUnconditional(each, condition)));
      if (left.length === inside.length) written.push(selection);
      else if (left.length > 0) written.push({ ...selection, selectionSet: this.#set(left) });
    }
    return written;
  }

  /** Whether a selection of the field on the one type is one on the other as well. */
  #isSameField(
    { name, arguments: args }: FieldNode,
    type: GraphQLCompositeType,
    other: GraphQLCompositeType,
  ) {
    if (name.value === '__typename') return true;
    if (isUnionType(type) || isUnionType(other) || this.#askedByType.has(`${other.name}.${name.value}`))
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

  /** Each selection once. */
  #set(selections: readonly WrittenSelection[]): SelectionSetNode {
    const byKey = new Map<string, WrittenSelection>();
    for (const selection of selections) {
      const key = this.#keyOf(selection);
      if (!byKey.has(key)) byKey.set(key, selection);
    }
    const key = [...byKey.keys()].sort().join('\n');
    const kept = this.#sets.get(key);
    if (kept) return kept;
    const set: SelectionSetNode = { kind: Kind.SELECTION_SET, selections: [...byKey.values()] };
    const size: WrittenSize = { selections: 0, typeConditions: 0 };
    for (const { kind, selectionSet } of byKey.values()) {
      const inside = selectionSet && this.#of(selectionSet);
      size.selections += 1 + (inside?.selections ?? 0);
      size.typeConditions += (kind === Kind.INLINE_FRAGMENT ? 1 : 0) + (inside?.typeConditions ?? 0);
    }
    this.#sets.set(key, set);
    this.#known.set(set, { id: this.#sets.size, ...size });
    return set;
  }

  #of(selectionSet: SelectionSetNode): Known {
    const known = this.#known.get(selectionSet);
    if (!known) throw new Error('a selection set that was not made here');
    return known;
  }

  #keyOf(selection: WrittenSelection): string {
    const { selectionSet } = selection;
    const inside = selectionSet ? `{${this.#of(selectionSet).id}}` : '';
    if (selection.kind === Kind.INLINE_FRAGMENT) return `... ${selection.typeCondition?.name.value}${inside}`;
    const { alias, name, arguments: args, directives } = selection;
    const given = args?.length ? `(${args.map(print).join()})` : '';
    const directed = directives?.length ? directives.map(print).join(' ') : '';
    return `${alias?.value ?? ''}:${name.value}${given}${directed}${inside}`;
  }
}

const fieldsOf = ({ selectionSet }: InlineFragmentNode): readonly FieldNode[] =>
  selectionSet.selections.filter((selection) => selection.kind === Kind.FIELD);
