// Seeds visits of grid workers over the last three years, fewer of them on weekends.
import { addDays } from '@district-graph/kit/calendar';
import { seedId } from '@district-graph/kit/database/ids';
import { erasedText } from '@district-graph/kit/personal-data/personal-data';
import { madeUpName } from '@district-graph/kit/seed/made-up-names';
import { Random } from '@district-graph/kit/seed/random';
import { daysAgo, evenShare } from '@district-graph/kit/seed/seeded-days';
import type { CopyValue } from '@district-graph/kit/seed/seeding';
import type { SeedScale, SyntheticCity, SyntheticCommunity } from '@district-graph/kit/seed/synthetic-city';
import type { GridVisit } from '../grid-visit/tables.ts';
import { gridId, gridsIn } from './grids.ts';

/** A visit as it is copied. */
export interface SeedVisit {
  id: string;
  community: SyntheticCommunity;
  gridId: string;
  kind: GridVisit['kind'];
  day: string;
  /** Of the day. */
  minutes: number;
  random: Random;
  ordinal: number;
}

const kinds: readonly GridVisit['kind'][] = [
  ...Array<GridVisit['kind']>(6).fill('HOUSEHOLD'),
  'SHOP',
  'SHOP',
  'CONSTRUCTION_SITE',
  'PUBLIC_AREA',
];

const visitsPerCommunity: Record<SeedScale, number> = { default: 12, city: 60 };

const isWeekend = (day: string): boolean => [0, 6].includes(new Date(`${day}T00:00:00Z`).getUTCDay());

/** In the order of communities. Those of each are spread evenly over the years. */
export function* visitsOf(city: SyntheticCity, scale: SeedScale, today: string): Generator<SeedVisit> {
  let number = 0;
  for (const community of city.communities) {
    const grids = gridsIn(community);
    for (let ordinal = 0; ordinal < visitsPerCommunity[scale]; ordinal += 1) {
      const random = new Random(`grid-visit/${community.code}/${ordinal}`);
      const planned = addDays(today, -daysAgo(evenShare(number++)));
      const day = isWeekend(planned) && random.chance(0.5) ? addDays(planned, -random.whole(2, 4)) : planned;
      yield {
        id: seedId('grid-visit', community.code, ordinal),
        community,
        gridId: gridId(community.code, ordinal % grids),
        kind: random.pick(kinds),
        day,
        minutes: random.chance(0.5)
          ? random.whole(8 * 60 + 30, 11 * 60)
          : random.whole(14 * 60 + 30, 17 * 60),
        random,
        ordinal,
      };
    }
  }
}

/** An instant of the day, in Asia/Shanghai. */
export const clock = (day: string, minutes: number): string =>
  `${day}T${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}:00+08:00`;

export const visitColumns = [
  'id',
  'division_code',
  'grid_id',
  'kind',
  'visited_at',
  'households_visited',
  'worker_name',
  'note',
];

const notes = ['宣传防火用电', '提醒清理楼道杂物', '独居老人情况正常', '登记新入住租户'];

export function* visitRows(city: SyntheticCity, scale: SeedScale, today: string): Generator<CopyValue[]> {
  // The names and notes of older visits have been erased.
  const keptSince = addDays(today, -360);
  for (const { id, community, gridId: grid, kind, day, minutes, random } of visitsOf(city, scale, today)) {
    const households = kind === 'HOUSEHOLD' ? random.whole(4, 12) : kind === 'SHOP' ? random.whole(2, 8) : 0;
    const isKept = day >= keptSince;
    const worker = madeUpName(new Random(`grid-worker/${grid}`));
    yield [
      id,
      community.code,
      grid,
      kind,
      clock(day, minutes),
      households,
      isKept ? worker : erasedText,
      isKept && random.chance(0.2) ? random.pick(notes) : null,
    ];
  }
}
