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

describe('a schema is refused', () => {
  const elder = (fields: string) =>
    `type Elder @key(fields: "id") @access(scope: "elder:read") { id: ID! ${fields} } type Query { elder: Elder }`;
  it.each<[string, string, string]>([
    [
      'for a field without a rule of a type that has one',
      elder('name: String'),
      'Elder.name has no @access, but Elder has',
    ],
    [
      'for a scope that is none',
      elder('name: String @access(scope: "elder:reed")'),
      'Elder.name: no scope elder:reed',
    ],
    [
      'for a scope named as what every object has',
      elder('name: String @access(scope: "constructor")'),
      'Elder.name: no scope constructor',
    ],
    [
      'for a mask that is none',
      elder('name: String @access(scope: "elder:read", mask: "BLUR")'),
      'Elder.name: no mask BLUR',
    ],
    [
      'for a mask of a whole type',
      'type Elder @access(scope: "elder:read", mask: "NAME") { id: ID! } type Query { elder: Elder }',
      'Elder: a type has neither mask nor within',
    ],
    [
      'for a type that is freer than its interface',
      'interface Device @access(scope: "device:read") { id: ID! } type Camera implements Device { id: ID! } type Query { device: Device }',
      'Camera: its @access is not that of Device',
    ],
    [
      'for a type that is narrower than its interface',
      'interface Device { id: ID! } type Camera implements Device @access(scope: "device:read") { id: ID! } type Query { device: Device }',
      'Camera: its @access is not that of Device',
    ],
    [
      'for a field that is freer than that of its interface',
      `interface Device { place: String @access(scope: "device:locate", mask: "HIDDEN") }
       type Camera implements Device { place: String @access(scope: "device:locate") } type Query { device: Device }`,
      'Camera.place: its @access is not that of Device.place',
    ],
  ])('%s', (_what, sdl, fault) => {
    expect(() =>
      build(sdl, sdl.includes('interface') ? { Device: { __resolveType: () => 'Camera' } } : {}),
    ).toThrow(fault);
  });

  it('for a member of a result that would null the answer with a protected object', () => {
    const sdl = `type Elder @access(scope: "elder:read") { id: ID! } type Taken { elder: Elder! } union Result = Elder | Taken
      type Query { result: Result }`;
    expect(() => build(sdl)).toThrow('Taken.elder is protected, so it may be null');
    expect(() => build(sdl.replace('elder: Elder!', 'elder: Elder'))).not.toThrow();
  });

  it.each([
    ['by an import (GHSA-g8jh-vg5j-4h3f)', 'import: [{ name: "@access", as: "@guarded" }]'],
    ['by the name of its specification', 'as: "guarded"'],
  ])('for rules under another name, given %s', (_how, link) => {
    const renamed = head.replaceAll('@access', '@guarded').replace('import: ["@guarded"]', link);
    const elder = 'type Elder @guarded(scope: "elder:read") { id: ID! } type Query { elder: Elder }';
    expect(() => buildExecutableSchema(renamed + elder, [])).toThrow('is linked without importing "@access"');
  });

  it('with every fault at once', () => {
    expect(() => build(elder('name: String phone: String @access(scope: "x")'))).toThrow(
      /Elder\.name.*\n.*Elder\.phone/,
    );
  });
});

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
      write: (_root, _args, { ownedByViewer: own }) => {
        own.add(bob);
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

async function ask(viewer: Viewer, query: string, variables: Record<string, unknown> = {}, fails = false) {
  const written: Disclosure[][] = [];
  const write = async (disclosures: readonly Disclosure[]) => {
    if (fails) throw new Error('the disk is full');
    written.push([...disclosures]);
  };
  const context = { viewer, disclosures: new Disclosures(write), own: new WeakSet(), loaders: new Map() };
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
  ])('is shown %s under any alias, by any fragment, sooner or later', async (_what, viewer, shown) => {
    const { data, errors } = await ask(
      viewer,
      `query { elder(id: "${ann.id}") { name phone: name ...More ... { deep: nameLater } } } fragment More on Elder { id: name nameLater }`,
    );
    expect(errors).toBeUndefined();
    expect(data.elder).toEqual({ name: shown, phone: shown, id: shown, nameLater: shown, deep: shown });
  });

  it('shows what is nobody’s as it is, and what is protected not at all', async () => {
    expect((await ask(worker, elderOf('note'))).data.elder.note).toBe('公开');
    const whole = { ...worker, divisions: ['410100'] };
    expect((await ask(whole, elderOf('note', bob))).data.elder.note).toBeNull();
  });

  it('of a type that everyone sees is masked to everyone outside', async () => {
    for (const viewer of [anonymous, caring, elsewhere])
      expect((await ask(viewer, '{ crew { leader } }')).data.crew.leader).toBe('夏**');
  });

  it('is given once it is on record, once for all that is asked at the same time', async () => {
    const { written, data } = await ask(
      caring,
      `{ a: elder(id: "${ann.id}") { name nameLater } b: elder(id: "${ann.id}") { name friend { id } } }`,
    );
    expect(data.a.name).toBe('欧阳甲');
    expect(written).toEqual([
      [{ type: 'Elder', id: ann.id, divisionCode: here, fields: ['name', 'nameLater'] }],
    ]);
  });

  it('is not given when the record cannot be written', async () => {
    const answer = await ask(caring, elderOf('name nameLater'), {}, true);
    expect(answer.data.elder).toEqual({ name: null, nameLater: null });
    expect(answer.errors).toHaveLength(2);
    expect(answer.text).not.toContain('欧阳甲');
  });

  it('is masked without a record', async () => {
    expect((await ask(worker, elderOf('name'))).written).toEqual([]);
  });
});

describe('a type', () => {
  it.each<[string, Viewer]>([
    ['anonymous', anonymous],
    ['without the scope', viewerFromClaims({ id: 'd', roles: ['device-maintainer'], divisions: ['410100'] })],
    ['in another subdistrict', elsewhere],
    ['in no division', { ...caring, divisions: [] }],
    ['another person', { ...annInPerson, elderId: bob.id }],
  ])('is refused to who is %s, before any of its fields', async (_what, viewer) => {
    const { data, errors, text } = await ask(viewer, elderOf('alias: id name'));
    expect([data.elder, errors]).toMatchObject([
      null,
      [{ path: ['elder'], extensions: { code: 'FORBIDDEN', scope: 'elder:read' } }],
    ]);
    // The district at most, which the key bears anyway.
    expect(text).not.toContain(here);
    expect(text).not.toContain('欧');
  });

  it('is refused by a union, an interface and a reference too', async () => {
    const found = await ask(caring, '{ found { ... on Elder { name } ... on Crew { leader } } }');
    expect([found.data.found, codes(found)]).toEqual([[null, { leader: '夏**' }], ['FORBIDDEN']]);
    const device = await ask(worker, '{ device { id place } }');
    expect([device.data.device, codes(device)]).toEqual([null, ['FORBIDDEN']]);
    const reading = viewerFromClaims({ id: 'x', scopes: 'device:read', divisions: ['410105'] });
    expect((await ask(reading, '{ device { place ... on Camera { again: place } } }')).data.device).toEqual({
      place: null,
      again: null,
    });
    const query = 'query ($of: [_Any!]!) { _entities(representations: $of) { ... on Elder { id name } } }';
    const of = [ann, bob].map(({ id }) => ({ __typename: 'Elder', id }));
    const references = await ask(caring, query, { of });
    expect([references.data._entities, codes(references)]).toEqual([
      [{ id: ann.id, name: '欧阳甲' }, null],
      ['FORBIDDEN'],
    ]);
    // What a reference brings along is not believed.
    const forged = [{ __typename: 'Elder', id: bob.id, divisionCode: here, elderId: ann.id, name: 'x' }];
    for (const viewer of [caring, annInPerson])
      expect((await ask(viewer, query, { of: forged })).data._entities).toEqual([null]);
  });

  it('costs a list the one that is refused, which a list without nulls leaves out', async () => {
    const loose = await ask(
      caring,
      '{ overview(code: "410105") { list { id } } found { ... on Elder { id } } }',
    );
    expect(loose.data.overview.list).toEqual([{ id: ann.id }]);
    const strict = await ask(caring, '{ strict { id } edges { node { id } } later { id } }');
    expect([strict.data, codes(strict)]).toEqual([
      { strict: [{ id: ann.id }], edges: [{ node: { id: ann.id } }], later: [{ id: ann.id }] },
      [],
    ]);
  });

  it('is told to whoever owns it, and to nobody who is not signed in', async () => {
    const owner = viewerFromClaims({ id: 'owner', roles: ['resident'], divisions: ['410108'] });
    const owned = { ...bob, ownedBy: owner.id };
    const at = (viewer: Viewer) => ask(viewer, '{ found { ... on Elder { id } } }', {}, false);
    expect(codes(await at(owner))).toEqual(['FORBIDDEN']);
    foundFirst = owned;
    const got = [await at(owner), await at({ ...owner, id: 'another' }), await at(anonymous)];
    foundFirst = { ...bob, ownedBy: anonymous.id };
    got.push(await at(anonymous));
    foundFirst = bob;
    expect(got.map((each) => codes(each))).toEqual([[], ['FORBIDDEN'], ['FORBIDDEN'], ['FORBIDDEN']]);
  });

  it('is told to who has just written it, its masked fields masked', async () => {
    const { data } = await ask(caring, 'mutation { write { id name } }');
    expect(data.write).toEqual({ id: bob.id, name: '司**' });
    expect(codes(await ask(caring, 'mutation { write { friend { id } } }'))).toEqual([]);
    expect(codes(await ask(caring, elderOf('id', bob)))).toEqual(['FORBIDDEN']);
  });
});

describe('a field without a mask', () => {
  const health = viewerFromClaims({ id: 'd', scopes: 'elder:read', divisions: ['410105'] });
  it('is refused by itself where it may be null, and with its object where it may not', async () => {
    const loose = await ask(health, elderOf('id visits'));
    expect([loose.data.elder, loose.errors?.[0]]).toMatchObject([
      { id: ann.id, visits: null },
      { path: ['elder', 'visits'], extensions: { code: 'FORBIDDEN', scope: 'visit:read' } },
    ]);
    expect((await ask(health, elderOf('id must'))).data.elder).toBeNull();
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
  ])('%s is for who covers the division that it names', async (query, expected) => {
    const answer = await ask(elsewhere, query.replace('410105008") { list', '410105009") { list'));
    expect(codes(answer)).toEqual(expected);
  });

  it('at the root needs the scope somewhere where no division is named', async () => {
    expect(codes(await ask(anonymous, '{ anywhere }'))).toEqual(['FORBIDDEN']);
    const dispatcher = viewerFromClaims({ id: 'd', roles: ['sanitation-dispatcher'], divisions: ['410102'] });
    expect((await ask(dispatcher, '{ anywhere }')).data.anywhere).toBe(1);
  });

  it('keeps a mutation from being done', async () => {
    expect(codes(await ask(annInPerson, 'mutation { write { id } }'))).toEqual(['FORBIDDEN']);
  });
});
