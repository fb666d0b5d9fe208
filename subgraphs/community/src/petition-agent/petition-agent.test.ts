// Petition agents: what is shown of them, their lists, and their open matters.
import { addDays, today } from '@district-graph/kit/calendar';
import { headersOf } from '@district-graph/kit/testing/identity';
import { eventsOf } from '@district-graph/kit/testing/test-subgraph';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  agentHeaders,
  community,
  handling,
  type PetitionSubgraph,
  petitionSubgraph,
  subdistrict,
  unknownId,
} from '../petition-matter/testing.ts';

let server: PetitionSubgraph;
let agentId: string;
beforeAll(async () => {
  server = await petitionSubgraph();
  agentId = await server.newAgent();
});
afterAll(() => server.stop());

const request = (query: string, headers: Record<string, string>) => server.request(query, {}, headers);
const fields = 'id name phone division { code } status';

describe('a petition agent', () => {
  it('is shown with a purpose, each disclosure on record, and masked without one', async () => {
    const query = `{ petitionAgent(id: "${agentId}") { ${fields} } }`;
    const shown = await request(query, await agentHeaders('colleague'));
    expect(shown.data.petitionAgent).toMatchObject({
      name: '诸葛秘丙',
      phone: '13911110003',
      division: { code: community },
      status: 'ACTIVE',
    });
    const [record] = await server.sql`
      select subject_type, subject_id, fields from access_record where viewer = 'colleague'`;
    expect(record).toEqual({
      subjectType: 'PetitionAgent',
      subjectId: agentId,
      fields: ['division', 'name', 'phone'],
    });
    const masked = await request(query, await agentHeaders('colleague', null));
    expect(masked.data.petitionAgent).toMatchObject({
      name: '诸***',
      phone: '139****0003',
      division: { code: subdistrict },
    });
  });

  it.each([
    ['an agent of another district', () => agentHeaders('elsewhere', 'PETITION_HANDLING', ['410102'])],
    ['a care manager', () => headersOf({ roles: ['care-manager'], divisions: ['410105'] }, 'CARE')],
    ['a resident', () => headersOf({ sub: 'someone', roles: ['resident'], divisions: ['410105'] })],
  ])('is not shown to %s', async (_who, as) => {
    const headers = await as();
    for (const query of [
      `{ petitionAgent(id: "${agentId}") { ${fields} } }`,
      `{ petitionAgents(within: "${subdistrict}") { totalCount nodes { ${fields} } } }`,
      `{ petitionAgents(within: "${community}") { totalCount nodes { ${fields} } } }`,
    ]) {
      const { data, errors } = await request(query, headers);
      expect([Object.values(data ?? {})[0] ?? null, errors?.[0]?.extensions.code]).toEqual([
        null,
        'FORBIDDEN',
      ]);
      expect(JSON.stringify({ data, errors })).not.toContain('诸');
    }
  });

  it('inside a community is listed for a purpose only', async () => {
    const query = `{ petitionAgents(within: "${community}") { totalCount nodes { id } } }`;
    expect((await request(query, await agentHeaders('lister', null))).errors?.[0]?.extensions.code).toBe(
      'FORBIDDEN',
    );
    const { data } = await request(query, await agentHeaders('lister'));
    expect(data.petitionAgents.nodes.map(({ id }: { id: string }) => id)).toContain(agentId);
  });

  it('has their open matters, the earliest due first, in pages, and no longer those that have ended', async () => {
    const petitionAgentId = await server.newAgent();
    const due: [string, string][] = [];
    for (const days of [5, 40, 20]) {
      const petitionMatterId = await server.newMatter({ receivedOn: addDays(today(), -days) });
      await server.write('assignPetitionAgent', { petitionMatterId, petitionAgentId }, handling);
      due.push([addDays(today(), 60 - days), petitionMatterId]);
    }
    due.sort();
    const list = async (args: string) =>
      (
        await request(
          `{ petitionAgent(id: "${petitionAgentId}") { openMatters${args} {
            totalCount nodes { id settleDueOn } pageInfo { endCursor } } } }`,
          handling,
        )
      ).data.petitionAgent.openMatters;
    const first = await list('(first: 2)');
    const rest = await list(`(first: 2, after: "${first.pageInfo.endCursor}")`);
    const nodes: { id: string; settleDueOn: string }[] = [...first.nodes, ...rest.nodes];
    expect(nodes.map(({ id, settleDueOn }) => [settleDueOn, id])).toEqual(due);
    expect(first.totalCount).toBe(3);
    await server.write('withdrawPetitionMatter', { petitionMatterId: due[0]?.[1] }, handling);
    expect((await list('')).totalCount).toBe(2);
  });

  it('is one statement for many keys, and unknown ones are null', async () => {
    const ids = [agentId, await server.newAgent()];
    server.statements();
    const { data } = await server.request(
      'query ($r: [_Any!]!) { _entities(representations: $r) { ... on PetitionAgent { id } } }',
      { r: [...ids, unknownId, 'x'].map((id) => ({ __typename: 'PetitionAgent', id })) },
      await agentHeaders('many', null),
    );
    expect(data._entities.map((row: { id: string } | null) => row?.id ?? null)).toEqual([...ids, null, null]);
    expect(server.statements()).toHaveLength(1);
  });
});

describe('the lists of agents', () => {
  it('do not order by community, so that the order does not reveal who is on duty where', async () => {
    const codes = ['410105007004', '410105007001', '410105007002'];
    for (const code of codes) await server.newAgent(code);
    const { data } = await request(
      `{ petitionAgents(within: "${subdistrict}", first: 100) { nodes { id } } }`,
      handling,
    );
    const ids: string[] = data.petitionAgents.nodes.map(({ id }: { id: string }) => id);
    expect(ids).toEqual(ids.toSorted());
  });
});

describe('the record of an agent', () => {
  const write = (action: string, input: Record<string, unknown>, headers = handling) =>
    server.write(action, input, headers);

  it('is edited at the version that was read, within the district, and closed when nothing is in their charge', async () => {
    const petitionAgentId = await server.newAgent();
    const edit = { petitionAgentId, version: 1, phone: '13900000007' };
    expect((await write('updatePetitionAgent', edit)).result).toMatchObject({ version: 2 });
    expect((await write('updatePetitionAgent', edit)).result.__typename).toBe('VersionConflict');
    expect((await write('updatePetitionAgent', { ...edit, version: 2, divisionCode: '410102' })).code).toBe(
      'BAD_USER_INPUT',
    );
    const petitionMatterId = await server.newMatter();
    await write('assignPetitionAgent', { petitionMatterId, petitionAgentId });
    expect((await write('closePetitionAgent', { petitionAgentId })).result.__typename).toBe(
      'PetitionAgentInCharge',
    );
    await write('withdrawPetitionMatter', { petitionMatterId });
    expect((await write('closePetitionAgent', { petitionAgentId })).result.status).toBe('CLOSED');
    expect((await write('updatePetitionAgent', { ...edit, version: 3 })).result.__typename).toBe(
      'PetitionAgentClosed',
    );
    expect((await eventsOf(server, petitionAgentId)).map(({ action }) => action)).toEqual([
      'registerPetitionAgent',
      'updatePetitionAgent',
      'closePetitionAgent',
    ]);
    expect(await server.recount()).toEqual([]);
  });

  it('always gets a new version from an edit of a masked field, which does not reveal its value', async () => {
    const petitionAgentId = await server.newAgent();
    const same = { name: '诸葛秘丙', phone: '13911110003', divisionCode: community };
    let version = 1;
    for (const field of ['name', 'phone', 'divisionCode'] as const) {
      const input = { petitionAgentId, version, [field]: same[field] };
      version += 1;
      expect((await write('updatePetitionAgent', input)).result.version).toBe(version);
    }
  });

  it('is changed by agents of its division only', async () => {
    const elsewhere = await agentHeaders('elsewhere', 'PETITION_HANDLING', ['410102']);
    expect((await write('closePetitionAgent', { petitionAgentId: agentId }, elsewhere)).code).toBe(
      'FORBIDDEN',
    );
    const analyst = await headersOf({ roles: ['analyst'] });
    expect((await write('closePetitionAgent', { petitionAgentId: agentId }, analyst)).code).toBe('FORBIDDEN');
    const input = { divisionCode: community, name: ' ', phone: '13911110003' };
    expect((await write('registerPetitionAgent', input)).code).toBe('BAD_USER_INPUT');
    expect((await write('registerPetitionAgent', { ...input, name: '示例', phone: 'x' })).code).toBe(
      'BAD_USER_INPUT',
    );
  });
});
