// Seeds culture: venues, the programme and its bookings, troupes, exhibitions, projects.
import { addDays } from '@district-graph/kit/calendar';
import { seedId } from '@district-graph/kit/database/ids';
import { Random } from '@district-graph/kit/seed/random';
import type { CopyValue, SeedTools } from '@district-graph/kit/seed/seeding';
import type { SyntheticCity } from '@district-graph/kit/seed/synthetic-city';
import { troupeKinds } from '../troupe/tables.ts';
import {
  activityColumns,
  activityRows,
  bookingColumns,
  bookingRows,
  sessionColumns,
  sessionRows,
} from './programme.ts';
import { venueColumns, venueRows, venuesOf } from './venues.ts';

export async function seed({ city, scale, today, copy }: SeedTools): Promise<void> {
  await copy('venue', venueColumns, venueRows(city));
  await copy('activity', activityColumns, activityRows(city));
  await copy('session', sessionColumns, sessionRows(city, scale, today));
  await copy('booking', bookingColumns, bookingRows(city, scale, today));
  await copy('troupe', ['id', 'division_code', 'name', 'kind', 'members'], troupeRows(city));
  await copy(
    'exhibition',
    ['id', 'division_code', 'venue_id', 'title', 'opens_on', 'closes_on'],
    exhibitionRows(city, today),
  );
  await copy(
    'culture_project',
    ['id', 'division_code', 'name', 'investment_fen', 'completed_on'],
    projectRows(city),
  );
}

/** Six troupes of ethnic minorities in 北下街街道, as reported; one of another kind in most subdistricts. */
const ethnicStreet = '410104001';

function* troupeRows(city: SyntheticCity): Generator<CopyValue[]> {
  for (const { code, name } of city.subdistricts) {
    const random = new Random(`troupe/${code}`);
    if (code === ethnicStreet) {
      for (let ordinal = 0; ordinal < 6; ordinal += 1) {
        yield [
          seedId('troupe', code, ordinal),
          code,
          `${name}民族文艺${ordinal + 1}队`,
          'ETHNIC_MINORITY',
          random.whole(12, 40),
        ];
      }
    }
    const kind = random.pick(troupeKinds.filter((each) => each !== 'ETHNIC_MINORITY'));
    if (random.chance(0.8))
      yield [seedId('troupe', code, 100), code, `${name}示例文艺队`, kind, random.whole(10, 45)];
  }
}

function* exhibitionRows(city: SyntheticCity, today: string): Generator<CopyValue[]> {
  for (const { id, centre, ordinal } of venuesOf(city)) {
    const random = new Random(`exhibition/${id}`);
    if (ordinal > 0 || !random.chance(0.2)) continue;
    const opens = addDays(today, random.whole(-40, 20));
    yield [
      seedId('exhibition', centre.divisionCode, 0),
      centre.divisionCode,
      id,
      `${centre.name}居民书画展`,
      opens,
      addDays(opens, 21),
    ];
  }
}

/** At least three million yuan went into the ethnic culture street. */
function* projectRows(city: SyntheticCity): Generator<CopyValue[]> {
  yield [
    seedId('culture-project', ethnicStreet, 0),
    ethnicStreet,
    '少数民族文化街区',
    315_000_000,
    '2015-09-30',
  ];
  for (const { code, name } of city.districts) {
    const random = new Random(`project/${code}`);
    if (code === '410104') continue;
    yield [
      seedId('culture-project', code, 0),
      code,
      `${name}文化广场`,
      random.whole(80, 600) * 1_000_000,
      `${random.whole(2012, 2022)}-06-30`,
    ];
  }
}
