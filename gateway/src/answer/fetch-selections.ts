// What each fetch of a query plan selects, over the common shape of the merged result: for each object's position, the
// response names that any fetch may add there.
import { fragmentsOf } from '@district-graph/kit/operation/collect-fields';
import {
  type GraphQLOutputType,
  Kind,
  type OperationDefinitionNode,
  parse,
  type SelectionSetNode,
} from 'graphql';
import type { FetchNode, PlanNode, Requirement } from '../query-planner/query-plan.ts';
import type { MergedObject } from './merged-result.ts';

/** The shape of the objects at one position of the merged result. They all have one hidden class. */
export class Shape {
  /** How many fetches return these objects as values of a field of another object. Objects that two return are merged one by one. */
  fetchCount = 0;
  /** What the last of those fetches selects of them. */
  selection: FetchSelection | null = null;
  /** Whether a fetch adds to these objects or to objects inside them, or reads a requirement from them. */
  mustBeParsed = false;
  /** Set where the value is copied from the subgraph's response as JSON text, without parsing it. */
  rawCopy: RawCopy | null = null;
  #children = new Map<string, Shape | null>();
  #make: (() => MergedObject) | null = null;
  #generatesCode: boolean;

  constructor(generatesCode: boolean) {
    this.#generatesCode = generatesCode;
    this.add('__typename');
  }

  add(name: string): void {
    if (this.#make) throw new Error('the shape is in use');
    if (!this.#children.has(name)) this.#children.set(name, null);
  }

  existingChild(name: string): Shape | null {
    return this.#children.get(name) ?? null;
  }

  child(name: string): Shape {
    let shape = this.#children.get(name);
    if (!shape) {
      if (this.#make) throw new Error('the shape is in use');
      shape = new Shape(this.#generatesCode);
      this.#children.set(name, shape);
    }
    return shape;
  }

  /** Makes empty objects. No name can be added once this has been read. */
  get make(): () => MergedObject {
    const names = [...this.#children.keys()];
    this.#make ??= this.#generatesCode ? generateMake(names) : interpretedMake(names);
    return this.#make;
  }
}

function interpretedMake(names: readonly string[]): () => MergedObject {
  return () => {
    const internal: object = { $walk: 0, $by: 0, $at: 0, $shape: -1, $absent: null };
    const object = internal as MergedObject;
    for (const name of names) object[name] = undefined;
    return object;
  };
}

function generateMake(names: readonly string[]): () => MergedObject {
  const fields = names.map((name) => `this.${name}=undefined;`).join('');
  // GraphQL names are identifiers, so the text cannot contain any other code.
  return new Function(
    `class Merged{constructor(){this.$walk=0;this.$by=0;this.$at=0;this.$shape=-1;this.$absent=null;${fields}}}return()=>new Merged()`,
  )();
}

/** What a fetch selects of the objects at one position. */
export interface FetchSelection {
  shape: Shape;
  /** By response name in the subgraph's response. */
  fields: Map<string, SelectedField>;
}

interface SelectedField {
  /** The name of the field in the merged result. */
  mergedName: string;
  /** What is selected of the field's objects; null for a leaf. */
  child: FetchSelection | null;
}

/** The selection of each fetch of the plan, and the shape of the root object. */
export function selectionsOfFetches(
  plan: PlanNode | null,
  generatesCode: boolean,
): { root: Shape; selections: Map<FetchNode, FetchSelection> } {
  const root = new Shape(generatesCode);
  const selections = new Map<FetchNode, FetchSelection>();
  const visit = (node: PlanNode | null): void => {
    if (!node) return;
    if (node.kind === 'Fetch') {
      selections.set(node, selectionOf(node, shapeAt(root, node.path)));
      markRequired(shapeAt(root, node.path), node.requires ?? []);
    } else for (const child of node.nodes) visit(child);
  };
  visit(plan);
  return { root, selections };
}

function shapeAt(root: Shape, path: readonly string[]): Shape {
  let shape = root;
  for (const name of path) {
    if (name === '@') continue;
    shape = shape.child(name);
    shape.mustBeParsed = true;
  }
  return shape;
}

/** Objects from which a representation takes fields must be parsed. */
function markRequired(shape: Shape, requires: readonly Requirement[]): void {
  for (const each of requires) {
    if (each.kind === 'Fragment') markRequired(shape, each.selections);
    else if (each.selections) {
      const child = shape.child(each.from);
      child.mustBeParsed = true;
      markRequired(child, each.selections);
    }
  }
}

function selectionOf(fetch: FetchNode, shape: Shape): FetchSelection {
  const document = parse(fetch.operation, { noLocation: true });
  const operation = document.definitions.find(
    (definition): definition is OperationDefinitionNode => definition.kind === Kind.OPERATION_DEFINITION,
  );
  if (!operation) throw new Error('a fetch without an operation');
  const renames = renamesOf(fetch);
  const fragments = fragmentsOf(document);
  const collect = (selectionSet: SelectionSetNode, into: FetchSelection, path: readonly string[]): void => {
    for (const selection of selectionSet.selections) {
      if (selection.kind === Kind.FIELD) {
        const name = (selection.alias ?? selection.name).value;
        const fieldPath = renames ? [...path, name] : path;
        const field =
          into.fields.get(name) ?? addField(into, name, renames?.(fieldPath) ?? name, selection.selectionSet);
        if (selection.selectionSet && field.child) collect(selection.selectionSet, field.child, fieldPath);
      } else {
        const fragment =
          selection.kind === Kind.INLINE_FRAGMENT ? selection : fragments.get(selection.name.value);
        if (fragment) collect(fragment.selectionSet, into, path);
      }
    }
  };
  const top: FetchSelection = { shape, fields: new Map() };
  const [first] = operation.selectionSet.selections;
  const entities =
    fetch.requires && first?.kind === Kind.FIELD && first.name.value === '_entities' ? first : null;
  collect(entities?.selectionSet ?? operation.selectionSet, top, []);
  return top;
}

/** The merged name of the field at a path of response names; undefined where it is not renamed. Null where no field is. */
function renamesOf({ outputRewrites }: FetchNode): ((path: readonly string[]) => string | undefined) | null {
  const renames = outputRewrites.flatMap((rewrite) =>
    rewrite.kind === 'Rename'
      ? [{ path: rewrite.path.filter((step) => !step.startsWith('... on ')), to: rewrite.to }]
      : [],
  );
  if (renames.length === 0) return null;
  return (path) =>
    renames.find(
      (each) => each.path.length === path.length && each.path.every((step, index) => step === path[index]),
    )?.to;
}

function addField(
  { shape, fields }: FetchSelection,
  name: string,
  mergedName: string,
  selectionSet: SelectionSetNode | undefined,
): SelectedField {
  shape.add(mergedName);
  const child = selectionSet ? { shape: shape.child(mergedName), fields: new Map() } : null;
  if (child) {
    child.shape.fetchCount += 1;
    child.shape.selection = child;
  }
  const field = { mergedName, child };
  fields.set(name, field);
  return field;
}

/** The type of a field that is copied as JSON text, and its fields. */
export interface RawCopy {
  type: GraphQLOutputType;
  fields: readonly RawCopyField[];
}

export interface RawCopyField {
  name: string;
  type: GraphQLOutputType;
  /** For `__typename`, the name of the object type. */
  typename: string | null;
  child: RawCopy | null;
}
