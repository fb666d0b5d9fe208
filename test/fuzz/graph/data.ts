// The data of a graph: every value is derived from the seed, the object, the field and its arguments.
import { Random } from '@district-graph/kit/seed/random';
import {
  type FieldNode,
  type GraphQLFieldMap,
  type GraphQLSchema,
  getArgumentValues,
  isObjectType,
  parseType,
  type SelectionSetNode,
  type TypeNode,
} from 'graphql';
import { beyondFloats, isExact, numericId } from './exact-values.ts';
import { type Field, fieldOf, type Graph, namedType, type ObjectType } from './model.ts';
import { parsedSelectionSet } from './place.ts';

/** An object: an entity is identified by its number, any other object by its origin. */
export interface Item {
  __typename: string;
  ident: number | string;
}

export type Json = string | number | boolean | null | Json[] | { [name: string]: Json };
export type Value = Json | Item | Value[];

const keyValues: Record<string, readonly Json[]> = {
  Int: [0, 1, -1, 2_147_483_647, 7, 10, -2_147_483_648, 42],
  String: ['', '0', 'null', 'ключ "q"\\\n', '中 文', 'a', '\u2028', 'false'],
  ID: ['0', numericId, '1', '007', 'é\t', '{"id":1}', 'true', '🙂'],
  Long: beyondFloats as Json[],
  Boolean: [false, true],
};

const texts = [
  '',
  'plain ',
  '中文 ',
  'quote " ',
  'back \\ ',
  'line\n',
  '\u0000\u001f',
  '🙂',
  '\u2028',
  '{"data":null}',
  '\ud800',
  'é',
];
const floats = [0.5, 1e21, -3.25e-7, 3, -0, 123456789.125, 1e-10];
const ints = [0, -1, 2_147_483_647, -2_147_483_648];

export class Data {
  readonly graph: Graph;
  /** The schemas of the subgraphs, to coerce arguments as they do. */
  #schemas = new Map<string, GraphQLSchema>();
  #types = new Map<string, TypeNode>();

  constructor(graph: Graph) {
    this.graph = graph;
  }

  addSchema(subgraph: string, schema: GraphQLSchema): void {
    this.#schemas.set(subgraph, schema);
  }

  /** The value of a field. That of a computed field depends on the required values that were received. */
  value(item: Item, field: Field, args: Readonly<Record<string, unknown>>, required: Json = null): Value {
    const { of, name } = field;
    if (field.digit) return this.#keyValue(item, field);
    if (field.sameNumber) return { __typename: field.possible[0] ?? '', ident: item.ident };
    if (this.graph.missing.get(of) === field.owners[0] && this.isMissing(of, item.ident)) return null;
    const seed = `${this.graph.seed} ${of}.${name} ${item.ident} ${canonical(args)} ${canonical(required)}`;
    const random = new Random(seed);
    if (field.broken && random.chance(0.3)) return null;
    let type = this.#types.get(field.type);
    if (!type) {
      type = parseType(field.type, { noLocation: true });
      this.#types.set(field.type, type);
    }
    return this.#build(type, field, random, field.strictIn.length > 0);
  }

  /** The result of a selection set without variables for an object, as JSON. */
  selected(item: Item, selectionSet: SelectionSetNode): { [name: string]: Json } {
    const result: { [name: string]: Json } = {};
    for (const selection of selectionSet.selections) {
      if (selection.kind === 'InlineFragment') {
        if (selection.typeCondition?.name.value === item.__typename)
          Object.assign(result, this.selected(item, selection.selectionSet));
      } else if (selection.kind === 'Field' && selection.name.value !== '__typename') {
        const field = fieldOf(this.graph, item.__typename, selection.name.value);
        const value = this.value(
          item,
          field,
          this.#literalArgs(field, selection),
          this.required(item, field),
        );
        result[field.name] = this.#jsonOf(value, selection.selectionSet);
      }
    }
    return result;
  }

  /** The required values of a computed field, from the data. */
  required(item: Item, field: Field): Json {
    return field.requires ? this.selected(item, parsedSelectionSet(field.requires)) : null;
  }

  /** The object of a type that a representation identifies by one of the keys. */
  find(type: string, keys: readonly string[], representation: Json): Item | null {
    const model = this.graph.types.get(type);
    if (!model || model.kind === 'union' || !model.space) throw new Error(`${type} is no entity`);
    const wanted = keys.map((key) => canonical(picked(representation, parsedSelectionSet(key))));
    const concrete = model.kind === 'interface' ? model.members : [type];
    for (const name of concrete)
      for (const ident of (this.graph.types.get(name) as ObjectType).space ?? []) {
        const item = { __typename: name, ident };
        const same = keys.every(
          (key, index) => canonical(this.selected(item, parsedSelectionSet(key))) === wanted[index],
        );
        if (same) return item;
      }
    return null;
  }

  isMissing(type: string, ident: number | string): boolean {
    return new Random(`${this.graph.seed} missing ${type} ${ident}`).chance(0.35);
  }

  #literalArgs(field: Field, node: FieldNode): Record<string, unknown> {
    if (field.args.length === 0) return {};
    const owner = field.owners[0] ?? '';
    const type = this.#schemas.get(owner)?.getType(field.of);
    const fields: GraphQLFieldMap<unknown, unknown> = isObjectType(type) ? type.getFields() : {};
    const definition = fields[field.name];
    if (!definition) throw new Error(`${owner} has no ${field.of}.${field.name}`);
    return getArgumentValues(definition, node);
  }

  #jsonOf(value: Value, selectionSet: SelectionSetNode | undefined): Json {
    if (!selectionSet || value === null) return value as Json;
    if (Array.isArray(value)) return value.map((each) => this.#jsonOf(each, selectionSet));
    return this.selected(value as Item, selectionSet);
  }

  #keyValue({ ident }: Item, { type, digit }: Field): Json {
    const values = keyValues[namedType(type)] ?? [];
    const index = digit ? Math.floor(Number(ident) / digit.div) % digit.mod : 0;
    return values[index] ?? null;
  }

  #build(type: TypeNode, field: Field, random: Random, nonNull: boolean): Value {
    if (type.kind === 'NonNullType') return this.#build(type.type, field, random, true);
    if (!nonNull && random.chance(0.13)) return null;
    if (type.kind === 'ListType') {
      const length = random.pick([0, 1, 1, 2, 2, 2, 3, 4]);
      return Array.from({ length }, () => this.#build(type.type, field, random, false));
    }
    const name = type.name.value;
    if (!this.graph.types.has(name)) return this.#leaf(name, random);
    const concrete = random.pick(field.possible);
    const model = this.graph.types.get(concrete) as ObjectType;
    return {
      __typename: concrete,
      ident: model.space ? random.pick(model.space) : `v${random.whole(0, 1_000_000_000)}`,
    };
  }

  #leaf(name: string, random: Random): Json {
    const whole = () => random.whole(-1_000_000, 1_000_000);
    switch (name) {
      case 'Int':
        return random.chance(0.2) ? random.pick(ints) : whole();
      case 'Float':
        return random.chance(0.4) ? random.pick(floats) : whole() / 64;
      case 'Long':
        return random.chance(0.7) ? random.pick(beyondFloats as Json[]) : whole();
      case 'Boolean':
        return random.chance(0.5);
      case 'ID':
        return random.chance(0.2) ? random.pick(['', '0', numericId]) : `id-${whole()}`;
      case 'String':
        return random.pick(texts) + (random.chance(0.9) ? whole() : '');
      case 'When':
        return random.pick([`2024-02-29T${whole()}`, whole(), 1_709_164_800_000]);
      case 'Blob':
        return random.pick<() => Json>([
          () => ({ __typename: 'Trap', id: whole(), list: [null, [], {}, { name: 'é "' }] }),
          () => [whole(), 'x', null, [true]],
          () => whole() * 2 ** 40,
          () => `blob ${whole()}`,
          () => ({}),
          () => false,
        ])();
      default:
        return random.pick(this.graph.enums.get(name) ?? ['?']);
    }
  }
}

/** JSON with sorted names, so that equal values have equal texts. */
export function canonical(value: unknown): string {
  return (
    JSON.stringify(value, (_name, each: unknown) =>
      each && typeof each === 'object' && !Array.isArray(each) && !isExact(each)
        ? Object.fromEntries(Object.entries(each).sort(([a], [b]) => (a < b ? -1 : 1)))
        : each,
    ) ?? 'undefined'
  );
}

/** The selected part of received JSON, with a marker for missing values. */
export function picked(value: Json | undefined, selectionSet: SelectionSetNode | undefined): Json {
  if (value === undefined) return 'NOT RECEIVED';
  if (!selectionSet || value === null) return value;
  if (Array.isArray(value)) return value.map((each) => picked(each, selectionSet));
  if (typeof value !== 'object') return 'NOT AN OBJECT';
  const result: { [name: string]: Json } = {};
  for (const selection of selectionSet.selections) {
    if (selection.kind === 'Field') {
      const name = selection.name.value;
      if (name !== '__typename') result[name] = picked(value[name], selection.selectionSet);
    } else if (selection.kind === 'InlineFragment') {
      const condition = selection.typeCondition?.name.value;
      const names = selection.selectionSet.selections.flatMap((each) =>
        each.kind === 'Field' ? each.name.value : [],
      );
      const applies =
        value.__typename === undefined
          ? names.some((name) => value[name] !== undefined)
          : value.__typename === condition;
      if (applies) Object.assign(result, picked(value, selection.selectionSet));
    }
  }
  return result;
}

/** Whether received JSON contains the whole key, at every depth. */
export function hasKey(representation: Json, key: string): boolean {
  return !canonical(picked(representation, parsedSelectionSet(key))).includes('"NOT RECEIVED"');
}
