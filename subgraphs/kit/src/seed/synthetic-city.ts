// The synthetic city that the seeds of all subgraphs share: the real division register with synthetic locations, households, centres and elder ids.

import { readFileSync } from 'node:fs';
import { seedId } from '../database/ids.ts';
import type { DivisionLevel } from '../divisions/divisions.ts';
import { districtCodeOf, subdistrictCodeOf } from '../divisions/divisions.ts';
import { Random } from './random.ts';

export type SeedScale = 'default' | 'city';

export interface SyntheticDivision {
  code: string;
  name: string;
  level: DivisionLevel;
  parentCode: string | null;
  /** Synthetic, near the district's real location; WGS 84. */
  longitude: number;
  latitude: number;
}

export interface SyntheticCommunity extends SyntheticDivision {
  districtCode: string;
  subdistrictCode: string;
  /** A village (村委会) rather than a residents' community (居委会). */
  rural: boolean;
  households: number;
  residents: number;
  /** How many elders elderly-care seeds here; their ids are `elderId(code, 0 … elders − 1)`. */
  elders: number;
}

export interface SyntheticCentre {
  id: string;
  /** The community, or the subdistrict or district, whose centre it is. */
  divisionCode: string;
  name: string;
  longitude: number;
  latitude: number;
  /** The name of a centre in the reports; null for the others. */
  key: 'NANYANG' | 'CHAOYANG' | 'QINGHUAYUAN' | null;
}

export interface SyntheticCity {
  divisions: SyntheticDivision[];
  districts: SyntheticDivision[];
  subdistricts: SyntheticDivision[];
  communities: SyntheticCommunity[];
  centres: SyntheticCentre[];
  communitiesOf: (code: string) => SyntheticCommunity[];
  subdistrictsOf: (districtCode: string) => SyntheticDivision[];
}

/** The approximate location of each district's seat, and the extent of the district, in degrees. */
const seats: Record<string, [longitude: number, latitude: number, reach: number]> = {
  410102: [113.61, 34.75, 0.045],
  410103: [113.64, 34.72, 0.05],
  410104: [113.69, 34.74, 0.05],
  410105: [113.68, 34.79, 0.06],
  410106: [113.3, 34.81, 0.04],
  410108: [113.62, 34.87, 0.06],
  410122: [114.02, 34.72, 0.16],
  410171: [113.75, 34.71, 0.05],
  410172: [113.55, 34.8, 0.05],
  410173: [113.84, 34.53, 0.1],
  410181: [112.98, 34.75, 0.14],
  410182: [113.39, 34.79, 0.12],
  410183: [113.38, 34.53, 0.14],
  410184: [113.74, 34.4, 0.12],
  410185: [113.04, 34.46, 0.14],
};

/** The id of the elder with this ordinal in the community. */
export const elderId = (communityCode: string, ordinal: number): string =>
  seedId('elder', communityCode, ordinal);

/** The subdistrict of 5,323 award claims in its 12 communities, which needs as many elders. */
const awardSubdistrict = '410105007';

/** Reads the register and generates the rest, always the same for a scale. */
export function loadSyntheticCity(scale: SeedScale): SyntheticCity {
  const file = new URL('../../../../schema/data/zhengzhou-divisions.csv', import.meta.url);
  const rows = readFileSync(file, 'utf8').trim().split('\n').slice(1);
  const divisions = rows.map((row) => divisionOf(row.trim()));
  const byCode = new Map(divisions.map((division) => [division.code, division]));
  const communities = divisions
    .filter((division) => division.level === 'COMMUNITY')
    .map((division) => communityOf(division, scale));
  for (const community of communities) byCode.set(community.code, community);
  const byPrefix = new Map<string, SyntheticCommunity[]>();
  for (const community of communities) {
    for (const code of [
      `${community.code.slice(0, 4)}00`,
      community.districtCode,
      community.subdistrictCode,
      community.code,
    ]) {
      const inside = byPrefix.get(code) ?? [];
      inside.push(community);
      byPrefix.set(code, inside);
    }
  }
  const subdistricts = divisions.filter((division) => division.level === 'SUBDISTRICT');
  const ofDistrict = Map.groupBy(subdistricts, ({ code }) => districtCodeOf(code));
  return {
    divisions: divisions.map((division) => byCode.get(division.code) ?? division),
    districts: divisions.filter((division) => division.level === 'DISTRICT'),
    subdistricts,
    communities,
    centres: centresOf(subdistricts, communities),
    communitiesOf: (code) => byPrefix.get(code) ?? [],
    subdistrictsOf: (districtCode) => ofDistrict.get(districtCode) ?? [],
  };
}

function divisionOf(row: string): SyntheticDivision {
  const [code = '', name = '', level = '', parentCode = ''] = row.split(',');
  const [longitude, latitude, reach] = seats[districtCodeOf(code)] ?? [113.665, 34.758, 0.05];
  const spread = level === 'SUBDISTRICT' || level === 'COMMUNITY' ? reach : 0;
  const random = new Random(`place/${subdistrictCodeOf(code)}`);
  const near = new Random(`place/${code}`);
  const offset = () => (random.next() + random.next() - 1) * spread;
  const jitter = () => (level === 'COMMUNITY' ? (near.next() - 0.5) * 0.02 : 0);
  return {
    code,
    name,
    level: level as DivisionLevel,
    parentCode: level === 'CITY' ? null : parentCode,
    longitude: Number((longitude + offset() + jitter()).toFixed(6)),
    latitude: Number((latitude + offset() + jitter()).toFixed(6)),
  };
}

function communityOf(division: SyntheticDivision, scale: SeedScale): SyntheticCommunity {
  const random = new Random(`community/${division.code}`);
  const rural = Number(division.code.slice(9)) >= 200 && Number(division.code.slice(9)) < 400;
  const known = division.code === '410108002005' ? { households: 1366, residents: 4100 } : null;
  const households = known?.households ?? (rural ? random.whole(250, 900) : random.whole(900, 3200));
  const residents = known?.residents ?? Math.round(households * (rural ? 3.4 : 2.9));
  const crowd = scale === 'city' ? random.whole(520, 630) : random.whole(3, 6);
  return {
    ...division,
    districtCode: districtCodeOf(division.code),
    subdistrictCode: subdistrictCodeOf(division.code),
    rural,
    households,
    residents,
    elders: division.code.startsWith(awardSubdistrict) ? 460 + (crowd % 10) : crowd,
  };
}

/** One centre in every subdistrict and in a third of the urban communities; Jinshui has 39 in communities. */
function centresOf(subdistricts: SyntheticDivision[], communities: SyntheticCommunity[]): SyntheticCentre[] {
  const centre = (
    division: SyntheticDivision,
    name: string,
    key: SyntheticCentre['key'] = null,
  ): SyntheticCentre => ({
    id: seedId('service-centre', division.code, 0),
    divisionCode: division.code,
    name,
    longitude: division.longitude,
    latitude: division.latitude,
    key,
  });
  const shortName = (name: string) => name.replace(/(居民委员会|村民委员会|居委会|村委会)$/, '');
  const ofSubdistricts = subdistricts.map((division) =>
    centre(division, `${division.name}党群服务中心`, division.code === '410105007' ? 'NANYANG' : null),
  );
  const jinshui = communities
    .filter((community) => community.districtCode === '410105' && !community.rural)
    .slice(0, 39);
  const elsewhere = communities.filter(({ code, districtCode, rural }) => {
    if (code === '410106003001' || code === '410108002005') return true;
    return districtCode !== '410105' && !rural && new Random(`centre/${code}`).chance(1 / 3);
  });
  const ofCommunities = [...jinshui, ...elsewhere].map((community) => {
    if (community.code === '410106003001') return centre(community, '朝阳社区党群服务中心', 'CHAOYANG');
    if (community.code === '410108002005') return centre(community, '清华园社区便民服务中心', 'QINGHUAYUAN');
    return centre(community, `${shortName(community.name)}便民服务中心`);
  });
  return [...ofSubdistricts, ...ofCommunities];
}
