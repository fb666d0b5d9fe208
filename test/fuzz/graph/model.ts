// What a generated graph is: its types, who resolves which field, and how each subgraph declares them.

export interface Argument {
  name: string;
  type: string;
  /** The default, as GraphQL text. */
  fallback: string | null;
}

/** A key scalar: the digit of the object's number, so that keys together tell every object from every other. */
interface Digit {
  div: number;
  mod: number;
}

export interface Field {
  name: string;
  /** The type in the merged schema, as GraphQL text. */
  type: string;
  args: readonly Argument[];
  /** The type whose name the values stand on; an interface for the fields of its interface objects. */
  of: string;
  /** The subgraphs that answer it. */
  owners: string[];
  digit: Digit | null;
  /** A nested key: leads to the object, or the key's parts, of the same number. */
  sameNumber: boolean;
  /** Subgraphs that declare it non-null where the merged type does not; its values are then never null. */
  strictIn: string[];
  /** The selection a computed field depends on. */
  requires: string | null;
  inaccessible: boolean;
  /** Of a non-null type, and yet null for some objects. */
  broken: boolean;
  /** The object types its values may have; for abstract types, set when all is placed. */
  possible: readonly string[];
}

export interface ObjectType {
  kind: 'object';
  name: string;
  /** The numbers of its objects, for entities. */
  space: readonly number[] | null;
  keys: string[];
  /** Interfaces and, for interface objects' fields, the interface is listed too. */
  implements: string[];
  fields: Map<string, Field>;
  /** Subgraphs where it is an entity with fields; the first one has every key. */
  homes: string[];
}

export interface InterfaceType {
  kind: 'interface';
  name: string;
  members: string[];
  /** Set for an entity interface: what each subgraph knows, the interface, interface objects, or the members alone. */
  modes: Map<string, 'interface' | 'object' | 'members'> | null;
  keys: string[];
  space: readonly number[] | null;
  /** Of a plain interface: what every member has. Of an entity interface: the key and the interface objects' fields. */
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
  /** Declared here, yet another subgraph has taken it over. */
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
  /** Entities of which one subgraph does not know all. */
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
