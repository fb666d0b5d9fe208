// Seeded micro-works: one in a part of the communities, started within the last three years.
import { addDays } from '@district-graph/kit/calendar';
import { seedId } from '@district-graph/kit/database/ids';
import { Random } from '@district-graph/kit/seed/random';
import { daysAgo, evenShare } from '@district-graph/kit/seed/seeded-days';
import type { CopyValue } from '@district-graph/kit/seed/seeding';
import type { SyntheticCity, SyntheticCommunity } from '@district-graph/kit/seed/synthetic-city';
import { type MicroWork, microWorkKinds } from '../micro-work/tables.ts';

/** A micro-work as it is copied; `plannedOn` is the day from which it is started, unless it is only planned. */
export interface SeedMicroWork
  extends Pick<MicroWork, 'id' | 'name' | 'kind' | 'status' | 'budgetFen' | 'startedOn' | 'completedOn'> {
  community: SyntheticCommunity;
  plannedOn: string;
}

export const microWorkColumns = [
  'id',
  'division_code',
  'name',
  'kind',
  'status',
  'budget_fen',
  'started_on',
  'completed_on',
] as const;

const names: Record<(typeof microWorkKinds)[number], string> = {
  ROAD_OPENING: '道路新开口',
  ROAD_REPAIR: '道路修补',
  LIGHTING: '路灯增设',
  DRAINAGE: '排水疏通',
  GREENING: '绿化补植',
  PARKING: '停车位划设',
  BARRIER_FREE_ACCESS: '无障碍坡道',
  PUBLIC_FACILITY: '休闲座椅',
};

export function* microWorksOf(city: SyntheticCity, today: string): Generator<SeedMicroWork> {
  let number = 0;
  for (const community of city.communities) {
    const { code, name, rural } = community;
    const random = new Random(`micro-work/${code}`);
    if (!random.chance(rural ? 0.15 : 0.4)) continue;
    const kind = random.pick(microWorkKinds);
    const plannedOn = addDays(today, -daysAgo(evenShare(number++)));
    const completedOn = addDays(plannedOn, random.whole(10, 90));
    const status =
      completedOn <= today ? 'COMPLETED' : random.pick(['PLANNED', 'UNDER_CONSTRUCTION'] as const);
    yield {
      id: seedId('micro-work', code, 0),
      community,
      name: `${name}${names[kind]}`,
      kind,
      status,
      budgetFen: random.whole(1, 40) * 1_000_000,
      plannedOn,
      startedOn: status === 'PLANNED' ? null : plannedOn,
      completedOn: status === 'COMPLETED' ? completedOn : null,
    };
  }
}

export function* microWorkRows(city: SyntheticCity, today: string): Generator<CopyValue[]> {
  for (const { id, community, ...work } of microWorksOf(city, today)) {
    const { name, kind, status, budgetFen, startedOn, completedOn } = work;
    yield [id, community.code, name, kind, status, budgetFen, startedOn, completedOn];
  }
}
