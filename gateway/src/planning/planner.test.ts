// Operations that the planner, without corrections, plans wrongly or endlessly.
import { describe, expect, it } from 'vitest';
import { federate, type TestedSubgraph } from '../testing/federation.ts';
import { referenceResolvers, requestOnce, requiring } from '../testing/planner.ts';

const external = (name: string) => () => {
  throw new Error(`${name} is external here`);
};

const roads: TestedSubgraph = {
  name: 'roads',
  sdl: 'type Road @key(fields: "id") { id: ID! grade: String @external dust: String @requires(fields: "grade") } type Query { road: Road }',
  resolvers: {
    Query: { road: () => ({ id: '1' }) },
    Road: {
      ...referenceResolvers,
      dust: requiring('grade'),
      grade: (given: { grade?: string }) => given.grade ?? external('grade')(),
    },
  },
};
const grades: TestedSubgraph = {
  name: 'grades',
  sdl: 'type Road @key(fields: "id") { id: ID! grade: String dust: String @external plan: String @requires(fields: "dust") }',
  resolvers: { Road: { ...referenceResolvers, grade: () => 'A', plan: requiring('dust') } },
};
const reports: TestedSubgraph = {
  name: 'reports',
  sdl: 'type Road @key(fields: "id") { id: ID! grade: String @external dust: String @external report: String @requires(fields: "grade dust") title: String }',
  resolvers: { Road: { ...referenceResolvers, report: requiring('grade', 'dust'), title: () => '周报' } },
};

describe('a requirement with a requirement of its own', () => {
  it('is not fetched from where its field is external', async () => {
    const { data, errors } = await requestOnce([roads, grades], '{ road { plan } }');
    expect({ data, errors }).toEqual({ data: { road: { plan: 'A' } }, errors: undefined });
  });

  it('waits for what it needs from other subgraphs', async () => {
    const { data, errors } = await requestOnce([roads, grades, reports], '{ road { report } }');
    expect({ data, errors }).toEqual({ data: { road: { report: 'A+A' } }, errors: undefined });
  });

  it('waits for what it needs where its key must be fetched first too', async () => {
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
        Lot: {
          ...referenceResolvers,
          state: () => 'open',
          next: () => lot,
          rating: (given: object) => given,
        },
        Rating: { text: requiring('use', 'summary') },
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
        Lot: { __resolveReference: (given: object) => ({ ...lot, ...given }), summary: requiring('use') },
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
      resolvers: { Permit: { ...referenceResolvers, lot: () => lot }, Lot: referenceResolvers },
    }));
    const { data, errors } = await requestOnce(
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

  it('is fetched with the arguments of each level', async () => {
    const lamps: TestedSubgraph = {
      name: 'lamps',
      sdl: 'type Query { lamp: Lamp } type Lamp @key(fields: "id") { id: ID! pole(at: Int): Pole } type Pole @key(fields: "id") { id: ID! pole(at: Int): Int }',
      resolvers: {
        Query: { lamp: () => ({ id: '1' }) },
        Lamp: { ...referenceResolvers, pole: (_lamp: unknown, { at }: { at: number }) => ({ id: `p${at}` }) },
        Pole: { ...referenceResolvers, pole: (_pole: unknown, { at }: { at: number }) => at },
      },
    };
    const repairs: TestedSubgraph = {
      name: 'repairs',
      sdl: 'type Lamp @key(fields: "id") { id: ID! pole(at: Int): Pole @external repair: String @requires(fields: "pole(at: 1) { id pole(at: 2) }") } type Pole @key(fields: "id", resolvable: false) { id: ID! pole(at: Int): Int @external }',
      resolvers: {
        Lamp: {
          ...referenceResolvers,
          repair: ({ pole }: { pole: { id: string; pole: number } }) => `${pole.id} ${pole.pole}`,
        },
      },
    };
    const { data } = await requestOnce([lamps, repairs], '{ lamp { pole(at: 3) { pole(at: 4) } repair } }');
    expect(data).toEqual({ lamp: { pole: { pole: 4 }, repair: 'p1 2' } });
  });

  it('is fetched with its arguments in each member of a union', async () => {
    const parts = 'union Part = Bulb type Bulb { light(in: Int): Int @shareable }';
    const lamps: TestedSubgraph = {
      name: 'lamps',
      sdl: `${parts} type Query { lamp: Lamp } type Lamp @key(fields: "id") { id: ID! parts: [Part!] }`,
      resolvers: {
        Query: { lamp: () => ({ id: '1' }) },
        Lamp: { ...referenceResolvers, parts: () => [{ __typename: 'Bulb' }] },
        Bulb: { light: (_bulb: unknown, { in: unit }: { in: number }) => unit },
      },
    };
    const asks = (name: string, unit: number): TestedSubgraph => ({
      name,
      sdl: `${parts} type Lamp @key(fields: "id") { id: ID! parts: [Part!] @external
        ${name}: Int @requires(fields: "parts { ... on Bulb { light(in: ${unit}) } }") }`,
      resolvers: {
        Lamp: {
          ...referenceResolvers,
          [name]: ({ parts: [part] }: { parts: { light: number }[] }) => part?.light,
        },
      },
    });
    const { data } = await requestOnce(
      [lamps, asks('watts', 1), asks('lumens', 2)],
      '{ lamp { watts lumens parts { ... on Bulb { light(in: 3) } } } }',
    );
    expect(data).toEqual({ lamp: { watts: 1, lumens: 2, parts: [{ light: 3 }] } });
  });
});

describe('conditions', () => {
  const query =
    'query ($report: Boolean!) { road { report @include(if: $report) title dust @skip(if: true) } }';

  it('do not make a selected field wait for one that is left out', async () => {
    const { data, errors, calls } = await requestOnce([roads, grades, reports], query, { report: false });
    expect({ data, errors }).toEqual({ data: { road: { title: '周报' } }, errors: undefined });
    expect(calls.map(({ subgraph }) => subgraph)).toEqual(['roads', 'reports']);
  });

  it('can use a variable named like the planner’s own', async () => {
    const named = query.replaceAll('$report', '$representations');
    const { data } = await requestOnce([roads, grades, reports], named, { representations: true });
    expect(data).toEqual({ road: { report: 'A+A', title: '周报' } });
  });

  it('are rejected where they are null', async () => {
    const nullable = query.replace('Boolean!', 'Boolean = true');
    const { data, errors } = await requestOnce([roads, grades, reports], nullable, { report: null });
    expect(data).toBeUndefined();
    expect(errors?.[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT', argument: 'report' });
  });
});

it('fetches fields that are not computed by the key alone, for objects without the required fields', async () => {
  const federation = await federate([roads, grades, reports]);
  federation.replaceSubgraph('grades', () => '{"data":null,"errors":[{"message":"away"}]}');
  const { data, errors } = await federation.request('{ road { report title } }');
  await federation.stop();
  expect(data).toEqual({ road: { report: null, title: '周报' } });
  expect(errors).toMatchObject([{ path: ['road'], extensions: { service: 'grades' } }]);
});

it('runs mutations in the client’s order, also those in a named fragment', async () => {
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
  await requestOnce([desk], query, { yes: true });
  expect(made).toEqual(['third', 'second', 'first']);
});

it('keeps a selection that one subgraph resolves completely where several paths lead to the fields beside it', async () => {
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
      Case: referenceResolvers,
    },
  };
  const court: TestedSubgraph = {
    name: 'court',
    sdl: `
      interface Paper { label: String }
      type Note implements Paper { label: String @shareable }
      type Case implements Paper @key(fields: "id") { id: ID! label: String @shareable }
    `,
    resolvers: { Case: { ...referenceResolvers, label: () => 'case' } },
  };
  const archive: TestedSubgraph = {
    name: 'archive',
    sdl: 'type Case @key(fields: "id") { id: ID! label: String @shareable }',
    resolvers: { Case: { ...referenceResolvers, label: () => 'case' } },
  };
  const { data, errors } = await requestOnce(
    [desk, court, archive],
    'mutation { file { label ... on Note { text } } again: file { rank } }',
  );
  expect({ data, errors }).toEqual({
    data: { file: { label: 'memo', text: '备忘' }, again: { rank: 1 } },
    errors: undefined,
  });
});

describe('the fields of one object from two fetches', () => {
  const kinds = ['x', 'y'];
  const left: TestedSubgraph = {
    name: 'left',
    sdl: 'type Query { rows: [Row!]! } type Row @key(fields: "id") { id: ID! mark: Mark @shareable } type Mark { kind: String @shareable left: String }',
    resolvers: {
      Query: { rows: () => kinds.map((id) => ({ id })) },
      Row: { ...referenceResolvers, mark: () => ({ kind: 'same', left: null }) },
    },
  };
  const right: TestedSubgraph = {
    name: 'right',
    sdl: 'type Row @key(fields: "id") { id: ID! mark: Mark @shareable } type Mark { kind: String @shareable right: String none: String }',
    resolvers: {
      Row: {
        ...referenceResolvers,
        mark: ({ id }: { id: string }) => ({ kind: 'same', right: id, none: null }),
      },
    },
  };

  it('are merged object by object, though two of the objects look equal in one', async () => {
    const { data, errors } = await requestOnce([left, right], '{ rows { mark { kind left right none } } }');
    expect(errors).toBeUndefined();
    expect(data.rows).toEqual(
      kinds.map((right) => ({ mark: { kind: 'same', left: null, right, none: null } })),
    );
  });

  it('count as returned where they are null', async () => {
    const notes: TestedSubgraph = {
      name: 'notes',
      sdl: 'type Row @key(fields: "id") { id: ID! mark: Mark @external note: String @requires(fields: "mark { kind none }") } type Mark { kind: String @external none: String @external }',
      resolvers: {
        Row: { ...referenceResolvers, note: ({ mark }: { mark: object }) => JSON.stringify(mark) },
      },
    };
    const { data } = await requestOnce([left, right, notes], '{ rows { mark { left } note } }');
    expect(data.rows[0]).toEqual({ mark: { left: null }, note: '{"kind":"same","none":null}' });
  });
});

it('aborts a plan that takes too much memory, and the process continues', async () => {
  // Every subgraph resolves every one of these entities, so that the paths to each field multiply. Those of mutations are not pruned.
  const wide = Array.from({ length: 9 }, (_, index) => {
    const fields = Array.from({ length: 9 }, (_field, number) => `f${number}: Node @shareable`).join(' ');
    const query = index === 0 ? 'type Query { node: Node } type Mutation { node: Node }' : '';
    return {
      name: `s${index}`,
      sdl: `${query} type Node @key(fields: "id") { id: ID! ${fields} own${index}: Int }`,
      resolvers: { Query: { node: () => null }, Node: referenceResolvers },
    };
  });
  const deep = (level: number): string =>
    level === 0
      ? wide.map((_subgraph, index) => `own${index}`).join(' ')
      : wide.map((_subgraph, index) => `f${index} { ${deep(level - 1)} }`).join(' ');
  const federation = await federate(wide, {
    // So long that the operation is not refused beforehand.
    planner: { planner: 'apollo', timeoutMs: 600_000, maxHeapMegabytes: 100 },
  });
  const { errors } = await federation.request(`mutation { node { ${deep(3)} } }`);
  expect(errors?.[0]).toMatchObject({ extensions: { code: 'OPERATION_TOO_COMPLEX' } });
  expect(errors?.[0]?.message).toContain('100 MB');
  await federation.stop();
});
