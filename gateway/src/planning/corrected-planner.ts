// Apollo's planner, corrected where no rewriting of what it is given can help. schema/decisions/0008-corrected-planner.md
import { registerHooks } from 'node:module';
import {
  type CompositeType,
  Field,
  type FieldDefinition,
  FieldSelection,
  federationMetadata,
  isInterfaceObjectType,
} from '@apollo/federation-internals';

/**
 * With one @requires inside another, the planner takes up the inner one's fields where it already is. It looks whether
 * that subgraph has such fields, not whether it can give them: an external one it cannot.
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
 * What is required of an interface object in one subgraph may be gathered in another that has it as such too, with the
 * name of its type for the representation. That name is the same in both, yet the planner refuses to ask it.
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

/** Places of text, which no export leads to. */
const corrections: Record<string, { written: string; meant: string }[]> = {
  '/@apollo/query-planner/dist/buildPlan.js': [
    {
      // Planning can be given up: what it is given to plan may have more ways than can be tried.
      written: 'this.debugStack();',
      meant: 'this.parameters.config.debug.onBranch?.();',
    },
    {
      // A fetch for a @requires is merged into its parent's of the same subgraph, though it waits for another one, too.
      written: 'return this.deferRef === child.deferRef && !!(',
      meant: 'return child.parents().length === 1 && this.deferRef === child.deferRef && !!(',
    },
    {
      // Of an object that only this subgraph's fetch can give more of, an external field is taken for one that it gives.
      written: '|| !selection.canRebaseOn(vertex.type)',
      meant:
        '|| !selection.canRebaseOn(vertex.type) || federation_internals_1.federationMetadata(vertex.type.schema())?.selectionSelectsAnyExternalField(selection.rebaseOn({ parentType: vertex.type, fragments: undefined, errorIfCannotRebase: false }))',
    },
    {
      // What a @requires on a root type takes from another subgraph's root fields is not waited for.
      written: 'newGroup.addParent({ group, path: path.inGroup() });',
      meant:
        'newGroup.addParent({ group, path: path.inGroup() }); updateCreatedGroups(createdGroups, newGroup);',
    },
    {
      // A fetch that lies nowhere in its parent, since it waits for its key, forgets what its @requires waits for.
      written: 'if (parents.length === 1 && pathHasOnlyFragments(path.inGroup())) {',
      meant: 'if (parents.length === 1 && parents[0].path && pathHasOnlyFragments(path.inGroup())) {',
    },
    {
      written: 'const triedToMerge = parents.length === 1 &&',
      meant: 'const triedToMerge = parents.length === 1 && parents[0].path &&',
    },
    {
      // Of an interface object, what is asked for one type and what is asked for another are merged: each is asked both.
      written: 'if (gi.canMergeSiblingIn(gj)) {',
      meant:
        'const isOfInterfaceObject = gi.selection.selections().some(({ element }) => federation_internals_1.isInterfaceObjectType(element.castedType())); const typesOf = ({ inputs }) => [...(inputs?.perType.keys() ?? [])].sort().join(); if (gi.canMergeSiblingIn(gj) && (!isOfInterfaceObject || typesOf(gi) === typesOf(gj) || gi.selection.equals(gj.selection))) {',
    },
    {
      // A fetch for a @requires is merged into an earlier one, and what waited for it no longer waits for those in between.
      written: 'group.inputs.contains(created.inputs)) {',
      meant: 'group.inputs.contains(created.inputs) && created.children().length === 0) {',
    },
    {
      // Fetches of the same are merged, though one waits for the other: then each waits for itself, and planning for ever.
      written: 'group.mergeInWithAllDependencies(other);',
      meant:
        'if (!this.isInGroupsOrTheirAncestors(group, [other]) && !this.isInGroupsOrTheirAncestors(other, [group])) group.mergeInWithAllDependencies(other);',
    },
    {
      // A fetch for all types of an interface is merged into one where it is for a single type: the rest does not fit.
      written:
        'this.addAtPath(path, removeUnneededTopLevelFragmentDirectives(merged.selection, mergePathConditionalDirectives));',
      meant:
        'const parentType = typeAtPath(this.parentType, path); const fitting = merged.subgraphName === this.subgraphName ? merged.selection.normalize({ parentType, recursive: false }) : merged.selection; if (!fitting.isEmpty()) this.addAtPath(path, removeUnneededTopLevelFragmentDirectives(fitting, mergePathConditionalDirectives));',
    },
  ],
  '/@apollo/query-graphs/dist/pathTree.js': [
    {
      // Of what is merged, what one subgraph gives whole is forgotten where nothing else is asked beside it.
      written: `if (!other.childs.length) {
            return this;
        }
        if (!this.childs.length) {
            return other;
        }
        const localSelections = this.mergeLocalSelectionsWith(other);
        const mergeIndexes`,
      meant: `if (!other.childs.length && !other.localSelections) return this;
        if (!this.childs.length && !this.localSelections) return other;
        const localSelections = this.mergeLocalSelectionsWith(other);
        const mergeIndexes`,
    },
  ],
  '/@apollo/query-graphs/dist/graphPath.js': [
    {
      // Ways over each type of an interface to where a single way leads as well: they multiply with every field below.
      written: 'flatCartesianProduct(optionsForEachPath)',
      meant:
        "flatCartesianProduct(operation.kind === 'Field' ? optionsForEachPath.map((options) => { const single = options.filter(({ length }) => length === 1).flat(); return options.filter((option) => option.length === 1 || !single.some((way) => option.every((path) => path.tail === way.tail && path.subgraphJumps() >= way.subgraphJumps()))); }) : optionsForEachPath)",
    },
  ],
};

export async function correctedPlanner() {
  const left = new Set(Object.keys(corrections));
  const hooks = registerHooks({
    load: (url, context, nextLoad) => {
      const loaded = nextLoad(url, context);
      const file = [...left].find((each) => url.endsWith(each));
      if (!file || !loaded.source) return loaded;
      let text = loaded.source.toString();
      for (const { written, meant } of corrections[file] ?? []) {
        if (text.split(written).length !== 2)
          throw new Error(`${file} is not the one that is corrected here`);
        text = text.replace(written, () => meant);
      }
      left.delete(file);
      return { ...loaded, source: text };
    },
  });
  const { QueryPlanner } = await import('@apollo/query-planner');
  hooks.deregister();
  if (left.size > 0) throw new Error(`${[...left].join()} is not corrected`);
  return QueryPlanner;
}
