// Merges what a fetch returned for an object into the merged result.
import type { FetchSelection } from '../answer/fetch-selections.ts';
import { toLatin1 } from '../answer/latin1.ts';
import type { MergedObject, MergedValue } from '../answer/merged-result.ts';
import type { Rewrite } from '../query-planner/query-plan.ts';
import type { Subtypes } from './subtypes.ts';

export type Merge = (target: MergedObject, source: MergedObject) => void;

/** A null never replaces a value that is known. */
export function compileMerge(
  { fields }: FetchSelection,
  outputRewrites: readonly Rewrite[],
  subtypes: Subtypes,
  generatesCode: boolean,
): Merge {
  const names = [...new Set([...fields.values()].map(({ mergedName }) => mergedName))].filter(
    (name) => name !== '__typename',
  );
  const merge = generatesCode ? generateMerge(names, subtypes) : interpretedMerge(names, subtypes);
  const setters = outputRewrites.filter((rewrite) => rewrite.kind === 'Set');
  if (setters.length === 0) return merge;
  return (target, source) => {
    for (const { path, value } of setters) setAt(source, path, toLatin1(JSON.stringify(value)), subtypes);
    merge(target, source);
  };
}

function interpretedMerge(names: readonly string[], subtypes: Subtypes): Merge {
  return (target, source) => {
    mergeTypename(target, source.__typename, subtypes);
    for (const name of names)
      if (source[name] !== undefined) target[name] = mergeValue(target[name], source[name], subtypes);
  };
}

function generateMerge(names: readonly string[], subtypes: Subtypes): Merge {
  const lines = names.map(
    (name) =>
      `if((v=s.${name})!==undefined){const w=t.${name};t.${name}=w===undefined||w===null?v:merge(w,v)}`,
  );
  // The text contains only code from here and GraphQL names.
  return new Function(
    'merge',
    'mergeTypename',
    `return(t,s)=>{let v=s.__typename;if(v!==undefined)mergeTypename(t,v);${lines.join('')}}`,
  )(
    (known: MergedValue, added: MergedValue) => mergeValue(known, added, subtypes),
    (target: MergedObject, typename: MergedValue) => mergeTypename(target, typename, subtypes),
  );
}

function mergeTypename(target: MergedObject, typename: MergedValue, subtypes: Subtypes): void {
  const known = target.__typename;
  if (typeof typename !== 'string') return;
  if (typeof known === 'string' && subtypes.isAbstract(typename)) return;
  target.__typename = typename;
}

function mergeValue(known: MergedValue, added: MergedValue, subtypes: Subtypes): MergedValue {
  if (added === undefined) return known;
  if (added === null) return known ?? null;
  if (known === null || known === undefined || typeof added === 'string' || typeof known === 'string')
    return added;
  if (Array.isArray(added) || Array.isArray(known)) {
    if (!Array.isArray(added) || !Array.isArray(known) || added.length !== known.length) return added;
    for (let index = 0; index < added.length; index += 1)
      known[index] = mergeValue(known[index], added[index], subtypes);
    return known;
  }
  for (const name in added) {
    if (name.startsWith('$')) continue;
    if (name === '__typename') mergeTypename(known, added[name], subtypes);
    else if (added[name] !== undefined) known[name] = mergeValue(known[name], added[name], subtypes);
  }
  return known;
}

/** Sets a leaf at a path of names and `... on Type`, in each entry of the lists on the way. */
function setAt(value: MergedValue, path: readonly string[], leaf: string, subtypes: Subtypes): void {
  if (Array.isArray(value)) for (const entry of value) setAt(entry, path, leaf, subtypes);
  if (!value || typeof value !== 'object' || Array.isArray(value)) return;
  const [step = '', ...rest] = path;
  if (step.startsWith('... on ')) {
    const { __typename: typename } = value;
    if (typeof typename !== 'string' || subtypes.satisfies(typename.slice(1, -1), step.slice(7)))
      setAt(value, rest, leaf, subtypes);
  } else if (rest.length === 0) value[step] = leaf;
  else setAt(value[step], rest, leaf, subtypes);
}
