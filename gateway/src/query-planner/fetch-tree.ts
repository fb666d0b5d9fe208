// Writes the solution of a search as a query plan: a tree of fetches, each of which waits for the one that has its keys.
import { type OperationDefinitionNode, OperationTypeNode } from 'graphql';
import {
  entitiesText,
  type Fetch,
  fetchIn,
  fetchNode,
  innerSelection,
  isOfInterface,
  keyText,
  type SelectionText,
} from './fetch.ts';
import { NotPlain, TypeConflict } from './not-plain.ts';
import type { Position, SelectedField } from './position.ts';
import type { PlanNode } from './query-plan.ts';
import { comparedType } from './response-shape.ts';
import { restrictedTo, type Search, type Solution, unknown } from './search.ts';
import type { EntityKey, IndexedField, IndexedType, KeyField, SupergraphIndex } from './supergraph-index.ts';

/** A subgraph's object at a position. Its fetch and selection are created when a field is selected. */
interface Source {
  fetch: () => Fetch;
  selection: () => SelectionText;
}

type Sources = (Source | null)[];

/**
 * Characters of what is selected in the plan of an operation whose text has the length. What is selected of an interface is written for
 * each of its types where they are fetched apart, at every level; beyond this it is left to Apollo's planner.
 */
const maxWritten = (length: number): number => 20_000 + 4 * length;
/** What a position counts at least. */
const lengthOfPosition = 10;

export interface PlannedOperation {
  definition: OperationDefinitionNode;
  /** The length of its text. */
  length: number;
}

export class FetchTree {
  #index: SupergraphIndex;
  #search: Search;
  #operation: OperationDefinitionNode;
  #onStep: () => void;
  #mergesTypes: boolean;
  #roots = new Map<string, Fetch>();
  #dependents = new Map<Fetch, PlanNode | null>();
  /** Characters that may still be written. */
  #left: number;

  /**
   * With `mergesTypes`, objects of several types are fetched together. `onStep` is called for each position that is written; what it
   * throws ends planning.
   */
  constructor(
    index: SupergraphIndex,
    search: Search,
    { definition, length }: PlannedOperation,
    { mergesTypes, onStep }: { mergesTypes: boolean; onStep: () => void },
  ) {
    this.#index = index;
    this.#search = search;
    this.#operation = definition;
    this.#left = maxWritten(length);
    this.#mergesTypes = mergesTypes;
    this.#onStep = onStep;
  }

  /** The plan of the root position's solution; null where nothing is fetched. Throws `NotPlain`, or its `TypeConflict`. */
  plan(root: Position, solution: Solution): PlanNode | null {
    this.#write(
      root,
      solution,
      this.#index.subgraphs.map(() => null),
      [],
    );
    return this.#roots.size ? this.#parallel([...this.#roots.values()]) : null;
  }

  #write(position: Position, { jumps, stages }: Solution, known: Sources, path: readonly string[]): void {
    this.#onStep();
    this.#spend(lengthOfPosition);
    const sources = [...known];
    for (const { to, by } of jumps) {
      const source = by && sources[by.from];
      if (by && !source) throw new Error('a key is of no fetch');
      sources[to] = source
        ? this.#entitySource(to, by.key, source, position.type, path)
        : this.#rootSource(to);
    }
    if (position.isRoot && this.#operation.operation === OperationTypeNode.MUTATION)
      keepOrder(position, sources);
    this.#selectLeaves(position, stages, known, sources, path);
    for (const parent of position.parents) this.#writeChild(parent, stages, known, sources, path);
  }

  #spend(length: number): void {
    this.#left -= length;
    if (this.#left < 0) throw new NotPlain();
  }

  #rootSource(subgraph: number): Source {
    const fetch = lazily(() => fetchIn(this.#roots, String(subgraph), { subgraph, path: [] }));
    return { fetch, selection: () => fetch().selection };
  }

  /** The objects of a position, fetched by a key that `source` has. */
  #entitySource(
    subgraph: number,
    key: EntityKey,
    source: Source,
    type: IndexedType,
    path: readonly string[],
  ): Source {
    const made = lazily(() => {
      const from = source.fetch();
      const own = source.selection();
      own.set('__typename', null);
      this.#selectKey(key.fields, type, own, from, locationOf(path));
      const fetch = this.#entityFetch(from.dependents, { subgraph, path }, key, type);
      const { selection } = fetch.entities.get(type.name) ?? { selection: new Map() };
      fetch.entities.set(type.name, { key, selection });
      return { fetch, selection };
    });
    return { fetch: () => made().fetch, selection: () => made().selection };
  }

  /** Objects of several types are fetched together, each by one key. What is selected of an interface object applies to all of its types. */
  #entityFetch(
    fetches: Map<string, Fetch>,
    fetch: Pick<Fetch, 'subgraph' | 'path'>,
    key: EntityKey,
    type: IndexedType,
  ): Fetch {
    const id = `${fetch.subgraph} ${locationOf(fetch.path)}`;
    const ownId = `${id} of ${key.entityType} ${type.name} ${keyText(key.fields)}`;
    if (!this.#mergesTypes || key.isInterface || type.kind !== 'object')
      return fetchIn(fetches, ownId, fetch);
    const known = fetches.get(id)?.entities.get(type.name);
    const hasOtherKey = known !== undefined && keyText(known.key.fields) !== keyText(key.fields);
    return fetchIn(fetches, hasOtherKey ? ownId : id, fetch);
  }

  #selectKey(
    fields: readonly KeyField[],
    type: IndexedType,
    selection: SelectionText,
    fetch: Fetch,
    location: string,
  ): void {
    for (const { name, selections } of fields) {
      this.#checkType(fetch, location, name, type.fields.get(name));
      if (!selections) {
        selection.set(name, null);
        continue;
      }
      const inner = innerSelection(selection, name);
      const innerType = this.#index.types.get(type.fields.get(name)?.type ?? '');
      if (innerType) this.#selectKey(selections, innerType, inner, fetch, `${location} ${name}`);
    }
  }

  /** Selects each leaf in the earliest fetch that has it, of several in the one that has most of the others too. */
  #selectLeaves(
    { leaves }: Position,
    stages: Int8Array,
    known: Sources,
    sources: Sources,
    path: readonly string[],
  ): void {
    const location = locationOf(path);
    let left = leaves;
    while (left.length > 0) {
      let best: { subgraph: number; count: number; stage: number } | null = null;
      for (const [subgraph, source] of sources.entries()) {
        if (!source) continue;
        const stage = stages[subgraph] ?? unknown;
        const count = left.filter((leaf) => isAvailable(leaf, subgraph, known)).length;
        if (count > 0 && (!best || stage < best.stage || (stage === best.stage && count > best.count)))
          best = { subgraph, count, stage };
      }
      const source = best && sources[best.subgraph];
      if (!best || !source) throw new Error('a field is of no fetch');
      const { subgraph } = best;
      const fetch = source.fetch();
      const selection = source.selection();
      for (const leaf of left) {
        if (!isAvailable(leaf, subgraph, known)) continue;
        selection.set(leaf.head, null);
        this.#spend(leaf.head.length);
        for (const variable of leaf.variables) fetch.variables.add(variable);
        this.#checkType(fetch, location, leaf.mergedName, leaf.field, true);
      }
      left = left.filter((leaf) => !isAvailable(leaf, subgraph, known));
    }
  }

  #writeChild(
    parent: SelectedField,
    stages: Int8Array,
    known: Sources,
    sources: Sources,
    path: readonly string[],
  ): void {
    const { child, field, head, isFragment, variables } = parent;
    if (!child) return;
    let available = 0;
    const inner = sources.map((source, subgraph): Source | null => {
      if (!source || !isAvailable(parent, subgraph, known)) return null;
      available |= 1 << subgraph;
      const selection = lazily(() => {
        const outer = source.selection();
        if (isFragment) outer.set('__typename', null);
        for (const variable of variables) source.fetch().variables.add(variable);
        this.#checkType(source.fetch(), locationOf(path), parent.mergedName, field);
        this.#spend(head.length);
        const own = innerSelection(outer, head);
        if (child.type.kind === 'abstract') own.set('__typename', null);
        return own;
      });
      return { fetch: source.fetch, selection };
    });
    const below = isFragment
      ? path
      : [...path, parent.mergedName, ...Array.from({ length: field?.listDepth ?? 0 }, () => '@')];
    this.#write(child, this.#search.solve(child, restrictedTo(available, stages)), inner, below);
  }

  /**
   * Fields of one name need one type at a location, of whatever object; otherwise one of them would need an alias. Of objects, only their
   * lists and whether they can be null must be the same.
   */
  #checkType(
    { subgraph, types }: Fetch,
    location: string,
    name: string,
    field?: IndexedField | null,
    isWhole = false,
  ): void {
    if (!field) return;
    const compared = comparedType(field, this.#index.types, field.typeTexts.get(subgraph));
    // The types of the fields inside are not known where a selection is written as a whole: it must be the same selection.
    const isObject = this.#index.types.get(field.type)?.kind !== 'leaf';
    const text = isWhole && isObject ? `${compared} whole ${field.type}` : compared;
    const key = `${location} ${name}`;
    const known = types.get(key);
    if (known !== undefined && known !== text) throw new TypeConflict();
    types.set(key, text);
  }

  #parallel(fetches: readonly Fetch[]): PlanNode {
    const nodes = this.#withEqualMerged(fetches).map((each) => this.#node(each));
    return nodes.length === 1 && nodes[0] ? nodes[0] : { kind: 'Parallel', nodes };
  }

  /** Fetches of an interface object for several types are one if all is selected of each type that is selected of another. */
  #withEqualMerged(fetches: readonly Fetch[]): readonly Fetch[] {
    const merged = new Map<string, Fetch>();
    for (const fetch of fetches) {
      const { subgraph, path, entities } = fetch;
      const isOfTypes = [...entities.keys()].every((each) => this.#index.types.get(each)?.kind === 'object');
      const id =
        isOfInterface(fetch) && isOfTypes
          ? `${subgraph} ${locationOf(path)} ${entitiesText(entities)} ${JSON.stringify(this.#dependentsOf(fetch))}`
          : String(merged.size);
      const known = merged.get(id);
      if (!known) merged.set(id, fetch);
      else for (const [type, entity] of entities) known.entities.set(type, entity);
    }
    return [...merged.values()];
  }

  #node(fetch: Fetch): PlanNode {
    const node = fetchNode(fetch, this.#operation, this.#index.subgraphs);
    const dependents = this.#dependentsOf(fetch);
    return dependents ? { kind: 'Sequence', nodes: [node, dependents] } : node;
  }

  /** The fetches that wait for this one; null where there are none. Made once: they are compared before they are part of the plan. */
  #dependentsOf(fetch: Fetch): PlanNode | null {
    let node = this.#dependents.get(fetch);
    if (node === undefined) {
      this.#onStep();
      const { dependents } = fetch;
      node = dependents.size === 0 ? null : this.#parallel([...dependents.values()]);
      this.#dependents.set(fetch, node);
    }
    return node;
  }
}

/** A path as one text. */
const locationOf = (path: readonly string[]): string => path.join(' ');

/** Whether the subgraph resolves the field here. What a @provides provides is not there after a jump to the same subgraph. */
const isAvailable = ({ resolvers, providedBy }: SelectedField, subgraph: number, known: Sources): boolean =>
  ((resolvers >> subgraph) & 1) === 1 || (((providedBy >> subgraph) & 1) === 1 && known[subgraph] !== null);

/** Mutations of a fetch run in the order in which they are selected. */
function keepOrder({ fields }: Position, sources: Sources): void {
  for (const source of sources)
    for (const { head } of source ? fields : []) source?.selection().set(head, null);
}

function lazily<Value>(create: () => Value): () => Value {
  let made: { value: Value } | null = null;
  return () => {
    made ??= { value: create() };
    return made.value;
  };
}
