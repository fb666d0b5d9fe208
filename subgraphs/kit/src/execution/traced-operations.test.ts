import { Trace } from '@apollo/usage-reporting-protobuf';
import { describe, expect, it } from 'vitest';
import { Disclosures } from '../access/disclosures.ts';
import { developmentKeyring } from '../encryption/keyring.ts';
import { errorCodes, graphError } from '../errors.ts';
import { anonymous } from '../identity/viewer.ts';
import { defineLoader, type SubgraphContext } from '../loaders.ts';
import type { GraphQLAnswer, GraphQLOperation } from '../operation/graphql-operation.ts';
import { buildExecutableSchema } from '../schema/executable-schema.ts';
import { Operations } from './operations.ts';
import { TracedOperations } from './traced-operations.ts';

const sdl = `
  extend schema @link(url: "https://specs.apollo.dev/federation/v2.7", import: ["@key"])
  enum Grade { GOOD POOR }
  interface Named { name: String }
  type Road implements Named @key(fields: "id") {
    id: ID! name: String grade: Grade must: String! crew: Crew twin: Road! lanes: [Int!]
  }
  type Crew implements Named @key(fields: "id") { id: ID! name: String }
  union Thing = Road | Crew
  type Query {
    road(id: ID!): Road roads: [Road!]! things: [Thing] named: Named later: String
    coded: String masked: String maskedLater: String! item: [String]
  }
  type Mutation { step: Int refuse: Int! }
`;
const masked = errorCodes.INTERNAL_SERVER_ERROR;
const soon = <Value>(value: Value) => Promise.resolve(value);
const secret = () => new Error('relation "elder" at 10.0.0.1');
const road = (id: string) => ({
  __typename: 'Road',
  id,
  name: () => soon(`路 "${id}"`),
  grade: id === '3' ? 'NONE' : 'GOOD',
  must: id === '2' ? null : 'm',
  lanes: id === '2' ? [1, null] : [1, 2],
});
let batches = 0;
const crewByRoad = defineLoader(async (_sql, ids) => {
  batches += 1;
  return ids.map((id) => (id === '3' ? secret() : { __typename: 'Crew', id, name: `班 ${id}` }));
});
let steps: string[] = [];
const schema = () =>
  buildExecutableSchema(sdl, [
    {
      Query: {
        road: (_root, { id }: { id: string }) => soon(road(id)),
        roads: () => [road('1'), soon(road('2')), road('3')],
        things: () => soon([soon(road('1')), { __typename: 'Crew', id: 'c' }, null, { __typename: 'None' }]),
        named: () => road('1'),
        later: async () => {
          await soon(null);
          return 'later';
        },
        coded: () => {
          throw graphError('BAD_USER_INPUT', '不行。 No.');
        },
        masked: () => {
          throw secret();
        },
        maskedLater: () => Promise.reject(secret()),
        item: () => ['a', Promise.reject(secret()), secret(), soon('d')],
      },
      Named: { __resolveType: ({ __typename }: { __typename: string }) => soon(__typename) },
      Road: {
        __resolveReference: ({ id }: { id: string }) => (id === '9' ? Promise.reject(secret()) : road(id)),
        crew: ({ id }: { id: string }, _args, context) => crewByRoad(context).load(id),
        twin: ({ id }: { id: string }) => (id === '3' ? null : road('3')),
      },
      Crew: { __resolveReference: ({ id }: { id: string }) => ({ id, name: null }) },
      Mutation: {
        step: async () => {
          await soon(null);
          return steps.push('step');
        },
        refuse: () => {
          steps.push('refuse');
          throw graphError('BAD_USER_INPUT', '不行。 No.');
        },
      },
    },
  ]);
const plain = new Operations(schema(), () => {});
const traced = new TracedOperations(schema(), () => {});

interface ParsedAnswer {
  data?: unknown;
  errors?: { message: string; extensions: { traceId?: string } }[];
  extensions?: { ftv1: string };
}

async function answerTo(
  operations: Operations | TracedOperations,
  query: string,
  variables: Record<string, unknown> | null = null,
  method: GraphQLOperation['method'] = 'POST',
) {
  batches = 0;
  steps = [];
  const context = (): Omit<SubgraphContext, 'sql'> => ({
    viewer: anonymous,
    keyring: developmentKeyring,
    disclosures: new Disclosures(async () => {}),
    ownedByViewer: new WeakSet(),
    today: '2026-01-01',
    loaders: new Map(),
  });
  const operation = { query, variables, operationName: null, extensions: null, method };
  const answer: GraphQLAnswer = await operations.answer(operation, context);
  const parsed = JSON.parse(String(answer.body)) as ParsedAnswer;
  for (const { extensions } of parsed.errors ?? []) if (extensions.traceId) extensions.traceId = 'any';
  return { answer, parsed, batches, steps };
}

const traceOf = async (query: string, variables?: Record<string, unknown>) => {
  const { parsed } = await answerTo(traced, query, variables);
  return Trace.decode(Buffer.from(parsed.extensions?.ftv1 ?? '', 'base64'));
};

/** The tree as lines: `path Parent.field: Type` for each field, `path ! message` for each error. */
function lines({ child }: Trace.INode, path = ''): string[] {
  return (child ?? []).flatMap((node) => {
    const { responseName, originalFieldName, index, parentType, type, error } = node;
    const at = `${path}/${type ? responseName : index}`;
    const field = type ? [`${at} ${parentType}.${originalFieldName || responseName}: ${type}`] : [];
    return [...field, ...(error ?? []).map(({ message }) => `${at} ! ${message}`), ...lines(node, at)];
  });
}

const nodesOf = (node: Trace.INode): Trace.INode[] => [node, ...(node.child ?? []).flatMap(nodesOf)];

describe('a traced answer is the same as without a trace', () => {
  it.each<[string, string, Record<string, unknown>?, GraphQLOperation['method']?]>([
    ['leaves, methods and lists', '{ roads { id name grade lanes __typename } later }'],
    ['a null in a non-null place', '{ road(id: "2") { id must } roads { twin { twin { id } } } }'],
    ['errors of all kinds', '{ coded masked item roads { id crew { name } } }'],
    ['an error that takes all', '{ maskedLater later }'],
    [
      'abstract types',
      '{ named { name ... on Road { id } } things { ... on Crew { id } ... on Named { name } } }',
    ],
    [
      'entities, present, missing and failing',
      'query ($r: [_Any!]!) { _entities(representations: $r) { ... on Road { id crew { id } } ... on Crew { name } } }',
      {
        r: [
          { __typename: 'Road', id: '1' },
          { __typename: 'Crew', id: 'c' },
          { __typename: 'Road', id: '9' },
        ],
      },
    ],
    ['an entity of an unknown type', '{ _entities(representations: [{__typename: "None"}]) { __typename } }'],
    ['the service', '{ _service { sdl } }'],
    ['introspection', '{ __schema { types { name fields { name } } } later }'],
    ['mutations, one after another', 'mutation { a: step refuse b: step }'],
    ['a mutation by GET', 'mutation { step }', undefined, 'GET'],
    ['conditions', 'query ($y: Boolean!) { later @skip(if: $y) coded @include(if: $y) }', { y: true }],
    ['a variable that does not fit', 'query ($id: ID!) { road(id: $id) { id } }', { id: [] }],
    ['an invalid operation', '{ raod }'],
    ['no operation', '{'],
  ])('%s', async (_what, ...operation) => {
    const theirs = await answerTo(plain, ...operation);
    const ours = await answerTo(traced, ...operation);
    const { extensions: _trace, ...parsed } = ours.parsed;
    expect(JSON.stringify(parsed.data)).toBe(JSON.stringify(theirs.parsed.data));
    expect(parsed).toEqual(theirs.parsed);
    expect([ours.batches, ours.steps]).toEqual([theirs.batches, theirs.steps]);
    expect({ ...ours.answer, body: '' }).toEqual({ ...theirs.answer, body: '' });
  });
});

describe('a trace', () => {
  it('has a node for each field and each list entry of the answer', async () => {
    const { root } = await traceOf('{ all: roads { id crew { n: name } } later __typename }');
    expect(lines(root ?? {}).sort()).toEqual(
      [
        '/all Query.roads: [Road!]!',
        ...[0, 1, 2].flatMap((index) => [
          `/all/${index}/id Road.id: ID!`,
          `/all/${index}/crew Road.crew: Crew`,
        ]),
        ...[0, 1].map((index) => `/all/${index}/crew/n Crew.name: String`),
        `/all/2/crew ! ${masked}`,
        '/later Query.later: String',
      ].sort(),
    );
  });

  it('records when each resolver started and when its value had settled', async () => {
    const before = Math.floor(Date.now() / 1000);
    const { startTime, endTime, durationNs, root } = await traceOf(
      '{ road(id: "1") { crew { name } } roads { name } coded }',
    );
    expect(startTime?.seconds).toBeGreaterThanOrEqual(before);
    const ns = (time: { seconds?: number | null; nanos?: number | null } | null | undefined) =>
      (time?.seconds ?? 0) * 1e9 + (time?.nanos ?? 0);
    expect(ns(endTime)).toBeGreaterThanOrEqual(ns(startTime));
    const nodes = nodesOf(root ?? {});
    for (const { type, startTime, endTime } of nodes.filter(({ type }) => type)) {
      expect(startTime, String(type)).toBeGreaterThan(0);
      expect(endTime, String(type)).toBeGreaterThanOrEqual(startTime ?? Number.NaN);
      expect(endTime, String(type)).toBeLessThanOrEqual(durationNs);
    }
    for (const name of ['road', 'crew']) {
      const node = nodes.find(({ responseName }) => responseName === name);
      for (const inner of node?.child ?? [])
        expect(inner.startTime).toBeGreaterThanOrEqual(node?.endTime ?? Number.NaN);
    }
  });

  it('contains the masked errors of the answer at their paths, and no more', async () => {
    const { parsed } = await answerTo(traced, '{ coded masked item later }');
    const { root } = Trace.decode(Buffer.from(parsed.extensions?.ftv1 ?? '', 'base64'));
    const failed = lines(root ?? {}).filter((line) => line.includes('!'));
    expect(failed.sort()).toEqual([
      '/coded ! 不行。 No.',
      `/item/1 ! ${masked}`,
      `/item/2 ! ${masked}`,
      `/masked ! ${masked}`,
    ]);
    expect(JSON.stringify(root)).not.toContain('10.0.0.1');
    const [{ json, location } = {}] = nodesOf(root ?? {}).flatMap(({ error }) => error ?? []);
    expect(location).toMatchObject([{ line: 1, column: 3 }]);
    expect(JSON.parse(json ?? '')).toEqual(parsed.errors?.[0]);
  });

  it('belongs to a single request', async () => {
    const [one, other] = await Promise.all([traceOf('{ later }'), traceOf('{ roads { id } }')]);
    expect(lines(one.root ?? {})).toEqual(['/later Query.later: String']);
    expect(lines(other.root ?? {})).toHaveLength(4);
  });

  it('does not exist for a refused request', async () => {
    expect((await answerTo(traced, '{ raod }')).parsed.extensions).toBeUndefined();
  });
});
