// Operations on interface objects that the planner, without corrections, plans wrongly or endlessly.
import { describe, expect, it } from 'vitest';
import { federate, type TestedSubgraph } from '../testing/federation.ts';
import { referenceResolvers, requestOnce, requiring } from '../testing/planner.ts';

describe('interface objects', () => {
  const works = [
    { __typename: 'Film', id: '1', title: 'a', minutes: 90 },
    { __typename: 'Song', id: '2', title: 'b', beats: 60 },
  ];
  const archive: TestedSubgraph = {
    name: 'archive',
    sdl: `
      type Query { works: [Work!]! }
      interface Titled { title: String }
      interface Work @key(fields: "id") { id: ID! title: String }
      type Film implements Work & Titled @key(fields: "id") { id: ID! title: String minutes: Int works: [Work!] }
      type Song implements Work & Titled @key(fields: "id") { id: ID! title: String beats: Int }
    `,
    resolvers: {
      Query: { works: () => works },
      Work: { __resolveReference: ({ id }: { id: string }) => works.find((work) => work.id === id) },
      Film: {
        __resolveReference: ({ id }: { id: string }) => works.find((work) => work.id === id),
        works: () => works,
      },
      Song: { __resolveReference: ({ id }: { id: string }) => works.find((work) => work.id === id) },
    },
  };
  const loans: TestedSubgraph = {
    name: 'loans',
    sdl: `
      type Query { lent: [Work!]! }
      type Work @key(fields: "id") @interfaceObject { id: ID! title: String @external slip: String @requires(fields: "title") }
    `,
    resolvers: {
      Query: { lent: () => works.map(({ id }) => ({ id })) },
      Work: { ...referenceResolvers, slip: requiring('title') },
    },
  };
  const shelves: TestedSubgraph = {
    name: 'shelves',
    sdl: 'type Query { shelved: Work } type Work @key(fields: "id") @interfaceObject { id: ID! }',
    resolvers: { Query: { shelved: () => ({ id: '1' }) }, Work: referenceResolvers },
  };
  const graph = [archive, loans, shelves];

  it('are resolved to their types for a fragment on another interface too', async () => {
    const { data, errors } = await requestOnce(
      graph,
      '{ lent { ... on Titled { title ... on Film { minutes } } } }',
    );
    expect(errors).toBeUndefined();
    expect(data.lent).toEqual([{ title: 'a', minutes: 90 }, { title: 'b' }]);
  });

  it('are planned where two of them precede one requirement', async () => {
    const { data, errors } = await requestOnce(graph, '{ shelved { ... on Film { slip } } }');
    expect({ data, errors }).toEqual({ data: { shelved: { slip: 'a' } }, errors: undefined });
  });

  describe('with a field that requires a field which another computes', () => {
    const slips: TestedSubgraph = {
      name: 'slips',
      sdl: 'type Work @key(fields: "id") @interfaceObject { id: ID! pages: Int title: String @external slip: String @requires(fields: "title") }',
      resolvers: { Work: { ...referenceResolvers, slip: requiring('title'), pages: () => 7 } },
    };
    const stamps: TestedSubgraph = {
      name: 'stamps',
      sdl: `
        type Query { stamped: Work }
        type Work @key(fields: "id") @interfaceObject {
          id: ID! slip: String @external pages: Int @external
          stamp: String @requires(fields: "pages slip")
          cover: Cover @requires(fields: "pages slip")
        }
        type Cover { text: String }
      `,
      resolvers: {
        Query: { stamped: () => ({ id: '2' }) },
        Work: { ...referenceResolvers, stamp: requiring('pages', 'slip'), cover: (work: object) => work },
        Cover: { text: requiring('pages', 'slip') },
      },
    };

    it('are fetched by the name that both subgraphs have for them', async () => {
      const { data, errors } = await requestOnce([archive, slips, stamps], '{ stamped { stamp } }');
      expect({ data, errors }).toEqual({ data: { stamped: { stamp: '7+b' } }, errors: undefined });
    });

    it('are fetched for one type with the plan for all', async () => {
      const { data, errors } = await requestOnce([archive, slips, stamps], '{ stamped { cover { text } } }');
      expect({ data, errors }).toEqual({ data: { stamped: { cover: { text: '7+b' } } }, errors: undefined });
    });
  });

  it('are planned quickly where they refer to each other', async () => {
    const series: TestedSubgraph = {
      name: 'series',
      sdl: 'type Work @key(fields: "id") @interfaceObject { id: ID! next: Work }',
      resolvers: { Work: { ...referenceResolvers, next: () => ({ id: '1' }) } },
    };
    const { data, errors, calls } = await requestOnce(
      [archive, loans, shelves, series],
      '{ shelved { next { next { next { next { next { slip } } } } } } }',
    );
    expect({ data, errors }).toEqual({
      data: { shelved: { next: { next: { next: { next: { next: { slip: 'a' } } } } } } },
      errors: undefined,
    });
    expect(calls.map(({ subgraph }) => subgraph)).toEqual(['shelves', 'series', 'archive', 'loans']);
  });

  it('are fetched only for the types of the fragment', async () => {
    const { data, errors } = await requestOnce(
      graph,
      '{ works { ... on Film { works { title ... on Song { slip } } } } }',
    );
    expect(errors).toBeUndefined();
    expect(data.works[0].works).toEqual([{ title: 'a' }, { title: 'b', slip: 'b' }]);
  });

  it('are fetched for each type with no more than is selected of it', async () => {
    const slips: TestedSubgraph = {
      name: 'slips',
      sdl: 'type Query { first: Work } type Work @key(fields: "id") @interfaceObject { id: ID! pages: Int! price: Int! }',
      resolvers: {
        Query: { first: () => ({ id: '1' }) },
        Work: {
          ...referenceResolvers,
          pages: ({ id }: { id: string }) => (id === '1' ? 7 : null),
          price: ({ id }: { id: string }) => (id === '1' ? null : 8),
        },
      },
    };
    const subgraphs = [archive, slips];
    const forWorks = await requestOnce(
      subgraphs,
      '{ works { ... on Film { pages } ... on Song { price } } }',
    );
    expect(forWorks.errors).toBeUndefined();
    expect(forWorks.data.works).toEqual([{ pages: 7 }, { price: 8 }]);
    const found = await requestOnce(subgraphs, '{ first { ... on Film { pages } ... on Song { price } } }');
    expect({ data: found.data, errors: found.errors }).toEqual({
      data: { first: { pages: 7 } },
      errors: undefined,
    });
    const same = await requestOnce(
      [archive, loans],
      '{ works { ... on Film { slip } ... on Song { slip } } }',
    );
    expect(same.data.works).toEqual([{ slip: 'a' }, { slip: 'b' }]);
    expect(same.calls.map(({ subgraph }) => subgraph)).toEqual(['archive', 'loans']);
  });

  it('need no type where the same is selected of each, in a fragment or not', async () => {
    const lists: TestedSubgraph = {
      name: 'lists',
      sdl: `
        type Query { first: Work }
        type Work @key(fields: "id") @interfaceObject { id: ID! lenders: [Lender]! slip(length: Int): String }
        type Lender { name: String town: String }
      `,
      resolvers: {
        Query: { first: () => ({ id: '2' }) },
        Work: { ...referenceResolvers, slip: ({ id }: { id: string }) => `slip ${id}`, lenders: () => [] },
      },
    };
    for (const query of [
      '{ first { x: lenders { __typename } ... on Song { x: lenders { __typename } } } }',
      '{ first { x: lenders { name town } ... on Film { x: lenders { town } } } }',
      '{ first { ... on Song { x: lenders { name } } ... on Film { x: lenders { name } } } }',
    ]) {
      const { data, errors } = await requestOnce([archive, lists], query);
      expect({ data, errors }).toEqual({ data: { first: { x: [] } }, errors: undefined });
    }
    const { data } = await requestOnce(
      [archive, lists],
      '{ first { slip(length: 2) ... on Song { slip(length: 2) } ... on Film { slip(length: 2) } } }',
    );
    expect(data).toEqual({ first: { slip: 'slip 2' } });
  });

  it('of an interface that no type implements are returned as their subgraph has them', async () => {
    const one: TestedSubgraph = {
      name: 'one',
      sdl: 'type Query { a: Node } interface Node @key(fields: "id") { id: ID! }',
      resolvers: { Query: { a: () => ({ __typename: 'Node', id: 'n1' }) }, Node: {} },
    };
    const other: TestedSubgraph = {
      name: 'other',
      sdl: 'type Query { b: Node } type Node @key(fields: "id", resolvable: false) @interfaceObject { id: ID! field: String }',
      resolvers: {
        Query: { b: () => ({ id: 'n1' }) },
        Node: { field: () => 'foo' },
      },
    };
    for (const [query, expected] of [
      ['{ b { id field } }', { id: 'n1', field: 'foo' }],
      ['{ b { ... on Node { x: field } id } }', { x: 'foo', id: 'n1' }],
      ['{ b { id } }', { id: 'n1' }],
    ] as const) {
      const { data, errors } = await requestOnce([one, other], query);
      expect({ data, errors }).toEqual({ data: { b: expected }, errors: undefined });
    }
    const { data, errors } = await requestOnce([one, other], '{ a { field } }');
    expect(data).toBeFalsy();
    expect(errors).toHaveLength(1);
  });

  it('are fetched separately for types with different fields selected under one name', async () => {
    const lists: TestedSubgraph = {
      name: 'lists',
      sdl: `
        type Work @key(fields: "id") @interfaceObject { id: ID! slip(length: Int): String tag: String pages(from: Int): [Page] }
        type Page { number: Int }
      `,
      resolvers: {
        Work: {
          ...referenceResolvers,
          slip: ({ id }: { id: string }, { length }: { length: number }) => `${id}: ${length}`,
          tag: ({ id }: { id: string }) => `tag ${id}`,
          pages: (_work: object, given: { from: number }) => [{ number: given.from }],
        },
      },
    };
    for (const [query, expected] of [
      [
        '{ works { ... on Film { slip(length: 1) } ... on Song { slip(length: 2) } } }',
        [{ slip: '1: 1' }, { slip: '2: 2' }],
      ],
      [
        '{ works { ... on Film { x: slip } ... on Song { x: tag } } }',
        [{ x: '1: undefined' }, { x: 'tag 2' }],
      ],
      [
        '{ works { ... on Film { pages(from: 1) { number } } ... on Song { pages(from: 2) { number } } } }',
        [{ pages: [{ number: 1 }] }, { pages: [{ number: 2 }] }],
      ],
    ] as const) {
      const { data, errors } = await requestOnce([archive, lists], query);
      expect({ data, errors }).toEqual({ data: { works: expected }, errors: undefined });
    }
  });

  it('whose type no subgraph knows are null, with the reason', async () => {
    const federation = await federate(graph);
    federation.replaceSubgraph('archive', () => '{"data":null,"errors":[{"message":"away"}]}');
    const { data, errors } = await federation.request('{ shelved { ... on Film { minutes } } }');
    await federation.stop();
    expect(data).toEqual({ shelved: null });
    expect(errors).toMatchObject([
      { path: ['shelved'], extensions: { code: 'INTERNAL_SERVER_ERROR', service: 'archive' } },
    ]);
  });

  describe('under interfaces that overlap', () => {
    const shelf = works.map(({ __typename, id }) => ({ __typename, id, genre: `g${id}` }));
    const byId = { __resolveReference: ({ id }: { id: string }) => shelf.find((each) => each.id === id) };
    const library: TestedSubgraph = {
      name: 'library',
      sdl: `
        type Query { items: [Node] }
        interface Node { id: ID! }
        interface Graded { genre: String }
        interface Media implements Node @key(fields: "id") { id: ID! }
        type Film implements Media & Node & Graded @key(fields: "id") { id: ID! genre: String }
        type Song implements Media & Node @key(fields: "id") { id: ID! genre: String }
        type Shop implements Graded & Node { id: ID! genre: String }
        union Found = Film | Shop
      `,
      resolvers: { Query: { items: () => shelf }, Media: byId, Film: byId, Song: byId },
    };
    const charts: TestedSubgraph = {
      name: 'charts',
      sdl: 'type Query { best: [Media] } type Media @key(fields: "id") @interfaceObject { id: ID! rank: Int }',
      resolvers: {
        Query: { best: () => shelf.map(({ id }) => ({ id })) },
        Media: { ...referenceResolvers, rank: ({ id }: { id: string }) => Number(id) },
      },
    };

    it.each([
      [
        '{ best { ... on Media { ... on Node { id } } ... on Graded { genre } } }',
        [{ id: '1', genre: 'g1' }, { id: '2' }],
      ],
      [
        '{ best { ... on Node { id ... on Media { rank } } } }',
        [
          { id: '1', rank: 1 },
          { id: '2', rank: 2 },
        ],
      ],
      [
        '{ best { rank ... on Node { ... on Graded { ... on Node { id } } ... on Song { genre } } } }',
        [
          { rank: 1, id: '1' },
          { rank: 2, genre: 'g2' },
        ],
      ],
      [
        '{ best: items { ... on Found { ... on Media { ... on Graded { genre } rank } } ... on Node { id } } }',
        [{ genre: 'g1', rank: 1, id: '1' }, { id: '2' }],
      ],
      [
        'query ($no: Boolean = false) { best { ... on Node { ... on Graded @skip(if: $no) { genre ... on Media { rank } } ... on Media { ... on Node @skip(if: $no) { id } } } } }',
        [{ genre: 'g1', rank: 1, id: '1' }, { id: '2' }],
      ],
      [
        'query ($yes: Boolean = true) { best { ... on Graded { ... on Node @skip(if: $yes) { id } ... on Media { rank } } ... on Node @include(if: $yes) { ... on Song { genre } } } }',
        [{ rank: 1 }, { genre: 'g2' }],
      ],
    ])('are planned: %s', async (query, expected) => {
      const { data, errors } = await requestOnce([library, charts], query);
      expect({ data, errors }).toEqual({ data: { best: expected }, errors: undefined });
    });
  });
});
