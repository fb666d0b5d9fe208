// The paths at which errors of fetches are reported.
import { expect, it } from 'vitest';
import { federate } from '../testing/federation.ts';

const resolvesItself = { __resolveReference: (reference: object) => reference };

it('reports an error at the object of a computed field whose requirement the client selects of other types only', async () => {
  const federation = await federate([
    {
      name: 'yards',
      sdl: `
        type Query { place: Place }
        union Place = Depot | Shop
        type Depot @key(fields: "id") { id: ID! sign: Sign @external grade: String @requires(fields: "sign { code }") }
        type Shop { sign: Sign @shareable }
        type Sign @key(fields: "id") { id: ID! code: String @external }
      `,
      resolvers: {
        Query: { place: () => ({ __typename: 'Depot', id: '1' }) },
        Depot: { ...resolvesItself, grade: ({ sign }: { sign: { code: string } }) => sign.code },
      },
    },
    {
      name: 'signs',
      sdl: 'type Depot @key(fields: "id") { id: ID! sign: Sign } type Sign @key(fields: "id") { id: ID! }',
      resolvers: { Depot: { ...resolvesItself, sign: () => ({ id: 's' }) }, Sign: resolvesItself },
    },
    {
      name: 'codes',
      sdl: 'type Sign @key(fields: "id") { id: ID! code: String }',
      resolvers: { Sign: { ...resolvesItself, code: () => 'A' } },
    },
  ]);
  federation.replaceSubgraph('codes', () => '{"data":null,"errors":[{"message":"away"}]}');
  const { data, errors } = await federation.request(
    '{ place { ... on Depot { grade } ... on Shop { sign { id } } } }',
  );
  expect(data).toEqual({ place: { grade: null } });
  expect(errors).toMatchObject([{ path: ['place'], extensions: { service: 'codes' } }]);
  // A selection that @skip leaves out changes nothing: the object has one error.
  const skipped = await federation.request(
    '{ place { ... on Depot { grade } ... on Depot @skip(if: true) { sign { id } } } }',
  );
  expect(skipped.data).toEqual({ place: { grade: null } });
  expect(skipped.errors).toMatchObject([{ path: ['place'], extensions: { service: 'codes' } }]);
  await federation.stop();
});

it('reports once what two fetches of a subgraph fail for at one path', async () => {
  const federation = await federate([
    {
      name: 'streets',
      sdl: 'type Query { street: Street } type Street @key(fields: "id") { id: ID! }',
      resolvers: { Query: { street: () => ({ id: '1' }) } },
    },
    {
      name: 'works',
      sdl: `type Street @key(fields: "id") {
        id: ID! width: Int class: Int @external fee: Int @requires(fields: "class")
      }`,
      resolvers: { Street: { ...resolvesItself, width: () => 7, fee: () => 1 } },
    },
    {
      name: 'classes',
      sdl: 'type Street @key(fields: "id") { id: ID! class: Int }',
      resolvers: { Street: { ...resolvesItself, class: () => 2 } },
    },
  ]);
  let calls = 0;
  federation.replaceSubgraph('works', () => {
    calls += 1;
    return '{"data":{"_entities":[]}}';
  });
  const { data, errors } = await federation.request('{ street { width fee } }');
  expect(data).toEqual({ street: { width: null, fee: null } });
  expect(errors).toMatchObject([
    { path: ['street'], extensions: { code: 'SUBGRAPH_BAD_RESPONSE', service: 'works' } },
  ]);
  // The request is executed three times, each with two fetches.
  expect(calls).toBe(6);
  await federation.stop();
});
