import { describe, expect, it } from 'vitest';
import { Operations } from '../execution/operations.ts';
import { buildExecutableSchema } from './executable-schema.ts';

let found: unknown[] = [];
const schema = buildExecutableSchema(
  `
  extend schema @link(url: "https://specs.apollo.dev/federation/v2.7", import: ["@key"])
  type Road @key(fields: "id") @key(fields: "number district { code }") { id: ID! number: Int! district: Division! }
  extend type Division @key(fields: "code") { code: ID! }
  interface Post @key(fields: "id") { id: ID! }
  type Lamp implements Post @key(fields: "id") { id: ID! }
  type Lane { id: ID! }
  extend type Query { lane: Lane }
`,
  [
    {
      Road: {
        __resolveReference: ({ id }: { id: string }) => {
          found.push(id);
          return Promise.resolve(id === 'none' ? null : { id });
        },
      },
      Post: { __resolveReference: ({ id }: { id: string }) => ({ id }), __resolveType: () => 'Lamp' },
    },
  ],
);

async function resolveEntities(...representations: unknown[]) {
  found = [];
  const logged: unknown[] = [];
  const { body } = await new Operations(schema, (event) => logged.push(event)).answer(
    {
      query:
        'query ($r: [_Any!]!) { _entities(representations: $r) { ... on Road { id } ... on Division { code } ... on Lamp { id } } }',
      operationName: null,
      variables: { r: representations },
      extensions: null,
      method: 'POST',
    },
    () => ({}),
  );
  const { data, errors } = JSON.parse(String(body)) as {
    data: { _entities: unknown[] } | null;
    errors?: { message: string; path: unknown[]; extensions: Record<string, unknown> }[];
  };
  return { entities: data?._entities, errors, logged };
}

const good = { __typename: 'Road', id: 'A' };

describe('an invalid representation', () => {
  it.each<[string, unknown, string, string]>([
    [
      'a number for a key',
      { __typename: 'Division', code: 410105 },
      'code',
      'expected text, received 410105',
    ],
    ['a list for a key', { __typename: 'Road', id: ['A'] }, 'id', 'expected text, received ["A"]'],
    ['an object for a key', { __typename: 'Post', id: { a: 1 } }, 'id', 'expected text, received {"a":1}'],
    ['null for a key', { __typename: 'Lamp', id: null }, 'id', 'expected text, received null'],
    ['no key', { __typename: 'Road' }, 'id', 'expected text, received undefined'],
    ['a part of a key', { __typename: 'Road', number: 7 }, 'id', 'expected text, received undefined'],
    ['an unknown type', { __typename: 'Moon', id: 'A' }, '__typename', 'expected the name of a type'],
    ['a type without a key', { __typename: 'Lane', id: 'A' }, '__typename', 'expected the name of a type'],
    ['the root', { __typename: 'Query' }, '__typename', 'expected the name of a type'],
    [
      'a property of every object',
      { __typename: 'constructor' },
      '__typename',
      'expected the name of a type',
    ],
    ['a list as its type', { __typename: ['Road'], id: 'A' }, '__typename', 'expected the name of a type'],
    ['no type', { id: 'A' }, '__typename', 'expected the name of a type'],
    ['a word', 'Road', '', 'expected an object'],
    ['a list', [good], '', 'expected an object'],
  ])('with %s is refused alone, and not logged', async (_what, bad, field, expected) => {
    const { entities, errors, logged } = await resolveEntities(
      good,
      bad,
      { ...good, id: 'none' },
      { ...good, id: 'B' },
    );
    expect(entities).toEqual([{ id: 'A' }, null, null, { id: 'B' }]);
    const argument = `representations.1${field && `.${field}`}`;
    expect(errors).toEqual([
      expect.objectContaining({
        path: ['_entities', 1],
        extensions: { code: 'BAD_USER_INPUT', argument },
        message: expect.stringContaining(`${argument}: ${expected}`),
      }),
    ]);
    expect([found, logged]).toEqual([['A', 'none', 'B'], []]);
  });

  it('is reported for each if there are only invalid ones', async () => {
    const { entities, errors } = await resolveEntities(
      { __typename: 'Road', id: 1 },
      { __typename: 'Road', id: 2 },
    );
    expect([entities, errors?.map(({ path }) => path)]).toEqual([
      [null, null],
      [
        ['_entities', 0],
        ['_entities', 1],
      ],
    ]);
  });
});

it('accepts a representation by any of its keys, of any type with a key', async () => {
  const { entities, errors } = await resolveEntities(
    { __typename: 'Division', code: '410105' },
    { __typename: 'Post', id: 'P' },
    { __typename: 'Lamp', id: 'L' },
    { __typename: 'Road', number: 7, district: { code: '410105' }, id: undefined },
    { ...good, number: 'not looked at' },
  );
  expect([entities?.slice(0, 3), entities?.[4], errors?.map(({ path }) => path)]).toEqual([
    [{ code: '410105' }, { id: 'P' }, { id: 'L' }],
    { id: 'A' },
    // The entity that is found by the other key has no id here.
    [['_entities', 3, 'id']],
  ]);
});
