// Finds the objects at the path of a fetch, and the response paths at which they occur.

import type { MergedObject, MergedValue } from '../answer/merged-result.ts';

export type FlattenPath = (root: MergedObject, into: MergedObject[]) => void;

/** Adds the objects at a path of names and '@', each once, in the order of the response. */
export function compileFlatten(path: readonly string[], generatesCode: boolean): FlattenPath {
  const names = path.filter((step) => step !== '@');
  const traverse = generatesCode ? generateTraversal(names) : interpretedTraversal(names);
  return (root, into) => {
    traversals += 1;
    traverse(root, into, traversals);
  };
}

let traversals = 0;

/** `id` is the number of this traversal: visited objects are marked with it. */
type Traversal = (root: MergedObject, into: MergedObject[], id: number) => void;

function interpretedTraversal(names: readonly string[]): Traversal {
  return (root, into, id) => {
    const visit = (value: MergedValue, depth: number): void => {
      if (value === undefined || value === null || typeof value === 'string') return;
      if (Array.isArray(value)) {
        for (const entry of value) visit(entry, depth);
        return;
      }
      const visited: { $walk?: unknown } = value;
      if (visited.$walk === id) return;
      visited.$walk = id;
      const name = names[depth];
      if (name === undefined) into.push(value);
      else visit(value[name], depth + 1);
    };
    visit(root, 0);
  };
}

function generateTraversal(names: readonly string[]): Traversal {
  const steps = [...names, null].map((name, index) => {
    const next = name === null ? 'into.push(v)' : `at${index + 1}(v.${name},into)`;
    return `
    function at${index}(v,into){
      if(v===undefined||v===null||typeof v==='string')return;
      if(Array.isArray(v)){for(let i=0;i<v.length;i++)at${index}(v[i],into);return}
      if(v.$walk===walk)return;
      v.$walk=walk;
      ${next};
    }`;
  });
  // The text contains only code from here and GraphQL names.
  return new Function(`let walk=0;${steps.join('')}return(root,into,id)=>{walk=id;at0(root,into)}`)();
}

/** Nested lists can repeat an entity at any number of paths: at most this many are found. */
const maxPaths = 2000;

type Path = (string | number)[];

/**
 * Returns a function that finds the paths, of names and indexes, of some of the objects at the path, in the order of the response. One
 * object can occur at several paths: that depends on which texts the reader of responses has read as one object.
 */
export function responsePathsOf(
  root: MergedObject,
  path: readonly string[],
): (objects: readonly MergedObject[]) => Path[] {
  const names = path.filter((step) => step !== '@');
  const indexes = new Map<MergedObject, number[]>();
  const paths: Path[] = [];
  const visit = (value: MergedValue, depth: number, here: Path): void => {
    if (value === undefined || value === null || typeof value === 'string' || paths.length >= maxPaths)
      return;
    if (Array.isArray(value)) {
      value.forEach((entry, index) => void visit(entry, depth, [...here, index]));
      return;
    }
    const name = names[depth];
    if (name !== undefined) visit(value[name], depth + 1, [...here, name]);
    else indexes.set(value, [...(indexes.get(value) ?? []), paths.push(here) - 1]);
  };
  visit(root, 0, []);
  return (objects) =>
    objects
      .flatMap((object) => indexes.get(object) ?? [])
      .sort((a, b) => a - b)
      .flatMap((index) => [paths[index] ?? []]);
}
