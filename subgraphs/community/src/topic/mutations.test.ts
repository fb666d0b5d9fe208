import { addDays, today } from '@district-graph/kit/calendar';
import { headersOf } from '@district-graph/kit/testing/identity';
import { eventsOf, type WritableSubgraph, writableSubgraph } from '@district-graph/kit/testing/test-subgraph';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { unknownId } from '../grid/testing.ts';
import { subgraph } from '../subgraph.ts';

let server: WritableSubgraph;
let councilId: string;
const divisionCode = '410105007003';
const council = { divisionCode, name: '示例社区协商议事会', foundedOn: '2019-05-01' };
beforeAll(async () => {
  server = await writableSubgraph(subgraph, {
    Council: 'id',
    CouncilSession: 'id',
    MicroWork: 'id status topic { id }',
    Topic:
      'id status proposedOn decidedOn resolution votesFor votesAgainst abstentions carriedOutOn withdrawnOn microWork { id } decidedIn { id } sessions { id }',
    CouncilDissolved: 'message',
    InvalidTransition: 'message from to',
    TopicNotDiscussed: 'message',
    MoreVotesThanAttendance: 'message votes',
    MicroWorkCancelled: 'message microWork { id }',
    MicroWorkTaken: 'message topic { id }',
    MicroWorkNotCompleted: 'message microWork { id status }',
  });
  councilId = (await server.write('registerCouncil', council)).result.id;
});
afterAll(() => server.stop());

const propose = async (input = {}) =>
  (await server.write('proposeTopic', { councilId, title: '示例议题', ...input })).result.id as string;
const session = async (input = {}) =>
  (await server.write('recordCouncilSession', { councilId, attendance: 20, ...input })).result.id as string;
const discuss = (topicId: string, sessionId: string) => server.write('discussTopic', { topicId, sessionId });
const decide = (topicId: string, sessionId: string, votes = {}) =>
  server.write('decideTopic', {
    topicId,
    sessionId,
    resolution: '同意实施',
    votesFor: 15,
    votesAgainst: 3,
    abstentions: 2,
    ...votes,
  });
async function resolved(): Promise<string> {
  const [topicId, sessionId] = [await propose(), await session()];
  await discuss(topicId, sessionId);
  await decide(topicId, sessionId);
  return topicId;
}
const work = async (input = {}) => {
  const planned = { divisionCode, name: '示例路新开口', kind: 'ROAD_OPENING', budgetFen: 100, ...input };
  return (await server.write('registerMicroWork', planned)).result.id as string;
};
const assign = (topicId: string, microWorkId: string) =>
  server.write('assignMicroWork', { topicId, microWorkId });
const recount = () => server.sql`select * from tally_recount()`;

describe('a topic', () => {
  it('goes from proposal to carrying out by a micro-work, with an event for each step', async () => {
    const topicId = await propose();
    const [first, second] = [await session(), await session()];
    await discuss(topicId, first);
    expect((await discuss(topicId, second)).result.sessions).toHaveLength(2);
    const { result: decided } = await decide(topicId, second);
    expect(decided).toMatchObject({
      status: 'RESOLVED',
      decidedOn: today(),
      decidedIn: { id: second },
      resolution: '同意实施',
      votesFor: 15,
    });
    const microWorkId = await work();
    expect((await assign(topicId, microWorkId)).result.microWork).toEqual({ id: microWorkId });
    expect((await server.write('carryOutTopic', { topicId })).result).toMatchObject({
      __typename: 'MicroWorkNotCompleted',
      microWork: { id: microWorkId, status: 'PLANNED' },
    });
    await server.write('startMicroWork', { microWorkId });
    const { result: completed } = await server.write('completeMicroWork', { microWorkId });
    expect(completed.topic).toEqual({ id: topicId });
    const { result } = await server.write('carryOutTopic', { topicId });
    expect(result).toMatchObject({ status: 'CARRIED_OUT', carriedOutOn: today() });
    const step = (action: string, fromStatus: string | null, toStatus: string) => ({
      action,
      fromStatus,
      toStatus,
    });
    expect(await eventsOf(server, topicId)).toEqual([
      step('proposeTopic', null, 'PROPOSED'),
      step('discussTopic', 'PROPOSED', 'DISCUSSED'),
      step('discussTopic', 'DISCUSSED', 'DISCUSSED'),
      step('decideTopic', 'DISCUSSED', 'RESOLVED'),
      step('assignMicroWork', 'RESOLVED', 'RESOLVED'),
      step('carryOutTopic', 'RESOLVED', 'CARRIED_OUT'),
    ]);
    expect(await recount()).toEqual([]);
  });

  it('is not carried out before its micro-work is completed', async () => {
    const [councilDay, workDay] = [addDays(today(), -20), addDays(today(), -5)];
    const topicId = await propose({ proposedOn: councilDay });
    const sessionId = await session({ heldOn: councilDay });
    await discuss(topicId, sessionId);
    await decide(topicId, sessionId);
    const microWorkId = await work();
    await assign(topicId, microWorkId);
    await server.write('startMicroWork', { microWorkId, startedOn: councilDay });
    await server.write('completeMicroWork', { microWorkId, completedOn: workDay });
    const early = { topicId, carriedOutOn: addDays(workDay, -1) };
    expect((await server.write('carryOutTopic', early)).code).toBe('BAD_USER_INPUT');
    const onTheDay = { topicId, carriedOutOn: workDay };
    expect((await server.write('carryOutTopic', onTheDay)).result).toMatchObject({ carriedOutOn: workDay });
  });

  it('is rejected without more votes for than against, and can be withdrawn before the vote', async () => {
    const [topicId, sessionId] = [await propose(), await session()];
    await discuss(topicId, sessionId);
    expect((await decide(topicId, sessionId, { votesFor: 8, votesAgainst: 8 })).result.status).toBe(
      'REJECTED',
    );
    expect((await server.write('carryOutTopic', { topicId })).result).toMatchObject({
      __typename: 'InvalidTransition',
      from: 'REJECTED',
    });
    const other = await propose();
    expect((await server.write('withdrawTopic', { topicId: other })).result).toMatchObject({
      status: 'WITHDRAWN',
      withdrawnOn: today(),
    });
    expect((await discuss(other, sessionId)).result.__typename).toBe('InvalidTransition');
    expect(await recount()).toEqual([]);
  });

  it('is decided only in a session that discussed it, with no more votes than people who attended', async () => {
    const [topicId, discussed, other] = [await propose(), await session(), await session()];
    expect((await decide(topicId, discussed)).result).toMatchObject({
      __typename: 'InvalidTransition',
      from: 'PROPOSED',
    });
    await discuss(topicId, discussed);
    expect((await decide(topicId, other)).result.__typename).toBe('TopicNotDiscussed');
    expect((await decide(topicId, discussed, { votesFor: 16 })).result).toMatchObject({
      __typename: 'MoreVotesThanAttendance',
      votes: 21,
    });
    expect(await eventsOf(server, topicId)).toHaveLength(2);
    await expect(
      server.sql`update topic set status = 'RESOLVED', decided_in_id = ${discussed}, decided_on = ${today()}, resolution = '同意',
        votes_for = 21, votes_against = 0, abstentions = 0 where id = ${topicId}`,
    ).rejects.toMatchObject({ constraint_name: 'topic_decided_in_session' });
  });

  it('is discussed once in a session, however often that is recorded, and decided once at the same time', async () => {
    const [topicId, sessionId] = [await propose(), await session()];
    await Promise.all(Array.from({ length: 4 }, () => discuss(topicId, sessionId)));
    expect(await eventsOf(server, topicId)).toHaveLength(2);
    const answers = await Promise.all(Array.from({ length: 4 }, () => decide(topicId, sessionId)));
    expect(answers.filter(({ result }) => result.__typename === 'Topic')).toHaveLength(1);
    expect(answers.filter(({ result }) => result.__typename === 'InvalidTransition')).toHaveLength(3);
    const keyed = { councilId, title: '示例议题', idempotencyKey: 'topic-1' };
    const proposed = await Promise.all(Array.from({ length: 4 }, () => server.write('proposeTopic', keyed)));
    expect(new Set(proposed.map(({ result }) => result.id)).size).toBe(1);
  });

  it('is refused in sessions of another council, and of a day before it was proposed', async () => {
    const other = (await server.write('registerCouncil', council)).result.id;
    const topicId = await propose();
    for (const sessionId of [
      await session({ councilId: other }),
      await session({ heldOn: addDays(today(), -1) }),
    ])
      expect((await discuss(topicId, sessionId)).code).toBe('BAD_USER_INPUT');
    expect((await discuss(topicId, unknownId)).code).toBe('NO_SUCH_RECORD');
  });

  it.each([
    ['a blank title', { title: ' ' }],
    ['a day to come', { proposedOn: '2999-01-01' }],
    ['a day before the council was founded', { proposedOn: '2019-04-30' }],
  ])('is refused with %s', async (_what, input) => {
    const proposed = await server.write('proposeTopic', { councilId, title: '示例议题', ...input });
    expect(proposed.code).toBe('BAD_USER_INPUT');
  });

  it('is refused without the scope and outside of the viewer’s divisions', async () => {
    const topicId = await propose();
    for (const headers of [
      await headersOf({ roles: ['grid-worker'] }),
      await headersOf({ roles: ['community-worker'], divisions: ['410102'] }),
    ])
      expect((await server.write('withdrawTopic', { topicId }, headers)).code).toBe('FORBIDDEN');
  });
});

describe('the micro-work of a topic', () => {
  it('belongs to one topic, also when two take it at once', async () => {
    const [one, other, microWorkId] = [await resolved(), await resolved(), await work()];
    const answers = await Promise.all([assign(one, microWorkId), assign(other, microWorkId)]);
    expect(answers.map(({ result }) => result.__typename).toSorted()).toEqual(['MicroWorkTaken', 'Topic']);
    const winner = answers[0]?.result.__typename === 'Topic' ? one : other;
    expect((await assign(winner, microWorkId)).result.__typename).toBe('Topic');
    expect(await eventsOf(server, winner)).toHaveLength(4);
  });

  it('is not a cancelled one, lies in the division of the council, and is assigned after the vote', async () => {
    const [topicId, cancelled] = [await resolved(), await work()];
    await server.write('cancelMicroWork', { microWorkId: cancelled });
    expect((await assign(topicId, cancelled)).result).toMatchObject({
      __typename: 'MicroWorkCancelled',
      microWork: { id: cancelled },
    });
    expect((await assign(topicId, await work({ divisionCode: '410105007001' }))).code).toBe('BAD_USER_INPUT');
    expect((await assign(topicId, unknownId)).code).toBe('NO_SUCH_RECORD');
    const early = await propose();
    await discuss(early, await session());
    expect((await assign(early, await work())).result).toMatchObject({
      __typename: 'InvalidTransition',
      from: 'DISCUSSED',
    });
  });

  it('can be replaced if it is cancelled before the topic is carried out', async () => {
    const [topicId, first, second] = [await resolved(), await work(), await work()];
    await assign(topicId, first);
    await server.write('cancelMicroWork', { microWorkId: first });
    expect((await server.write('carryOutTopic', { topicId })).result.__typename).toBe('MicroWorkCancelled');
    expect((await assign(topicId, second)).result.microWork).toEqual({ id: second });
  });
});
