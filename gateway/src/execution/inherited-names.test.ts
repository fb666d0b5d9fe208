import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Federation, federate } from '../testing/federation.ts';

let graph: Federation;
beforeAll(async () => {
  const films = [
    { id: '1', title: '一' },
    { id: '2', title: '二' },
  ];
  graph = await federate([
    {
      name: 'films',
      sdl: 'type Query { films: [Film!]! film(constructor: String, valueOf: Int = 3): Film } type Film @key(fields: "id") { id: ID! title: String constructor: String }',
      resolvers: {
        Query: {
          films: () => films,
          film: (_root: unknown, args: { constructor?: unknown; valueOf?: unknown }) => ({
            id: '1',
            title: `${Object.hasOwn(args, 'constructor') ? args.constructor : 'none'} ${args.valueOf}`,
          }),
        },
        Film: { constructor: () => 'builder' },
      },
    },
    {
      name: 'ratings',
      sdl: 'type Film @key(fields: "id") { id: ID! stars: Int hasOwnProperty: Int }',
      resolvers: {
        Film: {
          __resolveReference: ({ id }: { id: string }) => ({ id }),
          stars: ({ id }: { id: string }) => Number(id),
          hasOwnProperty: ({ id }: { id: string }) => Number(id) * 10,
        },
      },
    },
  ]);
});
afterAll(() => graph.stop());

it.each(['constructor', '__proto__', 'toString', 'hasOwnProperty', 'valueOf', '__defineGetter__'])(
  'answers under the alias %s as under any other',
  async (alias) => {
    const query = (name: string) =>
      `{ ${name}: films { ${name}: stars title inner: id more: title ${name}2: title } films { ${name}: title stars } }`;
    const plain = await graph.request(query('plain'));
    expect(plain.errors).toBeUndefined();
    const named = await graph.request(query(alias));
    expect(JSON.stringify(named)).toBe(JSON.stringify(plain).replaceAll('plain', alias));
  },
);

it('supports fields, arguments and variables with the names of inherited properties', async () => {
  expect((await graph.request('{ films { constructor hasOwnProperty } }')).data.films).toEqual([
    Object.assign(Object.create(null), { constructor: 'builder', hasOwnProperty: 10 }),
    Object.assign(Object.create(null), { constructor: 'builder', hasOwnProperty: 20 }),
  ]);
  const query =
    'query ($constructor: String, $toString: Int) { film(constructor: $constructor, valueOf: $toString) { title stars } }';
  expect((await graph.request(query)).data.film).toEqual({ title: 'none 3', stars: 1 });
  expect((await graph.request(query, { constructor: 'x', toString: 4 })).data.film).toEqual({
    title: 'x 4',
    stars: 1,
  });
});

it.each(['constructor', '__proto__', 'toString'])(
  'masks a subgraph’s error with the code %s',
  async (code) => {
    graph.replaceSubgraph('ratings', () =>
      JSON.stringify({ data: null, errors: [{ message: 'relation "film"', extensions: { code } }] }),
    );
    const { errors } = await graph.request('{ films { stars } }');
    graph.replaceSubgraph('ratings', null);
    expect(JSON.stringify(errors)).not.toContain('relation');
    expect(errors?.[0]?.extensions?.code).toMatch(/^(INTERNAL_SERVER_ERROR|SUBGRAPH_BAD_RESPONSE)$/);
  },
);
