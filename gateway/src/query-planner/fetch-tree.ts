// Writes the solution of a search as a query plan: a tree of fetches, each of which waits for the one that has its keys.
import { type OperationDefinitionNode, OperationTypeNode } from 'graphql';
import { NotPlain } from './not-plain.ts';
import type { Position, SelectedField } from './position.ts';
import type { FetchNode, PlanNode, Requirement } from './query-plan.ts';
import { restrictedTo, type Search, type Solution, unknown } from './search.ts';
import { compact, variablesIn } from './selection-text.ts';
import type { EntityKey, IndexedField, IndexedType, KeyField, SupergraphIndex } from './supergraph-index.ts';

/** The fields of a selection set by their text, with the selection set of each that has one. */
type SelectionText = Map<string, SelectionText | null>;

interface Fetch {
  subgraph: number;
  path: readonly string[];
  /** The key of its entities, and the type of the objects that are fetched; null for root fields. */
  entities: { key: EntityKey; type: string } | null;
  selection: SelectionText;
  variables: Set<string>;
  /** The fetches that need its fields as keys, by what tells them apart. */
  dependents: Map<string, Fetch>;
  /** By location and name, the type of each field. */
  types: Map<string, string>;
}

/** A subgraph's object at a position. Its fetch and selection are created when a field is selected. */
interface Source {
  fetch: () => Fetch;
  selection: () => SelectionText;
}

type Sources = (Source | null)[];

/** Positions that are written, once for each path to them: about 100 ms. */
const maxWritten = 20_000;

export class FetchTree {
  #index: SupergraphIndex;
  #search: Search;
  #operation: OperationDefinitionNode;
  #onStep: () => void;
  #roots = new Map<string, Fetch>();
  #written = 0;

  /** `onStep` is called for each position that is written; what it throws ends planning. */
  constructor(
    index: SupergraphIndex,
    search: Search,
    operation: OperationDefinitionNode,
    onStep: () => void,
  ) {
    this.#index = index;
    this.#search = search;
    this.#operation = operation;
    this.#onStep = onStep;
  }

  /** The plan of the root position's solution; null where nothing is fetched. */
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
    this.#written += 1;
    if (this.#written > maxWritten) throw new NotPlain();
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

  #rootSource(subgraph: number): Source {
    const fetch = lazily(() =>
      fetchIn(this.#roots, String(subgraph), { subgraph, path: [], entities: null }),
    );
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
    const fetch = lazily(() => {
      const from = source.fetch();
      const selection = source.selection();
      selection.set('__typename', null);
      this.#selectKey(key.fields, type, selection, from, locationOf(path));
      const id = [subgraph, key.entityType, type.name, keyText(key.fields), ...path].join(' ');
      return fetchIn(from.dependents, id, { subgraph, path, entities: { key, type: type.name } });
    });
    return { fetch, selection: () => fetch().selection };
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
        for (const variable of leaf.variables) fetch.variables.add(variable);
        this.#checkType(fetch, location, leaf.mergedName, leaf.field);
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
  #checkType({ subgraph, types }: Fetch, location: string, name: string, field?: IndexedField | null): void {
    if (!field) return;
    const whole = field.typeTexts.get(subgraph) ?? field.typeText;
    const isLeaf = this.#index.types.get(field.type)?.kind === 'leaf';
    const text = isLeaf ? whole : whole.replace(field.type, '');
    const key = `${location} ${name}`;
    const known = types.get(key);
    if (known !== undefined && known !== text) throw new NotPlain();
    types.set(key, text);
  }

  #parallel(fetches: readonly Fetch[]): PlanNode {
    const nodes = fetches.map((each) => this.#node(each));
    return nodes.length === 1 && nodes[0] ? nodes[0] : { kind: 'Parallel', nodes };
  }

  #node(fetch: Fetch): PlanNode {
    const node = this.#fetchNode(fetch);
    const { dependents } = fetch;
    if (dependents.size === 0) return node;
    return { kind: 'Sequence', nodes: [node, this.#parallel([...dependents.values()])] };
  }

  #fetchNode({ subgraph, path, entities, selection, variables }: Fetch): FetchNode {
    const kind = entities ? OperationTypeNode.QUERY : this.#operation.operation;
    const { variableDefinitions = [], directives = [] } = this.#operation;
    for (const { arguments: args = [] } of directives)
      for (const { value } of args) for (const name of variablesIn(value)) variables.add(name);
    const used = variableDefinitions.filter(({ variable }) => variables.has(variable.name.value));
    const definitions = [...(entities ? ['$representations:[_Any!]!'] : []), ...used.map(compact)].join('');
    const attributes = `${definitions && `(${definitions})`}${directives.map(compact).join('')}`;
    const head = kind === OperationTypeNode.QUERY && !attributes ? '' : `${kind}${attributes}`;
    const text = textOf(selection);
    const body = entities
      ? `{_entities(representations:$representations){...on ${entities.key.entityType}${text}}}`
      : text;
    return {
      kind: 'Fetch',
      subgraph: this.#index.subgraphs[subgraph] ?? '',
      path: [...path],
      operation: `${head}${body}`,
      isMutation: kind === OperationTypeNode.MUTATION,
      variables: used.map(({ variable }) => variable.name.value),
      requires: entities && [
        {
          kind: 'Fragment',
          type: entities.type,
          selections: requirements([typename, ...entities.key.fields]),
        },
      ],
      keyOnly: null,
      inputRewrites: entities?.key.isInterface
        ? [{ kind: 'Set', path: [`... on ${entities.type}`, '__typename'], value: entities.key.entityType }]
        : [],
      outputRewrites: [],
    };
  }
}

/** A path as one text. */
const locationOf = (path: readonly string[]): string => path.join(' ');

const typename: KeyField = { name: '__typename', selections: null };

const requirements = (fields: readonly KeyField[]): Requirement[] =>
  fields.map(({ name, selections }) => ({
    kind: 'Field',
    from: name,
    to: name,
    selections: selections && requirements(selections),
  }));

/** Whether the subgraph resolves the field here. What a @provides provides is not there after a jump to the same subgraph. */
const isAvailable = ({ resolvers, providedBy }: SelectedField, subgraph: number, known: Sources): boolean =>
  ((resolvers >> subgraph) & 1) === 1 || (((providedBy >> subgraph) & 1) === 1 && known[subgraph] !== null);

/** Mutations of a fetch run in the order in which they are selected. */
function keepOrder({ fields }: Position, sources: Sources): void {
  for (const source of sources)
    for (const { head } of source ? fields : []) source?.selection().set(head, null);
}

function fetchIn(
  fetches: Map<string, Fetch>,
  id: string,
  fetch: Pick<Fetch, 'subgraph' | 'path' | 'entities'>,
): Fetch {
  let known = fetches.get(id);
  if (!known) {
    known = { ...fetch, selection: new Map(), variables: new Set(), dependents: new Map(), types: new Map() };
    fetches.set(id, known);
  }
  return known;
}

function innerSelection(selection: SelectionText, head: string): SelectionText {
  const inner = selection.get(head) ?? new Map<string, SelectionText | null>();
  selection.set(head, inner);
  return inner;
}

function lazily<Value>(create: () => Value): () => Value {
  let made: { value: Value } | null = null;
  return () => {
    made ??= { value: create() };
    return made.value;
  };
}

const keyText = (fields: readonly KeyField[]): string =>
  fields.map(({ name, selections }) => (selections ? `${name}{${keyText(selections)}}` : name)).join(' ');

const textOf = (selection: SelectionText): string =>
  `{${[...selection].map(([head, inner]) => (inner ? `${head}${textOf(inner)}` : head)).join(' ')}}`;
