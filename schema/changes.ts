// What has changed between two releases for clients and for partners that compose: breaking, and dangerous. Pure.
import {
  buildASTSchema,
  type ConstDirectiveNode,
  type DefinitionNode,
  type DocumentNode,
  type FieldDefinitionNode,
  findBreakingChanges,
  findDangerousChanges,
  type GraphQLSchema,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  Kind,
  type ObjectTypeDefinitionNode,
  parse,
  print,
} from 'graphql';

/** An SDL of two releases: of the API, or of a subgraph for one set of graphs. */
export interface ComparedSdl {
  name: string;
  /** The name of the SDL of which this one is a part: a change of both is listed for that one only. */
  partOf?: string;
  before: string;
  /** Null if the later release does not have it. */
  after: string | null;
}

export interface SchemaChange {
  /** What has changed, in English, such as `Road.name was removed.` */
  text: string;
  /** Names of the SDLs in which it has. */
  in: readonly string[];
  /** The day until which the removed element was promised by its deprecation; null without one. */
  promisedUntil: string | null;
}

export interface SchemaChanges {
  /** Requests, or graphs that compose a subgraph, stop working. */
  breaking: readonly SchemaChange[];
  /** Requests keep working, but may get answers that a client does not expect. */
  dangerous: readonly SchemaChange[];
}

/** The changes between two releases. */
export function changesBetween(compared: readonly ComparedSdl[]): SchemaChanges {
  const breaking = new Map<string, { in: string[]; promisedUntil: string | null }>();
  const dangerous: typeof breaking = new Map();
  for (const { name, partOf, before, after } of compared) {
    const add = (changes: typeof breaking, text: string, promisedUntil: string | null = null) => {
      const known = changes.get(text);
      if (!known) changes.set(text, { in: [name], promisedUntil });
      else if (!known.in.includes(partOf ?? '')) known.in.push(name);
    };
    if (after === null) {
      add(breaking, `The subgraph ${partOf ?? name} was removed.`);
      continue;
    }
    const [old, now] = [schemaOf(before), schemaOf(after)];
    for (const { description } of findBreakingChanges(old, now))
      add(breaking, description, promisedUntil(old, description));
    for (const { description } of findDangerousChanges(old, now)) add(dangerous, description);
    for (const text of tightenedDirectives(parse(before), parse(after))) add(breaking, text);
  }
  const listed = (changes: typeof breaking): SchemaChange[] =>
    [...changes].map(([text, change]) => ({ text, ...change }));
  return { breaking: listed(breaking), dangerous: listed(dangerous) };
}

/** A schema to compare. Extensions of types that the document does not define, as of Query, are joined into definitions. */
function schemaOf(sdl: string): GraphQLSchema {
  const document = parse(sdl);
  const defined = new Set(document.definitions.map(nameOf));
  const extended = document.definitions.flatMap((node) =>
    node.kind === Kind.OBJECT_TYPE_EXTENSION && !defined.has(node.name.value) ? [node.name] : [],
  );
  const missing = [...new Map(extended.map((name) => [name.value, name])).values()].map(
    (name): DefinitionNode => ({ kind: Kind.OBJECT_TYPE_DEFINITION, name }),
  );
  const definitions = [...missing, ...document.definitions];
  return buildASTSchema({ ...document, definitions }, { assumeValidSDL: true });
}

const nameOf = (node: DefinitionNode): string | undefined =>
  node.kind !== Kind.OBJECT_TYPE_EXTENSION && 'name' in node ? node.name?.value : undefined;

/** The last day in the reason of the deprecation of a removed field, input field, argument or enum value. */
function promisedUntil(schema: GraphQLSchema, description: string): string | null {
  const reason = deprecationReason(schema, description);
  return /Removed after (\d{4}-\d\d-\d\d)\./.exec(reason ?? '')?.[1] ?? null;
}

function deprecationReason(schema: GraphQLSchema, description: string): string | null | undefined {
  const [, value, enumName] = /^(\w+) was removed from enum type (\w+)\.$/.exec(description) ?? [];
  const enumType = schema.getType(enumName ?? '');
  if (isEnumType(enumType)) return enumType.getValue(value ?? '')?.deprecationReason;
  const [, typeName, fieldName, argument] =
    /^(\w+)\.(\w+)(?: arg (\w+))? was removed\.$/.exec(description) ?? [];
  const type = schema.getType(typeName ?? '');
  if (isInputObjectType(type)) return type.getFields()[fieldName ?? '']?.deprecationReason;
  if (!isObjectType(type) && !isInterfaceType(type)) return null;
  const field = type.getFields()[fieldName ?? ''];
  return argument
    ? field?.args.find(({ name }) => name === argument)?.deprecationReason
    : field?.deprecationReason;
}

/** What graphql-js does not compare: keys and sharing, on which other subgraphs of a graph rely, and what fields require of viewers. */
function tightenedDirectives(before: DocumentNode, after: DocumentNode): string[] {
  const current = directivesOf(after);
  return [...directivesOf(before)].flatMap(([path, old]) => {
    const now = current.get(path);
    if (!now) return [];
    return [
      ...old.keys.filter((key) => !now.keys.includes(key)).map((key) => `${path}: ${key} was removed.`),
      ...(old.isShareable && !now.isShareable ? [`${path}: @shareable was removed.`] : []),
      ...(now.access !== null && now.access !== old.access
        ? [`${path}: requires ${now.access}; before: ${old.access ?? 'nothing'}.`]
        : []),
    ];
  });
}

interface ComparedDirectives {
  /** Keys by which the subgraph resolves the entity. */
  keys: string[];
  isShareable: boolean;
  access: string | null;
}

/** By type, and by `Type.field`. */
function directivesOf({ definitions }: DocumentNode): Map<string, ComparedDirectives> {
  const found = new Map<string, ComparedDirectives>();
  for (const node of definitions) {
    if (!isFieldsNode(node)) continue;
    const ofNode = comparedDirectives(node);
    const known = found.get(node.name.value);
    const ofType = known ? { ...known, keys: [...known.keys, ...ofNode.keys] } : ofNode;
    found.set(node.name.value, ofType);
    for (const field of node.fields ?? []) {
      const ofField = comparedDirectives(field);
      const isShareable = ofField.isShareable || ofType.isShareable;
      found.set(`${node.name.value}.${field.name.value}`, { ...ofField, isShareable });
    }
  }
  return found;
}

const isFieldsNode = (node: DefinitionNode): node is ObjectTypeDefinitionNode =>
  (
    [Kind.OBJECT_TYPE_DEFINITION, Kind.OBJECT_TYPE_EXTENSION, Kind.INTERFACE_TYPE_DEFINITION] as string[]
  ).includes(node.kind);

function comparedDirectives({
  directives = [],
}: ObjectTypeDefinitionNode | FieldDefinitionNode): ComparedDirectives {
  const named = (name: string): ConstDirectiveNode[] => directives.filter((each) => each.name.value === name);
  const isResolvable = ({ arguments: values = [] }: ConstDirectiveNode): boolean =>
    !values.some(
      ({ name, value }) => name.value === 'resolvable' && value.kind === Kind.BOOLEAN && !value.value,
    );
  return {
    keys: named('key')
      .filter(isResolvable)
      .map((key) => print(key).replaceAll(', resolvable: true', '')),
    isShareable: named('shareable').length > 0,
    access: named('access').map((rule) => print(rule))[0] ?? null,
  };
}
