import { newId } from '@district-graph/kit/database/ids';
import { headersOf } from '@district-graph/kit/testing/identity';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  agentHeaders,
  community,
  handling,
  matter,
  type PetitionSubgraph,
  petitionSubgraph,
  secrets,
  secretsIn,
  subdistrict,
} from './testing.ts';

type Headers = Record<string, string>;

const elderId = newId(community);
let server: PetitionSubgraph;
let id: string;
beforeAll(async () => {
  server = await petitionSubgraph();
  id = await server.matterIn('REPLIED', { elderId });
  await server.write('notePetitionMatter', { petitionMatterId: id, note: '秘注己' }, handling);
  await server.write('extendPetitionMatter', { petitionMatterId: id, days: 10, reason: '秘由丁' }, handling);
});
afterAll(() => server.stop());

const everything = `id kind channel status petitionerName petitionerPhone petitionerAddress petitionerIdNumber petitioners
  elder { id } description division { code } agent { name phone division { code } } extensionReason transferText reply
  steps { action note }`;
const request = (query: string, headers: Headers) => server.request(query, {}, headers);
const read = (headers: Headers) => request(`{ petitionMatter(id: "${id}") { ${everything} } }`, headers);
const byReference = (headers: Headers) =>
  server.request(
    `query ($r: [_Any!]!) { _entities(representations: $r) { ... on PetitionMatter { ${everything} } } }`,
    { r: [{ __typename: 'PetitionMatter', id }] },
    headers,
  );

describe('an agent of the division', () => {
  it('sees all of a matter with a purpose, each disclosure on record', async () => {
    const { data, errors } = await read(await agentHeaders('reader'));
    expect(errors).toBeUndefined();
    expect(data.petitionMatter).toMatchObject({
      petitionerName: secrets.name,
      petitionerPhone: secrets.phone,
      petitionerAddress: secrets.address,
      petitionerIdNumber: secrets.idNumber,
      description: secrets.description,
      elder: { id: elderId },
      division: { code: community },
      agent: { name: '诸葛秘丙', division: { code: community } },
      transferText: '秘文乙',
      reply: '秘复丙',
      extensionReason: '秘由丁',
    });
    expect(data.petitionMatter.steps.map(({ note }: { note: string | null }) => note)).toContain('秘注己');
    const records = await server.sql`
      select purpose, subject_type, subject_id, fields from access_record where viewer = 'reader' and outcome = 'GIVEN'`;
    const fields = records.flatMap((record) => record.fields as string[]);
    for (const field of ['petitionerName', 'description', 'elder', 'transferText', 'note'])
      expect(fields).toContain(field);
    expect(records.map(({ purpose }) => purpose)).toEqual(records.map(() => 'PETITION_HANDLING'));
    // By the elder's own key, so that their copy of the access records has them.
    expect(records.map(({ subjectId }) => subjectId)).toContain(elderId);
  });

  it('without a purpose sees masks, and neither the elder nor anything in free text', async () => {
    const { data, errors } = await read(await agentHeaders('plain', null));
    expect(errors).toBeUndefined();
    expect(data.petitionMatter).toMatchObject({
      kind: 'WAGES',
      petitionerName: '欧***',
      petitionerPhone: '139****0001',
      petitionerAddress: '郑州市金水区南阳新村街道****',
      petitionerIdNumber: '410105********001*',
      description: null,
      elder: null,
      division: { code: subdistrict },
      agent: { name: '诸***', phone: '139****0003', division: { code: subdistrict } },
      transferText: null,
      reply: null,
      extensionReason: null,
    });
    const text = JSON.stringify(data);
    expect(secretsIn(text)).toEqual([]);
    for (const secret of [elderId, community]) expect(text).not.toContain(secret);
  });

  it('cannot declare a purpose that is not theirs', async () => {
    const { data, errors } = await read({ ...(await agentHeaders('other')), 'x-purpose': 'CARE' });
    expect([data?.petitionMatter ?? null, errors?.[0]?.extensions.code]).toEqual([null, 'FORBIDDEN']);
  });
});

describe('for everyone else', () => {
  const viewers: [string, () => Promise<Headers>][] = [
    ['an agent of another district', () => agentHeaders('elsewhere', 'PETITION_HANDLING', ['410102'])],
    ['an agent of another subdistrict', () => agentHeaders('beside', 'PETITION_HANDLING', ['410105001'])],
    [
      'the bureau that it was transferred to',
      () =>
        headersOf(
          { sub: 'official', roles: ['petition-bureau'], divisions: ['410105'], bureau: '示例局' },
          'PETITION_HANDLING',
        ),
    ],
    ['a care manager', () => headersOf({ roles: ['care-manager'], divisions: ['410105'] }, 'CARE')],
    [
      'a community worker',
      () => headersOf({ roles: ['community-worker'], divisions: ['410105'] }, 'COMMUNITY_SERVICE'),
    ],
    ['a duty officer', () => headersOf({ roles: ['duty-officer'], divisions: ['410105'] }, 'EMERGENCY')],
    ['an analyst', () => headersOf({ roles: ['analyst'], divisions: ['410105'] })],
    ['an auditor', () => headersOf({ roles: ['auditor'], divisions: ['410105'] }, 'AUDIT')],
    ['a resident', () => headersOf({ sub: 'neighbour', roles: ['resident'], divisions: ['410105'] })],
    [
      'another elder',
      () =>
        headersOf(
          { roles: ['resident'], divisions: ['410105'], elder: newId(community) },
          'DATA_SUBJECT_REQUEST',
        ),
    ],
  ];

  it.each(viewers)(
    '%s is refused, by key, reference and list, and learns no more than the district',
    async (_who, as) => {
      const headers = await as();
      for (const { data, errors } of [
        await read(headers),
        await byReference(headers),
        await request(
          `{ petitionMatters(within: "${subdistrict}") { totalCount nodes { ${everything} } } }`,
          headers,
        ),
        await request(
          `{ petitionMatters(within: "${community}") { totalCount nodes { ${everything} } } }`,
          headers,
        ),
        await request(
          `{ petitionMatters(within: "410100", kind: WAGES, status: REPLIED) { totalCount } }`,
          headers,
        ),
      ]) {
        const [found] = Object.values(data ?? {});
        expect([found ?? null].flat()).toEqual([null]);
        expect(errors?.[0]?.extensions.code).toBe('FORBIDDEN');
        expect(secretsIn(JSON.stringify({ data, errors }))).toEqual([]);
        expect(JSON.stringify(errors)).not.toContain(elderId);
      }
      const { errors } = await read(headers);
      expect(JSON.stringify(errors)).not.toContain(community);
    },
  );

  it.each(viewers)('%s has no matters of their own', async (_who, as) => {
    const { data } = await request('{ viewer { petitionMatters { totalCount nodes { id } } } }', await as());
    expect(data.viewer.petitionMatters).toEqual({ totalCount: 0, nodes: [] });
  });

  it('anonymous clients learn nothing', async () => {
    const response = await fetch(server.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: `{ viewer { id } petitionMatter(id: "${id}") { kind } }` }),
    });
    expect(await response.json()).toMatchObject({
      data: { viewer: null, petitionMatter: null },
      errors: [{ extensions: { code: 'FORBIDDEN' } }],
    });
  });
});

describe('the petitioner', () => {
  const asElder = (purpose?: string) =>
    headersOf({ sub: 'the-elder', roles: ['resident'], divisions: ['410102'], elder: elderId }, purpose);
  const own = `{ viewer { petitionMatters { totalCount nodes { ${everything} } } } }`;

  it('reads their own matter as an elder, masked until they say that it is about themselves', async () => {
    const { data, errors } = await request(own, await asElder());
    expect(errors).toBeUndefined();
    expect(data.viewer.petitionMatters).toMatchObject({ totalCount: 1, nodes: [{ id, status: 'REPLIED' }] });
    expect(secretsIn(JSON.stringify(data))).toEqual([]);
    const { data: full } = await request(own, await asElder('DATA_SUBJECT_REQUEST'));
    expect(full.viewer.petitionMatters.nodes).toMatchObject([
      { petitionerName: secrets.name, description: secrets.description, reply: '秘复丙' },
    ]);
  });

  it('sees the surname of the agent, but not the number, the community or the other matters', async () => {
    const { data } = await request(own, await asElder('DATA_SUBJECT_REQUEST'));
    expect(data.viewer.petitionMatters.nodes[0].agent).toEqual({
      name: '诸***',
      phone: null,
      division: { code: subdistrict },
    });
    const { errors, data: others } = await request(
      `{ petitionMatter(id: "${id}") { agent { openMatters { totalCount nodes { id } } } } }`,
      await asElder('DATA_SUBJECT_REQUEST'),
    );
    expect([others.petitionMatter.agent.openMatters, errors?.[0]?.extensions.code]).toEqual([
      null,
      'FORBIDDEN',
    ]);
  });

  it('who submitted a matter reads it by key and among their own, latest first, in pages', async () => {
    const headers = await headersOf(
      { sub: 'submitter', roles: ['resident'], divisions: ['410105'] },
      'DATA_SUBJECT_REQUEST',
    );
    const submitted: string[] = [];
    for (const kind of ['HOUSING', 'TRAFFIC', 'OTHER'])
      submitted.unshift((await server.write('submitPetitionMatter', matter({ kind }), headers)).result.id);
    const list = (args: string) =>
      request(
        `{ viewer { petitionMatters${args} { totalCount nodes { id petitionerName } pageInfo { endCursor hasNextPage } } } }`,
        headers,
      );
    const { petitionMatters: first } = (await list('(first: 2)')).data.viewer;
    const { petitionMatters: rest } = (await list(`(first: 2, after: "${first.pageInfo.endCursor}")`)).data
      .viewer;
    expect(first).toMatchObject({ totalCount: 3, pageInfo: { hasNextPage: true } });
    const nodes = [...first.nodes, ...rest.nodes];
    expect(nodes.map((node: { id: string }) => node.id)).toEqual(submitted);
    for (const node of nodes) expect(node.petitionerName).toBe(secrets.name);
    const { data } = await request(`{ petitionMatter(id: "${submitted[0]}") { description } }`, headers);
    expect(data.petitionMatter).toEqual({ description: secrets.description });
  });
});
