import { describe, expect, it } from 'vitest';
import { newId } from '../database/ids.ts';
import { Operations } from '../execution/operations.ts';
import { anonymous, type Viewer, viewerFromClaims, withPurpose } from '../identity/viewer.ts';
import type { Resolvers, SubgraphContext } from '../loaders.ts';
import { Unprotected } from '../masking.ts';
import { subgraphLimits } from '../operation/limits.ts';
import { buildExecutableSchema } from '../schema/executable-schema.ts';
import { type Disclosure, Disclosures } from './disclosures.ts';

const head = `
  extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@shareable", "@composeDirective"])
    @link(url: "https://district-graph.cn/specs/access/v1.0", import: ["@access"])
    @composeDirective(name: "@access")
  directive @access(scope: String!, within: String, mask: String) on OBJECT | INTERFACE | FIELD_DEFINITION
`;
const build = (sdl: string, resolvers: Resolvers = {}) => buildExecutableSchema(`${head}${sdl}`, [resolvers]);

const here = '410105007003';
const there = '410102001001';
const elder = (divisionCode: string, name: string) => ({
  id: newId(divisionCode),
  divisionCode,
  name,
  phone: '13900000001',
});
const [ann, bob] = [elder(here, '欧阳甲'), elder(there, '司马乙')];
let foundFirst: object = bob;
const byId = (id: string) => [ann, bob].find((row) => row.id === id) ?? null;

const schema = build(
  `
  type Elder @key(fields: "id") @access(scope: "elder:read") {
    id: ID!
    name: String @access(scope: "elder:identify", mask: "NAME")
    nameLater: String @access(scope: "elder:identify", mask: "NAME")
    note: String @access(scope: "elder:identify", mask: "HIDDEN")
    visits: Int @access(scope: "visit:read")
    must: Int! @access(scope: "visit:read")
    friend: Elder @access(scope: "elder:read")
  }
  interface Device @access(scope: "device:read") { id: ID! place: String @access(scope: "device:locate", mask: "HIDDEN") }
  type Camera implements Device @access(scope: "device:read") { id: ID! place: String @access(scope: "device:locate", mask: "HIDDEN") }
  type Crew @key(fields: "id") { id: ID! leader: String @access(scope: "worker:identify", mask: "NAME") }
  union Found = Elder | Crew
  type Overview { list: [Elder] @access(scope: "elder:read", within: "code") code: String }
  type ElderEdge { node: Elder! }
  type Query {
    elder(id: ID!): Elder
    elders(within: ID): [Elder] @access(scope: "elder:read", within: "within")
    strict: [Elder!]!
    edges: [ElderEdge!]!
    later: [Elder!]
    found: [Found]
    crew: Crew
    device: Device
    overview(code: ID!): Overview
    anywhere: Int @access(scope: "vehicle:locate")
  }
  type Mutation { write: Elder @access(scope: "elder:write") }
`,
  {
    Query: {
      elder: (_root, { id }: { id: string }) => byId(id),
      elders: () => [ann, bob],
      strict: () => [ann, bob],
      edges: () => [ann, bob].map((node) => ({ node })),
      later: () => Promise.resolve([bob, ann]),
      found: () => [
        { ...foundFirst, __typename: 'Elder' },
        { id: newId(there), divisionCode: there, leader: '夏侯丁', __typename: 'Crew' },
      ],
      crew: () => ({ id: newId(there), divisionCode: there, leader: '夏侯丁' }),
      device: () => ({ id: newId(here), divisionCode: here, place: '秘处' }),
      overview: (_root, { code }: { code: string }) => ({ code, list: [ann] }),
      anywhere: () => 1,
    },
    Device: { __resolveType: () => 'Camera' },
    Elder: {
      __resolveReference: ({ id }: { id: string }) => byId(id),
      nameLater: ({ name }: { name: string }) => Promise.resolve(name),
      note: ({ name }: { name: string }) => (name === ann.name ? new Unprotected('公开') : '秘注'),
      visits: () => 3,
      must: () => 3,
      friend: () => bob,
    },
    Crew: { __resolveReference: () => null },
    Mutation: {
      write: (_root, _args, { ownedByViewer }) => {
        ownedByViewer.add(bob);
        return bob;
      },
    },
  },
);

interface Answer {
  // biome-ignore lint/suspicious/noExplicitAny: the shape is the query's; the test states what it expects of it.
  data?: any;
  errors?: { path?: (string | number)[]; extensions: { code: string; scope?: string; within?: string } }[];
}

async function request(
  viewer: Viewer,
  query: string,
  variables: Record<string, unknown> = {},
  fails = false,
) {
  const written: Disclosure[][] = [];
  const write = async (disclosures: readonly Disclosure[]) => {
    if (fails) throw new Error('the disk is full');
    written.push([...disclosures]);
  };
  const context = {
    viewer,
    disclosures: new Disclosures(write),
    ownedByViewer: new WeakSet(),
    loaders: new Map(),
  };
  const operations = new Operations(schema, () => {}, subgraphLimits);
  const { body } = await operations.answer(
    { query, variables, operationName: null, isMutationAllowed: true } as never,
    () => context as unknown as SubgraphContext,
  );
  return { ...(JSON.parse(String(body)) as Answer), written, text: String(body) };
}

const worker = viewerFromClaims({ id: 'w', roles: ['care-manager'], divisions: ['410105'] });
const caring = withPurpose(worker, 'CARE') as Viewer;
const elsewhere = withPurpose(
  viewerFromClaims({ id: 'w', roles: ['care-manager'], divisions: ['410105008'] }),
  'CARE',
) as Viewer;
const annInPerson = withPurpose(
  viewerFromClaims({ id: 'r', roles: ['resident'], elderId: ann.id }),
  'DATA_SUBJECT_REQUEST',
) as Viewer;
const elderOf = (fields: string, row = ann) => `{ elder(id: "${row.id}") { ${fields} } }`;
const codes = ({ errors = [] }: Answer) => errors.map(({ extensions }) => extensions.code);

describe('a masked field', () => {
  it.each<[string, Viewer, string]>([
    ['without a purpose', worker, '欧**'],
    ['for a purpose', caring, '欧阳甲'],
    ['to the person', annInPerson, '欧阳甲'],
    ['to the person without a purpose', { ...annInPerson, purpose: null }, '欧**'],
  ])('is shown %s under any alias, in any fragment, synchronously or not', async (_what, viewer, shown) => {
    const { data, errors } = await request(
      viewer,
      `query { elder(id: "${ann.id}") { name phone: name ...More ... { deep: nameLater } } } fragment More on Elder { id: name nameLater }`,
    );
    expect(errors).toBeUndefined();
    expect(data.elder).toEqual({ name: shown, phone: shown, id: shown, nameLater: shown, deep: shown });
  });

  it('is shown where the value is unprotected, and hidden where it is protected', async () => {
    expect((await request(worker, elderOf('note'))).data.elder.note).toBe('公开');
    const whole = { ...worker, divisions: ['410100'] };
    expect((await request(whole, elderOf('note', bob))).data.elder.note).toBeNull();
  });

  it('of a public type is masked for viewers outside of the division', async () => {
    for (const viewer of [anonymous, caring, elsewhere])
      expect((await request(viewer, '{ crew { leader } }')).data.crew.leader).toBe('夏**');
  });

  it('is disclosed after it is recorded, in one record for all fields that are resolved together', async () => {
    const { written, data } = await request(
      caring,
      `{ a: elder(id: "${ann.id}") { name nameLater } b: elder(id: "${ann.id}") { name friend { id } } }`,
    );
    expect(data.a.name).toBe('欧阳甲');
    expect(written).toEqual([
      [{ type: 'Elder', id: ann.id, divisionCode: here, fields: ['name', 'nameLater'] }],
    ]);
  });

  it('is withheld if the record cannot be written', async () => {
    const answer = await request(caring, elderOf('name nameLater'), {}, true);
    expect(answer.data.elder).toEqual({ name: null, nameLater: null });
    expect(answer.errors).toHaveLength(2);
    expect(answer.text).not.toContain('欧阳甲');
  });

  it('is masked without a record', async () => {
    expect((await request(worker, elderOf('name'))).written).toEqual([]);
  });
});

describe('a type', () => {
  it.each<[string, Viewer]>([
    ['anonymous', anonymous],
    ['without the scope', viewerFromClaims({ id: 'd', roles: ['device-maintainer'], divisions: ['410100'] })],
    ['in another subdistrict', elsewhere],
    ['in no division', { ...caring, divisions: [] }],
    ['another person', { ...annInPerson, elderId: bob.id }],
  ])('is refused to a viewer that is %s, before any of its fields is resolved', async (_what, viewer) => {
    const { data, errors, text } = await request(viewer, elderOf('alias: id name'));
    expect([data.elder, errors]).toMatchObject([
      null,
      [{ path: ['elder'], extensions: { code: 'FORBIDDEN', scope: 'elder:read' } }],
    ]);
    // No more than the district, which the id contains anyway.
    expect(text).not.toContain(here);
    expect(text).not.toContain('欧');
  });

  it('is refused in a union, an interface and a reference too', async () => {
    const found = await request(caring, '{ found { ... on Elder { name } ... on Crew { leader } } }');
    expect([found.data.found, codes(found)]).toEqual([[null, { leader: '夏**' }], ['FORBIDDEN']]);
    const device = await request(worker, '{ device { id place } }');
    expect([device.data.device, codes(device)]).toEqual([null, ['FORBIDDEN']]);
    const reading = viewerFromClaims({ id: 'x', scopes: 'device:read', divisions: ['410105'] });
    expect(
      (await request(reading, '{ device { place ... on Camera { again: place } } }')).data.device,
    ).toEqual({
      place: null,
      again: null,
    });
    const query = 'query ($of: [_Any!]!) { _entities(representations: $of) { ... on Elder { id name } } }';
    const of = [ann, bob].map(({ id }) => ({ __typename: 'Elder', id }));
    const references = await request(caring, query, { of });
    expect([references.data._entities, codes(references)]).toEqual([
      [{ id: ann.id, name: '欧阳甲' }, null],
      ['FORBIDDEN'],
    ]);
    // Further fields of a reference are not trusted.
    const forged = [{ __typename: 'Elder', id: bob.id, divisionCode: here, elderId: ann.id, name: 'x' }];
    for (const viewer of [caring, annInPerson])
      expect((await request(viewer, query, { of: forged })).data._entities).toEqual([null]);
  });

  it('nulls a refused entry of a list, and is left out of a list with non-null entries', async () => {
    const loose = await request(
      caring,
      '{ overview(code: "410105") { list { id } } found { ... on Elder { id } } }',
    );
    expect(loose.data.overview.list).toEqual([{ id: ann.id }]);
    const strict = await request(caring, '{ strict { id } edges { node { id } } later { id } }');
    expect([strict.data, codes(strict)]).toEqual([
      { strict: [{ id: ann.id }], edges: [{ node: { id: ann.id } }], later: [{ id: ann.id }] },
      [],
    ]);
  });

  it('is disclosed to its owner, and never to an anonymous viewer', async () => {
    const owner = viewerFromClaims({ id: 'owner', roles: ['resident'], divisions: ['410108'] });
    const owned = { ...bob, ownedBy: owner.id };
    const at = (viewer: Viewer) => request(viewer, '{ found { ... on Elder { id } } }', {}, false);
    expect(codes(await at(owner))).toEqual(['FORBIDDEN']);
    foundFirst = owned;
    const answers = [await at(owner), await at({ ...owner, id: 'another' }), await at(anonymous)];
    foundFirst = { ...bob, ownedBy: anonymous.id };
    answers.push(await at(anonymous));
    foundFirst = bob;
    expect(answers.map((each) => codes(each))).toEqual([[], ['FORBIDDEN'], ['FORBIDDEN'], ['FORBIDDEN']]);
  });

  it('is disclosed to the viewer that has just written it, with its masked fields masked', async () => {
    const { data } = await request(caring, 'mutation { write { id name } }');
    expect(data.write).toEqual({ id: bob.id, name: '司**' });
    expect(codes(await request(caring, 'mutation { write { friend { id } } }'))).toEqual([]);
    expect(codes(await request(caring, elderOf('id', bob)))).toEqual(['FORBIDDEN']);
  });
});

describe('a field without a mask', () => {
  const health = viewerFromClaims({ id: 'd', scopes: 'elder:read', divisions: ['410105'] });
  it('is nulled if it is nullable, and nulls its object if it is not', async () => {
    const loose = await request(health, elderOf('id visits'));
    expect([loose.data.elder, loose.errors?.[0]]).toMatchObject([
      { id: ann.id, visits: null },
      { path: ['elder', 'visits'], extensions: { code: 'FORBIDDEN', scope: 'visit:read' } },
    ]);
    expect((await request(health, elderOf('id must'))).data.elder).toBeNull();
  });

  it.each<[string, string[]]>([
    ['{ elders(within: "410105") { id } }', ['FORBIDDEN']],
    ['{ elders(within: "410105007") { id } }', ['FORBIDDEN']],
    ['{ elders { id } }', ['FORBIDDEN']],
    ['{ elders(within: null) { id } }', ['FORBIDDEN']],
    ['{ elders(within: "4101") { id } }', ['BAD_USER_INPUT']],
    ['{ elders(within: "410105%") { id } }', ['BAD_USER_INPUT']],
    ['{ overview(code: "410105007") { list { id } } }', ['FORBIDDEN']],
    ['{ overview(code: "410105") { list { id } } }', ['FORBIDDEN']],
  ])('%s is refused to viewers that do not cover the named division', async (query, expected) => {
    const answer = await request(elsewhere, query.replace('410105008") { list', '410105009") { list'));
    expect(codes(answer)).toEqual(expected);
  });

  it('of the root type without a named division needs the scope in any division', async () => {
    expect(codes(await request(anonymous, '{ anywhere }'))).toEqual(['FORBIDDEN']);
    const dispatcher = viewerFromClaims({ id: 'd', roles: ['sanitation-dispatcher'], divisions: ['410102'] });
    expect((await request(dispatcher, '{ anywhere }')).data.anywhere).toBe(1);
  });

  it('prevents a mutation', async () => {
    expect(codes(await request(annInPerson, 'mutation { write { id } }'))).toEqual(['FORBIDDEN']);
  });
});
