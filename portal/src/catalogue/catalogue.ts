// The shape of the catalogue: what `build/catalogue` collects of the graph, and the pages show.
import type { Bilingual } from '../page/language.ts';

/** What a viewer needs to see a type or field, or what is seen instead. */
export interface AccessRule {
  scope: string;
  /** A name of `masks`; null where the value is refused without the scope. */
  mask: string | null;
  /** The argument or field with the code of a division that must lie in the viewer's. */
  within: string | null;
}

export interface Cost {
  /** Of each object or value. */
  weight: number;
  /** How many objects a list is taken to have; null for a single one. */
  size: number | null;
  /** The argument that says how many. */
  sizedBy: string | null;
}

interface Described {
  name: string;
  description: Bilingual;
  /** The release that it came with; null if it is not in any yet. */
  since: string | null;
  /** Why it should not be used any more, and what instead. */
  deprecated: Bilingual | null;
}

export interface CatalogueArgument extends Described {
  type: string;
  defaultValue: string | null;
}

export interface CatalogueField extends CatalogueArgument {
  arguments: readonly CatalogueArgument[];
  /** The subgraphs that resolve it. */
  owners: readonly string[];
  access: AccessRule | null;
  cost: Cost | null;
  /** Names of the operations that select it. */
  usedBy: readonly string[];
}

export interface CatalogueValue extends Described {
  usedBy: readonly string[];
}

export type TypeKind = 'OBJECT' | 'INTERFACE' | 'UNION' | 'ENUM' | 'INPUT' | 'SCALAR';

export interface CatalogueType extends Described {
  kind: TypeKind;
  /** The subgraph that has its rows, or defines it; several where it is the same in all of them. */
  owners: readonly string[];
  /** Subgraphs that add fields to what another one owns. */
  contributors: readonly string[];
  /** Fields by which other subgraphs refer to it, such as `id`; none where it is not an entity. */
  keys: readonly string[];
  access: AccessRule | null;
  interfaces: readonly string[];
  /** The members of a union, and what implements an interface. */
  possibleTypes: readonly string[];
  fields: readonly CatalogueField[];
  values: readonly CatalogueValue[];
  /** Fields and arguments of this type, such as `Query.elder`. */
  usedIn: readonly string[];
  usedBy: readonly string[];
}

/** An operation that is kept in the repository and tested. */
export interface KeptOperation {
  name: string;
  description: string;
  document: string;
  /** Whether the playground opens with it. */
  isExample: boolean;
}

export interface ErrorEntry {
  code: string;
  title: string;
  httpStatus: number | null;
  meaning: Bilingual;
  action: Bilingual;
}

export interface ScopeEntry {
  scope: string;
  description: Bilingual;
  /** Roles that have it. */
  roles: readonly string[];
  purposes: readonly string[];
  /** Whether signed-in viewers do not need it for their own records. */
  isOwners: boolean;
  /** Types and fields that require it. */
  requiredBy: readonly string[];
}

/** A mask with an example, made by the code that masks. */
export interface MaskEntry {
  mask: string;
  description: Bilingual;
  before: string | null;
  after: string | null;
}

export interface EntityNode {
  name: string;
  label: Bilingual;
  owner: string;
}

export interface EntityLink {
  from: string;
  to: string;
  /** The fields that lead there. */
  fields: readonly string[];
  /** The subgraph that resolves them. */
  owner: string;
}

export interface Catalogue {
  version: string;
  /** The subgraphs in the order of the registry. */
  owners: readonly string[];
  types: readonly CatalogueType[];
  operations: readonly KeptOperation[];
  errors: readonly ErrorEntry[];
  scopes: readonly ScopeEntry[];
  masks: readonly MaskEntry[];
  entities: { nodes: readonly EntityNode[]; links: readonly EntityLink[] };
}
