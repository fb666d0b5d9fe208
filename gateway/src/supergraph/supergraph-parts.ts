// The parts of a supergraph that a plan can depend on, with a digest of each: a plan is valid on every supergraph that has the same ones.
import { hash } from 'node:crypto';
import {
  type DefinitionNode,
  type DocumentNode,
  type InterfaceTypeDefinitionNode,
  Kind,
  type ObjectTypeDefinitionNode,
  print,
  visit,
} from 'graphql';
import { argumentOf, directivesOf, keysOf, subgraphNames } from './join-directives.ts';

/** Digests by `Type`, of what is said of the type itself, and by `Type.field`. */
export interface SupergraphParts {
  /** The digest of what every plan depends on. */
  common: string;
  parts: ReadonlyMap<string, string>;
}

/** The names of fields by type. */
export type TouchedParts = Readonly<Record<string, readonly string[]>>;

/** `supergraph` is the one that is planned for. `aliasPrefix` is part of the merged names in plans. */
export function supergraphParts(supergraph: DocumentNode, aliasPrefix: string): SupergraphParts {
  const document = withoutDescriptions(supergraph);
  const parts = new Map<string, string>();
  const implementing = implementingTypes(document);
  const common: string[] = [];
  for (const definition of document.definitions) {
    if (!isTypeDefinition(definition)) {
      common.push(print(definition));
      continue;
    }
    const name = definition.name.value;
    const fields = isWithFields(definition) ? (definition.fields ?? []) : [];
    const head = isWithFields(definition) ? { ...definition, fields: [] } : definition;
    parts.set(name, digest([print(head), ...(implementing.get(name) ?? [])].join('\n')));
    for (const field of fields) parts.set(`${name}.${field.name.value}`, digest(print(field)));
  }
  // The part of a fetch that needs nothing but the key depends on the keys of all types of its subgraph.
  const keys = Object.entries(keysOf(document)).map(([subgraph, ofTypes]) =>
    [subgraph, ...new Set(Object.values(ofTypes).flat(2))].sort().join(' '),
  );
  const names = [...subgraphNames(document)].flat();
  return { common: digest([aliasPrefix, ...names, ...keys, ...common].join('\n')), parts };
}

/** Equal while all that a plan touches is the same; null where some of it is gone. */
export function digestOf(touched: TouchedParts, { common, parts }: SupergraphParts): string | null {
  const digests = [common];
  for (const [type, fields] of Object.entries(touched))
    for (const coordinate of [type, ...fields.map((field) => `${type}.${field}`)]) {
      const part = parts.get(coordinate);
      if (part === undefined) return null;
      digests.push(coordinate, part);
    }
  return digest(digests.join('\n'));
}

/** The names of the types that implement each interface. */
export function implementingTypes(document: DocumentNode): Map<string, string[]> {
  const implementing = new Map<string, string[]>();
  for (const definition of document.definitions) {
    if (!isWithFields(definition)) continue;
    const joined = directivesOf(definition, 'join__implements').map(
      (each) => argumentOf(each, 'interface') ?? '',
    );
    const declared = (definition.interfaces ?? []).map(({ name }) => name.value);
    for (const name of new Set([...declared, ...joined]))
      implementing.set(name, [...(implementing.get(name) ?? []), definition.name.value].sort());
  }
  return implementing;
}

type TypeDefinition = Extract<DefinitionNode, { kind: `${string}TypeDefinition` }>;

const isWithFields = (
  definition: DefinitionNode,
): definition is ObjectTypeDefinitionNode | InterfaceTypeDefinitionNode =>
  definition.kind === Kind.OBJECT_TYPE_DEFINITION || definition.kind === Kind.INTERFACE_TYPE_DEFINITION;

/** The list of subgraphs is not a type here: its addresses do not matter to plans. */
const isTypeDefinition = (definition: DefinitionNode): definition is TypeDefinition =>
  definition.kind.endsWith('TypeDefinition');

/** Descriptions change most often, and no plan depends on them. */
const withoutDescriptions = (document: DocumentNode): DocumentNode =>
  visit(document, { StringValue: (_text, key) => (key === 'description' ? null : undefined) });

/** 96 bits: the supergraph is trusted, so its parts are not made to have one digest. */
const digest = (text: string): string => hash('sha256', text, 'base64url').slice(0, 16);
