// Loads Apollo's planner with corrections of faults that no rewriting of its input can avoid: schema/decisions/0008-corrected-planner.md
import {
  type CompositeType,
  Field,
  type FieldDefinition,
  FieldSelection,
  federationMetadata,
  isInterfaceObjectType,
} from '@apollo/federation-internals';
import { accelerate } from './accelerations/accelerate.ts';
import { pruneOptions } from './accelerations/prune-options.ts';
import { hookLoading } from './load-hook.ts';

/**
 * With one @requires inside another, the planner selects the inner one's fields in the current subgraph. It checks whether that
 * subgraph has such fields, but not whether it can resolve them: it cannot resolve an external field.
 */
const { canAddTo } = FieldSelection.prototype;
FieldSelection.prototype.canAddTo = function (parentType: CompositeType): boolean {
  if (this.element.parentType !== parentType && isExternal(parentType, this.element.name)) return false;
  return canAddTo.call(this, parentType);
};

function isExternal(type: CompositeType, name: string): boolean {
  const field = type.field(name) as FieldDefinition<CompositeType> | undefined;
  return field !== undefined && federationMetadata(type.schema())?.isFieldExternal(field) === true;
}

/**
 * A field required of an interface object in one subgraph can be fetched from another that has the interface object too, together with
 * the `__typename` for the representation. The name is the same in both, yet the planner refuses to select it.
 */
const { rebaseOn } = Field.prototype;
Field.prototype.rebaseOn = function (onto) {
  const { parent } = this.definition;
  const { parentType } = onto;
  const isSame =
    isInterfaceObjectType(parent) && isInterfaceObjectType(parentType) && parent.name === parentType.name;
  const typename = isSame && this.name === '__typename' && parentType.typenameField();
  return typename ? this.withUpdatedDefinition(typename) : rebaseOn.call(this, onto);
};

/**
 * Corrections of code that is not reachable by an export, by file: the `original` text is replaced by the `corrected` one. Methods that
 * the planner's classes have only after `accelerate` are called where they are present.
 */
const corrections: Record<string, { original: string; corrected: string }[]> = {
  '/@apollo/query-planner/dist/buildPlan.js': [
    {
      // Allows planning to be aborted, since an operation can have more paths than can be tried.
      original: 'this.debugStack();',
      corrected: 'this.parameters.config.debug.onBranch?.();',
    },
    {
      // A fetch for a @requires was merged into its parent of the same subgraph although it depends on another fetch too.
      original: 'return this.deferRef === child.deferRef && !!(',
      corrected: 'return child.parents().length === 1 && this.deferRef === child.deferRef && !!(',
    },
    {
      // Of an object that only the current subgraph's fetch can resolve, an external field was taken for one that it resolves.
      original: '|| !selection.canRebaseOn(vertex.type)',
      corrected:
        '|| !selection.canRebaseOn(vertex.type) || federation_internals_1.federationMetadata(vertex.type.schema())?.selectionSelectsAnyExternalField(selection.rebaseOn({ parentType: vertex.type, fragments: undefined, errorIfCannotRebase: false }))',
    },
    {
      // A @requires on a root type did not wait for the root fields of another subgraph.
      original: 'newGroup.addParent({ group, path: path.inGroup() });',
      corrected:
        'newGroup.addParent({ group, path: path.inGroup() }); updateCreatedGroups(createdGroups, newGroup);',
    },
    {
      // A fetch without a path in its parent, since it waits for its key, forgot the dependencies of its @requires.
      original: 'if (parents.length === 1 && pathHasOnlyFragments(path.inGroup())) {',
      corrected: 'if (parents.length === 1 && parents[0].path && pathHasOnlyFragments(path.inGroup())) {',
    },
    {
      original: 'const triedToMerge = parents.length === 1 &&',
      corrected: 'const triedToMerge = parents.length === 1 && parents[0].path &&',
    },
    {
      // Fetches of an interface object for one type and for another were merged, so that both selections applied to both types.
      original: 'if (gi.canMergeSiblingIn(gj)) {',
      corrected:
        'const isOfInterfaceObject = gi.selection.selections().some(({ element }) => federation_internals_1.isInterfaceObjectType(element.castedType())); const typesOf = ({ inputs }) => [...(inputs?.perType.keys() ?? [])].sort().join(); if (gi.canMergeSiblingIn(gj) && (!isOfInterfaceObject || typesOf(gi) === typesOf(gj) || gi.selection.equals(gj.selection))) {',
    },
    {
      // A fetch for a @requires was merged into an earlier one, and its dependants no longer waited for the fetches in between.
      original: 'group.inputs.contains(created.inputs)) {',
      corrected: 'group.inputs.contains(created.inputs) && created.children().length === 0) {',
    },
    {
      // Equal fetches were merged although one depends on the other. Each then depended on itself, and planning did not end.
      original: 'group.mergeInWithAllDependencies(other);',
      corrected:
        'if (!this.isInGroupsOrTheirAncestors(group, [other]) && !this.isInGroupsOrTheirAncestors(other, [group])) group.mergeInWithAllDependencies(other);',
    },
    {
      // A fetch for all types of an interface was merged into one for a single type, where the rest of the selection does not apply.
      original:
        'this.addAtPath(path, removeUnneededTopLevelFragmentDirectives(merged.selection, mergePathConditionalDirectives));',
      corrected:
        'const parentType = typeAtPath(this.parentType, path); const fitting = merged.subgraphName === this.subgraphName ? merged.selection.normalize({ parentType, recursive: false }) : merged.selection; if (!fitting.isEmpty()) this.addAtPath(path, removeUnneededTopLevelFragmentDirectives(fitting, mergePathConditionalDirectives));',
    },
    {
      // See accelerations/costlier-options.ts.
      original: 'const toHandle = branch.concat();',
      corrected:
        'if (query_graphs_1.GraphPath.withoutCostlier) return query_graphs_1.GraphPath.withoutCostlier(branch); const toHandle = branch.concat();',
    },
    {
      // The options of all options before were copied for each further one.
      original: 'newOptions = newOptions.concat(followupForOption);',
      corrected: 'for (const followup of followupForOption) newOptions.push(followup);',
    },
    {
      // See accelerations/prune-options.ts.
      original: 'if (selection.selectionSet) {\n            const allTails',
      corrected:
        'newOptions = query_graphs_1.GraphPath.pruned?.(newOptions, this) ?? newOptions; if (selection.selectionSet) {\n            const allTails',
    },
    {
      // See accelerations/path-jumps.ts.
      original: 'this.closedBranches.forEach((branch) => branch.sort(',
      corrected:
        'if (query_graphs_1.GraphPath.sortByJumps) this.closedBranches.forEach((branch) => query_graphs_1.GraphPath.sortByJumps(branch)); else this.closedBranches.forEach((branch) => branch.sort(',
    },
    {
      // See accelerations/shared-conditions.ts.
      original: 'const initialPath = query_graphs_1.GraphPath.create(federatedQueryGraph, root);',
      corrected:
        'this.conditionResolver = federatedQueryGraph.sharedConditionResolver?.(this.conditionResolver, parameters) ?? this.conditionResolver; const initialPath = query_graphs_1.GraphPath.create(federatedQueryGraph, root);',
    },
  ],
  '/@apollo/query-graphs/dist/pathTree.js': [
    {
      // Merging two path trees lost selections that one subgraph resolves completely if nothing else was selected beside them.
      original: `if (!other.childs.length) {
            return this;
        }
        if (!this.childs.length) {
            return other;
        }
        const localSelections = this.mergeLocalSelectionsWith(other);
        const mergeIndexes`,
      corrected: `if (!other.childs.length && !other.localSelections) return this;
        if (!this.childs.length && !this.localSelections) return other;
        const localSelections = this.mergeLocalSelectionsWith(other);
        const mergeIndexes`,
    },
  ],
  '/@apollo/query-graphs/dist/graphPath.js': [
    {
      // Paths over each type of an interface were kept beside a single path to the same subgraph; they multiply with every field below.
      original: 'flatCartesianProduct(optionsForEachPath)',
      corrected:
        "flatCartesianProduct(operation.kind === 'Field' ? optionsForEachPath.map((options) => { const single = options.filter(({ length }) => length === 1).flat(); return options.filter((option) => option.length === 1 || !single.some((way) => option.every((path) => path.tail === way.tail && path.subgraphJumps() >= way.subgraphJumps()))); }) : optionsForEachPath)",
    },
    {
      // See accelerations/edges-by-name.ts, for this and the two that follow.
      original: `const candidates = graph.outEdges(vertex)
        .filter(e => {`,
      corrected:
        'const candidates = (graph.fieldEdges?.(vertex, field.name) ?? graph.outEdges(vertex)).filter(e => {',
    },
    {
      original: "graph.outEdges(vertex).filter(e => e.transition.kind === 'DownCast'",
      corrected:
        "(graph.castEdges?.(vertex, typeName) ?? graph.outEdges(vertex)).filter(e => e.transition.kind === 'DownCast'",
    },
    {
      original: "path.nextEdges().find((e) => e.transition.kind === 'InterfaceObjectFakeDownCast'",
      corrected:
        "(path.graph.castEdges?.(path.tail, typeName) ?? path.nextEdges()).find((e) => e.transition.kind === 'InterfaceObjectFakeDownCast'",
    },
  ],
};

/** Apollo's planner with its faults corrected, and the classes that `accelerate` changes. */
export async function loadPlanner() {
  const pending = new Set(Object.keys(corrections));
  const stop = hookLoading((url, source) => {
    const file = [...pending].find((each) => url.endsWith(each));
    if (!file) return null;
    let text = source();
    for (const { original, corrected } of corrections[file] ?? []) {
      if (text.split(original).length !== 2)
        throw new Error(`${file} is not the version that the corrections are for`);
      text = text.replace(original, () => corrected);
    }
    pending.delete(file);
    return text;
  });
  const { QueryPlanner } = await import('@apollo/query-planner');
  const queryGraphs = await import('@apollo/query-graphs');
  stop();
  if (pending.size > 0) throw new Error(`${[...pending].join()} was not corrected`);
  return { QueryPlanner, queryGraphs };
}

export async function correctedPlanner() {
  const { QueryPlanner, queryGraphs } = await loadPlanner();
  accelerate(queryGraphs);
  pruneOptions(queryGraphs, QueryPlanner);
  return QueryPlanner;
}
