// Commendations: what is public of them, what is protected, and what they do not reveal about petitions.
import { addDays, today } from '@district-graph/kit/calendar';
import { developmentKeyring } from '@district-graph/kit/encryption/keyring';
import { sweep } from '@district-graph/kit/personal-data/retention';
import { headersOf } from '@district-graph/kit/testing/identity';
import { eventsOf } from '@district-graph/kit/testing/test-subgraph';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  agentHeaders,
  community,
  handling,
  type PetitionSubgraph,
  petitionSubgraph,
  unknownId,
} from '../petition-matter/testing.ts';
import { subgraph } from '../subgraph.ts';

let server: PetitionSubgraph;
let matterId: string;
beforeAll(async () => {
  server = await petitionSubgraph({
    PetitionMatter: 'id',
    PetitionAgent: 'id',
    Commendation: 'id version recipientName giverName',
  });
  matterId = await server.matterIn('CLOSED');
});
afterAll(() => server.stop());

const thanks = (input: Record<string, unknown> = {}) => ({
  divisionCode: community,
  kind: 'BANNER',
  recipientKind: 'PERSON_ON_DUTY',
  recipientName: '尉迟秘寅',
  giverName: '皇甫秘庚',
  inscription: '为民解忧 情暖人心',
  ...input,
});
const record = (input = {}, headers = handling) => server.write('recordCommendation', thanks(input), headers);
const worker = (purpose?: string) =>
  headersOf({ sub: 'worker', roles: ['community-worker'], divisions: ['410105'] }, purpose);
const request = (query: string, headers: Record<string, string>) => server.request(query, {}, headers);
const fields =
  'id kind recipientKind recipientName giverName inscription receivedOn petitionMatter { id } division { code }';

describe('a commendation', () => {
  it('is public, with the person on duty masked and neither the giver nor the matter', async () => {
    const { result } = await record({ petitionMatterId: matterId });
    const query = `{ commendation(id: "${result.id}") { ${fields} } }`;
    for (const headers of [
      await headersOf({ roles: ['analyst'] }),
      await headersOf({ roles: ['resident'] }),
    ]) {
      const { data, errors } = await request(query, headers);
      expect(errors).toBeUndefined();
      expect(data.commendation).toMatchObject({
        recipientName: '尉***',
        giverName: null,
        petitionMatter: null,
        inscription: '为民解忧 情暖人心',
        receivedOn: today(),
      });
    }
  });

  it('names persons to workers of the community, and the matter to agents, each for a purpose', async () => {
    const { result } = await record({ petitionMatterId: matterId });
    const query = `{ commendation(id: "${result.id}") { ${fields} } }`;
    const { data: ofWorker } = await request(query, await worker('COMMUNITY_SERVICE'));
    expect(ofWorker.commendation).toMatchObject({
      recipientName: '尉迟秘寅',
      giverName: '皇甫秘庚',
      petitionMatter: null,
    });
    const { data: ofAgent } = await request(query, await agentHeaders('agent'));
    expect(ofAgent.commendation).toMatchObject({
      recipientName: '尉***',
      giverName: null,
      petitionMatter: { id: matterId },
    });
    for (const headers of [await worker(), await agentHeaders('agent', null)]) {
      const { data } = await request(query, headers);
      expect(data.commendation).toMatchObject({
        recipientName: '尉***',
        giverName: null,
        petitionMatter: null,
      });
    }
    const given = await server.sql`
      select viewer, subject_type, fields from access_record where outcome = 'GIVEN' and viewer in ('worker', 'agent')
      order by viewer`;
    expect([...given]).toEqual([
      { viewer: 'agent', subjectType: 'PetitionMatter', fields: ['commendation'] },
      { viewer: 'worker', subjectType: 'Commendation', fields: ['giverName', 'recipientName'] },
    ]);
  });

  it('of a bureau names it to everyone; a person cannot be made a bureau', async () => {
    const { result } = await record({ recipientKind: 'BUREAU', recipientName: '示例信访局' });
    expect(result.recipientName).toBe('示例信访局');
    const { data } = await request(
      '{ __type(name: "UpdateCommendationInput") { inputFields { name } } }',
      handling,
    );
    expect(data.__type.inputFields.map(({ name }: { name: string }) => name)).not.toContain('recipientKind');
  });

  it('stores names encrypted', async () => {
    await record();
    const rows = await server.sql`select * from commendation`;
    expect(rows.length).toBeGreaterThan(0);
    for (const name of ['尉迟秘寅', '皇甫秘庚']) expect(JSON.stringify(rows)).not.toContain(name);
  });

  it('is recorded and edited by those who may write there, with an event for each', async () => {
    const { result } = await record({}, await worker());
    expect(result).toMatchObject({ __typename: 'Commendation', recipientName: '尉***', giverName: null });
    const edit = { commendationId: result.id, version: 1, inscription: '热心为民' };
    const editor = await worker('COMMUNITY_SERVICE');
    expect((await server.write('updateCommendation', edit, editor)).result.version).toBe(2);
    expect((await server.write('updateCommendation', edit, editor)).result.__typename).toBe(
      'VersionConflict',
    );
    expect((await eventsOf(server, result.id)).map(({ action }) => action)).toEqual([
      'recordCommendation',
      'updateCommendation',
    ]);
    const elsewhere = await headersOf({ roles: ['community-worker'], divisions: ['410102'] });
    expect((await record({}, elsewhere)).code).toBe('FORBIDDEN');
    expect((await record({}, await agentHeaders('agent'))).code).toBe('FORBIDDEN');
    expect((await record({ inscription: ' ' })).code).toBe('BAD_USER_INPUT');
    expect((await record({ receivedOn: '2999-01-01' })).code).toBe('BAD_USER_INPUT');
    expect(await server.recount()).toEqual([]);
  });

  it('has no inscription, which is public, with the name of the giver or of a person on duty', async () => {
    for (const inscription of ['赠尉迟 秘寅同志', '皇甫·秘庚 敬赠']) {
      const { result } = await record({ inscription });
      expect(result.__typename, inscription).toBe('InscriptionNamesPerson');
      expect(result.message).not.toMatch(/秘[寅庚]/);
    }
    const bureau = { recipientKind: 'BUREAU', recipientName: '示例信访局', inscription: '赠示例信访局' };
    expect((await record(bureau)).result.__typename).toBe('Commendation');
    const { result } = await record({ giverName: null });
    const edit = async (input: Record<string, unknown>, version = 1) =>
      server.write(
        'updateCommendation',
        { commendationId: result.id, version, ...input },
        await worker('COMMUNITY_SERVICE'),
      );
    for (const input of [
      { inscription: '赠尉迟秘寅' },
      { inscription: '司马秘午敬赠', giverName: '司马秘午' },
      { giverName: '为民解忧' },
    ])
      expect((await edit(input)).result.__typename).toBe('InscriptionNamesPerson');
    expect((await edit({ inscription: '赠尉迟秘寅', recipientName: '司马秘午' })).result.version).toBe(2);
  });

  it('shows nobody without a purpose, by edits of its inscription, whose names it has', async () => {
    const { result } = await record();
    const guess = async (input: Record<string, unknown>) =>
      server.write('updateCommendation', { commendationId: result.id, version: 1, ...input }, await worker());
    for (const inscription of ['赠尉迟秘寅', '赠司马无人'])
      expect((await guess({ inscription })).code).toBe('FORBIDDEN');
    expect(
      (await guess({ inscription: '热心', giverName: '司马甲', recipientName: '司马乙' })).result.version,
    ).toBe(2);
  });

  it('does not reveal whether a matter exists to those who may not see matters', async () => {
    const refusal = async (petitionMatterId: string) => {
      const { errors } = await server.request(
        'mutation ($input: RecordCommendationInput!) { recordCommendation(input: $input) { __typename } }',
        { input: thanks({ petitionMatterId }) },
        await worker('COMMUNITY_SERVICE'),
      );
      return [errors?.[0]?.extensions.code, errors?.[0]?.message.replaceAll(petitionMatterId, '…')];
    };
    expect(await refusal(matterId)).toEqual(await refusal(unknownId));
    expect((await refusal(matterId))[0]).toBe('NO_SUCH_RECORD');
  });
});

describe('a list of commendations', () => {
  it('is by day of receipt at every level, filtered by form, recipient and period', async () => {
    for (const days of [3, 30, 12])
      await record({
        divisionCode: '410102001002',
        kind: 'LETTER',
        recipientKind: 'TEAM',
        recipientName: '示例队',
        receivedOn: addDays(today(), -days),
      });
    for (const within of ['410100', '410102', '410102001', '410102001002']) {
      const list = async (args: string) =>
        (
          await request(
            `{ commendations(within: "${within}", kind: LETTER${args}) { totalCount nodes { receivedOn } pageInfo { endCursor } } }`,
            {},
          )
        ).data.commendations;
      const first = await list(', first: 2');
      const rest = await list(`, first: 2, after: "${first.pageInfo.endCursor}"`);
      const days = [...first.nodes, ...rest.nodes].map(
        ({ receivedOn }: { receivedOn: string }) => receivedOn,
      );
      expect(days, within).toEqual([3, 12, 30].map((ago) => addDays(today(), -ago)));
      expect(first.totalCount).toBe(3);
      expect((await list(', recipientKind: BUREAU')).totalCount).toBe(0);
      const period = `, period: { from: "${addDays(today(), -20)}", to: "${today()}" }`;
      expect((await list(period)).totalCount).toBe(2);
    }
  });
});

it('loses the names of persons and the matter three years after its receipt', async () => {
  const { result: over } = await record({ petitionMatterId: matterId });
  const { result: bureau } = await record({ recipientKind: 'BUREAU', recipientName: '示例信访局' });
  await server.sql`update commendation set received_on = (now() - interval '3 years 2 days')::date
    where id in (${over.id}, ${bureau.id})`;
  expect(await sweep(subgraph, { sql: server.sql, keyring: developmentKeyring })).toEqual([
    { table: 'commendation', rows: 2 },
  ]);
  const { data } = await request(
    `{ person: commendation(id: "${over.id}") { recipientName giverName petitionMatter { id } inscription }
      bureau: commendation(id: "${bureau.id}") { recipientName giverName } }`,
    handling,
  );
  expect(data.person).toEqual({
    recipientName: '已删除',
    giverName: null,
    petitionMatter: null,
    inscription: '为民解忧 情暖人心',
  });
  expect(data.bureau).toEqual({ recipientName: '示例信访局', giverName: null });
});
