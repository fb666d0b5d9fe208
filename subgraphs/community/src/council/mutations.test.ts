import { today } from '@district-graph/kit/calendar';
import { headersOf } from '@district-graph/kit/testing/identity';
import { eventsOf, type WritableSubgraph, writableSubgraph } from '@district-graph/kit/testing/test-subgraph';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { subgraph } from '../subgraph.ts';

let server: WritableSubgraph;
beforeAll(async () => {
  server = await writableSubgraph(subgraph, {
    Council: 'id name status foundedOn dissolvedOn version division { code }',
    Topic: 'id',
    CouncilInUse: 'message openTopics',
    CouncilDissolved: 'message',
    InvalidTransition: 'from to',
    VersionConflict: 'current seen',
  });
});
afterAll(() => server.stop());

const council = { divisionCode: '410105007003', name: '示例社区协商议事会', foundedOn: '2019-05-01' };
const register = async (input = {}) =>
  (await server.write('registerCouncil', { ...council, ...input })).result;
const recount = () => server.sql`select * from tally_recount()`;

describe('a council', () => {
  it('is registered, renamed and dissolved, with an event for each; a dissolved one is not listed', async () => {
    const { id } = await register();
    const { result } = await server.write('updateCouncil', { councilId: id, version: 1, name: '新名议事会' });
    expect(result).toMatchObject({
      name: '新名议事会',
      version: 2,
      division: { code: council.divisionCode },
    });
    const dissolved = await server.write('dissolveCouncil', { councilId: id });
    expect(dissolved.result).toMatchObject({ status: 'DISSOLVED', dissolvedOn: today() });
    expect(await eventsOf(server, id)).toEqual([
      { action: 'registerCouncil', fromStatus: null, toStatus: 'ACTIVE' },
      { action: 'updateCouncil', fromStatus: 'ACTIVE', toStatus: 'ACTIVE' },
      { action: 'dissolveCouncil', fromStatus: 'ACTIVE', toStatus: 'DISSOLVED' },
    ]);
    const { data } = await server.request('{ councils(within: "410105") { totalCount nodes { id } } }');
    expect(data.councils).toEqual({ totalCount: 0, nodes: [] });
    expect(await recount()).toEqual([]);
    const again = await server.write('dissolveCouncil', { councilId: id });
    expect(again.result).toMatchObject({ __typename: 'InvalidTransition', from: 'DISSOLVED' });
    const stale = await server.write('updateCouncil', {
      councilId: (await register()).id,
      version: 3,
      name: '新',
    });
    expect(stale.result).toMatchObject({ __typename: 'VersionConflict', current: 1, seen: 3 });
  });

  it('is not dissolved while a topic is open, also when the topic is proposed at the same time', async () => {
    const { id } = await register();
    const { result: topic } = await server.write('proposeTopic', { councilId: id, title: '示例议题' });
    expect((await server.write('dissolveCouncil', { councilId: id })).result).toMatchObject({
      __typename: 'CouncilInUse',
      openTopics: 1,
    });
    await server.write('withdrawTopic', { topicId: topic.id });
    const [proposed, dissolved] = await Promise.all([
      server.write('proposeTopic', { councilId: id, title: '示例议题' }),
      server.write('dissolveCouncil', { councilId: id }),
    ]);
    expect([proposed.result.__typename, dissolved.result.__typename]).toBeOneOf([
      ['Topic', 'CouncilInUse'],
      ['CouncilDissolved', 'Council'],
    ]);
  });

  it('is registered once per idempotency key', async () => {
    const input = { ...council, idempotencyKey: 'council-1' };
    const answers = await Promise.all(
      Array.from({ length: 4 }, () => server.write('registerCouncil', input)),
    );
    expect(new Set(answers.map(({ result }) => result.id)).size).toBe(1);
  });

  it.each([
    ['a blank name', { name: ' ' }],
    ['a day to come', { foundedOn: '2999-01-01' }],
  ])('is refused with %s', async (_what, input) => {
    expect((await server.write('registerCouncil', { ...council, ...input })).code).toBe('BAD_USER_INPUT');
  });

  it('is refused if dissolved before it was founded, without the scope, and outside of the viewer’s divisions', async () => {
    const { id } = await register();
    const early = await server.write('dissolveCouncil', { councilId: id, closedOn: '2019-04-30' });
    expect(early.code).toBe('BAD_USER_INPUT');
    for (const headers of [
      await headersOf({ roles: ['grid-worker'] }),
      await headersOf({ roles: ['community-worker'], divisions: ['410102'] }),
    ])
      expect((await server.write('dissolveCouncil', { councilId: id }, headers)).code).toBe('FORBIDDEN');
  });
});
