// Seeds residents' councils, their topics, and the sessions that discussed them; a topic for each micro-work.
import { addDays } from '@district-graph/kit/calendar';
import { seedId } from '@district-graph/kit/database/ids';
import { Random } from '@district-graph/kit/seed/random';
import { daysAgo, evenShare } from '@district-graph/kit/seed/seeded-days';
import type { CopyValue } from '@district-graph/kit/seed/seeding';
import type { SyntheticCity, SyntheticCommunity } from '@district-graph/kit/seed/synthetic-city';
import type { Topic } from '../topic/tables.ts';
import { microWorksOf, type SeedMicroWork } from './micro-works.ts';

/** A topic as it is copied, with the session that discussed it. */
interface SeedTopic {
  id: string;
  community: SyntheticCommunity;
  title: string;
  status: Topic['status'];
  proposedOn: string;
  session: { id: string; heldOn: string; attendance: number } | null;
  votes: [votesFor: number, votesAgainst: number, abstentions: number] | null;
  microWorkId: string | null;
  carriedOutOn: string | null;
  withdrawnOn: string | null;
}

const titles = [
  '楼道堆物清理',
  '老旧小区加装电梯',
  '垃圾投放点位置',
  '健身器材更新',
  '非机动车停放与充电',
  '文明养犬公约',
  '小区门禁改造',
];

const topicsPerCouncil = 3;

const councilId = (code: string) => seedId('council', code, 0);

/** Every community with a micro-work has a council, and most of the others. */
function* councilsOf(
  city: SyntheticCity,
  today: string,
): Generator<{ community: SyntheticCommunity; work: SeedMicroWork | null; random: Random }> {
  const works = new Map(Array.from(microWorksOf(city, today), (work) => [work.community.code, work]));
  for (const community of city.communities) {
    const random = new Random(`council/${community.code}`);
    const work = works.get(community.code) ?? null;
    if (work || random.chance(community.rural ? 0.2 : 0.6)) yield { community, work, random };
  }
}

const shortName = (name: string) => name.replace(/(居民委员会|村民委员会|居委会|村委会)$/, '');

export const councilColumns = ['id', 'division_code', 'name', 'founded_on'];

export function* councilRows(city: SyntheticCity, today: string): Generator<CopyValue[]> {
  for (const { community, random } of councilsOf(city, today)) {
    const { code, name } = community;
    const foundedOn = `${random.whole(2014, 2020)}-0${random.whole(1, 9)}-15`;
    yield [councilId(code), code, `${shortName(name)}协商议事会`, foundedOn];
  }
}

/** The session three weeks after the proposal, and what came of it by today. */
function topicOf(
  community: SyntheticCommunity,
  ordinal: number,
  proposedOn: string,
  today: string,
  random: Random,
): SeedTopic {
  const topic: SeedTopic = {
    id: seedId('topic', community.code, ordinal),
    community,
    title: `${shortName(community.name)}${random.pick(titles)}`,
    status: 'PROPOSED',
    proposedOn,
    session: null,
    votes: null,
    microWorkId: null,
    carriedOutOn: null,
    withdrawnOn: null,
  };
  if (random.chance(0.04)) {
    const withdrawnOn = addDays(proposedOn, random.whole(2, 10));
    return withdrawnOn < today ? { ...topic, status: 'WITHDRAWN', withdrawnOn } : topic;
  }
  const heldOn = addDays(proposedOn, random.whole(5, 21));
  if (heldOn >= today) return topic;
  // So many that the votes for it are always more than those against.
  const attendance = random.whole(20, 45);
  const session = { id: seedId('council-session', community.code, ordinal), heldOn, attendance };
  if (random.chance(0.1)) return { ...topic, status: 'DISCUSSED', session };
  const votesAgainst = random.whole(0, 6);
  const abstentions = random.whole(0, 4);
  const votesFor = attendance - votesAgainst - abstentions;
  const isRejected = random.chance(0.08);
  const decided: SeedTopic = {
    ...topic,
    session,
    status: isRejected ? 'REJECTED' : 'RESOLVED',
    votes: isRejected ? [votesAgainst, votesFor, abstentions] : [votesFor, votesAgainst, abstentions],
  };
  const carriedOutOn = addDays(heldOn, random.whole(20, 80));
  if (isRejected || carriedOutOn >= today) return decided;
  return { ...decided, status: 'CARRIED_OUT', carriedOutOn };
}

/** The topic that a micro-work carries out: resolved before it was started. */
function topicOfWork(work: SeedMicroWork, random: Random): SeedTopic {
  const { community, plannedOn, completedOn } = work;
  const heldOn = addDays(plannedOn, -random.whole(10, 25));
  const attendance = random.whole(20, 45);
  const isOpen = completedOn === null;
  return {
    id: seedId('topic', community.code, 100),
    community,
    title: work.name,
    status: isOpen ? 'RESOLVED' : 'CARRIED_OUT',
    proposedOn: addDays(heldOn, -random.whole(5, 21)),
    session: { id: seedId('council-session', community.code, 100), heldOn, attendance },
    votes: [attendance - 3, 2, 1],
    microWorkId: work.id,
    carriedOutOn: completedOn,
    withdrawnOn: null,
  };
}

function* topicsOf(city: SyntheticCity, today: string): Generator<SeedTopic> {
  let number = 0;
  for (const { community, work, random } of councilsOf(city, today)) {
    if (work) yield topicOfWork(work, random);
    for (let ordinal = 0; ordinal < topicsPerCouncil; ordinal += 1) {
      const proposedOn = addDays(today, -daysAgo(evenShare(number++)));
      yield topicOf(community, ordinal, proposedOn, today, random);
    }
  }
}

export const councilSessionColumns = ['id', 'division_code', 'council_id', 'held_on', 'attendance'];

export function* councilSessionRows(city: SyntheticCity, today: string): Generator<CopyValue[]> {
  for (const { session, community } of topicsOf(city, today))
    if (session)
      yield [session.id, community.code, councilId(community.code), session.heldOn, session.attendance];
}

export const topicColumns = [
  'id',
  'division_code',
  'council_id',
  'title',
  'status',
  'proposed_on',
  'decided_in_id',
  'decided_on',
  'resolution',
  'votes_for',
  'votes_against',
  'abstentions',
  'micro_work_id',
  'carried_out_on',
  'withdrawn_on',
];

export function* topicRows(city: SyntheticCity, today: string): Generator<CopyValue[]> {
  for (const { community, session, votes, ...topic } of topicsOf(city, today)) {
    const decision = votes && session;
    const resolution = topic.status === 'REJECTED' ? '未获多数同意，暂不实施' : '同意实施，由社区组织落实';
    yield [
      topic.id,
      community.code,
      councilId(community.code),
      topic.title,
      topic.status,
      topic.proposedOn,
      decision?.id ?? null,
      decision?.heldOn ?? null,
      decision ? resolution : null,
      ...(votes ?? [null, null, null]),
      topic.microWorkId,
      topic.carriedOutOn,
      topic.withdrawnOn,
    ];
  }
}

export const discussionColumns = ['session_id', 'topic_id'];

export function* discussionRows(city: SyntheticCity, today: string): Generator<CopyValue[]> {
  for (const { id, session } of topicsOf(city, today)) if (session) yield [session.id, id];
}
