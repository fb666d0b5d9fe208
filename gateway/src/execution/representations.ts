// What a fetch of entities is about: which gathered objects, and what the subgraph is told of each.

import { encoded } from '../answer/read-answer.ts';
import type { MergedObject, MergedValue } from '../answer/shapes.ts';
import type { FetchNode, Requirement } from '../planning/query-plan.ts';

export type CollectObjects = (root: MergedObject, into: MergedObject[]) => void;
/** Tells the subgraph of objects, leaving out those that lack what it must know. */
export type Represent = (objects: readonly MergedObject[]) => Represented;

export interface Represented {
  /** Each representation once, as JSON. */
  texts: string[];
  /** The objects that it stands for. */
  objects: MergedObject[][];
  /** Of which not all is known that the subgraph is to be told. */
  lacking: MergedObject[];
}

/** Finds the objects at the path, each once, in the order of the answer. */
export function compileCollect(path: readonly string[], generates: boolean): CollectObjects {
  const names = path.filter((step) => step !== '@');
  const collect = generates ? generateCollect(names) : collectAlong(names);
  return (root, into) => {
    walks += 1;
    collect(root, into, walks);
  };
}

let walks = 0;

/** The last is the number of this walk, by which objects are known that it has met. */
type Walk = (root: MergedObject, into: MergedObject[], number: number) => void;

function collectAlong(names: readonly string[]): Walk {
  return (root, into, number) => {
    const visit = (value: MergedValue, depth: number): void => {
      if (value === undefined || value === null || typeof value === 'string') return;
      if (Array.isArray(value)) {
        for (const entry of value) visit(entry, depth);
        return;
      }
      const walked: { $walk?: unknown } = value;
      if (walked.$walk === number) return;
      walked.$walk = number;
      const name = names[depth];
      if (name === undefined) into.push(value);
      else visit(value[name], depth + 1);
    };
    visit(root, 0);
  };
}

function generateCollect(names: readonly string[]): Walk {
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
  // The text holds names of GraphQL only.
  return new Function(`let walk=0;${steps.join('')}return(root,into,number)=>{walk=number;at0(root,into)}`)();
}

/** More places than this are not told: entities that lie at many places can lie at endlessly many. */
const maxPlaces = 2000;

type Place = (string | number)[];

/**
 * Finds the places of some of the objects at the path, as paths of names and indexes, in the order of the answer: how many
 * of its places one object lies at is the reader's affair.
 */
export function placesOf(
  root: MergedObject,
  path: readonly string[],
): (objects: readonly MergedObject[]) => Place[] {
  const names = path.filter((step) => step !== '@');
  const numbers = new Map<MergedObject, number[]>();
  const places: Place[] = [];
  const visit = (value: MergedValue, depth: number, here: Place): void => {
    if (value === undefined || value === null || typeof value === 'string' || places.length >= maxPlaces)
      return;
    if (Array.isArray(value)) {
      value.forEach((entry, index) => void visit(entry, depth, [...here, index]));
      return;
    }
    const name = names[depth];
    if (name !== undefined) visit(value[name], depth + 1, [...here, name]);
    else numbers.set(value, [...(numbers.get(value) ?? []), places.push(here) - 1]);
  };
  visit(root, 0, []);
  return (objects) =>
    objects
      .flatMap((object) => numbers.get(object) ?? [])
      .sort((a, b) => a - b)
      .flatMap((number) => [places[number] ?? []]);
}

/**
 * Compiled once for each type name that is met. `keys` are the subgraph's by type, `satisfies` tells whether a type
 * satisfies a fragment on another.
 */
export function compileRepresent(
  fetch: Pick<FetchNode, 'requires' | 'inputRewrites'>,
  keys: Readonly<Record<string, string[][]>>,
  satisfies: (type: string, condition: string) => boolean,
): Represent {
  const byType = new Map<string, OfType>();
  const ofType = (typename: string): OfType => {
    let found = byType.get(typename);
    if (!found) {
      found = forType(typename.slice(1, -1), fetch, keys, satisfies);
      byType.set(typename, found);
    }
    return found;
  };
  return (targets) => {
    const texts: string[] = [];
    const objects: MergedObject[][] = [];
    const lacking: MergedObject[] = [];
    const indexes = new Map<OfType, Map<string, number>>();
    for (const target of targets) {
      const { __typename: typename } = target;
      if (typeof typename !== 'string') continue;
      const type = ofType(typename);
      const key = type.key(target);
      if (key === null) {
        if (type !== unknownThere) lacking.push(target);
        continue;
      }
      let known = indexes.get(type);
      if (!known) {
        known = new Map();
        indexes.set(type, known);
      }
      const index = known.get(key);
      if (index === undefined) {
        known.set(key, texts.length);
        texts.push(type.text(key));
        objects.push([target]);
      } else objects[index]?.push(target);
    }
    return { ...inOrder(texts, objects), lacking };
  };
}

/** Sorted, so that the same entities are the same request wherever the plan asks for them. */
function inOrder(texts: string[], objects: MergedObject[][]): Omit<Represented, 'lacking'> {
  if (texts.length > maxSorted) return { texts, objects };
  const order = texts.map((_text, index) => index);
  order.sort((a, b) => ((texts[a] ?? '') < (texts[b] ?? '') ? -1 : 1));
  return {
    texts: order.map((index) => texts[index] ?? ''),
    objects: order.map((index) => objects[index] ?? []),
  };
}

/** More are hardly ever the same twice. */
const maxSorted = 200;

/** How objects of one type are told: by a key that is the same for the same entity, and the JSON for a key. */
interface OfType {
  key: (object: MergedObject) => string | null;
  text: (key: string) => string;
}

/** Objects of a type that the subgraph cannot find. */
const unknownThere: OfType = { key: () => null, text: (key) => key };

type Satisfies = (type: string, condition: string) => boolean;

function forType(
  type: string,
  { requires, inputRewrites }: Pick<FetchNode, 'requires' | 'inputRewrites'>,
  keys: Readonly<Record<string, string[][]>>,
  satisfies: Satisfies,
): OfType {
  const fields = fieldsFor(type, requires ?? [], satisfies);
  const set = new Map<string, string>();
  const renamed = new Map<string, string>();
  for (const rewrite of inputRewrites) {
    const conditions = rewrite.path.slice(0, -1);
    const name = rewrite.path.at(-1) ?? '';
    if (!conditions.every((step) => step.startsWith('... on '))) continue;
    if (!conditions.every((step) => satisfies(type, step.slice(7)))) continue;
    if (rewrite.kind === 'Set') set.set(name, encoded(JSON.stringify(rewrite.value)));
    else renamed.set(name, rewrite.to);
  }
  const sentType = set.get('__typename')?.slice(1, -1) ?? type;
  if (!keys[sentType]?.some((key) => key.every((name) => fields.has(name)))) return unknownThere;
  const parts = [...fields].map(([name, { from, selections }], index) => {
    const head = `${index === 0 ? '{' : ','}"${renamed.get(name) ?? name}":`;
    return { head, from, fixed: set.get(name), selections };
  });
  // Most often there is one key field: its value is enough to tell entities apart.
  const fixedPart = ({ from, fixed }: (typeof parts)[number]) =>
    fixed ?? (from === '__typename' ? `"${type}"` : undefined);
  const [only, ...others] = parts.filter((part) => fixedPart(part) === undefined);
  if (only && others.length === 0 && !only.selections) {
    const at = parts.indexOf(only);
    const write = (some: typeof parts) => some.map((part) => part.head + fixedPart(part)).join('');
    const before = write(parts.slice(0, at)) + only.head;
    const after = `${write(parts.slice(at + 1))}}`;
    return {
      key: (object) => {
        const value = object[only.from];
        return typeof value === 'string' ? value : value === null ? 'null' : null;
      },
      text: (key) => before + key + after,
    };
  }
  const represent = (object: MergedObject): string | null => {
    let text = '';
    for (const { head, from, fixed, selections } of parts) {
      const value = object[from];
      if (value === undefined) return null;
      const part = fixed ?? (selections ? nested(value, selections, satisfies) : leaf(value));
      if (part === null) return null;
      text += head + part;
    }
    return `${text}}`;
  };
  return { key: represent, text: (key) => key };
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

const leaf = (value: MergedValue): string => (typeof value === 'string' ? value : 'null');

/** What is known of a required object; null where a part of it is not. */
function nested(value: MergedValue, selections: Requirement[], satisfies: Satisfies): string | null {
  if (Array.isArray(value)) {
    const entries = value.map((entry) => nested(entry, selections, satisfies));
    return entries.includes(null) ? null : `[${entries.join()}]`;
  }
  if (value === null || value === undefined || typeof value === 'string') return 'null';
  const { __typename: typename } = value;
  const type = typeof typename === 'string' ? typename.slice(1, -1) : null;
  const parts: string[] = [];
  for (const [name, field] of fieldsFor(type, selections, satisfies)) {
    const inside = value[field.from];
    if (inside === undefined) return null;
    const text = field.selections ? nested(inside, field.selections, satisfies) : leaf(inside);
    if (text === null) return null;
    parts.push(`"${name}":${text}`);
  }
  return `{${parts.join()}}`;
}
