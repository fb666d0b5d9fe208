// The graph as it is composed: its schema with the directives of composition, by which the owners of types and fields are known.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  buildASTSchema,
  type ConstDirectiveNode,
  type DocumentNode,
  type EnumTypeDefinitionNode,
  type GraphQLNamedType,
  type GraphQLSchema,
  isIntrospectionType,
  isSpecifiedScalarType,
  Kind,
  parse,
  valueFromASTUntyped,
} from 'graphql';
import { rootFolder } from '../sources.ts';

export interface Graph {
  schema: GraphQLSchema;
  /** The types of the API, by name. */
  types: readonly GraphQLNamedType[];
  /** The subgraph of a value of `join__Graph`. */
  subgraphOf: (value: string) => string;
}

/** The graph of a supergraph's SDL. */
export function graphOf(sdl: string): Graph {
  const document = parse(sdl);
  const schema = buildASTSchema(document, { assumeValid: true });
  const subgraphs = subgraphNames(document);
  const isOfApi = (type: GraphQLNamedType): boolean =>
    !/^(join|link)__/.test(type.name) && !isIntrospectionType(type) && !isSpecifiedScalarType(type);
  return {
    schema,
    types: Object.values(schema.getTypeMap())
      .filter(isOfApi)
      .sort((a, b) => (a.name < b.name ? -1 : 1)),
    subgraphOf: (value) => subgraphs.get(value) ?? value,
  };
}

export const readText = (path: string): string => readFileSync(join(rootFolder, path), 'utf8');

export const composedGraph = (): Graph => graphOf(readText('schema/supergraph.graphql'));

function subgraphNames({ definitions }: DocumentNode): Map<string, string> {
  const isGraphs = (node: DocumentNode['definitions'][number]): node is EnumTypeDefinitionNode =>
    node.kind === Kind.ENUM_TYPE_DEFINITION && node.name.value === 'join__Graph';
  const values = definitions.find(isGraphs)?.values ?? [];
  return new Map(
    values.map((value) => [value.name.value, String(directivesOf(value, 'join__graph')[0]?.name)]),
  );
}

export type Annotated = { directives?: readonly ConstDirectiveNode[] } | null | undefined;

/** The arguments of each use of the directive. */
export const directivesOf = (node: Annotated, name: string): Record<string, unknown>[] =>
  (node?.directives ?? [])
    .filter((directive) => directive.name.value === name)
    .map((directive) =>
      Object.fromEntries(
        (directive.arguments ?? []).map((argument) => [
          argument.name.value,
          valueFromASTUntyped(argument.value),
        ]),
      ),
    );
