// What the rest of the gateway needs to know of a loaded supergraph, as plain data from the planner's thread.
import { printSchema, type Supergraph } from '@apollo/federation-internals';
import { type DocumentNode, isAbstractType, isInterfaceType, Kind } from 'graphql';
import { accessMetadata, type CommunityField, communityFields, type FieldRules } from './access-metadata.ts';
import { argumentOf, keysOf, objectsTaken, subgraphNames } from './join-directives.ts';
import { withCosts } from './supergraph-costs.ts';
import { type PlannedSupergraph, unusedPrefix } from './supergraph-rewrites.ts';

export interface SupergraphMetadata {
  /** The schema that clients see, as SDL, with the @cost and @listSize that are not shown to them. */
  apiSdl: string;
  /** Begins the response name of a client's field that has an alias or arguments; no field of any subgraph begins so. */
  aliasPrefix: string;
  /** For each abstract type, the names of the types that satisfy a fragment on it. */
  subtypes: Record<string, string[]>;
  subgraphs: { name: string; url: string }[];
  /** By subgraph and type, the keys by which objects can be fetched there: the outermost fields of each. */
  keys: Record<string, Record<string, string[][]>>;
  /** By subscription field, the subgraph that owns it. */
  subscriptions: Record<string, string>;
  /** Interfaces that are an object type in some subgraph, which cannot tell what their objects are. */
  interfaceObjects: ReadonlySet<string>;
  /** `Interface.field`, where for some object type of it some subgraph has it as external only. */
  partlyExternal: ReadonlySet<string>;
  /** By type and by `Type.field`, what of an object is planned beside what the client asks. */
  objectsTaken: Readonly<Record<string, readonly string[]>>;
  /** What fields ask of a viewer. */
  access: FieldRules;
  /** By type, what says in which community one of it lies. */
  communityFields: Readonly<Record<string, CommunityField>>;
}

export function supergraphMetadata(
  supergraph: Supergraph,
  document: DocumentNode,
  { interfaceObjects, partlyExternal }: PlannedSupergraph,
): SupergraphMetadata {
  const names = document.definitions.flatMap((definition) =>
    'fields' in definition ? (definition.fields ?? []).map(({ name }) => name.value) : [],
  );
  return {
    apiSdl: withCosts(printSchema(supergraph.apiSchema()), document),
    aliasPrefix: unusedPrefix('client_', names),
    subtypes: subtypesOf(supergraph),
    subgraphs: supergraph.subgraphsMetadata().map(({ name, url }) => ({ name, url })),
    keys: keysOf(document),
    subscriptions: subscriptionsOf(document),
    interfaceObjects,
    partlyExternal,
    objectsTaken: objectsTaken(document),
    access: accessMetadata(document),
    communityFields: communityFields(document),
  };
}

function subtypesOf(supergraph: Supergraph): SupergraphMetadata['subtypes'] {
  const schema = supergraph.schema.toGraphQLJSSchema();
  const subtypes: SupergraphMetadata['subtypes'] = {};
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isAbstractType(type)) continue;
    const { objects, interfaces } = isInterfaceType(type)
      ? schema.getImplementations(type)
      : { objects: type.getTypes(), interfaces: [] };
    subtypes[type.name] = [type.name, ...[...objects, ...interfaces].map(({ name }) => name)];
  }
  return subtypes;
}

function subscriptionsOf(document: DocumentNode): SupergraphMetadata['subscriptions'] {
  const names = subgraphNames(document);
  const owners: SupergraphMetadata['subscriptions'] = {};
  for (const definition of document.definitions) {
    if (definition.kind !== Kind.OBJECT_TYPE_DEFINITION || definition.name.value !== 'Subscription') continue;
    const [ofType] = definition.directives?.filter(({ name }) => name.value === 'join__type') ?? [];
    for (const { name, directives } of definition.fields ?? []) {
      // A field says its subgraph only where the type is in several.
      const ofField = directives?.find((directive) => directive.name.value === 'join__field');
      const graph = argumentOf(ofField, 'graph') ?? argumentOf(ofType, 'graph');
      owners[name.value] = names.get(graph ?? '') ?? '';
    }
  }
  return owners;
}
