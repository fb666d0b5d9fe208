// Metadata of a loaded supergraph for the rest of the gateway: plain data, which the planner's thread sends.
import { printSchema, type Supergraph } from '@apollo/federation-internals';
import { type DocumentNode, isAbstractType, isInterfaceType, Kind } from 'graphql';
import { accessMetadata, type CommunityField, communityFields, type FieldRules } from './access-metadata.ts';
import { argumentOf, keysOf, plannerSelections, subgraphNames } from './join-directives.ts';
import { checkRequirements } from './protected-requirements.ts';
import { withCosts } from './supergraph-costs.ts';
import { type SupergraphParts, supergraphParts } from './supergraph-parts.ts';
import { type PlannedSupergraph, unusedPrefix } from './supergraph-rewrites.ts';

export interface SupergraphMetadata {
  /** The API schema as SDL, with the @cost and @listSize that clients do not see. */
  apiSdl: string;
  /** The start of the merged name of a field with an alias or arguments. No field of any subgraph starts with it. */
  aliasPrefix: string;
  /** For each abstract type, the names of the types that satisfy a fragment on it. */
  subtypes: Record<string, string[]>;
  subgraphs: { name: string; url: string }[];
  /** By subgraph and type, the keys by which entities can be fetched: the top-level fields of each. */
  keys: Record<string, Record<string, string[][]>>;
  /** By subscription field, the subgraph that owns it. */
  subscriptions: Record<string, string>;
  /** Interfaces that are an interface object in some subgraph, which does not know the types of its objects. */
  interfaceObjects: ReadonlySet<string>;
  /** `Interface.field` for fields that no subgraph resolves for every type of the interface that it has. */
  partlyExternal: ReadonlySet<string>;
  /** By type and by `Type.field`, the fields with selections that the planner adds to operations. */
  plannerSelections: Readonly<Record<string, readonly string[]>>;
  /** The access rules by `Type.field`. */
  access: FieldRules;
  /** By type, the field that discloses the community of an entity. */
  communityFields: Readonly<Record<string, CommunityField>>;
  /** The digests of what plans depend on. */
  parts: SupergraphParts;
}

export function supergraphMetadata(
  supergraph: Supergraph,
  document: DocumentNode,
  { document: planned, interfaceObjects, partlyExternal }: PlannedSupergraph,
  enforcedSubgraphs: readonly string[] = [],
): SupergraphMetadata {
  const names = document.definitions.flatMap((definition) =>
    'fields' in definition ? (definition.fields ?? []).map(({ name }) => name.value) : [],
  );
  checkRequirements(document, enforcedSubgraphs);
  const aliasPrefix = unusedPrefix('client_', names);
  return {
    apiSdl: withCosts(printSchema(supergraph.apiSchema()), document),
    aliasPrefix,
    subtypes: subtypesOf(supergraph),
    subgraphs: supergraph.subgraphsMetadata().map(({ name, url }) => ({ name, url })),
    keys: keysOf(document),
    subscriptions: subscriptionsOf(document),
    interfaceObjects,
    partlyExternal,
    plannerSelections: plannerSelections(document),
    access: accessMetadata(document, enforcedSubgraphs),
    communityFields: communityFields(document),
    parts: supergraphParts(planned, aliasPrefix),
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
      // A field names its subgraph only where its type is in several.
      const ofField = directives?.find((directive) => directive.name.value === 'join__field');
      const graph = argumentOf(ofField, 'graph') ?? argumentOf(ofType, 'graph');
      owners[name.value] = names.get(graph ?? '') ?? '';
    }
  }
  return owners;
}
