// Seeds care workers and institutions.

import { seedId } from '@district-graph/kit/database/ids';
import { madeUpName, madeUpPhone } from '@district-graph/kit/seed/made-up-names';
import { Random } from '@district-graph/kit/seed/random';
import type { CopyValue } from '@district-graph/kit/seed/seeding';
import type { SyntheticCity, SyntheticCommunity } from '@district-graph/kit/seed/synthetic-city';
import { planOf } from './plan.ts';

export const workerColumns = ['id', 'division_code', 'name', 'phone', 'role', 'certified', 'on_duty'];

/** The key of a district's home-care worker. */
export const workerId = (districtCode: string, ordinal: number) =>
  seedId('care-worker', districtCode, ordinal);

/** Workers are spread over the subdistricts of their district. */
function workerDivision(city: SyntheticCity, districtCode: string, ordinal: number): string {
  const subdistricts = city.subdistrictsOf(districtCode);
  return subdistricts[ordinal % subdistricts.length]?.code ?? districtCode;
}

export function* workerRows(city: SyntheticCity): Generator<CopyValue[]> {
  for (const { code } of city.districts) {
    const plan = planOf(code, city.communitiesOf(code).length);
    for (let ordinal = 0; ordinal < plan.workersOnDuty + 5; ordinal += 1) {
      const random = new Random(`worker/${code}/${ordinal}`);
      const onDuty = ordinal < plan.workersOnDuty;
      yield [
        workerId(code, ordinal),
        workerDivision(city, code, ordinal),
        madeUpName(random),
        madeUpPhone(random),
        'HOME_CARE',
        random.chance(0.6),
        onDuty,
      ];
    }
    for (let ordinal = 0; ordinal < plan.socialWorkers; ordinal += 1) {
      const random = new Random(`social-worker/${code}/${ordinal}`);
      yield [
        seedId('social-worker', code, ordinal),
        workerDivision(city, code, ordinal),
        madeUpName(random),
        madeUpPhone(random),
        'SOCIAL_WORKER',
        true,
        true,
      ];
    }
  }
}

export const institutionColumns = [
  'id',
  'division_code',
  'service_centre_id',
  'name',
  'kind',
  'beds',
  'phone',
  'opened_on',
  'longitude',
  'latitude',
];

/** The residential institutions of a district; residents are spread over them in turn. */
export function homesOf(
  city: SyntheticCity,
  districtCode: string,
): { id: string; community: SyntheticCommunity; kind: string }[] {
  const communities = city.communitiesOf(districtCode);
  const plan = planOf(districtCode, communities.length);
  const kinds = [
    ...Array<string>(plan.ruralHomes).fill('RURAL_HOME'),
    ...Array<string>(plan.privateHomes).fill('PRIVATE_HOME'),
    ...Array<string>(plan.medicalCareCentres).fill('MEDICAL_CARE_CENTRE'),
  ];
  return kinds.map((kind, ordinal) => {
    const community = communities[(ordinal * 37) % communities.length] as SyntheticCommunity;
    return { id: seedId('care-institution', community.code, 1000 + ordinal), community, kind };
  });
}

const kindNames: Record<string, string> = {
  RURAL_HOME: '敬老院',
  PRIVATE_HOME: '养老公寓',
  MEDICAL_CARE_CENTRE: '医养中心',
};

export function* institutionRows(city: SyntheticCity): Generator<CopyValue[]> {
  for (const centre of city.centres) {
    // Day-care centres are in the communities' service centres: in all 39 of Jinshui, in most elsewhere.
    const jinshui = centre.divisionCode.startsWith('410105');
    if (centre.divisionCode.length < 12 || (!jinshui && new Random(`day-care/${centre.id}`).chance(0.3)))
      continue;
    const random = new Random(`day-care-centre/${centre.divisionCode}`);
    const name = `${centre.name.replace(/(便民服务中心|党群服务中心)$/, '')}日间照料中心`;
    const opened = `${random.whole(2010, 2015)}-0${random.whole(1, 9)}-01`;
    yield [
      seedId('care-institution', centre.divisionCode, 0),
      centre.divisionCode,
      centre.id,
      name,
      'DAY_CARE_CENTRE',
      random.whole(8, 30),
      '0371-00012349',
      opened,
      centre.longitude,
      centre.latitude,
    ];
  }
  for (const { code, name } of city.districts) {
    const ordinals: Record<string, number> = {};
    for (const { id, community, kind } of homesOf(city, code)) {
      const random = new Random(`home/${id}`);
      ordinals[kind] = (ordinals[kind] ?? 0) + 1;
      yield [
        id,
        community.code,
        null,
        `${name}示例${kindNames[kind]}${ordinals[kind]}`,
        kind,
        random.whole(160, 260),
        '0371-00012349',
        `${random.whole(1998, 2015)}-0${random.whole(1, 9)}-01`,
        community.longitude,
        community.latitude,
      ];
    }
  }
}

export const inspectionColumns = ['id', 'care_institution_id', 'inspected_on', 'passed', 'finding'];

export function* inspectionRows(city: SyntheticCity, today: string): Generator<CopyValue[]> {
  for (const { code } of city.districts) {
    for (const { id, community } of homesOf(city, code)) {
      const random = new Random(`inspection/${id}`);
      const passed = random.chance(0.85);
      yield [
        seedId('institution-inspection', community.code, Number(`0x${id.slice(-6)}`)),
        id,
        `${Number(today.slice(0, 4)) - 1}-1${random.whole(0, 2)}-0${random.whole(1, 9)}`,
        passed,
        passed ? '消防、食品、用电检查合格' : '疏散通道堆放杂物，已责令整改',
      ];
    }
  }
}
