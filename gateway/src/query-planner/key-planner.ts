// Plans operations whose fields are reached by keys alone. Other operations are left to Apollo's planner.

import {
  type FieldNode,
  Kind,
  type OperationDefinitionNode,
  OperationTypeNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';
import { FetchTree, type PlannedOperation } from './fetch-tree.ts';
import { NotPlain, TypeConflict } from './not-plain.ts';
import { isSingle } from './position.ts';
import type { PlanNode } from './query-plan.ts';
import { Search, unknown } from './search.ts';
import { SelectionTree } from './selection-tree.ts';
import type { SubgraphSet, SupergraphIndex } from './supergraph-index.ts';

export class KeyPlanner {
  #index: SupergraphIndex;
  #onStep: () => void;

  /** `onStep` is called often while an operation is planned; what it throws ends planning. */
  constructor(index: SupergraphIndex, onStep: () => void = () => {}) {
    this.#index = index;
    this.#onStep = onStep;
  }

  /**
   * The plan of an operation without named fragments, null if it needs no subgraph; undefined where the operation is not plain. `length`
   * is that of its text.
   */
  plan(definition: OperationDefinitionNode, length: number): PlanNode | null | undefined {
    const operation = { definition, length };
    try {
      if (definition.operation === OperationTypeNode.QUERY)
        return this.#planFields(operation, definition.selectionSet);
      return definition.operation === OperationTypeNode.MUTATION ? this.#planMutation(operation) : undefined;
    } catch (error) {
      if (error instanceof NotPlain) return undefined;
      throw error;
    }
  }

  #planFields(operation: PlannedOperation, selectionSet: SelectionSetNode): PlanNode | null {
    const index = this.#index;
    const { definition, length } = operation;
    const onStep = this.#onStep;
    const typeName = definition.operation === OperationTypeNode.QUERY ? 'Query' : 'Mutation';
    const root = new SelectionTree(index, length, onStep).root(selectionSet, typeName);
    const search = new Search(onStep);
    const solution = search.solve(root, new Int8Array(index.subgraphs.length).fill(unknown));
    if (solution.cost === Number.POSITIVE_INFINITY) throw new NotPlain();
    const write = (mergesTypes: boolean) =>
      new FetchTree(index, search, operation, { mergesTypes, onStep }).plan(root, solution);
    try {
      return write(true);
    } catch (error) {
      if (error instanceof TypeConflict) return write(false);
      throw error;
    }
  }

  /** Mutations run in order: only consecutive ones of one subgraph share a fetch. */
  #planMutation(operation: PlannedOperation): PlanNode | null {
    const { fields } = this.#index.types.get('Mutation') ?? {};
    const runs: { resolvers: SubgraphSet; selections: SelectionNode[] }[] = [];
    for (const selections of byMergedName(operation.definition.selectionSet)) {
      const [{ name }] = selections;
      if (name.value === '__typename') continue;
      const { resolvers = 0 } = fields?.get(name.value) ?? {};
      if (!isSingle(resolvers)) throw new NotPlain();
      const run = runs.at(-1);
      if (run?.resolvers === resolvers) run.selections.push(...selections);
      else runs.push({ resolvers, selections: [...selections] });
    }
    const nodes = runs.flatMap(
      ({ selections }) => this.#planFields(operation, { kind: Kind.SELECTION_SET, selections }) ?? [],
    );
    return nodes.length > 1 ? { kind: 'Sequence', nodes } : (nodes[0] ?? null);
  }
}

/** The fields of an operation in their order. Those with one name are one field. */
function byMergedName({ selections }: SelectionSetNode): Iterable<[FieldNode, ...FieldNode[]]> {
  const fields = new Map<string, [FieldNode, ...FieldNode[]]>();
  for (const selection of selections) {
    if (selection.kind !== Kind.FIELD) throw new NotPlain();
    const name = (selection.alias ?? selection.name).value;
    const known = fields.get(name);
    if (known) known.push(selection);
    else fields.set(name, [selection]);
  }
  return fields.values();
}
