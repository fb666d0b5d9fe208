// Objects of several types at one path, with different fields selected under one response name.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Federation, federate, type TestedSubgraph } from '../testing/federation.ts';

const works = [
  { __typename: 'Film', id: 'f1', poster: 'p1', posters: ['p1', 'p2'] },
  { __typename: 'Song', id: 's1', poster: 'p1', posters: ['p2'] },
  { __typename: 'Play', id: 'y1', poster: 'p3', posters: [] },
];
const poster = ({ poster: id }: { poster: string }) => ({ id });
const posters = ({ posters: ids }: { posters: string[] }) => ids.map((id) => ({ id }));
const withPosters = { poster, cover: poster, posters };

const library: TestedSubgraph = {
  name: 'library',
  sdl: `
    type Query { items: [Item!]! works: [Work!]! }
    union Item = Film | Song | Play
    interface Work { poster: Poster posters: [Poster!]! }
    type Film implements Work { poster: Poster cover: Poster posters: [Poster!]! }
    type Song implements Work { poster: Poster cover: Poster posters: [Poster!]! }
    type Play implements Work { poster: Poster posters: [Poster!]! }
    type Poster @key(fields: "id") { id: ID! }
  `,
  resolvers: {
    Query: { items: () => works, works: () => works },
    Film: withPosters,
    Song: withPosters,
    Play: withPosters,
  },
};
const images: TestedSubgraph = {
  name: 'images',
  sdl: `
    type Poster @key(fields: "id") {
      id: ID! url(size: Int!): String! title: String! rare: String! cheap: String artist: Artist
    }
    type Artist @key(fields: "id") { id: ID! }
  `,
  resolvers: {
    Poster: {
      url: ({ id }: { id: string }, { size }: { size: number }) => `${id}@${size}`,
      title: ({ id }: { id: string }) => `title ${id}`,
      rare: () => {
        throw new Error('rare');
      },
      cheap: ({ id }: { id: string }) => `cheap ${id}`,
      artist: ({ id }: { id: string }) => ({ id: `a${id}` }),
    },
  },
};
const people: TestedSubgraph = {
  name: 'people',
  sdl: 'type Artist @key(fields: "id") { id: ID! name(in: String!): String! age: Int }',
  resolvers: {
    Artist: {
      name: ({ id }: { id: string }, { in: language }: { in: string }) => `${id} ${language}`,
      age: () => 40,
    },
  },
};

let federation: Federation;
beforeAll(async () => {
  federation = await federate([library, images, people]);
});
afterAll(() => federation.stop());

const execute = async (query: string, variables: Record<string, unknown> = {}) => {
  const first = await federation.request(query, variables);
  federation.calls();
  const { data, errors } = await federation.request(query, variables);
  expect(data).toEqual(first.data);
  expect(errors?.map(({ path }) => path)).toEqual(first.errors?.map(({ path }) => path));
  return first;
};

describe('a field that is selected of one type is not fetched for the others', () => {
  it.each([
    [
      'with other arguments',
      '{ items { ... on Film { poster { url(size: 1) } } ... on Song { poster { url(size: 2) } } } }',
      [{ poster: { url: 'p1@1' } }, { poster: { url: 'p1@2' } }, {}],
    ],
    [
      'under aliases',
      '{ items { ... on Film { p: poster { u: url(size: 1) } } ... on Song { p: cover { u: url(size: 2) } } } }',
      [{ p: { u: 'p1@1' } }, { p: { u: 'p1@2' } }, {}],
    ],
    [
      'in an interface',
      '{ works { poster { url(size: 3) } ... on Song { poster { title } } } }',
      [
        { poster: { url: 'p1@3' } },
        { poster: { url: 'p1@3', title: 'title p1' } },
        { poster: { url: 'p3@3' } },
      ],
    ],
    [
      'in a fragment on an interface',
      '{ items { ... on Work { poster { title } } ... on Film { poster { url(size: 1) } } } }',
      [
        { poster: { title: 'title p1', url: 'p1@1' } },
        { poster: { title: 'title p1' } },
        { poster: { title: 'title p3' } },
      ],
    ],
    [
      'in lists',
      '{ items { ... on Film { posters { url(size: 1) } } ... on Song { posters { url(size: 2) } } } }',
      [{ posters: [{ url: 'p1@1' }, { url: 'p2@1' }] }, { posters: [{ url: 'p2@2' }] }, {}],
    ],
    [
      'one entity deeper',
      `{ items {
        ... on Film { poster { artist { name(in: "zh") } } }
        ... on Song { poster { artist { name(in: "en") age } } }
      } }`,
      [{ poster: { artist: { name: 'ap1 zh' } } }, { poster: { artist: { name: 'ap1 en', age: 40 } } }, {}],
    ],
    [
      'in fragments inside of fragments',
      `{ works { ...W ... on Play { ...P } } }
       fragment W on Work { ... on Film { ...P } ... on Song { poster { ... { cheap } } } }
       fragment P on Work { poster { url(size: 1) title } }`,
      [
        { poster: { url: 'p1@1', title: 'title p1' } },
        { poster: { cheap: 'cheap p1' } },
        { poster: { url: 'p3@1', title: 'title p3' } },
      ],
    ],
  ])('%s', async (_how, query, expected) => {
    const { data, errors } = await execute(query);
    expect(errors).toBeUndefined();
    expect(data.items ?? data.works).toEqual(expected);
  });

  it('with variables, @skip and @include', async () => {
    const query = `query ($a: Int!, $b: Int!, $both: Boolean!) { items {
      ... on Film { poster { url(size: $a) } }
      ... on Song { poster { url(size: $b) title @include(if: $both) } }
      ... on Play @skip(if: $both) { poster { title } }
    } }`;
    const { data } = await execute(query, { a: 1, b: 2, both: true });
    expect(data.items).toEqual([
      { poster: { url: 'p1@1' } },
      { poster: { url: 'p1@2', title: 'title p1' } },
      {},
    ]);
    const other = await execute(query, { a: 3, b: 3, both: false });
    expect(other.data.items[2]).toEqual({ poster: { title: 'title p3' } });
  });

  it('so that an error of one type affects no other', async () => {
    const { data, errors } = await execute(
      '{ items { ... on Film { poster { rare } } ... on Song { poster { cheap } } } }',
    );
    expect(data.items).toEqual([{ poster: null }, { poster: { cheap: 'cheap p1' } }, {}]);
    expect(errors).toMatchObject([
      { path: ['items', 0, 'poster', 'rare'], locations: [{ line: 1, column: 34 }] },
    ]);
  });
});

describe('calls', () => {
  const callsOf = async (query: string) => {
    await federation.request(query);
    federation.calls();
    await federation.request(query);
    return federation.calls().map(({ subgraph }) => subgraph);
  };

  it('are one where the same is selected of all types', async () => {
    const query =
      '{ items { ... on Film { poster { title url(size: 1) } } ... on Song { poster { ... { url(size: 1) } title } } } }';
    expect(await callsOf(query)).toEqual(['library', 'images']);
  });

  it('are one for each different selection, in parallel', async () => {
    const query = '{ items { ... on Film { poster { title } } ... on Song { poster { cheap } } } }';
    expect(await callsOf(query)).toEqual(['library', 'images', 'images']);
  });
});

describe('a field that the planner adds', () => {
  const scenes: TestedSubgraph[] = [
    {
      name: 'scenes',
      sdl: `
        type Query { scenes: [Scene!]! shown: [Shown!]! }
        union Scene = Film | Song
        interface Shown { id: ID! poster: Poster label: String }
        type Film implements Shown @key(fields: "id") { id: ID! poster: Poster label: String }
        type Song implements Shown @key(fields: "id") { id: ID! poster: Poster label: String @external }
        type Poster @key(fields: "id") { id: ID! }
      `,
      resolvers: {
        Query: { scenes: () => works.slice(0, 2), shown: () => works.slice(0, 2) },
        Film: { poster, label: () => 'film' },
        Song: {
          poster,
          __resolveReference: ({ id }: { id: string }) => works.find((each) => each.id === id),
        },
      },
    },
    {
      name: 'labels',
      sdl: `
        type Song @key(fields: "id") {
          id: ID! poster: Poster @external label: String @requires(fields: "poster { code }")
        }
        type Poster @key(fields: "id") { id: ID! code: String! @external }
      `,
      resolvers: {
        Song: { label: ({ poster: { code } }: { poster: { code: string } }) => `label ${code}` },
      },
    },
    {
      name: 'codes',
      sdl: 'type Poster @key(fields: "id") { id: ID! code: String! cheap: String }',
      resolvers: { Poster: { code: ({ id }: { id: string }) => `c${id}`, cheap: () => 'cheap' } },
    },
  ];

  it.each([
    [
      '{ scenes { ... on Film { poster { cheap } } ... on Song { label } } }',
      [{ poster: { cheap: 'cheap' } }, { label: 'label cp1' }],
    ],
    [
      '{ scenes { ... on Film { poster { cheap } } ... on Song { poster { cheap } label } } }',
      [{ poster: { cheap: 'cheap' } }, { poster: { cheap: 'cheap' }, label: 'label cp1' }],
    ],
    [
      '{ scenes: shown { label poster { cheap } } }',
      [
        { label: 'film', poster: { cheap: 'cheap' } },
        { label: 'label cp1', poster: { cheap: 'cheap' } },
      ],
    ],
  ])('for one type is not fetched for the others: %s', async (query, expected) => {
    const graph = await federate(scenes);
    for (let run = 0; run < 2; run += 1) {
      const { data, errors } = await graph.request(query);
      expect({ data, errors }).toEqual({ data: { scenes: expected }, errors: undefined });
    }
    const requests = graph.calls().filter(({ subgraph }) => subgraph === 'codes');
    for (const { query: sent } of requests) expect(sent.includes('cheap')).not.toBe(sent.includes('code'));
    await graph.stop();
  });
});
