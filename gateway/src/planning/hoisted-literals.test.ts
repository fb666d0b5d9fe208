// Literals are replaced by variables before an operation is planned, and are back in its fetches as the client wrote them.
import { fragmentsOf } from '@district-graph/kit/operation/collect-fields';
import { buildSchema, Kind, type OperationDefinitionNode, parse, stripIgnoredCharacters } from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Federation, federate } from '../testing/federation.ts';
import { restoredText } from '../testing/planner.ts';
import { operationToPlan } from './operation-to-plan.ts';

const schema = buildSchema(`
  directive @note(text: String, of: In) repeatable on FIELD | QUERY | VARIABLE_DEFINITION
  scalar JSON
  enum Colour { RED GREEN }
  input In { id: ID size: Int! = 3 names: [String!] inner: In json: JSON }
  interface Thing { id(n: Int): ID }
  type A implements Thing { id(n: Int): ID size(of: Int): Int }
  type B implements Thing { id(n: Int): ID size(of: Int): Int }
  type Query {
    thing(id: ID, n: Int, x: Float, s: String, flag: Boolean, colour: Colour, in: In, ins: [In!], json: JSON, list: [[Int]!]): Thing
    many(first: Int! = 10): [Thing]
  }
`);

function write(text: string) {
  const document = parse(text);
  const definition = document.definitions.find(
    (each): each is OperationDefinitionNode => each.kind === Kind.OPERATION_DEFINITION,
  );
  if (!definition) throw new Error('no operation');
  const written = operationToPlan(
    { definition, fragments: fragmentsOf(document), conditions: {}, missingScopes: [] },
    {
      schema,
      aliasPrefix: 'client_',
      interfaceObjects: new Set(),
      partlyExternal: new Set(),
      plannerSelections: {},
      access: {},
    },
    { maxSelections: 1000, maxTypeConditions: 100 },
  );
  return { ...written, query: stripIgnoredCharacters(written.text) };
}

const valueIn = (argument: string, variables = '') => {
  const { query, literals } = write(`query${variables} { thing(${argument}) { __typename } }`);
  const [, value = ''] = /thing\((.*)\)\{__typename/s.exec(restoredText(query, literals)) ?? [];
  return { query, value };
};

describe('a literal', () => {
  it.each([
    'n:-7',
    'x:1.10',
    'x:123456789.12345678901234567890e-400',
    'id:9007199254740993',
    'id:"09007199254740993"',
    'colour:RED',
    'flag:true',
    'n:null',
    'list:[[1 2]null[]]',
    'in:{id:"1" size:2 names:["a" "b"]inner:{size:null}}',
    'ins:[{id:1}{id:2}]',
    'json:{a:[1{b:1.0000000000000000001}]c:"$client_literal0"}',
    String.raw`s:"\"$s:Int\\ \n \u0007 é 张三 😀"`,
    'json:["""a "quoted" $x:Int\nb"""]',
  ])('is restored as it was written: %s', (argument) => {
    const { query, value } = valueIn(argument);
    expect(query).toMatch(/^query\(\$client_literal0:[^)]+\)\{client_thing:thing\(\w+:\$client_literal0\)/);
    expect(value).toBe(argument);
  });

  it.each([
    ['list:[[$n 2 3]null[$n $n]]', '($n: Int)'],
    ['in:{size:$n id:"1"names:["a"$s]inner:{size:4 json:{a:1 b:$s c:{d:2.50}}}}', '($n: Int!, $s: String!)'],
    ['ins:{id:$s size:1}', '($s: ID)'],
    ['json:[1$n 2 3"a"]', '($n: Int)'],
  ])('beside a variable is restored as it was written: %s', (argument, variables) => {
    const { query, value } = valueIn(argument, variables);
    expect(stripIgnoredCharacters(`{a(${value})}`)).toBe(stripIgnoredCharacters(`{a(${argument})}`));
    expect(query.replaceAll(/literal\d+/g, '')).not.toMatch(/\d|"/);
  });

  it('of a directive that subgraphs get is replaced too', () => {
    const { query, literals, hasLiterals } = write('{ many @note(text: "a", of: {id: 1}) { __typename } }');
    expect(query).toContain('@note(text:$client_literal0 of:$client_literal1)');
    expect(restoredText(query, literals)).toBe('{many@note(text:"a" of:{id:1}){__typename}}');
    expect(hasLiterals).toBe(false);
  });

  it('of a directive on the operation stays, and is reported', () => {
    const { query, literals, hasLiterals } = write(
      'query @note(text: "$client_literal0") { many(first: 5) { __typename } }',
    );
    expect(hasLiterals).toBe(true);
    expect(restoredText(query, literals)).toBe(
      'query@note(text:"$client_literal0"){client_many:many(first:5){__typename}}',
    );
  });

  it('that is the default value of a variable is left out, and restored', () => {
    const { query, literals } = write(
      'query($n: Int = 9007199254740993, $s: String = "$n:Int") { thing(n: $n, s: $s) { __typename } }',
    );
    expect(query).toMatch(/^query\(\$n:Int!\$s:String!\)/);
    expect(restoredText(query, literals)).toMatch(/^query\(\$n:Int=9007199254740993\$s:String="\$n:Int"\)/);
  });

  it('gets a variable that the client does not have', () => {
    const { query } = write(
      'query($client_literal0: ID) { thing(id: $client_literal0, n: 1) { __typename } }',
    );
    expect(query).toContain('(id:$client_literal0 n:$client_literal_0)');
  });
});

describe('operations with other literals', () => {
  const shape = (first: unknown, id: unknown, name = 'a') =>
    write(
      `{ ${name}: many(first: ${first}) { ... on A { id(n: ${id}) } ... on B { id(n: ${id}) size(of: ${first}) } } }`,
    ).query;

  it('have the same text', () => {
    expect(shape(1, 2)).toBe(shape(200, -3));
    expect(shape(1, 2)).toBe(shape(1, 1));
    expect(shape(1, 2)).not.toBe(shape(1, 2, 'b'));
  });

  it('have another text where fields that were equal differ', () => {
    const two = (a: number, b: number) =>
      write(`{ many { ... on A { id(n: ${a}) } ... on B { id(n: ${b}) } } }`).query;
    expect(two(1, 1)).toBe(two(7, 7));
    expect(two(1, 1)).not.toBe(two(1, 2));
    expect(two(1, 1)).toContain('{client_id:id(n:$client_literal0)}');
  });
});

describe.each(['own', 'apollo'] as const)('a federation, planned by %s', (planner) => {
  let federation: Federation;
  beforeAll(async () => {
    federation = await federate(
      [
        {
          name: 'roads',
          sdl: 'scalar JSON type Query { road(id: ID = 5): Road echo(json: JSON, ints: [Int]): String sum(of: [Size!]!): Int } input Size { size: Int } type Road @key(fields: "id") { id: ID! }',
          resolvers: {
            Query: {
              road: (_: unknown, args: object) => args,
              sum: (_: unknown, { of }: { of: { size: number | null }[] }) =>
                of.reduce((sum, { size }) => sum + (size ?? 0), 0),
              echo: (_: unknown, args: object) => JSON.stringify(args),
            },
          },
        },
        {
          name: 'works',
          sdl: 'type Road @key(fields: "id") { id: ID! cost: Int @external work(of: String, n: Int): String total(n: Int): String @requires(fields: "cost") } type Other @key(fields: "id") { id: ID! }',
          resolvers: {
            Road: {
              __resolveReference: (road: object) => road,
              work: ({ id }: { id: string }, args: object) => `${id} ${JSON.stringify(args)}`,
              total: ({ cost }: { cost: number }, { n }: { n: number }) => `${cost} ${n}`,
            },
          },
        },
        {
          name: 'costs',
          sdl: 'type Road @key(fields: "id") { id: ID! cost: Int }',
          resolvers: { Road: { __resolveReference: (road: object) => road, cost: () => 7 } },
        },
      ],
      { planner: { planner } },
    );
  });
  afterAll(() => federation.stop());

  it.each([
    [
      '{ road(id: "a") { work(of: "x", n: 1) other: work(of: "x", n: 2) } }',
      { road: { work: 'a {"of":"x","n":1}', other: 'a {"of":"x","n":2}' } },
    ],
    [
      '{ road(id: 12) { work(of: "\\"$n:Int", n: null) } }',
      { road: { work: '12 {"of":"\\"$n:Int","n":null}' } },
    ],
    ['query($n: Int = 3) { road { work(n: $n) } }', { road: { work: '5 {"n":3}' } }],
    ['query($n: Int = 4) { road { total(n: $n) } }', { road: { total: '7 4' } }],
    ['{ road { a: total(n: 5) b: total(n: 6) } }', { road: { a: '7 5', b: '7 6' } }],
    [
      'query($x: JSON = [1]) { echo(json: {a: $x, b: [2, $x, "c"]}, ints: 3) }',
      { echo: '{"json":{"a":[1],"b":[2,[1],"c"]},"ints":[3]}' },
    ],
    ['query($n: Size = {size: 2}) { sum(of: [$n, {size: 5}]) }', { sum: 7 }],
    ['query($n: Int = null, $m: Size! = {size: 1}) { sum(of: [$m, {size: $n}]) }', { sum: 1 }],
  ])('gets what the client wrote: %s', async (query, data) => {
    expect(await federation.request(query)).toMatchObject({ data });
  });
});
