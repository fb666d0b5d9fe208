// Seeds petition agents, petition matters with their steps, and the thanks for them. Names are evidently made up.
import { addDays } from '@district-graph/kit/calendar';
import { seedId } from '@district-graph/kit/database/ids';
import { madeUpName, madeUpPhone } from '@district-graph/kit/seed/made-up-names';
import { Random } from '@district-graph/kit/seed/random';
import { daysAgo, evenShare } from '@district-graph/kit/seed/seeded-days';
import type { CopyValue } from '@district-graph/kit/seed/seeding';
import type { SeedScale, SyntheticCity, SyntheticCommunity } from '@district-graph/kit/seed/synthetic-city';
import type { PetitionMatter, PetitionStep } from '../petition-matter/tables.ts';
import { petitionPeriods } from '../petition-matter/tables.ts';

const city = '410100';
const agentId = (code: string): string => seedId('petition-agent', code, 0);

export const agentColumns = ['id', 'division_code', 'name', 'phone', 'status', 'closed_on'];

/** One agent on duty in every community, and one for matters of the whole city. */
export function* agentRows({ communities }: SyntheticCity): Generator<CopyValue[]> {
  for (const code of [city, ...communities.map((community) => community.code)]) {
    const random = new Random(`petition-agent/${code}`);
    yield [agentId(code), code, madeUpName(random), madeUpPhone(random), 'ACTIVE', null];
  }
}

type Kind = PetitionMatter['kind'];

/** What it is about, the bureau in charge, and how often it comes. */
const topics: readonly (readonly [kind: Kind, about: string, bureau: string, weight: number])[] = [
  ['WAGES', '拖欠工资', '人力资源和社会保障局', 4],
  ['HOUSING', '房屋渗漏维修', '住房保障局', 3],
  ['PROPERTY_MANAGEMENT', '小区物业服务', '住房保障局', 5],
  ['NEIGHBOUR_DISPUTE', '邻里噪音', '司法局', 3],
  ['SOCIAL_SECURITY', '社保转移接续', '人力资源和社会保障局', 2],
  ['ENVIRONMENT', '油烟扰民', '生态环境局', 3],
  ['TRAFFIC', '路口停车混乱', '公安交警大队', 2],
  ['OTHER', '公共设施损坏', '城市管理局', 2],
];
const weighted = topics.flatMap((topic) => Array<(typeof topics)[number]>(topic[3]).fill(topic));

interface Step {
  action: PetitionStep['action'];
  day: string;
}

/** A matter as it stands on the day of seeding. */
export interface PlannedMatter {
  id: string;
  code: string;
  agent: string | null;
  topic: (typeof topics)[number];
  channel: PetitionMatter['channel'];
  status: PetitionMatter['status'];
  name: string;
  phone: string;
  address: string;
  petitioners: number;
  outcome: PetitionMatter['outcome'];
  peopleConcerned: number;
  recoveredFen: number;
  extendedDays: number | null;
  /** In order; the first is the receipt. */
  steps: readonly Step[];
}

const dayOf = ({ steps }: PlannedMatter, ...actions: Step['action'][]): string | null =>
  steps.find(({ action }) => actions.includes(action))?.day ?? null;

/** Offices are open from Monday to Friday: a day of a weekend becomes the Friday before. */
function officeDay(day: string): string {
  const weekday = new Date(`${day}T00:00:00Z`).getUTCDay();
  return addDays(day, weekday === 6 ? -1 : weekday === 0 ? -2 : 0);
}

/** The steps that a matter goes through, by days after its receipt, whether or not they lie in the future. */
function courseOf(random: Random): (readonly [action: Step['action'], after: number])[] {
  const assigned = random.whole(0, 2);
  if (random.chance(0.06))
    return [
      ['AGENT_ASSIGNED', assigned],
      ['CLOSED', random.whole(5, 14)],
    ];
  const accepted = random.chance(0.04) ? random.whole(16, 20) : random.whole(3, 13);
  const transferred = accepted + random.whole(0, 3);
  const replied = transferred + (random.chance(0.04) ? random.whole(55, 70) : random.whole(8, 32));
  const course: [Step['action'], number][] = [
    ['AGENT_ASSIGNED', assigned],
    ['ACCEPTED', accepted],
    ['TRANSFERRED', transferred],
  ];
  if (random.chance(0.03)) return [...course, ['WITHDRAWN', transferred + random.whole(1, 7)]];
  if (random.chance(0.06)) course.push(['EXTENDED', transferred + random.whole(3, 8)]);
  return [
    ...course,
    ['REPLIED', Math.max(replied, transferred + 8)],
    ['CLOSED', replied + random.whole(1, 9)],
  ];
}

const statusOf: Partial<Record<Step['action'], PetitionMatter['status']>> = {
  RECEIVED: 'RECEIVED',
  AGENT_ASSIGNED: 'AGENT_ASSIGNED',
  TRANSFERRED: 'TRANSFERRED',
  REPLIED: 'REPLIED',
  CLOSED: 'CLOSED',
  WITHDRAWN: 'WITHDRAWN',
};

function plannedMatter(
  community: SyntheticCommunity,
  district: string,
  ordinal: number,
  receivedOn: string,
  today: string,
): PlannedMatter {
  const random = new Random(`petition-matter/${community.code}/${ordinal}`);
  const topic = random.pick(weighted);
  const petitioners = random.chance(0.05)
    ? random.whole(5, 12)
    : random.chance(0.12)
      ? random.whole(2, 4)
      : 1;
  const course = courseOf(random);
  const steps: Step[] = [
    { action: 'RECEIVED' as const, day: receivedOn },
    ...course.map(([action, after]) => ({ action, day: addDays(receivedOn, after) })),
  ].filter(({ day }) => day < today);
  const status = steps.reduce<PetitionMatter['status']>(
    (before, { action }) => statusOf[action] ?? before,
    'RECEIVED',
  );
  const isAccepted = steps.some(({ action }) => action === 'ACCEPTED');
  const settled = random.pick(['RESOLVED', 'RESOLVED', 'RESOLVED', 'PARTLY_RESOLVED', 'EXPLAINED'] as const);
  const closedAs = isAccepted ? settled : 'NOT_ACCEPTED';
  const outcome = status === 'CLOSED' ? closedAs : null;
  const isSettled = outcome !== null && outcome !== 'NOT_ACCEPTED';
  const isPaid = isSettled && outcome !== 'EXPLAINED' && topic[0] === 'WAGES';
  return {
    id: seedId('petition-matter', community.code, ordinal),
    code: community.code,
    agent: status === 'RECEIVED' ? null : agentId(community.code),
    topic,
    channel: random.pick(['IN_PERSON', 'IN_PERSON', 'PHONE', 'LETTER', 'ONLINE'] as const),
    status,
    name: madeUpName(random),
    phone: madeUpPhone(random),
    address: `郑州市${district} ${community.name}示例路 ${random.whole(1, 200)} 号`,
    petitioners,
    outcome,
    peopleConcerned: isSettled ? petitioners : 0,
    recoveredFen: isPaid ? petitioners * random.whole(30, 250) * 10_000 : 0,
    extendedDays: steps.some(({ action }) => action === 'EXTENDED') ? 30 : null,
    steps,
  };
}

/** As reported: an agent had 172 workers paid 2 million yuan in wages, closed on 8 January 2016; the district is not stated. */
function wagesOf172(): PlannedMatter {
  const days: [Step['action'], string][] = [
    ['RECEIVED', '2015-12-01'],
    ['AGENT_ASSIGNED', '2015-12-01'],
    ['ACCEPTED', '2015-12-04'],
    ['TRANSFERRED', '2015-12-04'],
    ['REPLIED', '2016-01-06'],
    ['CLOSED', '2016-01-08'],
  ];
  const random = new Random('petition-matter/wages');
  return {
    id: seedId('petition-matter', city, 0),
    code: city,
    agent: agentId(city),
    topic: topics[0] as (typeof topics)[number],
    channel: 'IN_PERSON',
    status: 'CLOSED',
    name: madeUpName(random),
    phone: madeUpPhone(random),
    address: '郑州市 示例路 1 号',
    petitioners: 172,
    outcome: 'RESOLVED',
    peopleConcerned: 172,
    recoveredFen: 200_000_000,
    extendedDays: null,
    steps: days.map(([action, day]) => ({ action, day })),
  };
}

/** The matters of three years: a few of each community, spread evenly over the days of its district, and the reported one. */
export function* plannedMatters(
  { districts, communitiesOf }: SyntheticCity,
  scale: SeedScale,
  today: string,
): Generator<PlannedMatter> {
  yield wagesOf172();
  const each = scale === 'city' ? 15 : 2;
  for (const { code, name } of districts) {
    let number = Number(code.slice(4));
    for (const community of communitiesOf(code))
      for (let ordinal = 0; ordinal < each; ordinal += 1) {
        const day = addDays(today, -daysAgo(evenShare(number++)));
        yield plannedMatter(community, name, ordinal, officeDay(day), today);
      }
  }
}

export const matterColumns = [
  'id',
  'division_code',
  'agent_id',
  'kind',
  'channel',
  'status',
  'petitioner_name',
  'petitioner_phone',
  'petitioner_address',
  'petitioners',
  'description',
  'transfer_text',
  'transfer_bureau',
  'reply',
  'outcome',
  'people_concerned',
  'recovered_fen',
  'received_on',
  'accept_due_on',
  'settle_due_on',
  'extended_days',
  'extension_reason',
  'accepted_on',
  'transferred_on',
  'replied_on',
  'finished_on',
];

export function* matterRows(matters: Iterable<PlannedMatter>): Generator<CopyValue[]> {
  for (const matter of matters) {
    const [kind, about, bureau] = matter.topic;
    const receivedOn = dayOf(matter, 'RECEIVED') as string;
    const transferredOn = dayOf(matter, 'TRANSFERRED');
    const repliedOn = dayOf(matter, 'REPLIED');
    yield [
      matter.id,
      matter.code,
      matter.agent,
      kind,
      matter.channel,
      matter.status,
      matter.name,
      matter.phone,
      matter.address,
      matter.petitioners,
      `反映${about}，请求解决`,
      transferredOn && `居民反映${about}，请依法办理并答复`,
      transferredOn && bureau,
      repliedOn && '已核实处理，详见答复意见书',
      matter.outcome,
      matter.peopleConcerned,
      matter.recoveredFen,
      receivedOn,
      addDays(receivedOn, petitionPeriods.accept),
      addDays(receivedOn, petitionPeriods.settle + (matter.extendedDays ?? 0)),
      matter.extendedDays,
      matter.extendedDays && '情况复杂，须现场核查',
      dayOf(matter, 'ACCEPTED'),
      transferredOn,
      repliedOn,
      dayOf(matter, 'CLOSED', 'WITHDRAWN'),
    ];
  }
}

export const stepColumns = ['matter_id', 'sequence', 'at', 'actor', 'action', 'note'];

export function* stepRows(matters: Iterable<PlannedMatter>): Generator<CopyValue[]> {
  for (const { id, steps } of matters) {
    for (const [index, { action, day }] of steps.entries()) {
      // Later steps of one day are later in the day.
      const hour = String(9 + index).padStart(2, '0');
      yield [id, index + 1, `${day}T${hour}:00:00+08:00`, '信访代办站', action, null];
    }
  }
}

const inscriptions = ['为民解忧 情暖人心', '心系群众 排忧解难', '热心为民 尽职尽责', '公正高效 为民办事'];

export const commendationColumns = [
  'id',
  'division_code',
  'kind',
  'recipient_kind',
  'recipient_name',
  'giver_name',
  'inscription',
  'received_on',
  'petition_matter_id',
];

/** Thanks for every sixth matter that was resolved, some days after. */
export function* commendationRows(matters: Iterable<PlannedMatter>, today: string): Generator<CopyValue[]> {
  for (const matter of matters) {
    const random = new Random(`commendation/${matter.id}`);
    const closedOn = dayOf(matter, 'CLOSED');
    if (matter.outcome !== 'RESOLVED' || closedOn === null || matter.code === city || !random.chance(0.18))
      continue;
    const receivedOn = addDays(closedOn, random.whole(1, 14));
    if (receivedOn >= today) continue;
    const recipient = random.pick(['BUREAU', 'COMMUNITY', 'PERSON_ON_DUTY'] as const);
    const names = { BUREAU: matter.topic[2], COMMUNITY: '信访代办站', PERSON_ON_DUTY: madeUpName(random) };
    yield [
      seedId('commendation', matter.code, Number.parseInt(matter.id.slice(-6), 16)),
      matter.code,
      random.chance(0.7) ? 'BANNER' : 'LETTER',
      recipient,
      names[recipient],
      random.chance(0.8) ? matter.name : null,
      random.pick(inscriptions),
      receivedOn,
      matter.id,
    ];
  }
}
