// What the planner by itself would plan wrongly, or for ever.
import { describe, expect, it } from 'vitest';
import { type Federation, federate, type TestedAnswer, type TestedSubgraph } from '../testing.ts';

async function asking(
  subgraphs: readonly TestedSubgraph[],
  query: string,
  variables: Record<string, unknown> = {},
): Promise<TestedAnswer & { calls: ReturnType<Federation['calls']> }> {
  const federation = await federate(subgraphs);
  try {
    const answer = await federation.ask(query, variables);
    return { ...answer, calls: federation.calls() };
  } finally {
    await federation.stop();
  }
}

const reference = { __resolveReference: (given: object) => given };
/** Tells what it was given, or fails without. */
const from =
  (...names: string[]) =>
  (given: Record<string, unknown>) => {
    for (const name of names) if (given[name] === undefined) throw new Error(`without ${name}`);
    return names.map((name) => given[name]).join('+');
  };
const external = (name: string) => () => {
  throw new Error(`${name} is external here`);
};

const roads: TestedSubgraph = {
  name: 'roads',
  sdl: 'type Road @key(fields: "id") { id: ID! grade: String @external dust: String @requires(fields: "grade") } type Query { road: Road }',
  resolvers: {
    Query: { road: () => ({ id: '1' }) },
    Road: {
      ...reference,
      dust: from('grade'),
      grade: (given: { grade?: string }) => given.grade ?? external('grade')(),
    },
  },
};
const grades: TestedSubgraph = {
  name: 'grades',
  sdl: 'type Road @key(fields: "id") { id: ID! grade: String dust: String @external plan: String @requires(fields: "dust") }',
  resolvers: { Road: { ...reference, grade: () => 'A', plan: from('dust') } },
};
const reports: TestedSubgraph = {
  name: 'reports',
  sdl: 'type Road @key(fields: "id") { id: ID! grade: String @external dust: String @external report: String @requires(fields: "grade dust") title: String }',
  resolvers: { Road: { ...reference, report: from('grade', 'dust'), title: () => '周报' } },
};

describe('a requirement with a requirement of its own', () => {
  it('is not taken where its field is external', async () => {
    const { data, errors } = await asking([roads, grades], '{ road { plan } }');
    expect({ data, errors }).toEqual({ data: { road: { plan: 'A' } }, errors: undefined });
  });

  it('waits for what it needs from elsewhere', async () => {
    const { data, errors } = await asking([roads, grades, reports], '{ road { report } }');
    expect({ data, errors }).toEqual({ data: { road: { report: 'A+A' } }, errors: undefined });
  });

  it('waits for what it needs also where its key has to be fetched first', async () => {
    const lot = { id: '1', block: 'b', number: 'n' };
    const cadastre: TestedSubgraph = {
      name: 'cadastre',
      sdl: `
        type Query { permits: [Permit] }
        type Permit @key(fields: "id") { id: ID! }
        type Lot @key(fields: "block number") {
          id: ID! @shareable block: ID! @shareable number: ID! @shareable next: Lot @shareable use: String
        }
      `,
      resolvers: {
        Query: { permits: () => [{ id: '1' }] },
        Lot: { __resolveReference: () => lot, next: () => lot, use: () => 'park' },
      },
    };
    const leases: TestedSubgraph = {
      name: 'leases',
      sdl: `
        type Lot @key(fields: "id") {
          id: ID! state: String next: Lot @shareable
          use: String @external summary: String @external rating: Rating @requires(fields: "use summary")
        }
        type Rating { text: String @shareable }
      `,
      resolvers: {
        Lot: { ...reference, state: () => 'open', next: () => lot, rating: (given: object) => given },
        Rating: { text: from('use', 'summary') },
      },
    };
    const measures: TestedSubgraph = {
      name: 'measures',
      sdl: `
        type Lot @key(fields: "id") {
          id: ID! @shareable block: ID! @shareable number: ID! @shareable
          next: Lot @external use: String @external summary: String @requires(fields: "next { id block } use")
        }
      `,
      resolvers: {
        Lot: { __resolveReference: (given: object) => ({ ...lot, ...given }), summary: from('use') },
      },
    };
    const offices = [
      { name: 'office', lot: 'type Lot' },
      {
        name: 'permits',
        lot: 'type Rating { text: String @shareable } type Lot @key(fields: "block number")',
      },
    ].map(({ name, lot: type }) => ({
      name,
      sdl: `
        type Permit @key(fields: "id") { id: ID! lot: Lot @shareable }
        ${type} { block: ID! @shareable number: ID! @shareable }
      `,
      resolvers: { Permit: { ...reference, lot: () => lot }, Lot: reference },
    }));
    const { data, errors } = await asking(
      [cadastre, leases, measures, ...offices],
      '{ permits { lot { rating { text } next { next { state summary } } } } }',
    );
    expect({ data, errors }).toEqual({
      data: {
        permits: [
          { lot: { rating: { text: 'park+park' }, next: { next: { state: 'open', summary: 'park' } } } },
        ],
      },
      errors: undefined,
    });
  });

  it('is told of with the arguments that each level has', async () => {
    const lamps: TestedSubgraph = {
      name: 'lamps',
      sdl: 'type Query { lamp: Lamp } type Lamp @key(fields: "id") { id: ID! pole(at: Int): Pole } type Pole @key(fields: "id") { id: ID! pole(at: Int): Int }',
      resolvers: {
        Query: { lamp: () => ({ id: '1' }) },
        Lamp: { ...reference, pole: (_lamp: unknown, { at }: { at: number }) => ({ id: `p${at}` }) },
        Pole: { ...reference, pole: (_pole: unknown, { at }: { at: number }) => at },
      },
    };
    const repairs: TestedSubgraph = {
      name: 'repairs',
      sdl: 'type Lamp @key(fields: "id") { id: ID! pole(at: Int): Pole @external repair: String @requires(fields: "pole(at: 1) { id pole(at: 2) }") } type Pole @key(fields: "id", resolvable: false) { id: ID! pole(at: Int): Int @external }',
      resolvers: {
        Lamp: {
          ...reference,
          repair: ({ pole }: { pole: { id: string; pole: number } }) => `${pole.id} ${pole.pole}`,
        },
      },
    };
    const { data } = await asking([lamps, repairs], '{ lamp { pole(at: 3) { pole(at: 4) } repair } }');
    expect(data).toEqual({ lamp: { pole: { pole: 4 }, repair: 'p1 2' } });
  });
});

describe('conditions', () => {
  const query =
    'query ($report: Boolean!) { road { report @include(if: $report) title dust @skip(if: true) } }';

  it('keep what is left out from holding up what is not', async () => {
    const { data, errors, calls } = await asking([roads, grades, reports], query, { report: false });
    expect({ data, errors }).toEqual({ data: { road: { title: '周报' } }, errors: undefined });
    expect(calls.map(({ subgraph }) => subgraph)).toEqual(['roads', 'reports']);
  });

  it('may be named as the plan names its own variable', async () => {
    const named = query.replaceAll('$report', '$representations');
    const { data } = await asking([roads, grades, reports], named, { representations: true });
    expect(data).toEqual({ road: { report: 'A+A', title: '周报' } });
  });

  it('are refused where they are null', async () => {
    const nullable = query.replace('Boolean!', 'Boolean = true');
    const { data, errors } = await asking([roads, grades, reports], nullable, { report: null });
    expect(data).toBeUndefined();
    expect(errors?.[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT', argument: 'report' });
  });
});

it('asks by the key for what is not computed, of objects of which no more is known', async () => {
  const federation = await federate([roads, grades, reports]);
  federation.instead('grades', () => '{"data":null,"errors":[{"message":"away"}]}');
  const { data, errors } = await federation.ask('{ road { report title } }');
  await federation.stop();
  expect(data).toEqual({ road: { report: null, title: '周报' } });
  expect(errors).toMatchObject([{ path: ['road'], extensions: { service: 'grades' } }]);
});

it('runs mutations in the client’s order, those of a named fragment too', async () => {
  const made: string[] = [];
  const make = (name: string) => () => {
    made.push(name);
    return name;
  };
  const desk: TestedSubgraph = {
    name: 'desk',
    sdl: 'type Query { a: Int } type Mutation { first: String second: String third: String }',
    resolvers: { Mutation: { first: make('first'), second: make('second'), third: make('third') } },
  };
  const query =
    'mutation ($yes: Boolean!) { third ...Then @include(if: $yes) first } fragment Then on Mutation { second }';
  await asking([desk], query, { yes: true });
  expect(made).toEqual(['third', 'second', 'first']);
});

it('keeps what one subgraph gives whole, where several ways lead to what is beside it', async () => {
  const desk: TestedSubgraph = {
    name: 'desk',
    sdl: `
      type Query { a: Int }
      type Mutation { file: Paper! }
      interface Paper { rank: Int }
      type Note implements Paper { rank: Int label: String @shareable text: String }
      type Case implements Paper @key(fields: "id") { id: ID! rank: Int }
    `,
    resolvers: {
      Mutation: { file: () => ({ __typename: 'Note', rank: 1, label: 'memo', text: '备忘' }) },
      Case: reference,
    },
  };
  const court: TestedSubgraph = {
    name: 'court',
    sdl: `
      interface Paper { label: String }
      type Note implements Paper { label: String @shareable }
      type Case implements Paper @key(fields: "id") { id: ID! label: String @shareable }
    `,
    resolvers: { Case: { ...reference, label: () => 'case' } },
  };
  const archive: TestedSubgraph = {
    name: 'archive',
    sdl: 'type Case @key(fields: "id") { id: ID! label: String @shareable }',
    resolvers: { Case: { ...reference, label: () => 'case' } },
  };
  const { data, errors } = await asking(
    [desk, court, archive],
    'mutation { file { label ... on Note { text } } again: file { rank } }',
  );
  expect({ data, errors }).toEqual({
    data: { file: { label: 'memo', text: '备忘' }, again: { rank: 1 } },
    errors: undefined,
  });
});

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
      Work: { ...reference, slip: from('title') },
    },
  };
  const shelves: TestedSubgraph = {
    name: 'shelves',
    sdl: 'type Query { shelved: Work } type Work @key(fields: "id") @interfaceObject { id: ID! }',
    resolvers: { Query: { shelved: () => ({ id: '1' }) }, Work: reference },
  };
  const graph = [archive, loans, shelves];

  it('are found out also for a fragment on another interface', async () => {
    const { data, errors } = await asking(
      graph,
      '{ lent { ... on Titled { title ... on Film { minutes } } } }',
    );
    expect(errors).toBeUndefined();
    expect(data.lent).toEqual([{ title: 'a', minutes: 90 }, { title: 'b' }]);
  });

  it('are planned to an end where two stand before one requirement', async () => {
    const { data, errors } = await asking(graph, '{ shelved { ... on Film { slip } } }');
    expect({ data, errors }).toEqual({ data: { shelved: { slip: 'a' } }, errors: undefined });
  });

  describe('of which one requires what another computes', () => {
    const slips: TestedSubgraph = {
      name: 'slips',
      sdl: 'type Work @key(fields: "id") @interfaceObject { id: ID! pages: Int title: String @external slip: String @requires(fields: "title") }',
      resolvers: { Work: { ...reference, slip: from('title'), pages: () => 7 } },
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
        Work: { ...reference, stamp: from('pages', 'slip'), cover: (work: object) => work },
        Cover: { text: from('pages', 'slip') },
      },
    };

    it('are entered by the name that they have in both', async () => {
      const { data, errors } = await asking([archive, slips, stamps], '{ stamped { stamp } }');
      expect({ data, errors }).toEqual({ data: { stamped: { stamp: '7+b' } }, errors: undefined });
    });

    it('are asked for one type what is planned for all', async () => {
      const { data, errors } = await asking([archive, slips, stamps], '{ stamped { cover { text } } }');
      expect({ data, errors }).toEqual({ data: { stamped: { cover: { text: '7+b' } } }, errors: undefined });
    });
  });

  it('are planned in little time where they lead to each other', async () => {
    const series: TestedSubgraph = {
      name: 'series',
      sdl: 'type Work @key(fields: "id") @interfaceObject { id: ID! next: Work }',
      resolvers: { Work: { ...reference, next: () => ({ id: '1' }) } },
    };
    const { data, errors, calls } = await asking(
      [archive, loans, shelves, series],
      '{ shelved { next { next { next { next { next { slip } } } } } } }',
    );
    expect({ data, errors }).toEqual({
      data: { shelved: { next: { next: { next: { next: { next: { slip: 'a' } } } } } } },
      errors: undefined,
    });
    expect(calls.map(({ subgraph }) => subgraph)).toEqual(['shelves', 'series', 'archive', 'loans']);
  });

  it('are asked about for the types alone that the fragment is for', async () => {
    const { data, errors } = await asking(
      graph,
      '{ works { ... on Film { works { title ... on Song { slip } } } } }',
    );
    expect(errors).toBeUndefined();
    expect(data.works[0].works).toEqual([{ title: 'a' }, { title: 'b', slip: 'b' }]);
  });

  it('are asked for each type no more than is asked of that type', async () => {
    const slips: TestedSubgraph = {
      name: 'slips',
      sdl: 'type Query { first: Work } type Work @key(fields: "id") @interfaceObject { id: ID! pages: Int! price: Int! }',
      resolvers: {
        Query: { first: () => ({ id: '1' }) },
        Work: {
          ...reference,
          pages: ({ id }: { id: string }) => (id === '1' ? 7 : null),
          price: ({ id }: { id: string }) => (id === '1' ? null : 8),
        },
      },
    };
    const asked = [archive, slips];
    const apart = await asking(asked, '{ works { ... on Film { pages } ... on Song { price } } }');
    expect(apart.errors).toBeUndefined();
    expect(apart.data.works).toEqual([{ pages: 7 }, { price: 8 }]);
    const found = await asking(asked, '{ first { ... on Film { pages } ... on Song { price } } }');
    expect({ data: found.data, errors: found.errors }).toEqual({
      data: { first: { pages: 7 } },
      errors: undefined,
    });
    const same = await asking([archive, loans], '{ works { ... on Film { slip } ... on Song { slip } } }');
    expect(same.data.works).toEqual([{ slip: 'a' }, { slip: 'b' }]);
    expect(same.calls.map(({ subgraph }) => subgraph)).toEqual(['archive', 'loans']);
  });

  it('whose type no subgraph tells are null, with the reason', async () => {
    const federation = await federate(graph);
    federation.instead('archive', () => '{"data":null,"errors":[{"message":"away"}]}');
    const { data, errors } = await federation.ask('{ shelved { ... on Film { minutes } } }');
    await federation.stop();
    expect(data).toEqual({ shelved: null });
    expect(errors).toMatchObject([
      { path: ['shelved'], extensions: { code: 'INTERNAL_SERVER_ERROR', service: 'archive' } },
    ]);
  });
});

describe('what two fetches give of one object', () => {
  const kinds = ['x', 'y'];
  const left: TestedSubgraph = {
    name: 'left',
    sdl: 'type Query { rows: [Row!]! } type Row @key(fields: "id") { id: ID! mark: Mark @shareable } type Mark { kind: String @shareable left: String }',
    resolvers: {
      Query: { rows: () => kinds.map((id) => ({ id })) },
      Row: { ...reference, mark: () => ({ kind: 'same', left: null }) },
    },
  };
  const right: TestedSubgraph = {
    name: 'right',
    sdl: 'type Row @key(fields: "id") { id: ID! mark: Mark @shareable } type Mark { kind: String @shareable right: String none: String }',
    resolvers: {
      Row: { ...reference, mark: ({ id }: { id: string }) => ({ kind: 'same', right: id, none: null }) },
    },
  };

  it('is joined object by object, though they look the same in one', async () => {
    const { data, errors } = await asking([left, right], '{ rows { mark { kind left right none } } }');
    expect(errors).toBeUndefined();
    expect(data.rows).toEqual(
      kinds.map((right) => ({ mark: { kind: 'same', left: null, right, none: null } })),
    );
  });

  it('counts as known where it is null', async () => {
    const notes: TestedSubgraph = {
      name: 'notes',
      sdl: 'type Row @key(fields: "id") { id: ID! mark: Mark @external note: String @requires(fields: "mark { kind none }") } type Mark { kind: String @external none: String @external }',
      resolvers: {
        Row: { ...reference, note: ({ mark }: { mark: object }) => JSON.stringify(mark) },
      },
    };
    const { data } = await asking([left, right, notes], '{ rows { mark { left } note } }');
    expect(data.rows[0]).toEqual({ mark: { left: null }, note: '{"kind":"same","none":null}' });
  });
});

it('ends a plan that takes too much memory, not the process', async () => {
  // Every one of these entities can be had from every subgraph: the ways to each field multiply.
  const wide = Array.from({ length: 9 }, (_, index) => {
    const fields = Array.from({ length: 9 }, (_field, number) => `f${number}: Node @shareable`).join(' ');
    const query = index === 0 ? 'type Query { node: Node }' : '';
    return {
      name: `s${index}`,
      sdl: `${query} type Node @key(fields: "id") { id: ID! ${fields} own${index}: Int }`,
      resolvers: { Query: { node: () => null }, Node: reference },
    };
  });
  const deep = (level: number): string =>
    level === 0
      ? wide.map((_subgraph, index) => `own${index}`).join(' ')
      : wide.map((_subgraph, index) => `f${index} { ${deep(level - 1)} }`).join(' ');
  const federation = await federate(wide, {
    planner: { threads: 1, timeoutMs: 20_000, maxHeapMegabytes: 100, maxWaiting: 10, log: () => {} },
  });
  const { errors } = await federation.ask(`{ node { ${deep(3)} } }`);
  expect(errors?.[0]).toMatchObject({ extensions: { code: 'OPERATION_TOO_COMPLEX' } });
  expect(errors?.[0]?.message).toContain('100 MB');
  await federation.stop();
});
