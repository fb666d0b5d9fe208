// Composes the subgraphs' SDL into one supergraph, or says every reason why it cannot. Pure: no files, no network.
import { composeServices } from '@apollo/composition';
import type { ServiceDefinition } from '@apollo/federation-internals';
import {
  type DocumentNode,
  type FieldDefinitionNode,
  Kind,
  type ObjectTypeDefinitionNode,
  parse,
} from 'graphql';

export interface SubgraphSdl {
  name: string;
  url: string;
  sdl: string;
}

/** Returns the supergraph SDL. Throws one error whose message has a line for each fault, with the name of the subgraph. */
export function composeSupergraph(subgraphs: readonly SubgraphSdl[]): string {
  const documents = subgraphs.map(({ sdl }) => parse(sdl));
  const owners = ownersOf(documents);
  const services = subgraphs.map(({ name, url }, index) => ({
    name,
    url,
    typeDefs: describedByOwners(documents[index] as DocumentNode, owners),
  }));
  const { supergraphSdl, errors } = compositionOf(services);
  // The composer's messages begin with the subgraph's name in brackets, or name the subgraphs that differ.
  if (errors?.length) throw doesNotCompose(errors.map(({ message }) => message));
  return `${supergraphSdl?.trimEnd()}\n`;
}

const doesNotCompose = (faults: readonly string[]) =>
  new Error(faults.map((fault) => `模式无法组合 The schema does not compose：${fault}`).join('\n'));

/** The composer ends with an internal error where an object has the name of another subgraph's interface and is not marked as one. */
function compositionOf(services: ServiceDefinition[]): ReturnType<typeof composeServices> {
  try {
    return composeServices(services);
  } catch (error) {
    const faults = unmarkedInterfaceObjects(services);
    if (faults.length) throw doesNotCompose(faults);
    throw error;
  }
}

function unmarkedInterfaceObjects(services: readonly ServiceDefinition[]): string[] {
  const interfaces = new Map<string, string>();
  for (const { name: subgraph, typeDefs } of services)
    for (const { kind, name } of typesOf(typeDefs))
      if ((kind as Kind) === Kind.INTERFACE_TYPE_DEFINITION) interfaces.set(name.value, subgraph);
  return services.flatMap(({ name: subgraph, typeDefs }) =>
    typesOf(typeDefs)
      .filter(({ kind, name, directives }) => {
        const isMarked = directives?.some((directive) => directive.name.value.endsWith('interfaceObject'));
        return kind === Kind.OBJECT_TYPE_DEFINITION && interfaces.has(name.value) && !isMarked;
      })
      .map(({ name: { value } }) => {
        const owner = interfaces.get(value);
        return `[${subgraph}] ${value} 在子图 ${owner} 中是接口：请加上 @interfaceObject。 ${value} is an interface in subgraph "${owner}": add @interfaceObject to it.`;
      }),
  );
}

/** By type, the document that gives most of its fields. */
function ownersOf(
  documents: readonly DocumentNode[],
): Map<string, { document: DocumentNode; fields: Set<string> }> {
  const owners = new Map<string, { document: DocumentNode; fields: Set<string> }>();
  for (const document of documents)
    for (const { name, fields } of typesOf(document)) {
      const known = owners.get(name.value);
      if (!known || (fields ?? []).length > known.fields.size)
        owners.set(name.value, { document, fields: new Set(fields?.map((field) => field.name.value)) });
    }
  return owners;
}

/**
 * Types and fields that another document owns, without a description: there they are described as what is referred to, and
 * the supergraph would take the description that most have.
 */
function describedByOwners(document: DocumentNode, owners: ReturnType<typeof ownersOf>): DocumentNode {
  const bare = <Node extends ObjectTypeDefinitionNode | FieldDefinitionNode>(node: Node): Node => ({
    ...node,
    description: undefined,
  });
  const types = new Set(typesOf(document));
  return {
    ...document,
    definitions: document.definitions.map((node) => {
      const type = node as ObjectTypeDefinitionNode;
      const owner = types.has(type) ? owners.get(type.name.value) : undefined;
      if (!owner || owner.document === document) return node;
      return bare({
        ...type,
        fields: type.fields?.map((field) => (owner.fields.has(field.name.value) ? bare(field) : field)),
      });
    }),
  };
}

const typesOf = ({ definitions }: DocumentNode): ObjectTypeDefinitionNode[] =>
  definitions.filter(
    ({ kind }) => kind === Kind.OBJECT_TYPE_DEFINITION || kind === Kind.INTERFACE_TYPE_DEFINITION,
  ) as ObjectTypeDefinitionNode[];
