// Seeds safety inspections: of the last three years and the next four weeks, and after each district's fire.
import { addDays } from '@district-graph/kit/calendar';
import { seedId } from '@district-graph/kit/database/ids';
import { Random } from '@district-graph/kit/seed/random';
import { daysAgo, evenShare, presentShare } from '@district-graph/kit/seed/seeded-days';
import type { CopyValue } from '@district-graph/kit/seed/seeding';
import type { SeedScale, SyntheticCity, SyntheticCommunity } from '@district-graph/kit/seed/synthetic-city';
import { inspectionKinds } from '../safety-inspection/tables.ts';
import { shortName } from './devices.ts';

export const inspectionColumns = [
  'id',
  'division_code',
  'kind',
  'status',
  'site',
  'team',
  'service_centre_id',
  'incident_id',
  'scheduled_on',
  'inspected_at',
  'hazards',
  'rectify_by',
  'rectified_at',
  'cancelled_at',
];

export function* inspectionRows(
  city: SyntheticCity,
  scale: SeedScale,
  today: string,
): Generator<CopyValue[]> {
  const centreOf = new Map(city.centres.map((centre) => [centre.divisionCode, centre]));
  for (const district of city.districts) {
    const communities = city.communitiesOf(district.code);
    const random = new Random(`inspections/${district.code}`);
    const count = scale === 'city' ? communities.length * 20 : random.whole(180, 300);
    const phase = random.whole(0, 999);
    for (let ordinal = 0; ordinal < count; ordinal += 1) {
      const afterFire = ordinal === 0;
      const community =
        communities[afterFire ? 1 % communities.length : random.whole(0, communities.length - 1)];
      if (!community) continue;
      const scheduledOn = afterFire
        ? fireInspectionDay(district.code, today)
        : addDays(today, scheduledDay(ordinal, count, random));
      const centre = random.chance(0.3) ? centreOf.get(community.code) : undefined;
      yield [
        seedId('safety-inspection', district.code, ordinal),
        community.code,
        afterFire ? 'FIRE' : random.pick(inspectionKinds),
        ...resultOf(random, evenShare(phase + ordinal), scheduledOn, today, (result) => [
          result.status,
          centre && !afterFire ? centre.name : siteIn(community, random),
          `${district.name}安全检查${random.pick(['一', '二', '三'])}组`,
          centre && !afterFire ? centre.id : null,
          afterFire ? seedId('incident', district.code, district.code === '410106' ? 0 : 1) : null,
          scheduledOn,
          result.inspectedAt,
          result.hazards,
          result.rectifyBy,
          result.rectifiedAt,
          result.cancelledAt,
        ]),
      ];
    }
  }
}

/** Days from today: the last ones lie in the coming four weeks, which are as full as the past ones. */
function scheduledDay(ordinal: number, count: number, random: Random): number {
  const past = Math.floor(count * (1 - 29 * presentShare));
  return ordinal < past ? -daysAgo((ordinal + random.next()) / past) : random.whole(0, 28);
}

/** The day after the fire: incident 0 of Shangjie, incident 1 of the other districts. */
const fireInspectionDay = (districtCode: string, today: string) =>
  districtCode === '410106' ? '2021-03-24' : addDays(today, -2);

const siteIn = (community: SyntheticCommunity, random: Random) =>
  `${shortName(community.name)}${random.pick(['示例商场', '示例学校', '示例工地', '示例餐馆', '示例旅馆'])}`;

interface Result {
  status: string;
  inspectedAt: string | null;
  hazards: number;
  rectifyBy: string | null;
  rectifiedAt: string | null;
  cancelledAt: string | null;
}

/** By an evenly distributed share, so that every month finds as many hazards. */
function resultOf(
  random: Random,
  share: number,
  scheduledOn: string,
  today: string,
  show: (result: Result) => CopyValue[],
): CopyValue[] {
  const nothing = { inspectedAt: null, hazards: 0, rectifyBy: null, rectifiedAt: null, cancelledAt: null };
  if (scheduledOn >= today) return show({ ...nothing, status: 'SCHEDULED' });
  const inspectedAt = `${scheduledOn}T${random.whole(10, 16)}:00:00+08:00`;
  if (share < 0.05) return show({ ...nothing, status: 'CANCELLED', cancelledAt: inspectedAt });
  if (share < 0.65) return show({ ...nothing, status: 'PASSED', inspectedAt });
  const hazards = 1 + Math.floor(((share - 0.65) / 0.35) * 5);
  const found = { ...nothing, inspectedAt, hazards, rectifyBy: addDays(scheduledOn, 14) };
  const rectifiedOn = addDays(scheduledOn, random.whole(2, 20));
  if (rectifiedOn >= today) return show({ ...found, status: 'HAZARDS_FOUND' });
  return show({ ...found, status: 'RECTIFIED', rectifiedAt: `${rectifiedOn}T16:30:00+08:00` });
}
