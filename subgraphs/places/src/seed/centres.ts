// Seeds service centres: the three that reports describe, and plausible others.
import { Random } from '@district-graph/kit/seed/random';
import type { CopyValue } from '@district-graph/kit/seed/seeding';
import type { SyntheticCentre, SyntheticCity } from '@district-graph/kit/seed/synthetic-city';

interface CentreFigures {
  floorArea: number;
  floors: number;
  openedOn: string;
  windows: number;
  offices: number;
  linkedStations: number;
  residentsServed: [min: number, max: number];
}

export function* centreRows(city: SyntheticCity): Generator<CopyValue[]> {
  for (const centre of city.centres) {
    const figures = figuresOf(centre, city);
    const subdistrict = centre.divisionCode.length === 9;
    // Jinshui's 39 community centres are of city level; elsewhere some are.
    const cityLevel =
      !subdistrict &&
      (centre.divisionCode.startsWith('410105') || new Random(`grade/${centre.id}`).chance(0.15));
    const name = city.divisions.find((division) => division.code === centre.divisionCode)?.name ?? '';
    yield [
      centre.id,
      centre.divisionCode,
      centre.name,
      subdistrict ? 'PARTY_AND_MASS' : 'COMMUNITY_SERVICE',
      cityLevel ? 'CITY_LEVEL' : 'STANDARD',
      `${name}服务中心路 1 号（示例地址）`,
      '0371-00012345',
      figures.floorArea,
      figures.floors,
      figures.openedOn,
      1000,
      figures.windows,
      figures.offices,
      figures.linkedStations,
      figures.residentsServed[0],
      figures.residentsServed[1],
      centre.longitude,
      centre.latitude,
    ];
  }
}

function figuresOf(centre: SyntheticCentre, city: SyntheticCity): CentreFigures {
  const random = new Random(`centre-facts/${centre.divisionCode}`);
  const inside = city.communitiesOf(centre.divisionCode);
  const residents = inside.reduce((total, community) => total + community.residents, 0);
  const opened = {
    floors: random.whole(1, 4),
    openedOn: `${random.whole(2009, 2021)}-0${random.whole(1, 9)}-1${random.whole(0, 9)}`,
  };
  if (centre.key === 'NANYANG') {
    const linkedStations = inside.length;
    return {
      floorArea: 3500,
      floors: 5,
      openedOn: '2018-11-26',
      windows: 16,
      offices: 12,
      linkedStations,
      residentsServed: [30_000, 50_000],
    };
  }
  if (centre.key === 'CHAOYANG') {
    return {
      floorArea: 1500,
      floors: 3,
      openedOn: '2020-09-01',
      windows: 8,
      offices: 6,
      linkedStations: 1,
      residentsServed: [residents, residents],
    };
  }
  if (centre.key === 'QINGHUAYUAN') {
    return {
      floorArea: 1100,
      ...opened,
      windows: 12,
      offices: 16,
      linkedStations: 1,
      residentsServed: [residents, residents],
    };
  }
  return {
    floorArea: random.whole(300, 2800),
    ...opened,
    windows: random.whole(3, 12),
    offices: random.whole(2, 12),
    linkedStations: Math.max(1, inside.length),
    residentsServed: [residents, residents],
  };
}
