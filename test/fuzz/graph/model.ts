// The model of a generated graph: its types, the subgraphs that resolve each field, and how each subgraph declares them.

export interface Argument {
  name: string;
  type: string;
  /** The default value, as GraphQL text. */
  fallback: string | null;
}

/** A key scalar: the digit of the object's number, so that all keys together identify every object. */
interface Digit {
  div: number;
  mod: number;
}

export interface Field {
  name: string;
  /** The type in the merged schema, as GraphQL text. */
  type: string;
  args: readonly Argument[];
  /** The parent type of the values; the interface for fields of its interface objects. */
  of: string;
  /** The subgraphs that resolve it. */
  owners: string[];
  digit: Digit | null;
  /** A nested key: leads to the object, or to the parts of the key, with the same number. */
  sameNumber: boolean;
  /** Subgraphs that declare it non-null although the merged type does not; its values are then never null. */
  strictIn: string[];
  /** The selection set that a computed field requires. */
  requires: string | null;
  inaccessible: boolean;
  /** Whether it is null for some objects in spite of its non-null type. */
  broken: boolean;
  /** The possible object types of its values; for abstract types, set after placement. */
  possible: readonly string[];
}

export interface ObjectType {
  kind: 'object';
  name: string;
  /** The numbers of its objects, for entities. */
  space: readonly number[] | null;
  keys: string[];
  /** The interfaces it implements; for fields of interface objects, including that interface. */
  implements: string[];
  fields: Map<string, Field>;
  /** The subgraphs in which it is an entity with fields; the first one has every key. */
  homes: string[];
}

export interface InterfaceType {
  kind: 'interface';
  name: string;
  members: string[];
  /** For an entity interface: whether each subgraph has the interface, interface objects, or only the members. */
  modes: Map<string, 'interface' | 'object' | 'members'> | null;
  keys: string[];
  space: readonly number[] | null;
  /** For a plain interface, the fields of every member. For an entity interface, the key and the fields of the interface objects. */
  fields: Map<string, Field>;
  homes: string[];
}

interface UnionType {
  kind: 'union';
  name: string;
  members: string[];
}

type NamedType = ObjectType | InterfaceType | UnionType;

export interface Placement {
  field: Field;
  external: boolean;
  requires: string | null;
  provides: string | null;
  overrideFrom: string | null;
  /** Whether it is declared here, but overridden by another subgraph. */
  overridden: boolean;
}

export interface Declaration {
  name: string;
  kind: 'object' | 'interface' | 'interfaceObject' | 'union';
  keys: { fields: string; resolvable: boolean }[];
  fields: Map<string, Placement>;
  members: string[];
}

export interface Subgraph {
  name: string;
  types: Map<string, Declaration>;
  sdl: string;
}

export interface Graph {
  seed: string;
  types: Map<string, NamedType>;
  subgraphs: Subgraph[];
  enums: Map<string, string[]>;
  scalars: string[];
  /** The entity types of which one subgraph does not know all entities. */
  missing: Map<string, string>;
  supergraph: string;
}

/** `[Foo!]!` → `Foo`. */
export const namedType = (type: string): string => type.replaceAll(/[[\]!]/g, '');

export const isNonNull = (type: string): boolean => type.endsWith('!');

function fieldsOf(graph: Graph, type: string): Map<string, Field> {
  const found = graph.types.get(type);
  if (!found || found.kind === 'union') throw new Error(`expected a type with fields, received ${type}`);
  return found.fields;
}

export function fieldOf(graph: Graph, type: string, name: string): Field {
  const field = fieldsOf(graph, type).get(name);
  if (!field) throw new Error(`${type} has no field ${name}`);
  return field;
}

export function newField(of: string, name: string, type: string, more: Partial<Field> = {}): Field {
  return {
    name,
    type,
    of,
    args: [],
    owners: [],
    digit: null,
    sameNumber: false,
    strictIn: [],
    requires: null,
    inaccessible: false,
    broken: false,
    possible: [],
    ...more,
  };
}
