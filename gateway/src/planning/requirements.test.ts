// Requirements of @requires that the planner, without corrections, would fetch from the wrong subgraph or too late.
import { describe, expect, it } from 'vitest';
import { federate, type TestedSubgraph } from '../testing/federation.ts';
import { referenceResolvers, requestOnce, requiring } from '../testing/planner.ts';

describe('a requirement inside an object that is part of the key', () => {
  const nodes = [
    { w: 'w1', x: { q: 7, y: { z: 'z1', r: 70 } } },
    { w: 'w2', x: { q: 0, y: { z: 'z2', r: 80 } } },
  ];
  const owner: TestedSubgraph = {
    name: 'owner',
    sdl: `
      type Query { nodes: [Node] }
      type Node @key(fields: "x { y { z } } w") { w: String x: X }
      type X { y: Y @shareable q: Int }
      type Y { z: String @shareable r: Int }
    `,
    resolvers: { Query: { nodes: () => nodes } },
  };
  const asker: TestedSubgraph = {
    name: 'asker',
    sdl: `
      type Node @key(fields: "x { y { z } } w") {
        w: String x: X other: String
        xq: Int @requires(fields: "x { q }")
        yr: Int @requires(fields: "x { y { r } }")
      }
      type X { y: Y @shareable q: Int @external }
      type Y { z: String @shareable r: Int @external }
    `,
    resolvers: {
      Node: {
        ...referenceResolvers,
        other: () => 'o',
        xq: ({ x }: { x: { q: number } }) => x.q,
        yr: ({ x }: { x: { y: { r: number } } }) => x.y.r,
      },
    },
  };

  it.each([
    ['{ nodes { xq } }', [{ xq: 7 }, { xq: 0 }]],
    [
      '{ nodes { yr other } }',
      [
        { yr: 70, other: 'o' },
        { yr: 80, other: 'o' },
      ],
    ],
    [
      '{ nodes { yr x { q y { z } } xq } }',
      [
        { yr: 70, x: { q: 7, y: { z: 'z1' } }, xq: 7 },
        { yr: 80, x: { q: 0, y: { z: 'z2' } }, xq: 0 },
      ],
    ],
  ])('is sent beside the key: %s', async (query, expected) => {
    const { data, errors, calls } = await requestOnce([owner, asker], query);
    expect({ data, errors }).toEqual({ data: { nodes: expected }, errors: undefined });
    expect(calls.map(({ subgraph }) => subgraph)).toEqual(['owner', 'asker']);
  });
});

describe('an object that is required, or part of a key', () => {
  const owner: TestedSubgraph = {
    name: 'owner',
    sdl: `
      type Query { books: [Book] }
      type Book @key(fields: "id") @key(fields: "shelf { code }") { id: ID! shelf: Shelf cover: Cover }
      type Shelf { code: String must: String! }
      type Cover { colour: String must: String! }
    `,
    resolvers: {
      Query: { books: () => [{ id: '1', shelf: { code: 's' }, cover: { colour: 'red' } }] },
    },
  };
  const asker: TestedSubgraph = {
    name: 'asker',
    sdl: `
      type Book @key(fields: "shelf { code }") {
        shelf: Shelf cover: Cover @external name: String
        label: String @requires(fields: "cover { colour }")
      }
      type Shelf { code: String @shareable }
      type Cover { colour: String @external }
    `,
    resolvers: {
      Book: {
        ...referenceResolvers,
        name: ({ shelf }: { shelf: { code: string } | null }) => `name ${shelf?.code}`,
        label: ({ cover }: { cover: { colour: string } | null }) => `label ${cover?.colour}`,
      },
    },
  };

  it.each([
    ['{ books { label cover { must } } }', { label: 'label red', cover: null }, ['cover', 'must']],
    [
      '{ books { ... on Book { cover { must } } x: label } }',
      { cover: null, x: 'label red' },
      ['cover', 'must'],
    ],
    ['{ books { name shelf { must } } }', { name: 'name s', shelf: null }, ['shelf', 'must']],
  ])(
    'is kept where a field that only the client selects makes it null: %s',
    async (query, expected, lost) => {
      const { data, errors } = await requestOnce([owner, asker], query);
      expect(data.books).toEqual([expected]);
      expect(errors).toMatchObject([{ path: ['books', 0, ...lost] }]);
    },
  );
});

describe('a requirement of a root field', () => {
  const city: TestedSubgraph = {
    name: 'city',
    sdl: 'type Query @key(fields: "__typename") { name: String! mayor: Mayor size: Int } type Mayor { name: String @shareable }',
    resolvers: { Query: { name: () => '郑州', mayor: () => ({ name: 'M' }), size: () => 9 } },
  };
  const signs: TestedSubgraph = {
    name: 'signs',
    sdl: `
      type Query @key(fields: "__typename") {
        name: String! @external mayor: Mayor @external
        sign(n: Int): String @requires(fields: "name")
        letter: String @requires(fields: "name mayor { name }")
        count: Int
      }
      type Mayor { name: String @shareable }
    `,
    resolvers: {
      Query: {
        ...referenceResolvers,
        sign: requiring('name'),
        letter: ({ name, mayor }: { name: string; mayor: { name: string } }) => `${name} ${mayor.name}`,
        count: () => 4,
      },
    },
  };

  it.each([
    ['{ sign }', { sign: '郑州' }],
    ['{ name sign }', { name: '郑州', sign: '郑州' }],
    [
      '{ count a: sign(n: 1) size b: sign(n: 2) letter }',
      { count: 4, a: '郑州', size: 9, b: '郑州', letter: '郑州 M' },
    ],
    ['{ name: sign mayor { n: name } letter }', { name: '郑州', mayor: { n: 'M' }, letter: '郑州 M' }],
  ])('is fetched before the field: %s', async (query, expected) => {
    const { data, errors } = await requestOnce([city, signs], query);
    expect({ data, errors }).toEqual({ data: expected, errors: undefined });
  });

  it('that fails makes the field null, with the reason', async () => {
    const federation = await federate([city, signs]);
    federation.replaceSubgraph('city', () => '{"data":null,"errors":[{"message":"away"}]}');
    const { data, errors } = await federation.request('{ sign count }');
    await federation.stop();
    expect(data).toEqual({ sign: null, count: 4 });
    expect(errors?.map(({ extensions }) => extensions?.service)).toContain('city');
  });
});

describe('executable directives of all subgraphs', () => {
  const directive = 'directive @shout(loud: Int) on QUERY | FIELD';
  const subgraphs: TestedSubgraph[] = [
    {
      name: 'greetings',
      sdl: `${directive} type Query { hello: String item: Item } type Item @key(fields: "id") { id: ID! }`,
      resolvers: { Query: { hello: () => 'hi', item: () => ({ id: '1' }) } },
    },
    {
      name: 'names',
      sdl: `${directive} type Item @key(fields: "id") { id: ID! name: String }`,
      resolvers: { Item: { ...referenceResolvers, name: () => 'n' } },
    },
  ];

  it('are sent to them, on the operation and on fields', async () => {
    const { data, errors, calls } = await requestOnce(
      subgraphs,
      'query Q($n: Int) @shout(loud: 3) { hello @shout @skip(if: false) item { name @shout(loud: $n) } }',
      { n: 5 },
    );
    expect({ data, errors }).toEqual({ data: { hello: 'hi', item: { name: 'n' } }, errors: undefined });
    expect(calls.map(({ query }) => query)).toEqual([
      'query Q__greetings@shout(loud:3){hello@shout item{__typename id}}',
      'query Q__names($representations:[_Any!]!$n:Int)@shout(loud:3){_entities(representations:$representations){...on Item{name@shout(loud:$n)}}}',
    ]);
    expect(calls[1]?.variables.n).toBe(5);
  });

  it('distinguish the same field with and without one, in an operation without a name too', async () => {
    const { data, calls } = await requestOnce(subgraphs, 'query @shout { hello again: hello @shout }');
    expect(data).toEqual({ hello: 'hi', again: 'hi' });
    expect(calls.map(({ query }) => query)).toEqual(['query@shout{hello client_again:hello@shout}']);
  });
});
