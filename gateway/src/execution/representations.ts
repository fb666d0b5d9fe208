// Writes the representations of entities for a fetch: the key and the required fields of each object.

import { toLatin1 } from '../answer/latin1.ts';
import type { MergedObject, MergedValue } from '../answer/merged-result.ts';
import type { FetchNode, Requirement } from '../query-planner/query-plan.ts';

/** Objects of types that the subgraph cannot look up are left out. */
export type BuildRepresentations = (objects: readonly MergedObject[]) => Representations;

export interface Representations {
  /** Each distinct representation as JSON. */
  texts: string[];
  /** For each text, the objects that it represents. */
  objects: MergedObject[][];
  /** Objects with an unknown required field. */
  incomplete: MergedObject[];
}

type Satisfies = (type: string, condition: string) => boolean;
type Keys = Readonly<Record<string, string[][]>>;
type Requirements = Pick<FetchNode, 'requires' | 'inputRewrites'>;

/**
 * The writer for a type is compiled when its name first occurs. `keys` are the subgraph's, by type; `satisfies` tells whether a
 * type satisfies a fragment on another.
 */
export function compileRepresentations(
  requirements: Requirements,
  keys: Keys,
  satisfies: Satisfies,
): BuildRepresentations {
  const writers = new Map<string, RepresentationWriter>();
  const writerFor = (typename: string): RepresentationWriter => {
    let writer = writers.get(typename);
    if (!writer) {
      writer = compileWriter(typename.slice(1, -1), requirements, keys, satisfies);
      writers.set(typename, writer);
    }
    return writer;
  };
  return (targets) => {
    const texts: string[] = [];
    const objects: MergedObject[][] = [];
    const incomplete: MergedObject[] = [];
    const indexes = new Map<RepresentationWriter, Map<string, number>>();
    for (const target of targets) {
      const { __typename: typename } = target;
      if (typeof typename !== 'string') continue;
      const writer = writerFor(typename);
      const identity = writer.identity(target);
      if (identity === null) {
        if (writer !== unresolvable) incomplete.push(target);
        continue;
      }
      let known = indexes.get(writer);
      if (!known) {
        known = new Map();
        indexes.set(writer, known);
      }
      const index = known.get(identity);
      if (index === undefined) {
        known.set(identity, texts.length);
        texts.push(writer.text(identity));
        objects.push([target]);
      } else objects[index]?.push(target);
    }
    return { ...sorted(texts, objects), incomplete };
  };
}

/** Longer lists are hardly ever requested twice. */
const maxSorted = 200;

/** Sorted, so that requests for the same entities have the same text wherever in the plan they are made. */
function sorted(texts: string[], objects: MergedObject[][]): Omit<Representations, 'incomplete'> {
  if (texts.length > maxSorted) return { texts, objects };
  const order = texts.map((_text, index) => index);
  order.sort((a, b) => ((texts[a] ?? '') < (texts[b] ?? '') ? -1 : 1));
  return {
    texts: order.map((index) => texts[index] ?? ''),
    objects: order.map((index) => objects[index] ?? []),
  };
}

/** Writes the representations of objects of one type. */
interface RepresentationWriter {
  /** The same text for the same entity; null for an object with an unknown required field. */
  identity: (object: MergedObject) => string | null;
  /** The representation, as JSON, of the object with this identity. */
  text: (identity: string) => string;
}

/** For objects of types that the subgraph has no key for. */
const unresolvable: RepresentationWriter = { identity: () => null, text: (identity) => identity };

/** A field of a representation. */
interface Member {
  /** What is written before its value: the opening brace or a comma, and its name. */
  head: string;
  /** Its name in the merged result. */
  from: string;
  /** Its value, where an input rewrite sets it. */
  fixed: string | undefined;
  selections: Requirement[] | null;
}

function compileWriter(
  type: string,
  { requires, inputRewrites }: Requirements,
  keys: Keys,
  satisfies: Satisfies,
): RepresentationWriter {
  const fields = requiredFields(type, requires ?? [], satisfies);
  const { set, renamed } = rewritesFor(type, inputRewrites, satisfies);
  const sentType = set.get('__typename')?.slice(1, -1) ?? type;
  if (!keys[sentType]?.some((key) => key.every((name) => fields.has(name)))) return unresolvable;
  const members = [...fields].map(([name, { from, selections }], index): Member => {
    const head = `${index === 0 ? '{' : ','}"${renamed.get(name) ?? name}":`;
    return { head, from, fixed: set.get(name), selections };
  });
  return compileSingleKey(type, members) ?? compileMembers(members, satisfies);
}

/** What the input rewrites do with the fields of a type, by name. */
function rewritesFor(type: string, inputRewrites: FetchNode['inputRewrites'], satisfies: Satisfies) {
  const set = new Map<string, string>();
  const renamed = new Map<string, string>();
  for (const rewrite of inputRewrites) {
    const conditions = rewrite.path.slice(0, -1);
    const name = rewrite.path.at(-1) ?? '';
    if (!conditions.every((step) => step.startsWith('... on '))) continue;
    if (!conditions.every((step) => satisfies(type, step.slice(7)))) continue;
    if (rewrite.kind === 'Set') set.set(name, toLatin1(JSON.stringify(rewrite.value)));
    else renamed.set(name, rewrite.to);
  }
  return { set, renamed };
}

/** Most representations have one field that differs, a leaf: its value identifies the entity. Null for any other. */
function compileSingleKey(type: string, members: readonly Member[]): RepresentationWriter | null {
  const fixedText = ({ from, fixed }: Member) => fixed ?? (from === '__typename' ? `"${type}"` : undefined);
  const [key, ...others] = members.filter((member) => fixedText(member) === undefined);
  if (!key || others.length > 0 || key.selections) return null;
  const index = members.indexOf(key);
  const write = (some: readonly Member[]) => some.map((member) => member.head + fixedText(member)).join('');
  const before = write(members.slice(0, index)) + key.head;
  const after = `${write(members.slice(index + 1))}}`;
  return {
    identity: (object) => {
      const value = object[key.from];
      return typeof value === 'string' ? value : value === null ? 'null' : null;
    },
    text: (identity) => before + identity + after,
  };
}

function compileMembers(members: readonly Member[], satisfies: Satisfies): RepresentationWriter {
  const write = (object: MergedObject): string | null => {
    let text = '';
    for (const { head, from, fixed, selections } of members) {
      const value = object[from];
      if (value === undefined) return null;
      const written = fixed ?? (selections ? objectText(value, selections, satisfies) : leafText(value));
      if (written === null) return null;
      text += head + written;
    }
    return `${text}}`;
  };
  return { identity: write, text: (identity) => identity };
}

interface RequiredField {
  from: string;
  selections: Requirement[] | null;
}

/** The required fields of objects of the type, by their name in the representation. */
function requiredFields(
  type: string | null,
  requires: Requirement[],
  satisfies: Satisfies,
): Map<string, RequiredField> {
  const fields = new Map<string, RequiredField>();
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

const leafText = (value: MergedValue): string => (typeof value === 'string' ? value : 'null');

/** A required object, or a list of them, as JSON; null where a field of it is unknown. */
function objectText(value: MergedValue, selections: Requirement[], satisfies: Satisfies): string | null {
  if (Array.isArray(value)) {
    const entries = value.map((entry) => objectText(entry, selections, satisfies));
    return entries.includes(null) ? null : `[${entries.join()}]`;
  }
  if (value === null || value === undefined || typeof value === 'string') return 'null';
  const { __typename: typename } = value;
  const type = typeof typename === 'string' ? typename.slice(1, -1) : null;
  const parts: string[] = [];
  for (const [name, { from, selections: inner }] of requiredFields(type, selections, satisfies)) {
    const field = value[from];
    if (field === undefined) return null;
    const text = inner ? objectText(field, inner, satisfies) : leafText(field);
    if (text === null) return null;
    parts.push(`"${name}":${text}`);
  }
  return `{${parts.join()}}`;
}
