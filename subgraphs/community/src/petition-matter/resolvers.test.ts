// Lists of petition matters, many at once, and what is shown to the bureau that a matter was transferred to.
import { addDays, today } from '@district-graph/kit/calendar';
import { newId } from '@district-graph/kit/database/ids';
import { headersOf } from '@district-graph/kit/testing/identity';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  agentHeaders,
  community,
  handling,
  type PetitionSubgraph,
  petitionSubgraph,
  secretsIn,
  subdistrict,
  unknownId,
} from './testing.ts';

const elderId = newId(community);
let server: PetitionSubgraph;
let id: string;
beforeAll(async () => {
  server = await petitionSubgraph();
  id = await server.matterIn('REPLIED', { elderId });
});
afterAll(() => server.stop());

const request = (query: string, headers: Record<string, string>) => server.request(query, {}, headers);

describe('a list of matters', () => {
  it('inside a community takes a purpose, and puts each matter on record', async () => {
    const query = `{ petitionMatters(within: "${community}", status: REPLIED) { totalCount nodes { id } } }`;
    const refused = await request(query, await agentHeaders('lister', null));
    expect(refused.errors?.[0]?.message).toContain(subdistrict);
    expect(refused.errors?.[0]?.extensions.code).toBe('FORBIDDEN');
    const { data } = await request(query, await agentHeaders('lister'));
    expect(data.petitionMatters).toMatchObject({ totalCount: 1, nodes: [{ id }] });
    const records = await server.sql`
      select fields from access_record where viewer = 'lister' and outcome = 'GIVEN' and subject_id = ${elderId}`;
    expect(records).toEqual([{ fields: ['division'] }]);
  });

  it('is by day of receipt, in pages of one order at every level, also when filtered', async () => {
    for (const days of [9, 3, 40])
      await server.newMatter({ kind: 'ENVIRONMENT', receivedOn: addDays(today(), -days) });
    const list = (within: string, args: string) =>
      request(
        `{ petitionMatters(within: "${within}", kind: ENVIRONMENT${args}) { totalCount nodes { receivedOn isOverdue }
          pageInfo { endCursor } } }`,
        handling,
      );
    for (const within of ['410100', '410105', subdistrict, community]) {
      const { data: first } = await list(within, ', first: 2');
      const { data: rest } = await list(
        within,
        `, first: 2, after: "${first.petitionMatters.pageInfo.endCursor}"`,
      );
      const nodes = [...first.petitionMatters.nodes, ...rest.petitionMatters.nodes];
      expect(nodes, within).toEqual([
        { receivedOn: addDays(today(), -3), isOverdue: false },
        { receivedOn: addDays(today(), -9), isOverdue: false },
        { receivedOn: addDays(today(), -40), isOverdue: true },
      ]);
      expect(first.petitionMatters.totalCount).toBe(3);
      expect((await list(within, ', overdue: true')).data.petitionMatters.totalCount).toBe(1);
      expect((await list(within, ', overdue: false')).data.petitionMatters.totalCount).toBe(2);
    }
    const period = `, period: { from: "${addDays(today(), -10)}", to: "${addDays(today(), -5)}" }`;
    expect((await list('410105', period)).data.petitionMatters.totalCount).toBe(1);
  });

  it('counts only matters inside the division', async () => {
    const { data } = await request(
      '{ petitionMatters(within: "410105001") { totalCount nodes { id } } }',
      handling,
    );
    expect(data.petitionMatters).toEqual({ totalCount: 0, nodes: [] });
  });
});

describe('many matters', () => {
  it('are one statement by key, and one more each for their steps and agents; unknown ones are null', async () => {
    const ids = [id, await server.newMatter(), await server.matterIn('AGENT_ASSIGNED')];
    server.statements();
    const { data } = await server.request(
      'query ($r: [_Any!]!) { _entities(representations: $r) { ... on PetitionMatter { id steps { sequence } agent { id } } } }',
      { r: [...ids, unknownId, 'x'].map((each) => ({ __typename: 'PetitionMatter', id: each })) },
      await agentHeaders('many', null),
    );
    expect(data._entities.map((row: { id: string } | null) => row?.id ?? null)).toEqual([...ids, null, null]);
    expect(data._entities[0].steps.length).toBeGreaterThan(3);
    expect(server.statements()).toHaveLength(3);
  });
});

describe('the bureau that a matter was transferred to', () => {
  const official = (
    bureau: string,
    divisions = ['410105'],
    purpose: string | undefined = 'PETITION_HANDLING',
  ) => headersOf({ sub: 'official', roles: ['petition-bureau'], divisions, bureau }, purpose);
  const transfers = `{ petitionTransfers { nodes { id kind bureau transferText transferredOn settleDueOn repliedOn } } }`;

  it('sees the text that was prepared for it, and nothing of the petitioner', async () => {
    const { data, errors } = await request(transfers, await official('示例局'));
    expect(errors).toBeUndefined();
    const mine = data.petitionTransfers.nodes.find((node: { id: string }) => node.id === id);
    expect(mine).toMatchObject({
      kind: 'WAGES',
      bureau: '示例局',
      transferText: '秘文乙',
      repliedOn: today(),
    });
    const text = JSON.stringify(data);
    expect(secretsIn(text)).toEqual(['秘文乙']);
    for (const hidden of [elderId, community]) expect(text).not.toContain(hidden);
    const { data: types } = await request(
      '{ __type(name: "PetitionTransfer") { fields { name } } }',
      handling,
    );
    expect(types.__type.fields.map(({ name }: { name: string }) => name)).toEqual([
      'id',
      'kind',
      'bureau',
      'transferText',
      'transferredOn',
      'settleDueOn',
      'repliedOn',
    ]);
  });

  it('sees no text without a purpose, and no matter of another bureau or another district', async () => {
    const without = await request(
      transfers,
      await headersOf({
        sub: 'official',
        roles: ['petition-bureau'],
        divisions: ['410105'],
        bureau: '示例局',
      }),
    );
    expect(secretsIn(JSON.stringify(without))).toEqual([]);
    for (const headers of [
      await official('别的局'),
      await official('示例局', ['410102']),
      await headersOf(
        { sub: 'nobody', roles: ['petition-bureau'], divisions: ['410105'] },
        'PETITION_HANDLING',
      ),
    ])
      expect((await request(transfers, headers)).data.petitionTransfers.nodes).toEqual([]);
    const agent = await request(transfers, await agentHeaders('agent'));
    expect(agent.errors?.[0]?.extensions.code).toBe('FORBIDDEN');
  });

  it('no longer sees one that was withdrawn', async () => {
    const gone = await server.matterIn('TRANSFERRED');
    await server.write('withdrawPetitionMatter', { petitionMatterId: gone }, handling);
    const { data } = await request(transfers, await official('示例局'));
    expect(data.petitionTransfers.nodes.map((node: { id: string }) => node.id)).not.toContain(gone);
  });
});
