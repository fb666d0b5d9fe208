// What mutations reveal about a petitioner, the matters that residents submit, and how long the data of a petitioner are kept.
import { newId } from '@district-graph/kit/database/ids';
import { developmentKeyring } from '@district-graph/kit/encryption/keyring';
import { anonymous, type Viewer } from '@district-graph/kit/identity/viewer';
import { eraseElder } from '@district-graph/kit/personal-data/erasure';
import { sweep } from '@district-graph/kit/personal-data/retention';
import { headersOf } from '@district-graph/kit/testing/identity';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { subgraph } from '../subgraph.ts';
import {
  agentHeaders,
  community,
  handling,
  matter,
  type PetitionSubgraph,
  petitionSubgraph,
  secretsIn,
  unknownId,
} from './testing.ts';

let server: PetitionSubgraph;
beforeAll(async () => {
  server = await petitionSubgraph();
});
afterAll(() => server.stop());

const write = (action: string, input: Record<string, unknown>, headers = handling) =>
  server.write(action, input, headers);
const request = (query: string, headers: Record<string, string>) => server.request(query, {}, headers);

describe('a matter that a resident submits', () => {
  const resident = (sub: string) => headersOf({ sub, roles: ['resident'], divisions: ['410105'] });

  it('is theirs: they withdraw it, and for all other residents it does not exist', async () => {
    const own = await resident('petitioner');
    const { result } = await write('submitPetitionMatter', matter(), own);
    expect(result).toMatchObject({ __typename: 'PetitionMatter', status: 'RECEIVED' });
    const petitionMatterId = result.id;
    const errorOf = async (id: string) => {
      const { errors } = await server.request(
        'mutation ($input: WithdrawPetitionMatterInput!) { withdrawPetitionMatter(input: $input) { __typename } }',
        { input: { petitionMatterId: id } },
        await resident('neighbour'),
      );
      return [errors?.[0]?.extensions.code, errors?.[0]?.message.replaceAll(id, '…')];
    };
    expect(await errorOf(petitionMatterId)).toEqual(await errorOf(newId(community)));
    expect((await errorOf(petitionMatterId))[0]).toBe('NO_SUCH_RECORD');
    await server.recorded();
    const refused = await server.sql`
      select subject_id from access_record where viewer = 'neighbour' and outcome = 'REFUSED'`;
    expect(refused.map(({ subjectId }) => subjectId)).toContain(petitionMatterId);
    expect((await write('withdrawPetitionMatter', { petitionMatterId }, own)).result.status).toBe(
      'WITHDRAWN',
    );
  });

  it('is one of at most five open ones, also with concurrent requests', async () => {
    const busy = await resident('busy');
    const answers = await Promise.all(
      Array.from({ length: 9 }, () => write('submitPetitionMatter', matter(), busy)),
    );
    const types = answers.map(({ result }) => result.__typename).sort();
    expect(types).toEqual([...Array(4).fill('PetitionLimitReached'), ...Array(5).fill('PetitionMatter')]);
  });

  it('lies in their divisions, and only agents take matters of others', async () => {
    const own = await resident('traveller');
    const { code } = await write('submitPetitionMatter', matter({ divisionCode: '410102001002' }), own);
    expect(code).toBe('FORBIDDEN');
    for (const [action, input] of [
      ['receivePetitionMatter', { channel: 'PHONE', ...matter() }],
      ['acceptPetitionMatter', { petitionMatterId: unknownId }],
      ['closePetitionMatter', { petitionMatterId: unknownId, outcome: 'RESOLVED' }],
    ] as const)
      expect((await write(action, input, own)).code, action).toBe('FORBIDDEN');
  });
});

describe('what a transfer reveals', () => {
  const transfer = (petitionMatterId: string, transferText: string, headers = handling) =>
    write('transferPetitionMatter', { petitionMatterId, bureau: '示例局', transferText }, headers);

  it.each([
    ['the name', '请处理欧阳秘甲的工资'],
    ['the name, with a space and a break in it', '请处理欧阳 秘\n甲的工资'],
    ['the telephone, with hyphens and in full-width digits', '联系１３９-1111-0001'],
    ['the address', '住郑州市金水区南阳新村街道秘巷七号'],
    ['the identity number', '证件 410105194003120019'],
    ['the name, with dots and characters that nobody sees in it', '欧·阳\u{e0100}秘\u3164甲'],
    ['the telephone, with dots and long dashes', '联系 139.1111—0001'],
    ['the telephone, in Chinese numerals', '联系 一三九 一一一一 〇〇零一'],
    ['the address, with its numeral in digits', '住郑州市金水区，南阳新村街道，秘巷7号'],
  ])('is not %s of the petitioner: the text is refused without saying what it has', async (_what, text) => {
    const petitionMatterId = await server.matterIn('AGENT_ASSIGNED');
    const { result } = await transfer(petitionMatterId, text);
    expect(result.__typename).toBe('TransferTextNamesPetitioner');
    expect(secretsIn(result.message)).toEqual([]);
    expect(await server.stored(petitionMatterId)).toMatchObject({
      status: 'AGENT_ASSIGNED',
      transferText: null,
    });
  });

  it('is refused to agents without a purpose, whatever the text, so that nobody guesses names with it', async () => {
    const petitionMatterId = await server.matterIn('AGENT_ASSIGNED');
    const guesser = await agentHeaders('guesser', null);
    for (const text of ['欧阳秘甲', '司马无人'])
      expect((await transfer(petitionMatterId, text, guesser)).code).toBe('FORBIDDEN');
    await server.recorded();
    const records = await server.sql`
      select outcome, fields from access_record where viewer = 'guesser' and subject_id = ${petitionMatterId}`;
    expect(records).toHaveLength(2);
    for (const record of records) expect(record).toEqual({ outcome: 'REFUSED', fields: ['petitionerName'] });
    const with_ = await agentHeaders('declared');
    expect((await transfer(petitionMatterId, '请处理工资', with_)).result.status).toBe('TRANSFERRED');
    const [given] = await server.sql`select outcome, purpose from access_record where viewer = 'declared'`;
    expect(given).toEqual({ outcome: 'GIVEN', purpose: 'PETITION_HANDLING' });
  });

  it('contains no telephone or address that is entered afterwards, unless the text is corrected with it', async () => {
    const petitionMatterId = await server.matterIn('AGENT_ASSIGNED', { petitioner: { name: '欧阳秘甲' } });
    await transfer(petitionMatterId, '请联系 139 1111 0001，南阳新村街道秘巷7号');
    const edit = async (input: Record<string, unknown>, headers = handling) => {
      const { version } = await server.stored(petitionMatterId);
      return write('updatePetitionMatter', { petitionMatterId, version, ...input }, headers);
    };
    for (const input of [{ phone: '13911110001' }, { address: '南阳新村街道秘巷七号' }]) {
      const { result } = await edit(input);
      expect(result.__typename).toBe('TransferTextNamesPetitioner');
      expect(secretsIn(result.message)).toEqual([]);
    }
    expect(await server.stored(petitionMatterId)).toMatchObject({ petitionerPhone: null, version: 3 });
    for (const transferText of ['请联系 13911110001', '请联系欧阳秘甲'])
      expect((await edit({ transferText, phone: '13911110001' })).result.__typename).toBe(
        'TransferTextNamesPetitioner',
      );
    expect((await edit({ transferText: '请处理工资', phone: '13911110001' })).result.__typename).toBe(
      'PetitionMatter',
    );
    expect((await edit({ phone: '13922220002' })).result.__typename).toBe('PetitionMatter');
  });

  it('is not guessed by edits without a purpose', async () => {
    const petitionMatterId = await server.matterIn('TRANSFERRED');
    const guesser = await agentHeaders('guesser of texts', null);
    for (const input of [{ phone: '13911110001' }, { address: '示例' }, { transferText: '欧阳秘甲' }])
      expect(
        (await write('updatePetitionMatter', { petitionMatterId, version: 3, ...input }, guesser)).code,
      ).toBe('FORBIDDEN');
    await server.recorded();
    const records = await server.sql`
      select fields from access_record where viewer = 'guesser of texts' and outcome = 'REFUSED'`;
    expect(records.map(({ fields }) => fields)).toEqual([
      ['transferText'],
      ['transferText'],
      ['petitionerName'],
    ]);
    const { result } = await write(
      'updatePetitionMatter',
      { petitionMatterId, version: 3, kind: 'OTHER' },
      guesser,
    );
    expect(result.__typename).toBe('PetitionMatter');
  });

  it('is corrected after the transfer only', async () => {
    const petitionMatterId = await server.newMatter();
    const edit = { petitionMatterId, version: 1, transferText: '请处理工资' };
    expect((await write('updatePetitionMatter', edit)).code).toBe('BAD_USER_INPUT');
    expect(await server.stored(petitionMatterId)).toMatchObject({ transferText: null });
  });
});

describe('the data of a petitioner', () => {
  const operator: Viewer = {
    ...anonymous,
    id: 'operator',
    divisions: ['410100'],
    purpose: 'DATA_SUBJECT_REQUEST',
  };
  const erase = (elder: string) =>
    eraseElder(subgraph, {
      sql: server.sql,
      keyring: developmentKeyring,
      viewer: operator,
      elder: { elderId: elder, named: null },
      keepsHistories: false,
    });
  const finished = async (ago: string, elder: string) => {
    const matterId = await server.matterIn('CLOSED', { elderId: elder });
    await server.sql`update petition_matter set received_on = (now() - ${ago}::interval)::date,
      accept_due_on = (now() - ${ago}::interval)::date, settle_due_on = (now() - ${ago}::interval)::date,
      accepted_on = null, transferred_on = (now() - ${ago}::interval)::date, replied_on = (now() - ${ago}::interval)::date,
      finished_on = (now() - ${ago}::interval)::date where id = ${matterId}`;
    return matterId;
  };

  it('is held while the matter is open and as long as its archive is kept, and names the law', async () => {
    const elder = newId(community);
    await server.newMatter({ elderId: elder });
    await finished('9 years', elder);
    const { tables } = await erase(elder);
    expect(tables.map(({ table, retained, anonymised }) => [table, retained, anonymised])).toEqual([
      ['petition_step', 6, 0],
      ['petition_matter', 2, 0],
    ]);
    for (const { basis } of tables) expect(basis).toContain('信访工作条例');
  });

  it('is deleted with all steps, too, if the elder is erased between the end of the period and the next sweep', async () => {
    const elder = newId(community);
    const over = await finished('10 years 2 days', elder);
    await erase(elder);
    await sweep(subgraph, { sql: server.sql, keyring: developmentKeyring });
    expect(await server.stored(over)).toMatchObject({ elderId: null, petitionerPhone: null });
    const steps = await server.sql`select action from petition_step where matter_id = ${over}`;
    expect([...steps]).toEqual([]);
  });

  it('is deleted with all steps once the archive period is over; what was settled, and the counts, stay', async () => {
    const elder = newId(community);
    const [over, kept] = [await finished('10 years 2 days', elder), await finished('9 years', elder)];
    const options = { sql: server.sql, keyring: developmentKeyring };
    expect(await sweep(subgraph, options)).toEqual([{ table: 'petition_matter', rows: 1 }]);
    const row = await server.stored(over);
    expect(row).toMatchObject({
      status: 'CLOSED',
      kind: 'WAGES',
      outcome: 'RESOLVED',
      elderId: null,
      ownedBy: null,
    });
    expect(row).toMatchObject({
      petitionerPhone: null,
      petitionerIdNumber: null,
      transferText: null,
      reply: null,
    });
    const { data } = await request(
      `{ petitionMatter(id: "${over}") { petitionerName description steps { action } } }`,
      handling,
    );
    expect(data.petitionMatter).toEqual({ petitionerName: '已删除', description: '已删除', steps: [] });
    expect(await server.stored(kept)).toMatchObject({ elderId: elder });
    expect(await sweep(subgraph, options)).toEqual([]);
    expect(await server.recount()).toEqual([]);
  });
});
