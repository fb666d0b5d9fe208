// The shape of the gathered data, compiled from a plan: for each object's place, the response names any fetch may add.
import {
  type DocumentNode,
  type FragmentDefinitionNode,
  type GraphQLOutputType,
  Kind,
  type OperationDefinitionNode,
  parse,
  type SelectionSetNode,
} from 'graphql';
import type { FetchNode, PlanNode, Requirement } from '../planning/query-plan.ts';
import { entriesOf, membersOf } from './json-text.ts';

/**
 * Gathered data: an object of a shape, a list, null, or a leaf as the JSON text it came as (latin1: one character for
 * each byte of UTF-8). What no subgraph has given is undefined.
 */
export type MergedValue = MergedObject | MergedValue[] | string | null | undefined;
/**
 * One entity may lie at many places as one object. Beside its fields it bears four numbers: `$walk`, of the last walk that
 * met it, `$by` and `$at`, of what wrote its text and of that text, and `$shape`, of what read it; and in `$absent` the
 * names that are not known as it is no entity of their subgraph. No response name has a dollar sign.
 */
export interface MergedObject {
  [responseName: string]: MergedValue;
}

interface Marked {
  $absent?: ReadonlySet<string> | null;
}

/** A subgraph told that it has no such entity: what it was asked for is not lost, there is none. */
export function markAbsent(object: MergedObject, names: ReadonlySet<string>): void {
  const marked: Marked = object as object;
  const { $absent: known } = marked;
  marked.$absent = known && known !== names ? new Set([...known, ...names]) : names;
}

export const isAbsent = (object: MergedObject, name: string): boolean =>
  (object as Marked).$absent?.has(name) === true;

/** What lies at a path inside; undefined where the path leads nowhere. */
export function valueAt(value: MergedValue, path: readonly (string | number)[]): MergedValue {
  let at = value;
  for (const step of path) {
    // A list or an object of leaves is one piece of JSON.
    if (typeof at === 'string')
      at = at.startsWith('[') ? entriesOf(at) : at.startsWith('{') ? membersOf(at) : null;
    if (!at) return undefined;
    at = Array.isArray(at) ? at[Number(step)] : at[step];
  }
  return at;
}

/** The place of an object in the gathered data. All objects of one place have one hidden class. */
export class Shape {
  /** How many fetches give objects of this place inside another object. What two give is joined, object by object. */
  givers = 0;
  /** What the last of them wants of it. */
  wanted: Wanted | null = null;
  /** Whether a fetch is about objects of this place or below, or is told what is in them. */
  isEntered = false;
  /** Set where its value is taken as it stands in the subgraph's answer: as JSON text. */
  rawCopy: RawCopy | null = null;
  #children = new Map<string, Shape | null>();
  #make: (() => MergedObject) | null = null;
  #generates: boolean;

  constructor(generates: boolean) {
    this.#generates = generates;
    this.add('__typename');
  }

  get names(): Iterable<string> {
    return this.#children.keys();
  }

  add(name: string): void {
    if (this.#make) throw new Error('the shape is in use');
    if (!this.#children.has(name)) this.#children.set(name, null);
  }

  existing(name: string): Shape | null {
    return this.#children.get(name) ?? null;
  }

  child(name: string): Shape {
    let shape = this.#children.get(name);
    if (!shape) {
      if (this.#make) throw new Error('the shape is in use');
      shape = new Shape(this.#generates);
      this.#children.set(name, shape);
    }
    return shape;
  }

  /** Makes empty objects; no name can be added from the first call on. */
  get make(): () => MergedObject {
    const names = [...this.#children.keys()];
    this.#make ??= this.#generates ? generateMake(names) : makeOf(names);
    return this.#make;
  }
}

function makeOf(names: readonly string[]): () => MergedObject {
  return () => {
    const object: object = { $walk: 0, $by: 0, $at: 0, $shape: -1, $absent: null };
    const gathered = object as MergedObject;
    for (const name of names) gathered[name] = undefined;
    return gathered;
  };
}

function generateMake(names: readonly string[]): () => MergedObject {
  const fields = names.map((name) => `this.${name}=undefined;`).join('');
  // Names of GraphQL are identifiers: nothing else can come into the text.
  return new Function(
    `class Place{constructor(){this.$walk=0;this.$by=0;this.$at=0;this.$shape=-1;this.$absent=null;${fields}}}return()=>new Place()`,
  )();
}

/** What a fetch asks for at one object's place. */
export interface Wanted {
  shape: Shape;
  fields: Map<string, WantedField>;
}

interface WantedField {
  /** The name under which it is gathered. */
  to: string;
  /** What is wanted of its object or objects; null for a leaf. */
  child: Wanted | null;
}

/** What each fetch of the plan wants, over one common shape of the root. */
export function wantedByFetches(
  plan: PlanNode | null,
  generates: boolean,
): { root: Shape; wanted: Map<FetchNode, Wanted> } {
  const root = new Shape(generates);
  const wanted = new Map<FetchNode, Wanted>();
  const visit = (node: PlanNode | null): void => {
    if (!node) return;
    if (node.kind === 'Fetch') {
      wanted.set(node, wantedBy(node, shapeAt(root, node.path)));
      enter(shapeAt(root, node.path), node.requires ?? []);
    } else for (const child of node.nodes) visit(child);
  };
  visit(plan);
  return { root, wanted };
}

function shapeAt(root: Shape, path: readonly string[]): Shape {
  let shape = root;
  for (const name of path) {
    if (name === '@') continue;
    shape = shape.child(name);
    shape.isEntered = true;
  }
  return shape;
}

/** What a fetch is told of objects has to be read. */
function enter(shape: Shape, requires: readonly Requirement[]): void {
  for (const each of requires) {
    if (each.kind === 'Fragment') enter(shape, each.selections);
    else if (each.selections) {
      const child = shape.child(each.from);
      child.isEntered = true;
      enter(child, each.selections);
    }
  }
}

function wantedBy(fetch: FetchNode, shape: Shape): Wanted {
  const document = parse(fetch.operation, { noLocation: true });
  const operation = document.definitions.find(
    (definition): definition is OperationDefinitionNode => definition.kind === Kind.OPERATION_DEFINITION,
  );
  if (!operation) throw new Error('a fetch without an operation');
  const renames = fetch.outputRewrites.flatMap((rewrite) =>
    rewrite.kind === 'Rename'
      ? [{ path: rewrite.path.filter((step) => !step.startsWith('... on ')), to: rewrite.to }]
      : [],
  );
  const fragments = fragmentsOf(document);
  const collect = (selectionSet: SelectionSetNode, into: Wanted, path: string[]): void => {
    for (const selection of selectionSet.selections) {
      if (selection.kind === Kind.FRAGMENT_SPREAD) {
        const fragment = fragments.get(selection.name.value);
        if (fragment) collect(fragment.selectionSet, into, path);
        continue;
      }
      if (selection.kind === Kind.INLINE_FRAGMENT) {
        collect(selection.selectionSet, into, path);
        continue;
      }
      const name = (selection.alias ?? selection.name).value;
      const here = [...path, name];
      const rename = renames.find(
        (each) => each.path.length === here.length && each.path.every((step, index) => step === here[index]),
      );
      const to = rename?.to ?? name;
      into.shape.add(to);
      let field = into.fields.get(name);
      if (!field) {
        const child = selection.selectionSet ? { shape: into.shape.child(to), fields: new Map() } : null;
        if (child) {
          child.shape.givers += 1;
          child.shape.wanted = child;
        }
        field = { to, child };
        into.fields.set(name, field);
      }
      if (selection.selectionSet && field.child) collect(selection.selectionSet, field.child, here);
    }
  };
  const top: Wanted = { shape, fields: new Map() };
  const [first] = operation.selectionSet.selections;
  const entities =
    fetch.requires && first?.kind === Kind.FIELD && first.name.value === '_entities' ? first : null;
  collect(entities?.selectionSet ?? operation.selectionSet, top, []);
  return top;
}

function fragmentsOf(document: DocumentNode): Map<string, FragmentDefinitionNode> {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions)
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
  return fragments;
}

/** The type of a field that is taken verbatim, and of the fields inside. */
export interface RawCopy {
  type: GraphQLOutputType;
  fields: readonly RawCopyField[];
}

export interface RawCopyField {
  name: string;
  type: GraphQLOutputType;
  /** The type's own name, for `__typename`. */
  typename: string | null;
  inside: RawCopy | null;
}
