// The positions of a client's answer: what is asked of an object there, by its type, and under which names it is gathered.
import {
  type Conditions,
  collectFields,
  type Fragments,
  type RuntimeType,
} from '@district-graph/kit/operation/collect-fields';
import {
  type FieldNode,
  type GraphQLCompositeType,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isCompositeType,
  isNonNullType,
  isObjectType,
  Kind,
  type SelectionSetNode,
} from 'graphql';
import { Contents, callOf } from './selection-contents.ts';

export interface PositionedField {
  nodes: readonly [FieldNode, ...FieldNode[]];
  /** The response name under which its value lies in the gathered data. */
  gathered: string;
  /** Where its objects lie; null for a leaf. */
  inside: ResponsePosition | null;
}

type Fields = ReadonlyMap<string, PositionedField>;
type Nodes = PositionedField['nodes'];

interface Document {
  schema: GraphQLSchema;
  fragments: Fragments;
  conditions: Conditions;
  /** Begins the names that no field of any subgraph has. */
  prefix: string;
  /** By type and by `Type.field`, what of an object is planned beside what the client asks, under its own name. */
  objectsTaken: Readonly<Record<string, readonly string[]>>;
  /** Interfaces that are interface objects in some subgraph. */
  interfaceObjects: ReadonlySet<string>;
}

/** The position of the root object. */
export function rootPosition(
  document: Document,
  rootType: GraphQLObjectType,
  selectionSet: SelectionSetNode,
): ResponsePosition {
  return new Positions(document).position([selectionSet], [rootType]);
}

/** The positions of one operation: those with the same selections and possible types are one. */
class Positions {
  readonly document: Document;
  readonly contents: Contents;
  #ids = new Map<SelectionSetNode, number>();
  #positions = new Map<string, ResponsePosition>();

  constructor(document: Document) {
    this.document = document;
    this.contents = new Contents(document);
  }

  position(
    selectionSets: readonly SelectionSetNode[],
    possible: readonly GraphQLObjectType[],
  ): ResponsePosition {
    const ids = selectionSets.map((each) => {
      const id = this.#ids.get(each) ?? this.#ids.size;
      this.#ids.set(each, id);
      return id;
    });
    const key = `${ids.join()} ${possible.join()}`;
    const known = this.#positions.get(key);
    if (known) return known;
    const position = new ResponsePosition(this, selectionSets, possible);
    this.#positions.set(key, position);
    return position;
  }
}

/**
 * A field that is asked for differently of different types of object gets a name for each of them. What is fetched for the
 * objects in it is then fetched for those of one type alone.
 */
export class ResponsePosition {
  readonly selectionSets: readonly SelectionSetNode[];
  /** The types that an object here can have. */
  readonly #possible: readonly GraphQLObjectType[];
  readonly #positions: Positions;
  /** By type; null for those of all types, where what is asked does not depend on it. */
  #fields: Map<string | null, Fields> | null = null;

  constructor(
    positions: Positions,
    selectionSets: readonly SelectionSetNode[],
    possible: readonly GraphQLObjectType[],
  ) {
    this.#positions = positions;
    this.selectionSets = selectionSets;
    this.#possible = possible;
  }

  /** The fields of an object of the type, by response name, in the client's order. */
  fieldsOf(type: RuntimeType): Fields {
    this.#fields ??=
      this.#isConditional() || this.#isTakenByType()
        ? this.#byType()
        : new Map([[null, this.#fieldsOfAny(type)]]);
    // Of an interface, what is asked of the object is asked of each of its types.
    const [met = type] = isObjectType(type) ? [type] : this.#positions.document.schema.getPossibleTypes(type);
    const known = this.#fields.get(null) ?? this.#fields.get(met.name);
    if (known) return known;
    const fields = this.#fieldsOfAny(met);
    this.#fields.set(met.name, fields);
    return fields;
  }

  /** The fields of any type that are gathered under the name. */
  *fieldsGathered(name: string): Iterable<PositionedField> {
    for (const type of this.#possible)
      for (const field of this.fieldsOf(type).values()) if (field.gathered === name) yield field;
  }

  /**
   * Whether what is asked of an object depends on its object type, where no more is known of it than the interface. What is
   * asked of each type alike is planned of the interface itself: then nobody asks for the type.
   */
  dependsOnObjectType(type: RuntimeType): boolean {
    if (isObjectType(type)) return false;
    const { schema } = this.#positions.document;
    const possible = this.#possible.filter((each) => schema.isSubType(type, each));
    const [first, ...others] = possible.map((each) => this.#textOf(each));
    if (first === undefined) return false;
    const known = type.getFields();
    const isOfInterface = [...this.fieldsOf(type).values()].every(
      ({ nodes: [{ name }] }) => name.value.startsWith('__') || known[name.value],
    );
    return !isOfInterface || others.some((text) => text !== first);
  }

  /** What is asked of objects of the type: the same text for the same fields under the same names. */
  #textOf(type: GraphQLObjectType): string {
    return [...this.fieldsOf(type)]
      .map(([name, { nodes, gathered }]) => `${name}:${gathered}:${callOf(nodes)}`)
      .sort()
      .join('\n');
  }

  #isConditional(): boolean {
    const { fragments } = this.#positions.document;
    const isConditional = ({ selections }: SelectionSetNode): boolean =>
      selections.some((selection) => {
        if (selection.kind === Kind.FIELD) return false;
        const fragment =
          selection.kind === Kind.INLINE_FRAGMENT ? selection : fragments.get(selection.name.value);
        if (!fragment) return false;
        const { typeCondition, selectionSet } = fragment;
        return (typeCondition && !this.#isOfAll(typeCondition.name.value)) || isConditional(selectionSet);
      });
    return this.selectionSets.some(isConditional);
  }

  /** Whether what is required beside what is asked differs by type. */
  #isTakenByType(): boolean {
    if (this.#possible.length < 2) return false;
    const texts = this.#possible.map((type) => this.#required(type, this.#collected(type)).sort().join());
    return new Set(texts).size > 1;
  }

  #required(type: GraphQLObjectType, fields: ReadonlyMap<string, Nodes>): string[] {
    const { objectsTaken } = this.#positions.document;
    return [...fields.values()].flatMap(([{ name }]) => objectsTaken[`${type.name}.${name.value}`] ?? []);
  }

  #isOfAll(condition: string): boolean {
    const { schema } = this.#positions.document;
    const type = schema.getType(condition);
    return this.#possible.every(
      (each) => each === type || (isAbstractType(type) && schema.isSubType(type, each)),
    );
  }

  #collected(type: RuntimeType) {
    const { schema, fragments, conditions } = this.#positions.document;
    return collectFields(schema, type, this.selectionSets, fragments, conditions);
  }

  #fieldsOfAny(type: RuntimeType): Fields {
    const types = this.#possible.length ? this.#possible : [type];
    const fields = new Map<string, PositionedField>();
    const collected = this.#collected(type);
    const taken = this.#taken(this.#possible.map((each) => ({ type: each, fields: collected })));
    for (const [name, nodes] of collected)
      fields.set(name, {
        nodes,
        gathered: this.#ownName(type, nodes, taken),
        inside:
          given(type, nodes) &&
          this.#inside(
            nodes,
            types.flatMap((each) => given(each, nodes) ?? []),
          ),
      });
    return fields;
  }

  #byType(): Map<string | null, Fields> {
    const { contents, document } = this.#positions;
    const collected = this.#possible.map((type) => {
      const fields = this.#collected(type);
      return { type, fields, required: new Set(this.#required(type, fields)) };
    });
    const isApartByCall = this.#namesCalledDifferently(collected);
    const taken = this.#taken(collected);
    // What the plan takes of some types for itself, under the field's own name, is not asked for the others' objects.
    const contentOf = (type: RuntimeType, name: string, nodes: Nodes, required: ReadonlySet<string>) =>
      `${isApartByCall.has(name) ? callOf(nodes) : ''}${contents.of(nodes)}${required.has(this.#ownName(type, nodes, taken)) ? ' and required' : ''}`;
    const isTakenBeside = (name: string) =>
      collected.some(
        ({ type, fields, required }) =>
          !fields.has(name) && (required.has(name) || document.objectsTaken[type.name]?.includes(name)),
      );
    /** By response name and content, the types of the objects of which that is asked. */
    const asked = new Map<string, Map<string, GraphQLCompositeType[]>>();
    for (const { type, fields, required } of collected)
      for (const [name, nodes] of fields) {
        const inside = given(type, nodes);
        if (!inside && !isApartByCall.has(name)) continue;
        const byContent = asked.get(name) ?? new Map<string, GraphQLCompositeType[]>();
        const content = contentOf(type, name, nodes, required);
        byContent.set(content, [...(byContent.get(content) ?? []), ...(inside ? [inside] : [])]);
        asked.set(name, byContent);
      }
    return new Map(
      collected.map(({ type, fields, required }) => [
        type.name,
        new Map(
          [...fields].map(([name, nodes]): [string, PositionedField] => {
            const byContent = given(type, nodes) || isApartByCall.has(name) ? asked.get(name) : undefined;
            if (!byContent) return [name, { nodes, gathered: this.#gathered(nodes[0], null), inside: null }];
            const content = contentOf(type, name, nodes, required);
            const isApart = byContent.size > 1 || isTakenBeside(name);
            const gathered = isApart
              ? this.#gathered(nodes[0], [...byContent.keys()].indexOf(content))
              : this.#ownName(type, nodes, taken);
            const inside = given(type, nodes) && this.#inside(nodes, byContent.get(content) ?? []);
            return [name, { nodes, gathered, inside }];
          }),
        ),
      ]),
    );
  }

  /**
   * The response names under which types of one interface object are asked for different fields or arguments: where that
   * object is asked for them, its types are not told apart.
   */
  #namesCalledDifferently(
    collected: readonly { type: GraphQLObjectType; fields: ReadonlyMap<string, Nodes> }[],
  ): ReadonlySet<string> {
    const { interfaceObjects } = this.#positions.document;
    const calls = new Map<string, string>();
    const different = new Set<string>();
    if (interfaceObjects.size === 0) return different;
    for (const { type, fields } of collected) {
      if (!type.getInterfaces().some(({ name }) => interfaceObjects.has(name))) continue;
      for (const [name, nodes] of fields) {
        const call = callOf(nodes);
        if ((calls.get(name) ?? call) !== call) different.add(name);
        calls.set(name, call);
      }
    }
    return different;
  }

  /** Where the objects of a field lie that can have the types. */
  #inside(nodes: Nodes, types: readonly GraphQLCompositeType[]): ResponsePosition {
    const { schema } = this.#positions.document;
    const possible = new Set(types.flatMap((type) => possibleTypes(schema, type)));
    return this.#positions.position(
      nodes.flatMap(({ selectionSet }) => selectionSet ?? []),
      // In an order that does not depend on where they were found: by it the fields inside are numbered.
      [...possible].sort((a, b) => (a.name < b.name ? -1 : 1)),
    );
  }

  /** The fields with selections that keys and requirements take of objects of the types, under their own names. */
  #taken(
    collected: readonly { type: GraphQLObjectType; fields: ReadonlyMap<string, Nodes> }[],
  ): ReadonlySet<string> {
    const { objectsTaken } = this.#positions.document;
    return new Set(
      collected.flatMap(({ type, fields }) => [
        ...this.#required(type, fields),
        ...(objectsTaken[type.name] ?? []),
      ]),
    );
  }

  /** A taken object is gathered apart from the client's where that may be null for want of what the client alone asks. */
  #ownName(type: RuntimeType, nodes: Nodes, taken: ReadonlySet<string>): string {
    const { prefix } = this.#positions.document;
    const name = this.#gathered(nodes[0], null);
    return taken.has(name) && this.#mayBeNulled(type, nodes) ? prefix + name : name;
  }

  /** Whether a null among the fields of an object that a field gives makes the object itself null. */
  #mayBeNulled(type: RuntimeType, nodes: Nodes): boolean {
    const { schema, fragments, conditions } = this.#positions.document;
    const inside = given(type, nodes);
    const selectionSets = nodes.flatMap(({ selectionSet }) => selectionSet ?? []);
    return (
      inside !== null &&
      possibleTypes(schema, inside).some((each) =>
        [...collectFields(schema, each, selectionSets, fragments, conditions).values()].some(([{ name }]) =>
          isNonNullType(each.getFields()[name.value]?.type),
        ),
      )
    );
  }

  /** A name of its own for what has an alias or arguments: it hides no key and no required field. */
  #gathered({ name, alias, arguments: args }: FieldNode, number: number | null): string {
    const { prefix } = this.#positions.document;
    const responseName = (alias ?? name).value;
    if (name.value === '__typename') return '__typename';
    if (number !== null) return `${prefix}${number}_${responseName}`;
    return responseName !== name.value || args?.length ? prefix + responseName : name.value;
  }
}

/** The type of the objects that a field gives; null for a leaf. */
function given(type: RuntimeType, [{ name }]: Nodes): GraphQLCompositeType | null {
  const named = getNamedType(type.getFields()[name.value]?.type);
  return isCompositeType(named) ? named : null;
}

export const possibleTypes = (
  schema: GraphQLSchema,
  type: GraphQLCompositeType,
): readonly GraphQLObjectType[] => (isAbstractType(type) ? schema.getPossibleTypes(type) : [type]);
