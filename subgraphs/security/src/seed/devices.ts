// Seeds platforms and devices: Guancheng's as reported, plausible ones elsewhere.
import { addDays } from '@district-graph/kit/calendar';
import { seedId } from '@district-graph/kit/database/ids';
import { cityCode } from '@district-graph/kit/divisions/divisions';
import { Random } from '@district-graph/kit/seed/random';
import type { CopyValue } from '@district-graph/kit/seed/seeding';
import type {
  SeedScale,
  SyntheticCity,
  SyntheticCommunity,
  SyntheticDivision,
} from '@district-graph/kit/seed/synthetic-city';
import { deviceCodeOf } from '../device-code/device-code.ts';
import { cameraForms } from '../security-device/tables.ts';

export const guancheng = '410104';

/** The district with the named command centre: 180 feeds, 1000 m², 30 million yuan. */
const commandCentre = { feeds: 180, floorArea: 1000, investmentFen: 3_000_000_000, openedOn: '2014-12-26' };

/** How many unretired devices a district has. */
export function devicesOf(districtCode: string, scale: SeedScale): { cameras: number; alarmBoxes: number } {
  if (districtCode === guancheng) return { cameras: 2577, alarmBoxes: 120 };
  const random = new Random(`devices/${districtCode}`);
  return scale === 'city'
    ? { cameras: random.whole(3300, 4800), alarmBoxes: random.whole(120, 260) }
    : { cameras: random.whole(150, 900), alarmBoxes: random.whole(20, 100) };
}

/** The community of the device with that ordinal: an incident is placed where its source stands. */
export const communityOf = (
  communities: readonly SyntheticCommunity[],
  ordinal: number,
): SyntheticCommunity => communities[ordinal % communities.length] as SyntheticCommunity;

export const cameraId = (districtCode: string, ordinal: number) => seedId('camera', districtCode, ordinal);
export const alarmBoxId = (districtCode: string, ordinal: number) =>
  seedId('alarm-box', districtCode, ordinal);

export const shortName = (name: string) => name.replace(/(居民委员会|村民委员会|居委会|村委会)$/, '');

const platformId = (divisionCode: string) => seedId('monitoring-platform', divisionCode, 0);

/** The communities with a platform of their own: the first three of each subdistrict, or all of the real city. */
function communitiesWithPlatform(city: SyntheticCity, scale: SeedScale): SyntheticCommunity[] {
  if (scale === 'city') return city.communities;
  return city.subdistricts.flatMap((subdistrict) => city.communitiesOf(subdistrict.code).slice(0, 3));
}

export const platformColumns = [
  'id',
  'division_code',
  'device_code',
  'name',
  'tier',
  'parent_id',
  'feeds',
  'floor_area',
  'investment_fen',
  'opened_on',
  'longitude',
  'latitude',
];

export function* platformRows(city: SyntheticCity, scale: SeedScale): Generator<CopyValue[]> {
  const serials = new Map<string, number>();
  const row = (
    { code, longitude, latitude }: SyntheticDivision,
    name: string,
    tier: string,
    parentCode: string | null,
    industry: string,
    figures: Partial<typeof commandCentre> = {},
  ): CopyValue[] => {
    const division = code.slice(0, 6);
    const serial = (serials.get(division) ?? 0) + 1;
    serials.set(division, serial);
    const deviceCode = deviceCodeOf({
      division,
      basicUnit: code.length === 6 ? '00' : code.slice(7, 9),
      industry,
      type: '200',
      network: '0',
      serial: String(serial).padStart(6, '0'),
    });
    const { feeds = 0, floorArea = null, investmentFen = null, openedOn = null } = figures;
    const parentId = parentCode && platformId(parentCode);
    const placing = [feeds, floorArea, investmentFen, openedOn, longitude, latitude];
    return [platformId(code), code, deviceCode, name, tier, parentId, ...placing];
  };
  const [top] = city.divisions.filter((division) => division.level === 'CITY');
  if (top) {
    const figures = { feeds: 400, floorArea: 2600, openedOn: '2012-06-01' };
    yield row(top, '郑州市 110 指挥中心', 'CITY_110_CENTRE', null, '00', figures);
  }
  for (const district of city.districts) {
    const random = new Random(`platform/${district.code}`);
    const figures = {
      feeds: random.whole(40, 160),
      floorArea: random.whole(200, 900),
      investmentFen: random.whole(300, 2500) * 1_000_000,
      openedOn: `${random.whole(2013, 2019)}-0${random.whole(1, 9)}-18`,
    };
    const named = district.code === guancheng;
    const name = `${district.name}${named ? '视频报警指挥中心' : '视频监控指挥中心'}`;
    yield row(district, name, 'DISTRICT_CENTRE', cityCode, '00', named ? commandCentre : figures);
  }
  for (const [index, subdistrict] of city.subdistricts.entries()) {
    const name = `${subdistrict.name}${index % 2 ? '派出所监控室' : '视频监控分中心'}`;
    yield row(subdistrict, name, 'SUBDISTRICT_OR_BRANCH', subdistrict.parentCode, '00');
  }
  for (const [index, community] of communitiesWithPlatform(city, scale).entries()) {
    const school = index % 4 === 3;
    const name = `${shortName(community.name)}${school ? '示例学校' : ''}监控室`;
    yield row(community, name, 'COMMUNITY_OR_SCHOOL', community.subdistrictCode, school ? '11' : '01');
  }
}

export function* platformHeartbeatRows(city: SyntheticCity, scale: SeedScale): Generator<CopyValue[]> {
  for (const [id] of platformRows(city, scale)) yield [id as string];
}

export const deviceColumns = [
  'id',
  'kind',
  'division_code',
  'device_code',
  'platform_id',
  'name',
  'manufacturer',
  'model',
  'installed_on',
  'longitude',
  'latitude',
  'form',
  'supply_light',
  'direction',
  'indoor',
  'intercom',
  'fault_since',
  'fault_note',
  'retired_at',
  'registered_at',
];

interface SeedDevice {
  id: string;
  registeredAt: string;
  faultSince: string | null;
  retiredAt: string | null;
  row: CopyValue[];
}

export function* devices(city: SyntheticCity, scale: SeedScale, today: string): Generator<SeedDevice> {
  const withPlatform = new Set(communitiesWithPlatform(city, scale).map((community) => community.code));
  for (const district of city.districts) {
    const { cameras, alarmBoxes } = devicesOf(district.code, scale);
    const communities = city.communitiesOf(district.code);
    for (const [kind, count] of [
      ['CAMERA', cameras],
      ['ALARM_BOX', alarmBoxes],
    ] as const) {
      const random = new Random(`${kind}/${district.code}`);
      // Those beyond the count are retired.
      for (let ordinal = 0; ordinal < count + Math.ceil(count / 100); ordinal += 1) {
        const community = communityOf(communities, ordinal);
        const nearest = withPlatform.has(community.code) ? community.code : community.subdistrictCode;
        const platform = platformId(ordinal % 40 === 7 ? district.code : nearest);
        yield device(kind, community, ordinal, platform, random, ordinal >= count, today);
      }
    }
  }
}

function device(
  kind: 'CAMERA' | 'ALARM_BOX',
  community: SyntheticCommunity,
  ordinal: number,
  platform: string,
  random: Random,
  retired: boolean,
  today: string,
): SeedDevice {
  const { code, districtCode } = community;
  const camera = kind === 'CAMERA';
  const id = camera ? cameraId(districtCode, ordinal) : alarmBoxId(districtCode, ordinal);
  const month = String(random.whole(1, 9)).padStart(2, '0');
  const installedOn = `${random.whole(2012, districtCode === guancheng ? 2015 : 2020)}-${month}-${random.whole(10, 28)}`;
  const registeredAt = `${installedOn}T10:00:00+08:00`;
  const faulty = random.chance(0.015);
  const faultSince =
    faulty && !retired ? `${addDays(today, -random.whole(1, 20))}T0${random.whole(0, 9)}:30:00+08:00` : null;
  const retiredAt = retired ? `${random.whole(2021, 2024)}-${month}-15T09:00:00+08:00` : null;
  const serial = String(ordinal + 1).padStart(6, '0');
  const deviceCode = deviceCodeOf({
    division: districtCode,
    basicUnit: code.slice(7, 9),
    industry: random.pick(['00', '01', '01', '08', '11']),
    type: camera ? (random.chance(0.9) ? '132' : '131') : '134',
    network: random.pick(['0', '0', '0', '6', '8']),
    serial,
  });
  const name = `${shortName(community.name)}${camera ? '摄像机' : '报警求助信箱'} ${serial.slice(2)}`;
  const maker = random.pick(['示例厂商甲', '示例厂商乙', '示例厂商丙']);
  const figures = [
    Number((community.longitude + (random.next() - 0.5) * 0.012).toFixed(6)),
    Number((community.latitude + (random.next() - 0.5) * 0.01).toFixed(6)),
  ];
  const ofKind = camera
    ? [
        random.pick(cameraForms),
        random.pick(['NONE', 'INFRARED', 'WHITE']),
        random.whole(1, 8),
        random.chance(0.15),
        null,
      ]
    : [null, null, null, null, random.chance(0.8)];
  const row = [
    ...[id, kind, code, deviceCode, platform, name, maker, camera ? 'SC-200' : 'SB-10', installedOn],
    ...figures,
    ...ofKind,
    ...[faultSince, faultSince && random.pick(['供电中断', '图像异常', '线路中断']), retiredAt, registeredAt],
  ];
  return { id, registeredAt, faultSince, retiredAt, row };
}

/** The history of devices that are faulty or retired. */
export function* statusChangeRows(
  city: SyntheticCity,
  scale: SeedScale,
  today: string,
): Generator<CopyValue[]> {
  for (const { id, registeredAt, faultSince, retiredAt } of devices(city, scale, today)) {
    if (!faultSince && !retiredAt) continue;
    yield [id, registeredAt, 'ONLINE'];
    if (faultSince) yield [id, faultSince, 'FAULT'];
    if (retiredAt) yield [id, retiredAt, 'RETIRED'];
  }
}
