// Seeded micro-works: a new road opening in most subdistricts, and others in some communities.
import { addDays } from '@district-graph/kit/calendar';
import { seedId } from '@district-graph/kit/database/ids';
import { Random } from '@district-graph/kit/seed/random';
import type { CopyValue } from '@district-graph/kit/seed/seeding';
import type { SyntheticCity } from '@district-graph/kit/seed/synthetic-city';
import { microWorkKinds } from '../micro-work/tables.ts';

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

export function* microWorkRows(city: SyntheticCity, today: string): Generator<CopyValue[]> {
  for (const { code, name, rural } of city.communities) {
    const random = new Random(`micro-work/${code}`);
    if (!random.chance(rural ? 0.15 : 0.4)) continue;
    const kind = random.pick(microWorkKinds);
    const startedOn = addDays(today, -random.whole(5, 500));
    const completedOn = addDays(startedOn, random.whole(10, 90));
    const status =
      completedOn <= today ? 'COMPLETED' : random.pick(['PLANNED', 'UNDER_CONSTRUCTION'] as const);
    yield [
      seedId('micro-work', code, 0),
      code,
      `${name}${names[kind]}`,
      kind,
      status,
      random.whole(1, 40) * 1_000_000,
      status === 'PLANNED' ? null : startedOn,
      status === 'COMPLETED' ? completedOn : null,
    ];
  }
}
