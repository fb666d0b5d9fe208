// Seeded aid: two grants a year in most subdistricts, and the pupils' aid that a report states for the city.
import { addDays } from '@district-graph/kit/calendar';
import { seedId } from '@district-graph/kit/database/ids';
import { Random } from '@district-graph/kit/seed/random';
import { daysAgo, evenShare } from '@district-graph/kit/seed/seeded-days';
import type { CopyValue } from '@district-graph/kit/seed/seeding';
import type { SyntheticCity } from '@district-graph/kit/seed/synthetic-city';
import { aidKinds } from '../aid-grant/tables.ts';

export const aidGrantColumns = [
  'id',
  'division_code',
  'kind',
  'giver',
  'beneficiaries',
  'amount_fen',
  'given_on',
] as const;

const givers = ['示例慈善会', '示例商会', '示例企业', '示例校友会'];
const grantsInThreeYears = 6;

export function* aidGrantRows(city: SyntheticCity, today: string): Generator<CopyValue[]> {
  // 200 pupils, 40,000 yuan.
  yield [seedId('aid-grant', '410100', 0), '410100', 'PUPIL_AID', '示例单位', 200, 4_000_000, '2015-10-21'];
  for (const [number, { code }] of city.subdistricts.entries()) {
    const random = new Random(`aid-grant/${code}`);
    if (random.chance(0.2)) continue;
    for (let ordinal = 0; ordinal < grantsInThreeYears; ordinal += 1) {
      const beneficiaries = random.whole(2, 40);
      yield [
        seedId('aid-grant', code, ordinal),
        code,
        random.pick(aidKinds),
        random.pick(givers),
        beneficiaries,
        beneficiaries * random.pick([20_000, 50_000, 100_000]),
        addDays(today, -daysAgo((ordinal + evenShare(number)) / grantsInThreeYears)),
      ];
    }
  }
}
