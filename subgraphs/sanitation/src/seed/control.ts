// Seeds air pollution and enforcement: sources, alerts, inspections, campaigns.
import { addDays, daysBetween } from '@district-graph/kit/calendar';
import { seedId } from '@district-graph/kit/database/ids';
import { Random } from '@district-graph/kit/seed/random';
import type { CopyValue } from '@district-graph/kit/seed/seeding';
import type { SeedScale, SyntheticCity, SyntheticCommunity } from '@district-graph/kit/seed/synthetic-city';
import { pollutionCategories } from '../pollution-source/tables.ts';
import { planOf } from './plan.ts';

interface Source {
  id: string;
  community: SyntheticCommunity;
  category: (typeof pollutionCategories)[number];
  ordinal: number;
}

function sourcesOf(city: SyntheticCity, districtCode: string, scale: SeedScale): Source[] {
  const communities = city.communitiesOf(districtCode);
  const { sources } = planOf(districtCode, scale);
  return pollutionCategories
    .flatMap((category) => Array.from({ length: sources[category] }, () => category))
    .map((category, ordinal) => {
      const community = communities[(ordinal * 7) % communities.length] as SyntheticCommunity;
      return { id: seedId('pollution-source', community.code, ordinal), community, category, ordinal };
    });
}

const categoryNames = {
  AUTO_REPAIR: ['汽修厂', '喷漆房密闭作业'],
  PRINTING: ['印刷厂', '停用溶剂型油墨'],
  CONCRETE_MIXING: ['混凝土搅拌站', '停止生产'],
  PETROL_STATION: ['加油站', '运行油气回收'],
  CONSTRUCTION_SITE: ['工地', '停止土石方作业'],
} as const;

export const sourceColumns = [
  'id',
  'division_code',
  'name',
  'category',
  'address',
  'control_measure',
  'longitude',
  'latitude',
];

export function* sourceRows(city: SyntheticCity, scale: SeedScale): Generator<CopyValue[]> {
  for (const { code, name } of city.districts) {
    for (const { id, community, category, ordinal } of sourcesOf(city, code, scale)) {
      const [noun, measure] = categoryNames[category];
      const address = `${community.name}示例路 ${(ordinal % 200) + 1} 号`;
      yield [
        id,
        community.code,
        `${name}示例${noun}${ordinal + 1}`,
        category,
        address,
        measure,
        community.longitude,
        community.latitude,
      ];
    }
  }
}

/**
 * The alert of 2018, under which Jinshui's 1,273 sources were inspected by six teams, one that is in force today,
 * and one in each of the three winters before.
 */
function alertsOf(districtCode: string, today: string) {
  const random = new Random(`alert/${districtCode}`);
  const level = random.pick(['YELLOW', 'ORANGE']);
  const alert = (number: number, level: string, day: string, lifted: string | null, share: number) => ({
    id: seedId('pollution-alert', districtCode, number),
    level,
    day,
    lifted,
    days: lifted ? daysBetween(day, lifted) : 5,
    share,
  });
  return [
    alert(0, 'ORANGE', '2018-02-22', '2018-03-09', 1),
    alert(1, level, addDays(today, -6), null, 0.15),
    ...[1, 2, 3].map((year) => {
      const day = addDays(today, random.whole(-20, 0) - 355 * year);
      return alert(1 + year, random.pick(['YELLOW', 'ORANGE']), day, addDays(day, random.whole(3, 9)), 0.15);
    }),
  ];
}

const teams = 6;

export const alertColumns = ['id', 'division_code', 'level', 'issued_at', 'lifted_at'];

export function* alertRows(city: SyntheticCity, today: string): Generator<CopyValue[]> {
  for (const { code } of city.districts) {
    for (const { id, level, day, lifted } of alertsOf(code, today)) {
      yield [id, code, level, `${day}T00:00:00+08:00`, lifted && `${lifted}T20:00:00+08:00`];
    }
  }
}

export const teamColumns = ['id', 'division_code', 'alert_id', 'name', 'sent_on'];

const teamId = (districtCode: string, alert: number, team: number) =>
  seedId('inspection-team', districtCode, alert * 10 + team);

export function* teamRows(city: SyntheticCity, today: string): Generator<CopyValue[]> {
  for (const { code } of city.districts) {
    for (const [alert, { id, day }] of alertsOf(code, today).entries()) {
      for (let team = 0; team < teams; team += 1)
        yield [teamId(code, alert, team), code, id, `督查${team + 1}组`, day];
    }
  }
}

export const inspectionColumns = [
  'id',
  'division_code',
  'alert_id',
  'source_id',
  'team_id',
  'category',
  'inspected_at',
  'finding',
  'control_measure',
  'penalty_fen',
];

export function* inspectionRows(
  city: SyntheticCity,
  scale: SeedScale,
  today: string,
): Generator<CopyValue[]> {
  for (const { code } of city.districts) {
    for (const [alert, { id: alertId, day, days, share }] of alertsOf(code, today).entries()) {
      for (const { id: sourceId, community, category, ordinal } of sourcesOf(city, code, scale)) {
        const random = new Random(`inspection/${alertId}/${ordinal}`);
        if (!random.chance(share)) continue;
        const finding = random.chance(0.12) ? 'VIOLATION' : random.chance(0.15) ? 'RECTIFIED' : 'COMPLIANT';
        const hour = String(random.whole(8, 17)).padStart(2, '0');
        yield [
          seedId('inspection', community.code, alert * 100_000 + ordinal),
          community.code,
          alertId,
          sourceId,
          teamId(code, alert, ordinal % teams),
          category,
          `${addDays(day, random.whole(0, days))}T${hour}:15:00+08:00`,
          finding,
          categoryNames[category][1],
          finding === 'VIOLATION' ? random.whole(2, 50) * 100_000 : null,
        ];
      }
    }
  }
}

export const campaignColumns = [
  'id',
  'division_code',
  'title',
  'started_on',
  'ended_on',
  'closed_at',
  'person_times',
  'vehicle_times',
  'vehicles_held',
  'small_ads_cleared',
  'light_boxes_removed',
  'billboards_removed',
  'steel_structures_removed',
];

/** Erqi Square, 22 to 28 October 2015: 102, 57, 36 and 5 exactly, the others at least what is reported. */
const erqi = [686, 102, 204, 1072, 57, 36, 5];

const closing = (day: string) => `${day}T18:00:00+08:00`;

export function* campaignRows(city: SyntheticCity, today: string): Generator<CopyValue[]> {
  for (const { code, name } of city.districts) {
    const random = new Random(`campaign/${code}`);
    const share = code === '410103' ? 1 : 0.4 + random.next() * 0.8;
    const results = erqi.map((value) => Math.round(value * share));
    const title = code === '410103' ? '二七广场周边市容环境集中整治' : `${name}市容环境集中整治`;
    yield [
      seedId('campaign', code, 0),
      code,
      title,
      '2015-10-22',
      '2015-10-28',
      closing('2015-10-28'),
      ...results,
    ];
    for (const year of [0, 1, 2]) {
      const [started, ended] = [addDays(today, -25 - 365 * year), addDays(today, -18 - 365 * year)];
      const recent = erqi.map((value) => Math.round(value * random.next()));
      yield [
        seedId('campaign', code, 1 + year),
        code,
        `${name}秋冬市容整治`,
        started,
        ended,
        closing(ended),
        ...recent,
      ];
    }
  }
}
