// The response positions of a client's operation: which fields are selected of an object there, depending on its type, and under which
// names their values are stored in the merged result.
import { collectFields, type RuntimeType } from '@district-graph/kit/operation/collect-fields';
import {
  type GraphQLCompositeType,
  type GraphQLObjectType,
  isAbstractType,
  isObjectType,
  Kind,
  type SelectionSetNode,
} from 'graphql';
import {
  type FieldNodes,
  MergedNames,
  objectTypeOf,
  type PositionedOperation,
  possibleTypes,
} from './merged-names.ts';
import { fieldSignature, SelectionIds } from './selection-ids.ts';

export interface PositionedField {
  nodes: FieldNodes;
  /** The name of its value in the merged result. */
  mergedName: string;
  /** The position of its objects; null for a leaf. */
  child: ResponsePosition | null;
}

type Fields = ReadonlyMap<string, PositionedField>;

/** The position of the root object. */
export function rootResponsePosition(
  operation: PositionedOperation,
  rootType: GraphQLObjectType,
  selectionSet: SelectionSetNode,
): ResponsePosition {
  return new Positions(operation).position([selectionSet], [rootType]);
}

/** The positions of one operation. Those with the same selection sets and possible types are one object. */
class Positions {
  readonly operation: PositionedOperation;
  readonly selectionIds: SelectionIds;
  readonly names: MergedNames;
  #ids = new Map<SelectionSetNode, number>();
  #positions = new Map<string, ResponsePosition>();

  constructor(operation: PositionedOperation) {
    this.operation = operation;
    this.selectionIds = new SelectionIds(operation);
    this.names = new MergedNames(operation);
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

/** The fields that are selected of objects of one type. */
interface TypeSelection {
  type: GraphQLObjectType;
  fields: ReadonlyMap<string, FieldNodes>;
}

interface TypeSelectionWithRequired extends TypeSelection {
  /** The fields with selections that the fields' @requires select. */
  required: ReadonlySet<string>;
}

/**
 * A field whose selection depends on the type of its parent has a merged name for each selection. Objects inside it are then fetched
 * only for parents of the types that they are selected of.
 */
export class ResponsePosition {
  readonly selectionSets: readonly SelectionSetNode[];
  /** The types that an object here can have. */
  readonly #possible: readonly GraphQLObjectType[];
  readonly #positions: Positions;
  /** By type name; by null where the selection does not depend on the type. */
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

  /** The fields of an object of the type by response name, in the client's order. */
  fieldsOf(type: RuntimeType): Fields {
    this.#fields ??=
      this.#isConditional() || this.#isRequiredByType()
        ? this.#fieldsByType()
        : new Map([[null, this.#fieldsOfAnyType(type)]]);
    // Of an interface, the fields of any of its types: they are selected of all of them.
    const [known = type] = isObjectType(type)
      ? [type]
      : this.#positions.operation.schema.getPossibleTypes(type);
    const cached = this.#fields.get(null) ?? this.#fields.get(known.name);
    if (cached) return cached;
    const fields = this.#fieldsOfAnyType(known);
    this.#fields.set(known.name, fields);
    return fields;
  }

  /** The fields of any type that have the merged name. */
  *fieldsMergedAs(name: string): Iterable<PositionedField> {
    for (const type of this.#possible)
      for (const field of this.fieldsOf(type).values()) if (field.mergedName === name) yield field;
  }

  /**
   * Whether the selection depends on the object type while only an interface is known. A selection that is the same for every type is
   * planned on the interface itself, and then no subgraph is queried for the type.
   */
  dependsOnObjectType(type: RuntimeType): boolean {
    if (isObjectType(type)) return false;
    const { schema } = this.#positions.operation;
    const possible = this.#possible.filter((each) => schema.isSubType(type, each));
    const [first, ...others] = possible.map((each) => this.#selectionText(each));
    if (first === undefined) return false;
    const fieldsOfInterface = type.getFields();
    const isOfInterface = [...this.fieldsOf(type).values()].every(
      ({ nodes: [{ name }] }) => name.value.startsWith('__') || fieldsOfInterface[name.value],
    );
    return !isOfInterface || others.some((text) => text !== first);
  }

  /** Equal for types with the same selected fields under the same names. */
  #selectionText(type: GraphQLObjectType): string {
    return [...this.fieldsOf(type)]
      .map(([name, { nodes, mergedName }]) => `${name}:${mergedName}:${fieldSignature(nodes)}`)
      .sort()
      .join('\n');
  }

  /** Whether a fragment applies to some of the types only. */
  #isConditional(): boolean {
    const { fragments } = this.#positions.operation;
    const isConditional = ({ selections }: SelectionSetNode): boolean =>
      selections.some((selection) => {
        if (selection.kind === Kind.FIELD) return false;
        const fragment =
          selection.kind === Kind.INLINE_FRAGMENT ? selection : fragments.get(selection.name.value);
        if (!fragment) return false;
        const { typeCondition, selectionSet } = fragment;
        return (
          (typeCondition && !this.#appliesToAll(typeCondition.name.value)) || isConditional(selectionSet)
        );
      });
    return this.selectionSets.some(isConditional);
  }

  #appliesToAll(condition: string): boolean {
    const { schema } = this.#positions.operation;
    const type = schema.getType(condition);
    return this.#possible.every(
      (each) => each === type || (isAbstractType(type) && schema.isSubType(type, each)),
    );
  }

  /** Whether the fields that the planner adds differ by type. */
  #isRequiredByType(): boolean {
    if (this.#possible.length < 2) return false;
    const texts = this.#possible.map((type) =>
      this.#requiredFields(type, this.#collectFields(type)).sort().join(),
    );
    return new Set(texts).size > 1;
  }

  #requiredFields(type: GraphQLObjectType, fields: ReadonlyMap<string, FieldNodes>): string[] {
    const { plannerSelections } = this.#positions.operation;
    return [...fields.values()].flatMap(
      ([{ name }]) => plannerSelections[`${type.name}.${name.value}`] ?? [],
    );
  }

  #collectFields(type: RuntimeType) {
    const { schema, fragments, conditions } = this.#positions.operation;
    return collectFields(schema, type, this.selectionSets, fragments, conditions);
  }

  #fieldsOfAnyType(type: RuntimeType): Fields {
    const types = this.#possible.length ? this.#possible : [type];
    const fields = new Map<string, PositionedField>();
    const collected = this.#collectFields(type);
    const { names } = this.#positions;
    const planned = this.#plannedFields(this.#possible.map((each) => ({ type: each, fields: collected })));
    for (const [name, nodes] of collected) {
      const objectTypes = () => types.flatMap((each) => objectTypeOf(each, nodes) ?? []);
      fields.set(name, {
        nodes,
        mergedName: names.nameApartFrom(planned, type, nodes),
        child: objectTypeOf(type, nodes) && this.#childPosition(nodes, objectTypes()),
      });
    }
    return fields;
  }

  #fieldsByType(): Map<string | null, Fields> {
    const { selectionIds, names } = this.#positions;
    const collected = this.#possible.map((type): TypeSelectionWithRequired => {
      const fields = this.#collectFields(type);
      return { type, fields, required: new Set(this.#requiredFields(type, fields)) };
    });
    const differing = this.#namesOfDifferentFields(collected);
    const planned = this.#plannedFields(collected);
    /** What is selected by a field: the same text for the same fields inside. */
    const contentOf = ({ type, required }: TypeSelectionWithRequired, name: string, nodes: FieldNodes) => {
      const signature = differing.has(name) ? fieldSignature(nodes) : '';
      // The planner adds a required field for objects of some types: it is not fetched for those of the others.
      const isRequired = required.has(names.nameApartFrom(planned, type, nodes));
      return `${signature}${selectionIds.of(nodes)}${isRequired ? ' and required' : ''}`;
    };
    /** By response name and content, the types of the objects that have the content. */
    const contents = new Map<string, Map<string, GraphQLCompositeType[]>>();
    for (const selection of collected)
      for (const [name, nodes] of selection.fields) {
        const objectType = objectTypeOf(selection.type, nodes);
        if (!objectType && !differing.has(name)) continue;
        const types = contents.get(name) ?? new Map<string, GraphQLCompositeType[]>();
        const content = contentOf(selection, name, nodes);
        types.set(content, [...(types.get(content) ?? []), ...(objectType ? [objectType] : [])]);
        contents.set(name, types);
      }
    const fieldOf = (
      selection: TypeSelectionWithRequired,
      name: string,
      nodes: FieldNodes,
    ): PositionedField => {
      const objectType = objectTypeOf(selection.type, nodes);
      const types = objectType || differing.has(name) ? contents.get(name) : undefined;
      if (!types) return { nodes, mergedName: names.nameOf(nodes[0], null), child: null };
      const content = contentOf(selection, name, nodes);
      const isApart = types.size > 1 || this.#isPlannedForOthers(name, collected);
      const mergedName = isApart
        ? names.nameOf(nodes[0], [...types.keys()].indexOf(content))
        : names.nameApartFrom(planned, selection.type, nodes);
      return { nodes, mergedName, child: objectType && this.#childPosition(nodes, types.get(content) ?? []) };
    };
    return new Map(
      collected.map((selection) => [
        selection.type.name,
        new Map([...selection.fields].map(([name, nodes]) => [name, fieldOf(selection, name, nodes)])),
      ]),
    );
  }

  /** Whether the planner adds the field for objects of types for which the client does not select it. */
  #isPlannedForOthers(name: string, collected: readonly TypeSelectionWithRequired[]): boolean {
    const { plannerSelections } = this.#positions.operation;
    return collected.some(
      ({ type, fields, required }) =>
        !fields.has(name) && (required.has(name) || plannerSelections[type.name]?.includes(name)),
    );
  }

  /**
   * The response names under which different fields or arguments are selected of types of one interface object. A subgraph that has
   * the interface object does not tell its types apart.
   */
  #namesOfDifferentFields(collected: readonly TypeSelection[]): ReadonlySet<string> {
    const { interfaceObjects } = this.#positions.operation;
    const signatures = new Map<string, string>();
    const different = new Set<string>();
    if (interfaceObjects.size === 0) return different;
    for (const { type, fields } of collected) {
      if (!type.getInterfaces().some(({ name }) => interfaceObjects.has(name))) continue;
      for (const [name, nodes] of fields) {
        const signature = fieldSignature(nodes);
        if ((signatures.get(name) ?? signature) !== signature) different.add(name);
        signatures.set(name, signature);
      }
    }
    return different;
  }

  /** The position of a field's objects, which can have the types. */
  #childPosition(nodes: FieldNodes, types: readonly GraphQLCompositeType[]): ResponsePosition {
    const { schema } = this.#positions.operation;
    const possible = new Set(types.flatMap((type) => possibleTypes(schema, type)));
    return this.#positions.position(
      nodes.flatMap(({ selectionSet }) => selectionSet ?? []),
      // Sorted, since the numbers in merged names depend on the order.
      [...possible].sort((a, b) => (a.name < b.name ? -1 : 1)),
    );
  }

  /** The fields with selections that the planner adds, for keys and @requires, to objects of the types. */
  #plannedFields(collected: readonly TypeSelection[]): ReadonlySet<string> {
    const { plannerSelections } = this.#positions.operation;
    return new Set(
      collected.flatMap(({ type, fields }) => [
        ...this.#requiredFields(type, fields),
        ...(plannerSelections[type.name] ?? []),
      ]),
    );
  }
}
