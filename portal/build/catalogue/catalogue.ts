// Collects the catalogue: every type, field, argument and value of the graph with its owner, access, cost, age and use.

import { errorTable } from '@district-graph/kit/error-table';
import { type ErrorCode, errorCodes } from '@district-graph/kit/errors';
import { CostDirectives } from '@district-graph/kit/operation/cost-directives';
import { listedSubgraphs } from '@district-graph/schema/registry';
import {
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputField,
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  isUnionType,
  print,
} from 'graphql';
import type {
  Catalogue,
  CatalogueArgument,
  CatalogueField,
  CatalogueType,
  Cost,
  ErrorEntry,
  TypeKind,
} from '../../src/catalogue/catalogue.ts';
import type { Bilingual } from '../../src/page/language.ts';
import { accessOf, maskEntries, scopeEntries } from './access.ts';
import { bilingual } from './descriptions.ts';
import { entitiesOf } from './entities.ts';
import { composedGraph, type Graph } from './graph.ts';
import { fieldOwnersOf, ownershipOf } from './owners.ts';
import { firstReleases, type SinceOf } from './releases.ts';
import { keptOperations, usageBy } from './usage.ts';

interface Context {
  graph: Graph;
  sinceOf: SinceOf;
  usage: ReadonlyMap<string, readonly string[]>;
  /** Where each type is used, by its name. */
  references: ReadonlyMap<string, readonly string[]>;
}

export function buildCatalogue(graph = composedGraph()): Catalogue {
  const operations = keptOperations();
  const { sinceOf, latest } = firstReleases();
  const usage = usageBy(graph.schema, operations);
  const context = { graph, sinceOf, usage, references: referencesIn(graph) };
  const types = graph.types.map((type) => typeEntry(type, context));
  return {
    version: latest,
    owners: listedSubgraphs.map(({ name }) => name),
    types,
    operations,
    errors: errorEntries(),
    scopes: scopeEntries(types),
    masks: maskEntries(),
    entities: entitiesOf(types),
  };
}

/** Every subgraph adds to these types, so that none describes them. */
const rootDescriptions: Readonly<Record<string, Bilingual>> = {
  Query: { zh: '查询：读取数据的入口。', en: 'Queries: where reading begins.' },
  Mutation: {
    zh: '变更：登记与修改；同一幂等键只执行一次。',
    en: 'Mutations: what changes data, once for each idempotency key.',
  },
  Subscription: {
    zh: '订阅：发生时即通知，经 SSE 或 WebSocket。',
    en: 'Subscriptions: events as they happen, over SSE or WebSocket.',
  },
};

function typeEntry(type: GraphQLNamedType, context: Context): CatalogueType {
  const { graph, sinceOf, usage, references } = context;
  return {
    name: type.name,
    kind: kindOf(type),
    description: rootDescriptions[type.name] ?? bilingual(type.description),
    ...ownershipOf(type, graph),
    access: accessOf(type.astNode),
    since: sinceOf(type.name),
    deprecated: null,
    interfaces:
      isObjectType(type) || isInterfaceType(type) ? type.getInterfaces().map(({ name }) => name) : [],
    possibleTypes: possibleTypesOf(graph.schema, type),
    fields: fieldsOf(type, context),
    values: isEnumType(type)
      ? type.getValues().map((value) => ({
          name: value.name,
          description: bilingual(value.description),
          since: sinceOf(`${type.name}.${value.name}`),
          deprecated: deprecationOf(value.deprecationReason),
          usedBy: usage.get(`${type.name}.${value.name}`) ?? [],
        }))
      : [],
    usedIn: references.get(type.name) ?? [],
    usedBy: usage.get(type.name) ?? [],
  };
}

const deprecationOf = (reason: string | null | undefined) => (reason ? bilingual(reason) : null);

function kindOf(type: GraphQLNamedType): TypeKind {
  if (isObjectType(type)) return 'OBJECT';
  if (isInterfaceType(type)) return 'INTERFACE';
  if (isUnionType(type)) return 'UNION';
  if (isEnumType(type)) return 'ENUM';
  return isInputObjectType(type) ? 'INPUT' : 'SCALAR';
}

const possibleTypesOf = (schema: GraphQLSchema, type: GraphQLNamedType): string[] =>
  isUnionType(type) || isInterfaceType(type) ? schema.getPossibleTypes(type).map(({ name }) => name) : [];

function fieldsOf(type: GraphQLNamedType, context: Context): CatalogueField[] {
  if (isInputObjectType(type))
    return Object.values(type.getFields()).map((field) => ({
      ...argumentEntry(field, type.name, context),
      arguments: [],
      owners: [],
      access: null,
      cost: null,
      usedBy: [],
    }));
  if (!isObjectType(type) && !isInterfaceType(type)) return [];
  return Object.values(type.getFields()).map((field) => fieldEntry(type, field, context));
}

function fieldEntry(
  type: GraphQLNamedType,
  field: GraphQLField<unknown, unknown>,
  context: Context,
): CatalogueField {
  const coordinate = `${type.name}.${field.name}`;
  return {
    name: field.name,
    type: String(field.type),
    defaultValue: null,
    description: bilingual(field.description),
    since: context.sinceOf(coordinate),
    deprecated: deprecationOf(field.deprecationReason),
    arguments: field.args.map((argument) => argumentEntry(argument, coordinate, context)),
    owners: fieldOwnersOf(type, field, context.graph),
    access: accessOf(field.astNode),
    cost: costOf(context.graph.schema, type, field),
    usedBy: context.usage.get(coordinate) ?? [],
  };
}

function argumentEntry(
  argument: GraphQLArgument | GraphQLInputField,
  parent: string,
  { sinceOf }: Context,
): CatalogueArgument {
  const value = argument.astNode?.defaultValue;
  return {
    name: argument.name,
    type: String(argument.type),
    description: bilingual(argument.description),
    defaultValue: value ? print(value) : null,
    since: sinceOf(`${parent}.${argument.name}`),
    deprecated: deprecationOf(argument.deprecationReason),
  };
}

/** Null for values that cost nothing. */
function costOf(
  schema: GraphQLSchema,
  parent: GraphQLNamedType,
  field: GraphQLField<unknown, unknown>,
): Cost | null {
  const { weight, isList, listSize } = CostDirectives.of(schema).of(parent, field);
  if (weight === 0 && !listSize) return null;
  const size = listSize?.assumedSize ?? null;
  return {
    weight,
    size: isList || listSize?.sizedFields.length ? size : null,
    sizedBy: listSize?.slicingArguments[0] ?? null,
  };
}

function referencesIn({ types }: Graph): Map<string, string[]> {
  const found = new Map<string, string[]>();
  const add = (name: string, coordinate: string): void => {
    found.set(name, [...(found.get(name) ?? []), coordinate]);
  };
  for (const type of types) {
    if (!isObjectType(type) && !isInterfaceType(type) && !isInputObjectType(type)) continue;
    const fields: (GraphQLField<unknown, unknown> | GraphQLInputField)[] = Object.values(type.getFields());
    for (const field of fields) {
      add(getNamedType(field.type).name, `${type.name}.${field.name}`);
      for (const { name, type: argumentType } of 'args' in field ? field.args : [])
        add(getNamedType(argumentType).name, `${type.name}.${field.name}(${name}:)`);
    }
  }
  return found;
}

const errorEntries = (): ErrorEntry[] =>
  (Object.keys(errorCodes) as ErrorCode[]).map((code) => {
    const { meaning, action, httpStatus } = errorTable[code];
    return { code, title: errorCodes[code], httpStatus: httpStatus ?? null, meaning, action };
  });
