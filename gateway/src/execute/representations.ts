// What a fetch of entities is about: which gathered objects, and what the subgraph is told of each.
import type { FetchNode, Requirement, Rewrite } from '../plan/query-plan.ts';
import { encoded } from './read-answer.ts';
import type { Gathered, GatheredObject } from './shapes.ts';

export type CollectObjects = (root: GatheredObject, into: GatheredObject[]) => void;
/** The representation as JSON, or null for an object that lacks what the subgraph must know. */
export type Represent = (object: GatheredObject) => string | null;

/** Finds the objects at the path, in the order of the answer. */
export function compileCollect(path: readonly string[]): CollectObjects {
  const names = path.filter((step) => step !== '@');
  const steps = names.map(
    (name, index) => `
    function at${index}(v,into){
      if(v===undefined||v===null||typeof v==='string')return;
      if(Array.isArray(v)){for(let i=0;i<v.length;i++)at${index}(v[i],into);return}
      at${index + 1}(v.${name},into);
    }`,
  );
  const last = `
    function at${names.length}(v,into){
      if(v===undefined||v===null||typeof v==='string')return;
      if(Array.isArray(v)){for(let i=0;i<v.length;i++)at${names.length}(v[i],into);return}
      into.push(v);
    }`;
  return new Function(`${steps.join('')}${last}return at0`)();
}

/** The places of the same objects, in the same order, as paths of names and indexes. */
export function pathsOf(root: GatheredObject, path: readonly string[]): (string | number)[][] {
  const names = path.filter((step) => step !== '@');
  const paths: (string | number)[][] = [];
  const visit = (value: Gathered, depth: number, here: (string | number)[]): void => {
    if (value === undefined || value === null || typeof value === 'string') return;
    if (Array.isArray(value)) {
      value.forEach((entry, index) => void visit(entry, depth, [...here, index]));
      return;
    }
    const name = names[depth];
    if (name === undefined) paths.push(here);
    else visit(value[name], depth + 1, [...here, name]);
  };
  visit(root, 0, []);
  return paths;
}

/** Compiled once for each type name that is met. `satisfies` tells whether a type satisfies a fragment on another. */
export function compileRepresent(
  fetch: Pick<FetchNode, 'requires' | 'inputRewrites'>,
  satisfies: (type: string, condition: string) => boolean,
): Represent {
  const byType = new Map<string, Represent>();
  return (object) => {
    const typename = object.__typename;
    if (typeof typename !== 'string') return null;
    let represent = byType.get(typename);
    if (!represent) {
      represent = forType(typename.slice(1, -1), fetch.requires ?? [], fetch.inputRewrites, satisfies);
      byType.set(typename, represent);
    }
    return represent(object);
  };
}

type Satisfies = (type: string, condition: string) => boolean;

function forType(
  type: string,
  requires: Requirement[],
  rewrites: Rewrite[],
  satisfies: Satisfies,
): Represent {
  const fields = fieldsFor(type, requires, satisfies);
  const set = new Map<string, string>();
  const renamed = new Map<string, string>();
  for (const rewrite of rewrites) {
    const conditions = rewrite.path.slice(0, -1);
    const name = rewrite.path.at(-1) ?? '';
    if (!conditions.every((step) => step.startsWith('... on '))) continue;
    if (!conditions.every((step) => satisfies(type, step.slice(7)))) continue;
    if (rewrite.kind === 'Set') set.set(name, encoded(JSON.stringify(rewrite.value)));
    else renamed.set(name, rewrite.to);
  }
  if (!fields.has('__typename')) return () => null;
  const parts = [...fields].map(([name, { from, selections }], index) => {
    const head = `${index === 0 ? '{' : ','}"${renamed.get(name) ?? name}":`;
    return { head, from, fixed: set.get(name), selections };
  });
  return (object) => {
    let text = '';
    for (const { head, from, fixed, selections } of parts) {
      const value = object[from];
      if (value === undefined) return null;
      text += head + (fixed ?? (selections ? nested(value, selections, satisfies) : leaf(value)));
    }
    return `${text}}`;
  };
}

interface Field {
  from: string;
  selections: Requirement[] | null;
}

/** The fields for objects of the type, by their name in the representation. */
function fieldsFor(type: string | null, requires: Requirement[], satisfies: Satisfies): Map<string, Field> {
  const fields = new Map<string, Field>();
  const collect = (selections: Requirement[]): void => {
    for (const selection of selections) {
      if (selection.kind === 'Fragment') {
        if (selection.type === null || (type !== null && satisfies(type, selection.type)))
          collect(selection.selections);
        continue;
      }
      const known = fields.get(selection.to);
      if (known?.selections && selection.selections)
        known.selections = [...known.selections, ...selection.selections];
      else if (!known) fields.set(selection.to, { from: selection.from, selections: selection.selections });
    }
  };
  collect(requires);
  return fields;
}

const leaf = (value: Gathered): string => (typeof value === 'string' ? value : 'null');

/** What is known of a required object; null where a part of it is missing, as the subgraph itself would see it. */
function nested(value: Gathered, selections: Requirement[], satisfies: Satisfies): string {
  if (Array.isArray(value)) return `[${value.map((entry) => nested(entry, selections, satisfies)).join()}]`;
  if (value === null || value === undefined || typeof value === 'string') return 'null';
  const { __typename: typename } = value;
  const type = typeof typename === 'string' ? typename.slice(1, -1) : null;
  const parts: string[] = [];
  for (const [name, field] of fieldsFor(type, selections, satisfies)) {
    const inside = value[field.from];
    if (inside === undefined) return 'null';
    parts.push(`"${name}":${field.selections ? nested(inside, field.selections, satisfies) : leaf(inside)}`);
  }
  return `{${parts.join()}}`;
}
