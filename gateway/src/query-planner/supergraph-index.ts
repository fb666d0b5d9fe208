// The supergraph as the search reads it: which subgraphs resolve each field, and the keys by which entities are fetched.
import {
  type ConstDirectiveNode,
  type DocumentNode,
  type FieldDefinitionNode,
  type InterfaceTypeDefinitionNode,
  Kind,
  type ObjectTypeDefinitionNode,
  print,
  type SelectionSetNode,
  type TypeNode,
  type UnionTypeDefinitionNode,
} from 'graphql';
import {
  argumentOf,
  directivesOf,
  hasFlag,
  namedType,
  selectionSetIn,
  subgraphNames,
} from '../supergraph/join-directives.ts';

/** A set of subgraphs: bit n stands for the subgraph n of the supergraph's list. */
export type SubgraphSet = number;

/** Bits of a `SubgraphSet`. */
const maxSubgraphs = 30;

export interface SupergraphIndex {
  /** The names of the subgraphs. */
  subgraphs: readonly string[];
  types: ReadonlyMap<string, IndexedType>;
}

export interface IndexedType {
  name: string;
  kind: 'object' | 'abstract' | 'leaf';
  /** The subgraphs that define the type. */
  subgraphs: SubgraphSet;
  fields: ReadonlyMap<string, IndexedField>;
  /** The keys by which subgraphs resolve its entities, those of its interface objects included. */
  keys: readonly EntityKey[];
  /** Of an interface or union: its object types, each with the subgraphs in which it is one. */
  members: ReadonlyMap<string, SubgraphSet>;
  /** Of an interface: the subgraphs that define it as an interface object. */
  interfaceObjectIn: SubgraphSet;
}

export interface IndexedField {
  /** The subgraphs that resolve the field of any object that they can resolve. */
  resolvers: SubgraphSet;
  /** The named type. */
  type: string;
  /** How many lists the value is nested in. */
  listDepth: number;
  /** The type as text, and by subgraph where one defines it otherwise. */
  typeText: string;
  typeTexts: ReadonlyMap<number, string>;
  arguments: ReadonlySet<string>;
  /** By subgraph, what its @provides selects of the field's objects. */
  provides: ReadonlyMap<number, readonly KeyField[]>;
  /** Whether only its resolvers matter: no subgraph computes it from required fields, contexts or by an override label. */
  isPlain: boolean;
}

export interface EntityKey {
  /** The subgraph that resolves the entity. */
  subgraph: number;
  /** The `__typename` of the representation: the type itself, or an interface that is an interface object in the subgraph. */
  entityType: string;
  /** Whether `entityType` is an interface. */
  isInterface: boolean;
  fields: readonly KeyField[];
  /** The subgraphs that resolve all of its fields of an object of the type that has the key. */
  sources: SubgraphSet;
}

/** A field of a key or of a @provides. */
export interface KeyField {
  name: string;
  selections: readonly KeyField[] | null;
}

type CompositeDefinition = ObjectTypeDefinitionNode | InterfaceTypeDefinitionNode | UnionTypeDefinitionNode;
type FieldsDefinition = ObjectTypeDefinitionNode | InterfaceTypeDefinitionNode;

/** Null for a supergraph with more subgraphs than a set can hold. */
export function indexSupergraph(document: DocumentNode): SupergraphIndex | null {
  const names = subgraphNames(document);
  const subgraphs = [...names.values()];
  const numbers = new Map([...names.keys()].map((graph, index) => [graph, index]));
  if (subgraphs.length > maxSubgraphs) return null;
  const definitions = document.definitions.filter(
    (each): each is CompositeDefinition =>
      each.kind === Kind.OBJECT_TYPE_DEFINITION ||
      each.kind === Kind.INTERFACE_TYPE_DEFINITION ||
      each.kind === Kind.UNION_TYPE_DEFINITION,
  );
  const types = new Map<string, MutableType>();
  for (const definition of document.definitions)
    if (definition.kind === Kind.SCALAR_TYPE_DEFINITION || definition.kind === Kind.ENUM_TYPE_DEFINITION)
      types.set(definition.name.value, emptyType(definition.name.value, 'leaf'));
  for (const name of ['ID', 'String', 'Int', 'Float', 'Boolean']) types.set(name, emptyType(name, 'leaf'));
  for (const definition of definitions) types.set(definition.name.value, indexType(definition, numbers));
  for (const definition of definitions) addMembers(definition, numbers, types);
  for (const definition of definitions)
    if (definition.kind === Kind.OBJECT_TYPE_DEFINITION) addInterfaceObjects(definition, types);
  for (const definition of definitions)
    if (definition.kind === Kind.INTERFACE_TYPE_DEFINITION) narrowToMembers(definition, types);
  for (const type of types.values())
    for (const key of type.keys) key.sources = resolversOf(key.fields, type, types);
  return { subgraphs, types };
}

/** The subgraphs that resolve all of the fields of an object of the type. */
function resolversOf(
  fields: readonly KeyField[],
  type: IndexedType,
  types: ReadonlyMap<string, IndexedType>,
): SubgraphSet {
  let resolvers: SubgraphSet = -1;
  for (const { name, selections } of fields) {
    const field = type.fields.get(name);
    const inner = field && types.get(field.type);
    if (!field?.isPlain || !inner || (selections && inner.kind !== 'object')) return 0;
    resolvers &= field.resolvers;
    if (selections) resolvers &= resolversOf(selections, inner, types);
  }
  return resolvers;
}

type MutableField = { -readonly [Key in keyof IndexedField]: IndexedField[Key] };
interface MutableType extends IndexedType {
  subgraphs: SubgraphSet;
  fields: Map<string, MutableField>;
  keys: EntityKey[];
  members: Map<string, SubgraphSet>;
  interfaceObjectIn: SubgraphSet;
}

const emptyType = (name: string, kind: IndexedType['kind']): MutableType => ({
  name,
  kind,
  subgraphs: 0,
  fields: new Map(),
  keys: [],
  members: new Map(),
  interfaceObjectIn: 0,
});

function indexType(definition: CompositeDefinition, numbers: ReadonlyMap<string, number>): MutableType {
  const name = definition.name.value;
  const isObject = definition.kind === Kind.OBJECT_TYPE_DEFINITION;
  const type = emptyType(name, isObject ? 'object' : 'abstract');
  for (const directive of directivesOf(definition, 'join__type')) {
    const subgraph = numbers.get(String(argumentOf(directive, 'graph'))) ?? 0;
    type.subgraphs |= 1 << subgraph;
    if (hasFlag(directive, 'isInterfaceObject', true)) type.interfaceObjectIn |= 1 << subgraph;
    const key = argumentOf(directive, 'key');
    if (key === null || hasFlag(directive, 'resolvable', false)) continue;
    const fields = keyFields(key);
    if (fields) type.keys.push({ subgraph, entityType: name, isInterface: !isObject, fields, sources: 0 });
  }
  if (definition.kind !== Kind.UNION_TYPE_DEFINITION)
    for (const field of definition.fields ?? [])
      type.fields.set(field.name.value, indexField(field, type.subgraphs, numbers));
  return type;
}

function indexField(
  field: FieldDefinitionNode,
  subgraphsOfType: SubgraphSet,
  numbers: ReadonlyMap<string, number>,
): MutableField {
  const joins = directivesOf(field, 'join__field');
  const type = namedType(field.type);
  const provides = new Map<number, readonly KeyField[]>();
  const typeTexts = new Map<number, string>();
  let resolvers = joins.length ? 0 : subgraphsOfType;
  let isPlain = true;
  for (const directive of joins) {
    const graph = argumentOf(directive, 'graph');
    // Without a subgraph, it is a field of an interface object.
    if (graph === null) continue;
    const subgraph = numbers.get(graph) ?? 0;
    if (isAffected(directive)) isPlain = false;
    const typeText = argumentOf(directive, 'type');
    if (typeText !== null) {
      typeTexts.set(subgraph, typeText);
      if (typeText.replace(/[[\]!]/g, '') !== type) isPlain = false;
    }
    const provided = argumentOf(directive, 'provides');
    const providedFields = provided === null ? null : keyFields(provided);
    if (providedFields) provides.set(subgraph, providedFields);
    else if (provided !== null) isPlain = false;
    if (!hasFlag(directive, 'external', true) && !hasFlag(directive, 'usedOverridden', true))
      resolvers |= 1 << subgraph;
  }
  const listDepth = listDepthOf(field.type);
  return {
    resolvers,
    type,
    listDepth,
    typeText: print(field.type),
    typeTexts,
    arguments: new Set(field.arguments?.map(({ name }) => name.value)),
    provides,
    isPlain,
  };
}

/** Whether more than the subgraph decides on how the field is resolved. */
const isAffected = ({ arguments: args = [] }: ConstDirectiveNode): boolean =>
  args.some(({ name }) => ['requires', 'overrideLabel', 'contextArguments'].includes(name.value));

function addMembers(
  definition: CompositeDefinition,
  numbers: ReadonlyMap<string, number>,
  types: ReadonlyMap<string, MutableType>,
): void {
  const add = (abstract: string, member: string, directive: ConstDirectiveNode) => {
    const members = types.get(abstract)?.members;
    const subgraph = numbers.get(String(argumentOf(directive, 'graph'))) ?? 0;
    members?.set(member, (members.get(member) ?? 0) | (1 << subgraph));
  };
  const name = definition.name.value;
  for (const directive of directivesOf(definition, 'join__unionMember'))
    add(name, String(argumentOf(directive, 'member')), directive);
  if (definition.kind === Kind.OBJECT_TYPE_DEFINITION)
    for (const directive of directivesOf(definition, 'join__implements'))
      add(String(argumentOf(directive, 'interface')), name, directive);
}

/** Adds what subgraphs that define an interface of the type as an interface object resolve of it. */
function addInterfaceObjects(
  definition: ObjectTypeDefinitionNode,
  types: ReadonlyMap<string, MutableType>,
): void {
  const type = types.get(definition.name.value);
  if (!type) return;
  const interfaces = new Set(
    directivesOf(definition, 'join__implements').map((each) => String(argumentOf(each, 'interface'))),
  );
  let taken: SubgraphSet = 0;
  for (const name of interfaces) {
    const parent = types.get(name);
    if (!parent?.interfaceObjectIn) continue;
    // Two interface objects of one subgraph would be two entities for it.
    const isAmbiguous = (taken & parent.interfaceObjectIn) !== 0;
    taken |= parent.interfaceObjectIn;
    for (const key of parent.keys)
      if ((parent.interfaceObjectIn >> key.subgraph) & 1) type.keys.push({ ...key });
    for (const [field, { resolvers, provides, isPlain }] of parent.fields) {
      const own = type.fields.get(field);
      if (!own) continue;
      own.provides = new Map([...own.provides, ...provides]);
      own.resolvers |= resolvers & parent.interfaceObjectIn;
      if (isAmbiguous || !isPlain) own.isPlain = false;
    }
  }
}

/** A subgraph resolves a field of an interface only where it resolves it for all of its types. */
function narrowToMembers(
  { name: { value: name } }: FieldsDefinition,
  types: ReadonlyMap<string, MutableType>,
): void {
  const type = types.get(name);
  if (!type) return;
  for (const [fieldName, field] of type.fields)
    for (const [member, subgraphs] of type.members) {
      const own = types.get(member)?.fields.get(fieldName);
      if (!own) continue;
      field.resolvers &= own.resolvers | ~subgraphs;
      if (!own.isPlain || own.type !== field.type) field.isPlain = false;
    }
}

function listDepthOf(type: TypeNode): number {
  if (type.kind === Kind.NAMED_TYPE) return 0;
  return listDepthOf(type.type) + (type.kind === Kind.LIST_TYPE ? 1 : 0);
}

/** The fields of a selection set in a directive; null where it has arguments or fragments. */
const keyFields = (text: string): readonly KeyField[] | null => selectedFields(selectionSetIn(text));

function selectedFields({ selections }: SelectionSetNode): readonly KeyField[] | null {
  const fields: KeyField[] = [];
  for (const selection of selections) {
    if (selection.kind !== Kind.FIELD || selection.arguments?.length || selection.alias) return null;
    const inner = selection.selectionSet ? selectedFields(selection.selectionSet) : null;
    if (selection.selectionSet && !inner) return null;
    fields.push({ name: selection.name.value, selections: inner });
  }
  return fields;
}
