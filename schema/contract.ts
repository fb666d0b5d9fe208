// Reduces a subgraph's SDL to what composes without other subgraphs that it refers to. Pure: no files, no network.
import {
  type ConstDirectiveNode,
  type DefinitionNode,
  type DocumentNode,
  type FieldDefinitionNode,
  type InterfaceTypeDefinitionNode,
  Kind,
  type ObjectTypeDefinitionNode,
  type ObjectTypeExtensionNode,
  parse,
  print,
  type SelectionNode,
} from 'graphql';

export interface NamedSdl {
  name: string;
  sdl: string;
}

/** The SDL of a subgraph for graphs that lack some of the subgraphs that it refers to. */
export interface ContractSdl {
  name: string;
  /** The subgraphs that the graph lacks, sorted. Empty for the whole SDL. */
  without: readonly string[];
  sdl: string;
}

type ObjectNode = ObjectTypeDefinitionNode | ObjectTypeExtensionNode;
type TypeNode = ObjectNode | InterfaceTypeDefinitionNode;

/**
 * The SDL of each subgraph for every set of the others: once whole, and once without each set of the subgraphs whose definitions it
 * needs. A graph composes from the SDL that is `without` exactly those that it lacks.
 */
export function contractsOf(subgraphs: readonly NamedSdl[]): ContractSdl[] {
  const documents = new Map(subgraphs.map(({ name, sdl }) => [name, parse(sdl)]));
  return subgraphs.flatMap(({ name, sdl }) => {
    const document = documents.get(name) as DocumentNode;
    const needs = needsOf(name, documents);
    const needed = [...new Set([...needs.values()].flat())].sort();
    return subsetsOf(needed).map((without) => ({
      name,
      without,
      sdl: without.length === 0 ? sdl : `${print(reduced(document, needs, new Set(without)))}\n`,
    }));
  });
}

/** The SDL of a subgraph in a graph of the named subgraphs. Throws if there is no contract of that subgraph. */
export function contractFor(
  contracts: readonly ContractSdl[],
  name: string,
  graph: readonly string[],
): ContractSdl {
  const missing = neededBy(contracts, name).filter((other) => !graph.includes(other));
  const found = contracts.find(
    (contract) => contract.name === name && contract.without.join() === missing.join(),
  );
  if (!found) throw new Error(`no contract of ${name} without ${missing.join(', ')}`);
  return found;
}

/** The subgraphs whose definitions a subgraph needs, sorted. */
export const neededBy = (contracts: readonly ContractSdl[], name: string): string[] =>
  [...new Set(contracts.flatMap((contract) => (contract.name === name ? contract.without : [])))].sort();

const typesOf = ({ definitions }: DocumentNode): TypeNode[] => definitions.filter(isTypeNode);

const isObjectNode = (node: DefinitionNode): node is ObjectNode =>
  node.kind === Kind.OBJECT_TYPE_DEFINITION || node.kind === Kind.OBJECT_TYPE_EXTENSION;

const isTypeNode = (node: DefinitionNode): node is TypeNode =>
  isObjectNode(node) || node.kind === Kind.INTERFACE_TYPE_DEFINITION;

const directiveOf = (
  { directives = [] }: { readonly directives?: readonly ConstDirectiveNode[] },
  name: string,
): ConstDirectiveNode | undefined => directives.find((directive) => directive.name.value === name);

/**
 * What the subgraph refers to, with the other subgraphs that define it: the interface behind an `@interfaceObject`, by its name, and
 * fields that are `@external`, as `Type.field`.
 */
function needsOf(name: string, documents: ReadonlyMap<string, DocumentNode>): Map<string, string[]> {
  const needs = new Map<string, string[]>();
  const definedBy = (isDefinition: (type: TypeNode) => boolean): string[] =>
    [...documents].flatMap(([other, document]) =>
      other !== name && typesOf(document).some(isDefinition) ? [other] : [],
    );
  for (const type of typesOf(documents.get(name) as DocumentNode)) {
    const typeName = type.name.value;
    if (directiveOf(type, 'interfaceObject'))
      needs.set(
        typeName,
        definedBy(
          ({ kind, name: other }) => kind === Kind.INTERFACE_TYPE_DEFINITION && other.value === typeName,
        ),
      );
    for (const field of type.fields ?? [])
      if (directiveOf(field, 'external'))
        needs.set(
          `${typeName}.${field.name.value}`,
          definedBy((other) => other.name.value === typeName && defines(other, field.name.value)),
        );
  }
  return needs;
}

const defines = ({ fields = [] }: TypeNode, name: string): boolean =>
  fields.some((field) => field.name.value === name && !directiveOf(field, 'external'));

function subsetsOf(names: readonly string[]): string[][] {
  const subsets: string[][] = [[]];
  for (const name of names) subsets.push(...subsets.map((subset) => [...subset, name]));
  return subsets;
}

/** The document without what only the subgraphs in `without` define. */
function reduced(
  document: DocumentNode,
  needs: ReadonlyMap<string, readonly string[]>,
  without: ReadonlySet<string>,
): DocumentNode {
  const isMissing = (reference: string): boolean => {
    const owners = needs.get(reference);
    return owners?.every((owner) => without.has(owner)) ?? false;
  };
  return {
    ...document,
    definitions: document.definitions.map((node) => {
      if (!isObjectNode(node)) return node;
      const type = isMissing(node.name.value) ? asEntity(node) : node;
      return withoutMissing(type, (field) => isMissing(`${type.name.value}.${field}`));
    }),
  };
}

/** The interface object as an entity of its own. The subgraph answers for it either way: it knows no other type of that name. */
const asEntity = <Node extends ObjectNode>(node: Node): Node => ({
  ...node,
  directives: node.directives?.filter(({ name }) => name.value !== 'interfaceObject'),
});

/** The type without the external fields that are missing, and without the fields that require one of them. */
function withoutMissing<Node extends ObjectNode>(node: Node, isMissing: (field: string) => boolean): Node {
  const missing = (node.fields ?? [])
    .filter(({ name }) => isMissing(name.value))
    .map(({ name }) => name.value);
  if (missing.length === 0) return node;
  const answerable = (node.fields ?? []).filter(
    (field) => !requiredBy(field).some((required) => missing.includes(required)),
  );
  const required = new Set(answerable.flatMap(requiredBy));
  // An external field that nothing requires is refused by the composer.
  const fields = answerable.filter(
    (field) =>
      !missing.includes(field.name.value) &&
      (!directiveOf(field, 'external') || required.has(field.name.value)),
  );
  return { ...node, fields };
}

/** The fields of the same type that a field's @requires names. */
function requiredBy(field: FieldDefinitionNode): string[] {
  const value = directiveOf(field, 'requires')?.arguments?.find(({ name }) => name.value === 'fields')?.value;
  if (value?.kind !== Kind.STRING) return [];
  const [definition] = parse(`{ ${value.value} }`).definitions;
  return definition?.kind === Kind.OPERATION_DEFINITION
    ? definition.selectionSet.selections.flatMap(fieldsOf)
    : [];
}

/** An inline fragment of the type itself adds no level. */
const fieldsOf = (selection: SelectionNode): string[] => {
  if (selection.kind === Kind.FIELD) return [selection.name.value];
  return selection.kind === Kind.INLINE_FRAGMENT ? selection.selectionSet.selections.flatMap(fieldsOf) : [];
};
