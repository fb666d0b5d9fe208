// Seeds crews, vehicles and roads.
import { seedId } from '@district-graph/kit/database/ids';
import { Random } from '@district-graph/kit/seed/random';
import type { CopyValue } from '@district-graph/kit/seed/seeding';
import type { SeedScale, SyntheticCity, SyntheticCommunity } from '@district-graph/kit/seed/synthetic-city';
import { cleaningGrades } from '../road/tables.ts';
import { vehicleKinds } from '../sanitation-vehicle/tables.ts';
import { planOf } from './plan.ts';

export const crewId = (districtCode: string, ordinal: number) => seedId('crew', districtCode, ordinal);
export const vehicleId = (districtCode: string, ordinal: number) => seedId('vehicle', districtCode, ordinal);

/** Crews and their vehicles are spread over the subdistricts of their district, at least one in each. */
export function crewDivision(city: SyntheticCity, districtCode: string, crew: number): string {
  const subdistricts = city.subdistrictsOf(districtCode);
  return subdistricts[crew % subdistricts.length]?.code ?? districtCode;
}

export const vehicleDivision = (
  city: SyntheticCity,
  districtCode: string,
  vehicle: number,
  { crews }: { crews: number },
): string => crewDivision(city, districtCode, vehicle % crews);

export const crewColumns = ['id', 'division_code', 'name', 'phone', 'leader_name', 'workers_on_duty'];

export function* crewRows(city: SyntheticCity, scale: SeedScale): Generator<CopyValue[]> {
  for (const { code, name } of city.districts) {
    const { crews, workersPerCrew } = planOf(code, scale);
    for (let ordinal = 0; ordinal < crews; ordinal += 1) {
      const leader = `${new Random(`leader/${code}/${ordinal}`).pick(['张', '王', '李', '赵', '刘', '陈'])}示例`;
      yield [
        crewId(code, ordinal),
        crewDivision(city, code, ordinal),
        `${name}环卫${ordinal + 1}班`,
        '0371-00012319',
        leader,
        workersPerCrew,
      ];
    }
  }
}

export const vehicleColumns = [
  'id',
  'division_code',
  'crew_id',
  'plate_number',
  'kind',
  'status',
  'on_duty',
  'water_capacity_litres',
  'longitude',
  'latitude',
];

export function* vehicleRows(city: SyntheticCity, scale: SeedScale): Generator<CopyValue[]> {
  for (const { code } of city.districts) {
    const { vehiclesOnDuty, crews } = planOf(code, scale);
    for (let ordinal = 0; ordinal < vehiclesOnDuty + 20; ordinal += 1) {
      const random = new Random(`vehicle/${code}/${ordinal}`);
      const kind = vehicleKinds[ordinal % vehicleKinds.length] ?? 'SPRINKLER';
      const onDuty = ordinal < vehiclesOnDuty;
      // The first vehicle of a district is the sprinkler truck that was sent to its site fire, long since back.
      const status = !onDuty ? 'MAINTENANCE' : ordinal > 0 && random.chance(0.4) ? 'WORKING' : 'AVAILABLE';
      const division = vehicleDivision(city, code, ordinal, { crews });
      const near = random.pick(city.communitiesOf(division));
      yield [
        vehicleId(code, ordinal),
        division,
        crewId(code, ordinal % crews),
        `豫A测${code.slice(4)}${String(ordinal).padStart(3, '0')}`,
        kind,
        status,
        onDuty,
        kind === 'SPRINKLER' || kind === 'SCRUBBER' ? random.pick([5000, 8000, 10_000, 12_000]) : null,
        Number((near.longitude + (random.next() - 0.5) * 0.01).toFixed(6)),
        Number((near.latitude + (random.next() - 0.5) * 0.01).toFixed(6)),
      ];
    }
  }
}

export interface SeededRoad {
  id: string;
  community: SyntheticCommunity;
  ordinal: number;
}

export function roadsOf(city: SyntheticCity, districtCode: string, scale: SeedScale): SeededRoad[] {
  const communities = city.communitiesOf(districtCode);
  return Array.from({ length: planOf(districtCode, scale).roads }, (_, ordinal) => {
    const community = communities[ordinal % communities.length] as SyntheticCommunity;
    return { id: seedId('road', community.code, ordinal), community, ordinal };
  });
}

export const roadColumns = [
  'id',
  'division_code',
  'name',
  'cleaning_grade',
  'length_metres',
  'longitude',
  'latitude',
];

const firstParts = [
  '文化',
  '健康',
  '花园',
  '东风',
  '农业',
  '黄河',
  '红旗',
  '南阳',
  '经',
  '纬',
  '丰产',
  '优胜',
];
const lastParts = ['路', '街', '大道', '巷'];

export function* roadRows(city: SyntheticCity, scale: SeedScale): Generator<CopyValue[]> {
  for (const { code } of city.districts) {
    for (const { id, community, ordinal } of roadsOf(city, code, scale)) {
      const random = new Random(`road/${code}/${ordinal}`);
      const name = `${random.pick(firstParts)}${random.pick(lastParts)}（示例 ${ordinal + 1}）`;
      const grade = random.pick(cleaningGrades);
      yield [
        id,
        community.code,
        name,
        grade,
        random.whole(200, 4500),
        community.longitude,
        community.latitude,
      ];
    }
  }
}
