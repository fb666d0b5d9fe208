// The response positions at which a faulty subgraph excuses missing data: fields that it resolves, leads to, or is required for.
import {
  type GraphQLOutputType,
  getNullableType,
  isListType,
  isNonNullType,
  type SelectionSetNode,
} from 'graphql';
import { type Field, fieldOf, type Graph, namedType } from '../graph/model.ts';
import { parsedSelection, parsedSelectionSet } from '../graph/place.ts';
import type { Fault } from '../subgraphs.ts';
import type { Visit } from './reference.ts';

export interface Blame {
  mayBeNull: (path: readonly (string | number)[]) => boolean;
  /** Computed from values that the faulty subgraph returned as null. */
  mayDiffer: (path: readonly (string | number)[]) => boolean;
}

/** Faults that return null instead of values; the nulls then count as values. */
const leavesNulls = new Set(['errors', 'nulls', 'short', 'long']);

export function blameOf(graph: Graph, visits: readonly Visit[], { subgraph, kind }: Fault): Blame {
  const faulty = new Faulty(graph, subgraph);
  const nullable = new Set<string>();
  const differing = new Set<string>();
  const types = new Map<string, GraphQLOutputType>();
  const byPath = new Map<string, Visit>();
  for (const visit of visits) {
    byPath.set(pathText(visit.path), visit);
    types.set(pathText(visit.path), visit.returnType);
  }
  /** The type at a response position: that of a field's value, or of an entry of its list. */
  const typeAt = (path: readonly (string | number)[]): GraphQLOutputType | null => {
    const field = path.slice(0, path.findLastIndex((step) => typeof step === 'string') + 1);
    let type = types.get(pathText(field)) ?? null;
    for (let depth = field.length; type && depth < path.length; depth += 1) {
      const list: GraphQLOutputType = getNullableType(type);
      type = isListType(list) ? list.ofType : null;
    }
    return type;
  };
  const markNull = (path: readonly (string | number)[]) => {
    for (let end = path.length; end >= 0; end -= 1) {
      const place = path.slice(0, end);
      nullable.add(pathText(place));
      const type = typeAt(place);
      if (type && !isNonNullType(type)) return;
    }
  };
  const findTouched = (isAsked: boolean) => {
    const found = new Map<string, boolean>();
    for (const visit of visits) {
      const parentPath = pathText(parentPathOf(visit.path));
      const parent = byPath.get(parentPath);
      const isTouched = faulty.touches(visit, parent, found.get(parentPath) ?? false);
      const root = byPath.get(pathText(visit.path.slice(0, 1)));
      found.set(pathText(visit.path), isTouched || (isAsked && faulty.mayServe(visit, parent, root)));
    }
    return found;
  };
  let touched = findTouched(false);
  // When the faulty subgraph must be queried, fields that others resolve as well may be read from it together with the rest,
  // or from a subgraph that is reached through it.
  if ([...touched.values()].includes(true)) touched = findTouched(true);
  for (const visit of visits) {
    if (!touched.get(pathText(visit.path))) continue;
    markNull(visit.path);
    if (leavesNulls.has(kind) && visit.field.requires) differing.add(pathText(visit.path));
  }
  // Entries of a list can be null when their field can.
  const fieldPath = (path: readonly (string | number)[]) =>
    path.slice(0, path.findLastIndex((step) => typeof step === 'string') + 1);
  return {
    mayBeNull: (path) => nullable.has(pathText(path)) || (touched.get(pathText(fieldPath(path))) ?? false),
    mayDiffer: (path) => differing.has(pathText(path)),
  };
}

const parentPathOf = (path: readonly (string | number)[]) =>
  path.slice(0, path.slice(0, -1).findLastIndex((step) => typeof step === 'string') + 1);

const pathText = (path: readonly (string | number)[]): string => path.join('.');

class Faulty {
  #graph: Graph;
  #name: string;

  constructor(graph: Graph, name: string) {
    this.#graph = graph;
    this.#name = name;
  }

  touches({ of, field }: Visit, parent: Visit | undefined, parentTouched: boolean): boolean {
    const type = this.#graph.types.get(of);
    if (!parent) return field.owners.includes(this.#name) || this.#hidesType(field);
    if (type?.kind === 'object' && !type.space && !type.name.startsWith('Query'))
      return parentTouched || this.#hidesType(field);
    return this.#provides(parent, field) || this.#needed(of, field, parent.field.owners, 4);
  }

  /** Whether the plan may read the field from the faulty subgraph or through it, because it is queried anyway. */
  mayServe({ of, field }: Visit, parent: Visit | undefined, root: Visit | undefined): boolean {
    if (field.owners.includes(this.#name)) return true;
    const type = this.#graph.types.get(of);
    if (!parent || !root || type?.kind !== 'object' || !type.space) return false;
    const isDirect = (owner: string) =>
      parent.field.owners.every((giver) => giver === owner || this.#leads(giver, owner, of));
    const roots = root.field.owners;
    const isBeside = roots.some((other) => other !== this.#name && field.owners.includes(other));
    return !field.owners.every(isDirect) || (roots.includes(this.#name) && !isBeside);
  }

  #needed(of: string, field: Field, givers: readonly string[], depth: number): boolean {
    if (depth === 0 || this.#hidesType(field)) return true;
    // The object may come from the faulty subgraph, so that its key, which the rest needs, is missing.
    if (givers.includes(this.#name) && !this.#gives(this.#name, of, field)) return true;
    const others = givers.filter((giver) => giver !== this.#name);
    const local = others.length === givers.length && others.every((giver) => this.#gives(giver, of, field));
    if (!local) {
      if (field.owners.includes(this.#name)) return true;
      const direct = givers.every((giver) =>
        field.owners.some((owner) => giver === owner || this.#leads(giver, owner, of)),
      );
      if (!direct) return true;
    }
    if (!field.requires) return false;
    // The subgraph that computes it is entered again with the required values.
    return this.#anyNeeded(of, parsedSelectionSet(field.requires), [...givers, ...field.owners], depth - 1);
  }

  #anyNeeded(of: string, selectionSet: SelectionSetNode, givers: readonly string[], depth: number): boolean {
    return selectionSet.selections.some((selection) => {
      if (selection.kind === 'InlineFragment')
        return this.#anyNeeded(
          selection.typeCondition?.name.value ?? of,
          selection.selectionSet,
          givers,
          depth,
        );
      if (selection.kind !== 'Field' || selection.name.value === '__typename') return false;
      const field = fieldOf(this.#graph, of, selection.name.value);
      if (this.#needed(of, field, givers, depth)) return true;
      const target = namedType(field.type);
      if (!selection.selectionSet) return false;
      const inner = this.#graph.types.get(target);
      if (inner?.kind === 'object' && !inner.space) return false;
      return this.#anyNeeded(target, selection.selectionSet, field.owners, depth - 1);
    });
  }

  /** Whether the faulty subgraph provides the field on this path, although another subgraph owns it. */
  #provides(parent: Visit, { name }: Field): boolean {
    const { provides } = this.#declared(this.#name, parent.of)?.fields.get(parent.field.name) ?? {};
    return !!provides && parsedSelection(provides).some((selection) => selection.name.value === name);
  }

  /** Interface objects have no concrete type: the subgraph of the interface must be queried. */
  #hidesType(field: Field): boolean {
    const media = this.#graph.types.get('Media');
    if (media?.kind !== 'interface' || media.homes[0] !== this.#name) return false;
    return field.possible.some((name) => media.members.includes(name));
  }

  #declared(subgraph: string, of: string) {
    const { types } = this.#graph.subgraphs.find(({ name }) => name === subgraph) ?? {};
    const media = this.#graph.types.get('Media');
    const known = types?.get(of);
    if (known) return known;
    return media?.kind === 'interface' && media.members.includes(of) ? types?.get('Media') : undefined;
  }

  #gives(subgraph: string, of: string, { name, requires }: Field): boolean {
    const placed = this.#declared(subgraph, of)?.fields.get(name);
    return !!placed && !placed.external && !placed.overridden && !requires;
  }

  /** Whether one subgraph has a key with which another can be entered. */
  #leads(from: string, to: string, of: string): boolean {
    const source = this.#declared(from, of);
    const target = this.#declared(to, of);
    return !!target?.keys.some(
      ({ fields, resolvable }) => resolvable && source?.keys.some((key) => key.fields === fields),
    );
  }
}
