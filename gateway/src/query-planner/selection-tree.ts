// The operation as a tree of positions: at each, the fields that are selected of objects of one type, and the subgraphs that resolve them.
import { type FieldNode, Kind, type SelectionSetNode } from 'graphql';
import { NotPlain } from './not-plain.ts';
import {
  fragmentOn,
  isSingle,
  type Position,
  positionOf,
  type SelectedField,
  typenameField,
} from './position.ts';
import { noneProvided, type Provided, providedBelow, providersOf } from './provided-fields.ts';
import { hasTypeConflict } from './response-shape.ts';
import { headOf, wholeText } from './selection-text.ts';
import type { IndexedType, SubgraphSet, SupergraphIndex } from './supergraph-index.ts';

/**
 * Positions of an operation whose text has the length: a selection on an interface is repeated for each of its types, at every level.
 * What is repeated often is left to Apollo's planner, which does not repeat it.
 */
const maxPositions = (length: number): number => Math.min(200 + length / 4, 3000);

function addTo(
  byMember: Map<string, SelectionSetNode[]>,
  member: string,
  selectionSet: SelectionSetNode,
): void {
  const sets = byMember.get(member) ?? [];
  sets.push(selectionSet);
  byMember.set(member, sets);
}

/** Whether all fields that the selection selects of `on` are fields of the other type too, so that they can be selected of it. */
const areFieldsOf = (type: IndexedType, { selections }: SelectionSetNode, on: IndexedType): boolean =>
  selections.every((each) => {
    if (each.kind !== Kind.FIELD || each.name.value === '__typename') return true;
    const field = type.fields.get(each.name.value);
    const isSame = field !== undefined && field.type === on.fields.get(each.name.value)?.type;
    return isSame && (each.arguments ?? []).every(({ name }) => field.arguments.has(name.value));
  });

/** The selection of the field alone. */
const selectionSetOf = ({ node, selectionSets }: Collected): SelectionSetNode => ({
  kind: Kind.SELECTION_SET,
  selections: selectionSets.length
    ? selectionSets.map((selectionSet) => ({ ...node, selectionSet }))
    : [node],
});

interface Collected {
  node: FieldNode;
  selectionSets: SelectionSetNode[];
}

export class SelectionTree {
  #index: SupergraphIndex;
  #onStep: () => void;
  #maxPositions: number;
  #positions = new Map<string, Position>();
  #ids = new Map<SelectionSetNode, number>();

  /** `length` is that of the operation's text. `onStep` is called for each position; what it throws ends planning. */
  constructor(index: SupergraphIndex, length: number, onStep: () => void) {
    this.#index = index;
    this.#maxPositions = maxPositions(length);
    this.#onStep = onStep;
  }

  /** The position of the root object. Throws `NotPlain`. */
  root(selectionSet: SelectionSetNode, typeName: string): Position {
    return this.#objectPosition([selectionSet], this.#type(typeName), noneProvided, true);
  }

  #type(name: string): IndexedType {
    const type = this.#index.types.get(name);
    if (!type) throw new NotPlain();
    return type;
  }

  /** One position for the same selections of the same type, wherever they are; of an interface or union, `from` the same subgraphs. */
  #shared(
    selectionSets: readonly SelectionSetNode[],
    type: IndexedType,
    from: SubgraphSet,
    provided: Provided,
    create: () => Position,
  ): Position {
    this.#onStep();
    if (provided.size > 0) return create();
    const ids = selectionSets.map((each) => {
      const id = this.#ids.get(each) ?? this.#ids.size;
      this.#ids.set(each, id);
      return id;
    });
    const key = `${type.name} ${from} ${ids.join()}`;
    let position = this.#positions.get(key);
    if (!position) {
      position = create();
      this.#positions.set(key, position);
      if (this.#positions.size > this.#maxPositions) throw new NotPlain();
    }
    return position;
  }

  #objectPosition(
    selectionSets: readonly SelectionSetNode[],
    type: IndexedType,
    provided: Provided,
    isRoot = false,
  ): Position {
    return this.#shared(selectionSets, type, 0, provided, () => {
      if (type.kind !== 'object') throw new NotPlain();
      const collected = new Map<string, Collected>();
      this.#collect(selectionSets, type, collected, (condition, inner, collect) => {
        const on = this.#type(condition);
        if (on === type || on.members.has(type.name)) collect(inner);
      });
      const fields: SelectedField[] = [];
      // The gateway answers `__typename` of the root itself.
      for (const [mergedName, each] of collected)
        if (!isRoot || each.node.name.value !== '__typename')
          fields.push(this.#field(mergedName, each, type, type.subgraphs, provided));
      return positionOf(type, fields, isRoot);
    });
  }

  /** Collects the fields by merged name. `onFragment` decides on fragments with a type condition. */
  #collect(
    selectionSets: readonly SelectionSetNode[],
    type: IndexedType,
    collected: Map<string, Collected>,
    onFragment: (
      condition: string,
      selectionSet: SelectionSetNode,
      collect: (selectionSet: SelectionSetNode) => void,
    ) => void,
  ): void {
    const collect = (selectionSet: SelectionSetNode): void => {
      for (const selection of selectionSet.selections) {
        if (
          selection.kind === Kind.FRAGMENT_SPREAD ||
          (selection.kind !== Kind.FIELD && selection.directives?.length)
        )
          throw new NotPlain();
        if (selection.kind === Kind.FIELD) {
          const mergedName = (selection.alias ?? selection.name).value;
          const known = collected.get(mergedName) ?? { node: selection, selectionSets: [] };
          if (selection.selectionSet) known.selectionSets.push(selection.selectionSet);
          collected.set(mergedName, known);
        } else if (!selection.typeCondition || selection.typeCondition.name.value === type.name)
          collect(selection.selectionSet);
        else onFragment(selection.typeCondition.name.value, selection.selectionSet, collect);
      }
    };
    for (const each of selectionSets) collect(each);
  }

  /** `typenames` are the subgraphs that know the `__typename` of the object. */
  #field(
    mergedName: string,
    { node, selectionSets }: Collected,
    parent: IndexedType,
    typenames: SubgraphSet,
    provided: Provided,
  ): SelectedField {
    const name = node.name.value;
    if (name === '__typename') return { ...typenameField, resolvers: typenames };
    const field = parent.fields.get(name);
    if (!field?.isPlain) throw new NotPlain();
    const variables: string[] = [];
    const head = headOf(node, variables);
    const providedBy = providersOf(name, field, provided);
    const selected = {
      head,
      mergedName,
      variables,
      resolvers: field.resolvers,
      providedBy,
      field,
      isFragment: false,
    };
    if (!selectionSets.length) return { ...selected, child: null };
    const type = this.#type(field.type);
    const below = providedBelow(name, field, provided);
    if (type.kind === 'object')
      return { ...selected, child: this.#objectPosition(selectionSets, type, below) };
    const from = field.resolvers | providedBy;
    if (type.interfaceObjectIn)
      return { ...selected, child: this.#interfacePosition(selectionSets, type, from, below) };
    checkMembers(type, from);
    // A selection that one subgraph resolves completely is left to it.
    const whole = selectionSets.reduce((set, each) => set & this.#resolversOf(each, type), field.resolvers);
    if (whole === 0 || hasTypeConflict(selectionSets, type, this.#index.types)) {
      // Which subgraph is asked decides what can be selected of each type.
      if (!isSingle(from)) throw new NotPlain();
      return { ...selected, child: this.#abstractPosition(selectionSets, type, from, below) };
    }
    const text = selectionSets.map((each) => wholeText(each, variables)).join(' ');
    return { ...selected, head: `${head}{__typename ${text}}`, resolvers: whole, providedBy: 0, child: null };
  }

  /**
   * The objects of an interface or union in the subgraph `from`: what it resolves of every type is selected of the interface itself, the
   * rest of each type.
   */
  #abstractPosition(
    selectionSets: readonly SelectionSetNode[],
    type: IndexedType,
    from: SubgraphSet,
    provided: Provided,
  ): Position {
    return this.#shared(selectionSets, type, from, provided, () => {
      const { collected, byMember } = this.#collectByMember(selectionSets, type);
      const fields: SelectedField[] = [{ ...typenameField, resolvers: type.subgraphs }];
      for (const [mergedName, each] of collected) {
        const name = each.node.name.value;
        if (name === '__typename') continue;
        const field = type.fields.get(name);
        if (provided.size === 0 && field?.isPlain && field.typeTexts.size === 0 && field.resolvers & from)
          fields.push(this.#field(mergedName, each, type, type.subgraphs, provided));
        else for (const member of type.members.keys()) addTo(byMember, member, selectionSetOf(each));
      }
      for (const [name, sets] of byMember) {
        const member = this.#type(name);
        const resolvers = member.subgraphs & (type.members.get(name) ?? 0) & from;
        if (resolvers === 0) continue;
        const child = this.#objectPosition(sets, member, provided);
        if (child.parents.length || child.leaves.some(({ field }) => field))
          fields.push(fragmentOn(name, resolvers, child));
      }
      return positionOf({ ...type, keys: [] }, fields, false);
    });
  }

  /**
   * The objects of an interface that is an interface object in some subgraphs: its own fields are selected of the interface, and those
   * of its types where their types are known. Objects of a subgraph that knows their types have one that it defines.
   */
  #interfacePosition(
    selectionSets: readonly SelectionSetNode[],
    type: IndexedType,
    from: SubgraphSet,
    provided: Provided,
  ): Position {
    return this.#shared(selectionSets, type, from, provided, () => {
      const isTyped = (from & type.interfaceObjectIn) === 0;
      const typenames = type.subgraphs & ~type.interfaceObjectIn;
      const { collected, byMember } = this.#collectByMember(selectionSets, type);
      const fields: SelectedField[] = [];
      for (const [mergedName, each] of collected)
        fields.push(this.#field(mergedName, each, type, typenames, provided));
      for (const [member, sets] of byMember) {
        const definedIn = type.members.get(member) ?? 0;
        if (isTyped && (definedIn & from) === 0) continue;
        const resolvers = definedIn & typenames;
        fields.push(
          fragmentOn(member, resolvers, this.#objectPosition(sets, this.#type(member), noneProvided)),
        );
      }
      if (fields.length === 0) fields.push({ ...typenameField, resolvers: typenames });
      return positionOf(type, fields, false);
    });
  }

  /** The fields that are selected of all types of an interface or union, and what is selected of each of its types. */
  #collectByMember(selectionSets: readonly SelectionSetNode[], type: IndexedType) {
    const collected = new Map<string, Collected>();
    const byMember = new Map<string, SelectionSetNode[]>();
    this.#collect(selectionSets, type, collected, (condition, inner, collect) => {
      const on = this.#type(condition);
      const members = on.kind === 'object' ? [on.name] : [...on.members.keys()];
      const matching = members.filter((each) => type.members.has(each));
      const isForAll = on.kind === 'abstract' && matching.length === type.members.size;
      if (isForAll && areFieldsOf(type, inner, on)) collect(inner);
      else for (const member of matching) addTo(byMember, member, inner);
    });
    return { collected, byMember };
  }

  /** The subgraphs that resolve the whole selection by themselves. */
  #resolversOf({ selections }: SelectionSetNode, type: IndexedType): SubgraphSet {
    let resolvers = type.subgraphs;
    for (const selection of selections) {
      if (selection.kind === Kind.FRAGMENT_SPREAD) throw new NotPlain();
      if (selection.kind === Kind.INLINE_FRAGMENT) {
        if (selection.directives?.length) throw new NotPlain();
        const on = selection.typeCondition ? this.#type(selection.typeCondition.name.value) : type;
        resolvers &= this.#resolversOf(selection.selectionSet, on) & applicableIn(on, type);
        continue;
      }
      if (selection.name.value === '__typename') {
        resolvers &= ~type.interfaceObjectIn;
        continue;
      }
      const field = type.fields.get(selection.name.value);
      // Fields of one name may have different types there.
      if (!field?.isPlain || field.typeTexts.size > 0) return 0;
      resolvers &= field.resolvers;
      if (!selection.selectionSet) continue;
      const inner = this.#type(field.type);
      checkMembers(inner, field.resolvers);
      resolvers &= this.#resolversOf(selection.selectionSet, inner);
    }
    return resolvers;
  }
}

/**
 * Throws where the objects of an interface or union can have other types in some of the subgraphs: which of its fragments are selected
 * then depends on all subgraphs that may resolve the path.
 */
function checkMembers({ kind, members, interfaceObjectIn }: IndexedType, from: SubgraphSet): void {
  if (kind !== 'abstract') return;
  const typed = from & ~interfaceObjectIn;
  for (const subgraphs of members.values())
    if ((subgraphs & typed) !== 0 && (subgraphs & typed) !== typed) throw new NotPlain();
}

/** The subgraphs in which a fragment on `on` is valid inside the type, and applies to the same objects as in all subgraphs together. */
function applicableIn(on: IndexedType, type: IndexedType): SubgraphSet {
  if (on === type) return -1;
  if (on.kind === 'object') return type.members.get(on.name) ?? 0;
  if (type.kind === 'object') return on.members.get(type.name) ?? 0;
  let valid: SubgraphSet = 0;
  let same: SubgraphSet = -1;
  for (const [member, subgraphs] of type.members) {
    const applies = on.members.get(member);
    if (applies === undefined) continue;
    valid |= subgraphs & applies;
    same &= ~subgraphs | applies;
  }
  return valid & same;
}
