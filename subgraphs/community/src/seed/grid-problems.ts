// Seeds problems: one of every third visit, and those that became incidents, safety inspections and blind spots of other subgraphs.
import { addDays } from '@district-graph/kit/calendar';
import { seedId } from '@district-graph/kit/database/ids';
import { Random } from '@district-graph/kit/seed/random';
import type { CopyValue } from '@district-graph/kit/seed/seeding';
import type { SeedScale, SyntheticCity, SyntheticCommunity } from '@district-graph/kit/seed/synthetic-city';
import type { GridProblem, GridProblemTimelineRow } from '../grid-problem/tables.ts';
import { clock, visitsOf } from './grid-visits.ts';
import { gridId } from './grids.ts';

type Kind = GridProblem['kind'];
type Action = GridProblemTimelineRow['action'];

/** A problem as it is copied, with the steps after it was found, in their order. */
interface SeedProblem {
  id: string;
  community: SyntheticCommunity;
  gridId: string;
  visitId: string | null;
  kind: Kind;
  description: string;
  foundAt: string;
  deadline: string | null;
  handler: NonNullable<GridProblem['handler']>;
  reference: Partial<Record<'blindSpotId' | 'incidentId' | 'safetyInspectionId', string>>;
  steps: { action: Action; at: string }[];
}

const kinds: readonly Kind[] = [
  'CITY_APPEARANCE',
  'CITY_APPEARANCE',
  'ADVERTISING',
  'CONSTRUCTION',
  'EMERGENCY',
  'STREET_ORDER',
  'STREET_ORDER',
  'OTHER',
  'ELDER_NEEDS_HELP',
  'SAFETY_HAZARD',
  'SAFETY_HAZARD',
];

const descriptions: Record<Kind, string> = {
  CITY_APPEARANCE: '楼前堆放杂物',
  ADVERTISING: '墙面小广告',
  CONSTRUCTION: '施工围挡破损',
  EMERGENCY: '水管爆裂，路面积水',
  STREET_ORDER: '非机动车乱停放',
  OTHER: '居民反映其他情况',
  ELDER_NEEDS_HELP: '独居老人行动不便，需要帮助',
  SAFETY_HAZARD: '楼道堆物，占用消防通道',
};

const actors: Record<Action, string> = {
  FOUND: '社区网格员',
  HANDED_OVER: '街道网格中心',
  SOLVED: '承办单位',
  SENT_BACK: '街道网格中心',
  VERIFIED: '街道网格中心',
  CANCELLED: '街道网格中心',
};

const minutesLater = (instant: string, minutes: number): string => {
  const later = new Date(Date.parse(instant) + (minutes + 8 * 60) * 60_000).toISOString();
  return `${later.slice(0, 19)}+08:00`;
};

const dayMinutes = 24 * 60;

/** The steps of a problem that happened before today; one in twelve that is solved is sent back once. */
function stepsOf(random: Random, foundAt: string, today: string): SeedProblem['steps'] {
  const handedOver = minutesLater(foundAt, random.whole(20, 180));
  const after = (instant: string, days: number) =>
    minutesLater(instant, random.whole(dayMinutes / 8, days * dayMinutes));
  const way: SeedProblem['steps'] = [];
  if (random.chance(0.04)) way.push({ action: 'CANCELLED', at: handedOver });
  else {
    const solved = after(handedOver, 5);
    way.push({ action: 'HANDED_OVER', at: handedOver }, { action: 'SOLVED', at: solved });
    let last = solved;
    if (random.chance(1 / 12)) {
      const sentBack = after(solved, 1);
      last = after(sentBack, 2);
      way.push({ action: 'SENT_BACK', at: sentBack }, { action: 'SOLVED', at: last });
    }
    way.push({ action: 'VERIFIED', at: after(last, 2) });
  }
  return way.filter(({ at }) => at < `${today}T00:00:00+08:00`);
}

function* foundByVisits(city: SyntheticCity, scale: SeedScale, today: string): Generator<SeedProblem> {
  for (const visit of visitsOf(city, scale, today)) {
    if (visit.ordinal % 3 !== 0) continue;
    const { community, ordinal } = visit;
    const random = new Random(`grid-problem/${community.code}/${ordinal}`);
    const foundAt = clock(visit.day, visit.minutes + 10);
    const kind = random.pick(kinds);
    yield {
      id: seedId('grid-problem', community.code, ordinal),
      community,
      gridId: visit.gridId,
      visitId: visit.id,
      kind,
      description: descriptions[kind],
      foundAt,
      deadline: random.chance(0.8) ? minutesLater(foundAt, 5 * dayMinutes) : null,
      handler:
        kind === 'ELDER_NEEDS_HELP'
          ? 'COMMUNITY'
          : random.pick(['COMMUNITY', 'URBAN_MANAGEMENT', 'OTHER'] as const),
      reference: {},
      steps: stepsOf(random, foundAt, today),
    };
  }
}

const shangjie = '410106';

/**
 * The site fire, the inspection after it and the lost elder that the security subgraph seeds for each district: in 上街区 in March 2021,
 * elsewhere in the last days.
 */
function* withSecurity(city: SyntheticCity, today: string): Generator<SeedProblem> {
  for (const { code } of city.districts) {
    const communities = city.communitiesOf(code);
    const isOver = code === shangjie;
    const [fire, lost] = isOver ? [0, 1] : [1, 0];
    const site = communities[1 % communities.length] as SyntheticCommunity;
    const home = (isOver ? city.communitiesOf('410106001') : communities)[0] as SyntheticCommunity;
    const [fireDay, lostDay] = isOver
      ? ['2021-03-23', '2021-03-20']
      : [addDays(today, -3), addDays(today, -1)];
    const became = (
      ordinal: number,
      community: SyntheticCommunity,
      values: Pick<SeedProblem, 'kind' | 'description' | 'foundAt' | 'reference'>,
    ): SeedProblem => ({
      id: seedId('grid-problem', community.code, 1000 + ordinal),
      community,
      gridId: gridId(community.code),
      visitId: null,
      deadline: null,
      handler: 'SECURITY',
      steps: [
        { action: 'HANDED_OVER', at: minutesLater(values.foundAt, 30) },
        ...(isOver
          ? [
              { action: 'SOLVED' as const, at: minutesLater(values.foundAt, 2 * dayMinutes) },
              { action: 'VERIFIED' as const, at: minutesLater(values.foundAt, 3 * dayMinutes) },
            ]
          : []),
      ],
      ...values,
    });
    yield became(0, site, {
      kind: 'SAFETY_HAZARD',
      description: '车棚冒烟起火，消防通道被占',
      foundAt: clock(fireDay, (isOver ? 15 : 14) * 60 - 20),
      reference: { incidentId: seedId('incident', code, fire) },
    });
    yield became(1, site, {
      kind: 'SAFETY_HAZARD',
      description: '消防通道堆放杂物，请安排检查',
      foundAt: clock(fireDay, 17 * 60),
      reference: { safetyInspectionId: seedId('safety-inspection', code, 0) },
    });
    yield became(2, home, {
      kind: 'ELDER_NEEDS_HELP',
      description: '老人外出未归，家属求助',
      foundAt: clock(lostDay, (isOver ? 9 : 16) * 60 - 20),
      reference: { incidentId: seedId('incident', code, lost) },
    });
  }
}

/** The first blind spots that the sanitation subgraph seeds for each district: reported and cleared in the clean-up from 1 January 2018. */
function* withSanitation(city: SyntheticCity): Generator<SeedProblem> {
  for (const { code } of city.districts) {
    const communities = city.communitiesOf(code);
    for (let ordinal = 0; ordinal < 5; ordinal += 1) {
      // The numbers that the blind spot was made of, in their order.
      const random = new Random(`blind-spot/${code}/${ordinal}`);
      const community = random.pick(communities);
      const reported = random.whole(0, 64);
      const cleared = reported + random.whole(0, 3);
      const [day, clearedOn] = [addDays('2018-01-01', reported), addDays('2018-01-01', cleared)];
      yield {
        id: seedId('grid-problem', community.code, 2000 + ordinal),
        community,
        gridId: gridId(community.code),
        visitId: null,
        kind: 'CITY_APPEARANCE',
        description: descriptions.CITY_APPEARANCE,
        foundAt: clock(day, 6 * 60 + 30),
        deadline: clock(addDays(day, 7), 18 * 60),
        handler: 'SANITATION',
        reference: { blindSpotId: seedId('blind-spot', community.code, ordinal) },
        steps: [
          { action: 'HANDED_OVER', at: clock(day, 6 * 60 + 50) },
          { action: 'SOLVED', at: clock(clearedOn, 19 * 60) },
          { action: 'VERIFIED', at: clock(addDays(clearedOn, 1), 9 * 60) },
        ],
      };
    }
  }
}

function* problems(city: SyntheticCity, scale: SeedScale, today: string): Generator<SeedProblem> {
  yield* withSanitation(city);
  yield* withSecurity(city, today);
  yield* foundByVisits(city, scale, today);
}

export const problemColumns = [
  'id',
  'division_code',
  'grid_id',
  'visit_id',
  'kind',
  'status',
  'description',
  'longitude',
  'latitude',
  'deadline',
  'handler',
  'blind_spot_id',
  'incident_id',
  'safety_inspection_id',
  'found_at',
  'handed_over_at',
  'solved_at',
  'closed_at',
];

export function* problemRows(city: SyntheticCity, scale: SeedScale, today: string): Generator<CopyValue[]> {
  // The descriptions of what was closed earlier have been erased.
  const keptSince = addDays(today, -1080);
  for (const { id, community, steps, reference, handler, description, ...problem } of problems(
    city,
    scale,
    today,
  )) {
    const random = new Random(`place/${id}`);
    const last = steps.at(-1)?.action ?? 'FOUND';
    const at = (...actions: Action[]) => steps.findLast(({ action }) => actions.includes(action))?.at ?? null;
    const closedAt = at('VERIFIED', 'CANCELLED');
    const handedOverAt = at('HANDED_OVER');
    yield [
      id,
      community.code,
      problem.gridId,
      problem.visitId,
      problem.kind,
      last === 'SENT_BACK' ? 'HANDED_OVER' : last,
      closedAt !== null && closedAt < keptSince ? null : description,
      Number((community.longitude + (random.next() - 0.5) * 0.01).toFixed(6)),
      Number((community.latitude + (random.next() - 0.5) * 0.008).toFixed(6)),
      problem.deadline,
      handedOverAt === null ? null : handler,
      reference.blindSpotId ?? null,
      reference.incidentId ?? null,
      reference.safetyInspectionId ?? null,
      problem.foundAt,
      handedOverAt,
      last === 'SENT_BACK' ? null : at('SOLVED'),
      closedAt,
    ];
  }
}

export const problemTimelineColumns = ['problem_id', 'sequence', 'at', 'actor', 'action', 'note'];

export function* problemTimelineRows(
  city: SyntheticCity,
  scale: SeedScale,
  today: string,
): Generator<CopyValue[]> {
  const keptSince = addDays(today, -1080);
  for (const { id, foundAt, steps } of problems(city, scale, today)) {
    let sequence = 1;
    yield [id, sequence, foundAt, actors.FOUND, 'FOUND', null];
    for (const { action, at } of steps) {
      sequence += 1;
      const note = action === 'SENT_BACK' && foundAt >= keptSince ? '核查时仍未清理完毕' : null;
      yield [id, sequence, at, actors[action], action, note];
    }
  }
}
