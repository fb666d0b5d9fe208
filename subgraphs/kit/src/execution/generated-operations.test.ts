// Generated operations, the same at each run: the data must be identical to that of graphql-js.
import {
  execute,
  type GraphQLArgument,
  type GraphQLCompositeType,
  getNamedType,
  isAbstractType,
  isInterfaceType,
  isLeafType,
  isObjectType,
  isUnionType,
  parse,
  validate,
} from 'graphql';
import { expect, it } from 'vitest';
import { buildExecutableSchema } from '../schema/executable-schema.ts';
import { Random } from '../seed/random.ts';
import { Operations } from './operations.ts';

const count = 1500;

const sdl = `
  extend schema @link(url: "https://specs.apollo.dev/federation/v2.7", import: ["@key", "@interfaceObject"])
  scalar Date scalar DateTime scalar Long scalar Json
  enum Level { CITY DISTRICT }
  interface Place { id: ID! name: String near(first: Int = 2): [Place!] level: Level }
  type Venue implements Place @key(fields: "id") {
    id: ID! name: String near(first: Int = 2): [Place!] level: Level
    capacity: Int opened: Date must: String! annex: Venue! tags: [String!]!
  }
  type Road implements Place @key(fields: "id") {
    id: ID! name: String near(first: Int = 2): [Place!] level: Level
    length: Float long: Long lanes: [Int] grid: [[Int!]!] at: DateTime must: String!
  }
  type Media @key(fields: "id") @interfaceObject { id: ID! reviews: [String] }
  union Thing = Venue | Road
  input Range { from: Date! to: Date tags: [String!] = ["x"] inner: Range }
  type Query {
    place(id: ID!): Place thing(kind: String): Thing things: [Thing] venue: Venue! wrong: Thing
    echo(range: Range, level: Level, n: Int = 3, ids: [ID!], flag: Boolean, s: String): String
    fails: String failsNow: String! failsLater: String! json: Json notInt: Int notEnum: Level notLong: Long notList: [String]
    nulls: [String!]! errors: [String] methods: Venue later: [String] set: [Int]
  }
`;
const soon = <Value>(value?: Value) => Promise.resolve(value);
const fail = () => {
  throw new Error('fails');
};
const venue = (id: string) => ({
  __typename: 'Venue',
  id,
  name: `文化站"\\\u2028${id}`,
  capacity: 10,
  opened: '2024-02-29',
  level: 'CITY',
  tags: ['a'],
});
const road = (id: string) => ({
  __typename: 'Road',
  id,
  name: null,
  length: 1.5,
  long: Number.MAX_SAFE_INTEGER,
  lanes: [1, null, 3],
  grid: [[1], [2, 3], []],
  at: new Date(0),
  level: 'DISTRICT',
  must: null,
});
const near = ({ id }: { id: string }, { first }: { first: number }) =>
  soon([venue(`n${id}`), soon(road('n2'))].slice(0, first ?? 1));
const schema = buildExecutableSchema(sdl, [
  {
    Query: {
      place: (_root, { id }: { id: string }) =>
        id === 'none' ? null : id[0] === 'r' ? road(id) : soon(venue(id)),
      thing: (_root, { kind }: { kind?: string }) => (kind === 'road' ? road('r') : venue('v')),
      things: () => [
        venue('a'),
        soon(road('b')),
        null,
        soon(venue('c')),
        new Error('item'),
        soon().then(fail),
      ],
      venue: () => venue('z'),
      wrong: () => ({ __typename: 'Media' }),
      echo: (_root, args: object) => JSON.stringify(args),
      fails: fail,
      failsNow: fail,
      failsLater: () => soon().then(fail),
      json: () => ({ a: [1, { b: null }], c: '文' }),
      notInt: () => 'abc',
      notEnum: () => 'NONE',
      notLong: () => 'abc',
      notList: () => 'text',
      nulls: () => ['a', null],
      errors: () => ['a', new Error('b'), soon().then(fail)],
      methods: () => ({ ...venue('p'), name: () => soon('later'), capacity: soon(4) }),
      later: () => soon(['p', soon('q')]),
      set: () => new Set([1, 2]),
    },
    Venue: {
      __resolveReference: ({ id }: { id: string }) =>
        id === 'x' ? null : id === 'e' ? soon().then(fail) : soon(venue(id)),
      near,
      must: ({ id }: { id: string }) => (id[0] === 'v' ? soon('m') : 'm'),
      annex: ({ id }: { id: string }) => (id.length > 3 ? null : venue(`${id}s`)),
    },
    Road: { __resolveReference: ({ id }: { id: string }) => road(id), near },
    Media: {
      __resolveReference: ({ id }: { id: string }) => ({ id }),
      reviews: ({ id }: { id: string }) => [id, null],
    },
  },
]);
const operations = new Operations(schema, () => {});

const literals: Record<string, string> = {
  id: '"v1"',
  kind: '"road"',
  first: '1',
  range: '{from: "2024-01-01", tags: ["q"]}',
  level: 'DISTRICT',
  n: '7',
  ids: '["a", 1]',
  flag: 'true',
  s: '"文"',
  representations:
    '[{__typename: "Venue", id: "v1"}, {__typename: "Road", id: "r"}, {__typename: "Media", id: "m"}, {__typename: "Venue", id: "e"}, {__typename: "Venue", id: "x"}]',
};
/** The definition of a variable, and the values it may get; undefined means that none is sent. */
const variables: Record<string, readonly [string, readonly unknown[]]> = {
  a: ['$a: Boolean!', [true, false]],
  b: ['$b: Boolean = true', [true, false, undefined]],
  id: ['$id: ID!', ['v1', 'r1', 'none', 5]],
  first: ['$first: Int', [1, 2, null, undefined]],
  n: ['$n: Int = 9', [1, null, undefined]],
  level: ['$level: Level', ['CITY', undefined]],
  range: ['$range: Range', [{ from: '2024-01-01', inner: { from: '2024-01-02', to: null } }, undefined]],
};

class Writer {
  readonly used = new Set<string>();
  readonly fragments: string[] = [];
  #random: Random;
  constructor(random: Random) {
    this.#random = random;
  }

  selections(type: GraphQLCompositeType, depth: number): string {
    const written = Array.from({ length: this.#random.whole(1, 4) }, () => this.#selection(type, depth));
    return `{ ${written.join(' ')} }`;
  }

  #selection(type: GraphQLCompositeType, depth: number): string {
    const kind = this.#random.next();
    if (kind < 0.3 && depth > 0) return this.#fragment(type, depth);
    const fields = isUnionType(type) ? [] : Object.values(type.getFields());
    const possible = fields.filter((field) => depth > 0 || isLeafType(getNamedType(field.type)));
    if (kind < 0.4 || possible.length === 0) return `__typename${this.#condition()}`;
    const field = this.#random.pick(possible);
    const named = getNamedType(field.type);
    const args = field.args.map((arg) => this.#argument(arg)).filter(Boolean);
    const alias = this.#random.chance(0.5)
      ? `${this.#random.pick(['x', 'y'])}${field.name}${this.#random.whole(0, 3)}: `
      : '';
    const inner = isObjectType(named) || isAbstractType(named) ? ` ${this.selections(named, depth - 1)}` : '';
    return `${alias}${field.name}${args.length ? `(${args.join(', ')})` : ''}${this.#condition()}${inner}`;
  }

  #fragment(type: GraphQLCompositeType, depth: number): string {
    const other = isAbstractType(type) ? schema.getPossibleTypes(type) : type.getInterfaces();
    const on = this.#random.pick(
      [type, ...other].filter((each) => isObjectType(each) || isInterfaceType(each) || each === type),
    );
    const inner = this.selections(on, depth - 1);
    if (this.#random.chance(0.5)) return `... on ${on.name}${this.#condition()} ${inner}`;
    const name = `F${this.fragments.length}`;
    this.fragments.push(`fragment ${name} on ${on.name} ${inner}`);
    return this.#random.chance(0.2)
      ? `...${name}${this.#condition()} ...${name}`
      : `...${name}${this.#condition()}`;
  }

  #argument({ name, type }: GraphQLArgument): string | null {
    if (!String(type).endsWith('!') && this.#random.chance(0.5)) return null;
    if (!variables[name] || this.#random.chance(0.5)) return `${name}: ${literals[name]}`;
    this.used.add(name);
    return `${name}: $${name}`;
  }

  #condition(): string {
    if (!this.#random.chance(0.15)) return '';
    const variable = this.#random.pick(['a', 'b', null]);
    if (variable) this.used.add(variable);
    return ` @${this.#random.pick(['skip', 'include'])}(if: ${variable ? `$${variable}` : this.#random.pick(['true', 'false'])})`;
  }
}

function generated(seed: number): { query: string; values: Record<string, unknown> } {
  const random = new Random(`operation ${seed}`);
  const writer = new Writer(random);
  const root = schema.getQueryType();
  const body = root ? writer.selections(root, 4) : '';
  const definitions = [...writer.used].map((name) => variables[name]?.[0]);
  const values: Record<string, unknown> = {};
  for (const name of writer.used) {
    const value = random.pick(variables[name]?.[1] ?? [undefined]);
    if (value !== undefined) values[name] = value;
  }
  return {
    query: `query${definitions.length ? `(${definitions.join(', ')})` : ''} ${body} ${writer.fragments.join(' ')}`,
    values,
  };
}

it(`answers ${count} generated operations like graphql-js`, async () => {
  let run = 0;
  for (let seed = 0; run < count; seed += 1) {
    const { query, values } = generated(seed);
    const document = parse(query);
    if (validate(schema, document).length) continue;
    run += 1;
    const { body } = await operations.answer(
      { query, operationName: null, variables: values, extensions: null, method: 'POST' },
      () => ({}),
    );
    const ours = JSON.parse(String(body)) as { data?: unknown; errors?: { path: (string | number)[] }[] };
    const theirs = await execute({ schema, document, variableValues: values, contextValue: {} });
    const place = `${query} ${JSON.stringify(values)}`;
    expect(JSON.stringify(ours.data), place).toBe(JSON.stringify(theirs.data));
    // If several errors would set the same position to null, timing decides which one is reported.
    const isNull = (path: readonly (string | number)[]) =>
      path.reduce<unknown>(
        (at, key) => (at as Record<string | number, unknown> | null)?.[key],
        theirs.data,
      ) == null;
    const reported = [...(ours.errors ?? []), ...(theirs.errors ?? [])];
    expect(
      reported.every(({ path }) => isNull(path ?? [])),
      place,
    ).toBe(true);
    expect(Boolean(ours.errors), place).toBe(Boolean(theirs.errors));
    expect(new Set(ours.errors?.map(({ path }) => JSON.stringify(path))).size, place).toBe(
      ours.errors?.length ?? 0,
    );
  }
});
