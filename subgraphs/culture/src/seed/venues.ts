// Seeds venues: 23 in the Nanyang centre and 19 in the Chaoyang centre, as reported; two to eight in each of the
// others.
import { seedId } from '@district-graph/kit/database/ids';
import { Random } from '@district-graph/kit/seed/random';
import type { CopyValue } from '@district-graph/kit/seed/seeding';
import type { SyntheticCentre, SyntheticCity } from '@district-graph/kit/seed/synthetic-city';
import { venueKinds } from '../venue/tables.ts';

const kindNames = {
  HALL: '多功能厅',
  CLASSROOM: '教室',
  READING_ROOM: '阅览室',
  DANCE_ROOM: '舞蹈室',
  CALLIGRAPHY_ROOM: '书画室',
  GAMES_ROOM: '棋牌室',
  CHILDREN_ROOM: '儿童活动室',
} as const;

export interface SeededVenue {
  id: string;
  centre: SyntheticCentre;
  ordinal: number;
  name: string;
  kind: (typeof venueKinds)[number];
  capacity: number;
}

function roomsIn(centre: SyntheticCentre): number {
  if (centre.key === 'NANYANG') return 23;
  if (centre.key === 'CHAOYANG') return 19;
  return new Random(`subgraphs/${centre.id}`).whole(2, 8);
}

export function* venuesOf(city: SyntheticCity): Generator<SeededVenue> {
  for (const centre of city.centres) {
    for (let ordinal = 0; ordinal < roomsIn(centre); ordinal += 1) {
      const kind = venueKinds[ordinal % venueKinds.length] ?? 'HALL';
      const capacity = kind === 'HALL' ? 120 : new Random(`venue/${centre.id}/${ordinal}`).whole(3, 8) * 5;
      yield {
        id: seedId('venue', centre.divisionCode, ordinal),
        centre,
        ordinal,
        kind,
        capacity,
        name: `${kindNames[kind]}${ordinal + 1}`,
      };
    }
  }
}

export const venueColumns = [
  'id',
  'division_code',
  'service_centre_id',
  'name',
  'kind',
  'capacity',
  'longitude',
  'latitude',
];

export function* venueRows(city: SyntheticCity): Generator<CopyValue[]> {
  for (const { id, centre, name, kind, capacity } of venuesOf(city)) {
    yield [id, centre.divisionCode, centre.id, name, kind, capacity, centre.longitude, centre.latitude];
  }
}
