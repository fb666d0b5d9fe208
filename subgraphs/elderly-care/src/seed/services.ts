// Seeds services: visits, assessments, subsidies, purchases and outreach, matching the reported sums exactly.
import { addDays } from '@district-graph/kit/calendar';
import { seedId } from '@district-graph/kit/database/ids';
import { Random } from '@district-graph/kit/seed/random';
import { daysAgo, evenShare } from '@district-graph/kit/seed/seeded-days';
import type { CopyValue } from '@district-graph/kit/seed/seeding';
import {
  elderId,
  type SeedScale,
  type SyntheticCity,
  type SyntheticCommunity,
} from '@district-graph/kit/seed/synthetic-city';
import { levelOfScore } from '../ability-assessment/score.ts';
import { careVisitKinds } from '../care-visit/tables.ts';
import { caredAtHome } from './elders.ts';
import { planOf } from './plan.ts';
import { workerId } from './providers.ts';

export const visitColumns = [
  'id',
  'division_code',
  'elder_id',
  'care_worker_id',
  'kind',
  'status',
  'requested_at',
  'scheduled_at',
  'assigned_at',
  'started_at',
  'completed_at',
  'cancelled_at',
  'cancel_reason',
  'rating',
];

const clock = (day: string, minutes: number) =>
  `${day}T${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}:00+08:00`;

interface Served {
  community: SyntheticCommunity;
  ordinal: number;
  worker: string;
}

/** At full size every fifth elder is visited; otherwise those who receive care at home. */
function* served(city: SyntheticCity, scale: SeedScale): Generator<Served> {
  if (scale === 'default') return yield* caredAtHome(city);
  for (const community of city.communities) {
    const { workersOnDuty } = planOf(
      community.districtCode,
      city.communitiesOf(community.districtCode).length,
    );
    for (let ordinal = 0; ordinal < community.elders; ordinal += 5) {
      yield { community, ordinal, worker: workerId(community.districtCode, ordinal % workersOnDuty) };
    }
  }
}

/** Visits requested from three years ago to yesterday, each for a day in the three weeks after. */
export function* visitRows(city: SyntheticCity, scale: SeedScale, today: string): Generator<CopyValue[]> {
  const visits = scale === 'city' ? 10 : 8;
  let number = 0;
  for (const { community, ordinal, worker } of served(city, scale)) {
    const elder = elderId(community.code, ordinal);
    // An elder's visits are as far apart as the next elder's, with another first day: every month has the same
    // number.
    const share = evenShare(number / visits);
    for (let visit = 0; visit < visits; visit += 1) {
      const random = new Random(`visit/${elder}/${visit}`);
      const requested = -daysAgo((visit + share) / visits);
      yield visitRow(
        seedId('care-visit', community.code, number++),
        community.code,
        elder,
        worker,
        requested,
        today,
        random,
      );
    }
  }
}

function visitRow(
  id: string,
  code: string,
  elder: string,
  worker: string,
  requestedOn: number,
  today: string,
  random: Random,
): CopyValue[] {
  const offset = requestedOn + random.whole(1, 22);
  const day = addDays(today, offset);
  const start = 8 * 60 + random.whole(0, 18) * 30;
  const requested = clock(addDays(today, requestedOn), random.whole(480, 1080));
  const assigned = clock(addDays(day, -Math.max(1, offset + 1)), 1085);
  const before: CopyValue[] = [id, code, elder];
  const kind = random.pick(careVisitKinds);
  const scheduled = clock(day, start);
  if (random.chance(0.06)) {
    return [
      ...before,
      null,
      kind,
      'CANCELLED',
      requested,
      scheduled,
      null,
      null,
      null,
      requested,
      '家属取消',
      null,
    ];
  }
  if (offset >= 0) {
    if (random.chance(0.4))
      return [...before, null, kind, 'REQUESTED', requested, scheduled, null, null, null, null, null, null];
    return [
      ...before,
      worker,
      kind,
      'ASSIGNED',
      requested,
      scheduled,
      assigned,
      null,
      null,
      null,
      null,
      null,
    ];
  }
  const rating = random.chance(0.7) ? random.pick([5, 5, 5, 4, 4, 3, 2]) : null;
  const completed = clock(day, start + random.whole(30, 120));
  return [
    ...before,
    worker,
    kind,
    'COMPLETED',
    requested,
    scheduled,
    assigned,
    scheduled,
    completed,
    null,
    null,
    rating,
  ];
}

export const assessmentColumns = [
  'id',
  'division_code',
  'elder_id',
  'assessed_on',
  'reason',
  'score',
  'level',
  'next_due_on',
];

export function* assessmentRows(city: SyntheticCity, today: string): Generator<CopyValue[]> {
  for (const { community, ordinal } of caredAtHome(city)) {
    const random = new Random(`assessment/${community.code}/${ordinal}`);
    for (const [number, reason] of [
      [0, 'FIRST'],
      [1, 'ROUTINE'],
    ] as const) {
      const assessedOn = addDays(today, number === 0 ? -random.whole(400, 700) : -random.whole(5, 360));
      const score = random.whole(10, 90);
      yield [
        seedId('ability-assessment', community.code, ordinal * 10 + number),
        community.code,
        elderId(community.code, ordinal),
        assessedOn,
        reason,
        score,
        levelOfScore(score),
        addDays(assessedOn, 365),
      ];
    }
  }
}

export const subsidyColumns = [
  'id',
  'division_code',
  'elder_id',
  'scheme',
  'month',
  'amount_fen',
  'status',
  'granted_on',
  'paid_on',
];

/** 5,323 people of 南阳新村街道 claimed 5.96 million yuan in 2017. */
const award = { subdistrict: '410105007', people: 5323, fen: 596_000_000 };

export function* subsidyRows(city: SyntheticCity, today: string): Generator<CopyValue[]> {
  let claimed = 0;
  for (const community of city.communitiesOf(award.subdistrict)) {
    for (let ordinal = 0; ordinal < community.elders && claimed < award.people; ordinal += 1, claimed += 1) {
      // Whole fen: the first few claims carry the remainder.
      const fen = Math.floor(award.fen / award.people) + (claimed < award.fen % award.people ? 1 : 0);
      const month = `2017-${String((claimed % 12) + 1).padStart(2, '0')}-01`;
      yield [
        seedId('subsidy', community.code, ordinal),
        community.code,
        elderId(community.code, ordinal),
        'BIRTH_POLICY_AWARD',
        month,
        fen,
        'PAID',
        month,
        addDays(month, 14),
      ];
    }
  }
  // Two elders of each community are paid an age allowance every half-year, a third of the communities in each month.
  const months = Array.from({ length: 36 }, (_, back) => monthBefore(today, back + 1));
  for (const [index, community] of city.communities.entries()) {
    for (const [back, month] of months.entries()) {
      if ((index + back) % 3 !== 0) continue;
      yield [
        seedId('subsidy', community.code, 100_000 + back),
        community.code,
        elderId(community.code, Math.floor(back / 3) % 2),
        'AGE_ALLOWANCE',
        month,
        60_000,
        'PAID',
        month,
        addDays(month, 9),
      ];
    }
  }
}

/** The first day of the month that is `count` months before that of the day. */
function monthBefore(day: string, months: number): string {
  const count = Number(day.slice(0, 4)) * 12 + Number(day.slice(5, 7)) - 1 - months;
  return `${Math.floor(count / 12)}-${String((count % 12) + 1).padStart(2, '0')}-01`;
}

export const purchaseColumns = ['id', 'division_code', 'purchased_on', 'amount_fen', 'posts', 'provider'];

/** Jinshui: 1.3 million yuan for 26 posts in 2011, 12.3 million in 2015, 32.3 million by January 2016. */
const purchases: readonly (readonly [day: string, yuan: number, posts: number])[] = [
  ['2011-06-01', 1_300_000, 26],
  ['2012-06-01', 4_200_000, 60],
  ['2013-06-01', 6_300_000, 92],
  ['2014-06-01', 8_200_000, 118],
  ['2015-03-01', 5_000_000, 70],
  ['2015-09-01', 7_300_000, 98],
];

export function* purchaseRows(city: SyntheticCity, today: string): Generator<CopyValue[]> {
  for (const { code } of city.districts) {
    const random = new Random(`purchase/${code}`);
    const share = code === '410105' ? 1 : 0.4 + random.next() * 0.6;
    // One purchase in each year since, the latest forty days ago.
    const latest = addDays(today, -40);
    const years = Number(latest.slice(0, 4)) - 2017;
    const since = Array.from(
      { length: years + 1 },
      (_, year) =>
        [addDays(latest, -365 * (years - year)), 7_000_000 + 200_000 * year, 100 + 2 * year] as const,
    );
    for (const [ordinal, [day, amount, posts]] of [...purchases, ...since].entries()) {
      const fen = Math.round((amount * share) / 1000) * 100_000;
      yield [
        seedId('service-purchase', code, ordinal),
        code,
        day,
        fen,
        Math.round(posts * share),
        '示例社会工作服务中心',
      ];
    }
  }
}

export const outreachColumns = ['id', 'division_code', 'kind', 'title', 'held_on', 'beneficiaries'];

export function* outreachRows(city: SyntheticCity, today: string): Generator<CopyValue[]> {
  // As reported: five wheelchairs in 三官庙街道, and 150 residents of 汇丰社区 at one free clinic.
  yield [
    seedId('outreach-event', '410102006', 0),
    '410102006',
    'WHEELCHAIR_DELIVERY',
    '为重度肢体残疾人送轮椅',
    '2015-10-22',
    5,
  ];
  yield [
    seedId('outreach-event', '410106002010', 0),
    '410106002010',
    'FREE_CLINIC',
    '社区义诊',
    '2021-03-22',
    156,
  ];
  let number = 0;
  for (const community of city.communities) {
    const random = new Random(`outreach/${community.code}`);
    if (!random.chance(0.5)) continue;
    yield [
      seedId('outreach-event', community.code, 1),
      community.code,
      'FREE_CLINIC',
      '社区义诊',
      addDays(today, -daysAgo(evenShare(number++))),
      random.whole(60, 140),
    ];
  }
}
