// Seeds activities, sessions and bookings: those that reports describe, and a programme of three years and four weeks
// ahead.
import { addDays } from '@district-graph/kit/calendar';
import { seedId } from '@district-graph/kit/database/ids';
import { Random } from '@district-graph/kit/seed/random';
import { daysAgo, evenShare, presentShare } from '@district-graph/kit/seed/seeded-days';
import type { CopyValue } from '@district-graph/kit/seed/seeding';
import { elderId, type SeedScale, type SyntheticCity } from '@district-graph/kit/seed/synthetic-city';
import { type SeededVenue, venuesOf } from './venues.ts';

type Programme = readonly [title: string, category: string, audience: string, season: string | null];

const weekly: readonly Programme[] = [
  ['太极拳晨练', 'CLUB', 'ELDERLY', 'RESPECT_FOR_THE_ELDERLY'],
  ['书法公益课', 'TRAINING', 'EVERYONE', null],
  ['绘本共读', 'READING', 'CHILDREN', null],
  ['健康讲座', 'LECTURE', 'ELDERLY', 'RESPECT_FOR_THE_ELDERLY'],
  ['广场舞排练', 'CLUB', 'WOMEN', null],
  ['戏曲演唱会', 'PERFORMANCE', 'EVERYONE', 'ARTS_TO_THE_COUNTRYSIDE'],
  ['手工编织班', 'TRAINING', 'DISABLED', null],
];

interface Reported {
  code: string;
  programme: Programme;
  place: string;
  day: string;
  attended: number;
}

/**
 * 200 people at the open day, 30 in the beadwork class, at least 50 households with couplets; the season's
 * premiere.
 */
const reported: readonly Reported[] = [
  {
    code: '410104',
    programme: ['指挥中心开放日', 'OPEN_DAY', 'EVERYONE', null],
    place: '区视频监控指挥中心',
    day: '2015-10-29',
    attended: 208,
  },
  {
    code: '410108002',
    programme: ['串珠艺术培训', 'TRAINING', 'DISABLED', null],
    place: '刘寨街道残疾人之家',
    day: '2015-10-29',
    attended: 31,
  },
  {
    code: '410103012',
    programme: ['为困难户送春联', 'GIFT_GIVING', 'EVERYONE', 'SPRING_FESTIVAL'],
    place: '京广路街道',
    day: '2016-01-08',
    attended: 52,
  },
  {
    code: '410108',
    programme: ['2016 年送文艺下乡首演', 'PERFORMANCE', 'EVERYONE', 'ARTS_TO_THE_COUNTRYSIDE'],
    place: '惠济区文化广场',
    day: '2016-01-10',
    attended: 420,
  },
];

export const activityColumns = [
  'id',
  'division_code',
  'title',
  'category',
  'audience',
  'season',
  'organiser',
];

const reportedActivity = (code: string, ordinal: number) => seedId('activity', code, 900 + ordinal);

interface Event extends Reported {
  ordinal: number;
}

/** The events that reports describe, and similar ones on the same day in each of the other urban districts. */
function* eventsOf(city: SyntheticCity): Generator<Event> {
  for (const [ordinal, event] of reported.entries()) {
    yield { ...event, ordinal };
    for (const { code, name } of city.districts) {
      if (event.code.startsWith(code) || !urban.has(code)) continue;
      const random = new Random(`event/${code}/${ordinal}`);
      const attended = Math.round(event.attended * (0.4 + random.next() * 0.8));
      yield { ...event, ordinal, code, place: `${name}文化广场`, attended };
    }
  }
}

const urban = new Set(['410102', '410103', '410104', '410105', '410106', '410108']);

export function* activityRows(city: SyntheticCity): Generator<CopyValue[]> {
  for (const centre of city.centres) {
    for (const [ordinal, programme] of weekly.entries()) {
      yield [
        seedId('activity', centre.divisionCode, ordinal),
        centre.divisionCode,
        ...programme,
        centre.name,
      ];
    }
  }
  for (const { code, programme, ordinal } of eventsOf(city))
    yield [reportedActivity(code, ordinal), code, ...programme, '区文化馆'];
}

interface SeededSession {
  id: string;
  venue: SeededVenue;
  category: string;
  audience: string;
  activity: string;
  day: string;
  /** The hour at which it starts; it lasts ninety minutes. */
  hour: number;
  capacity: number;
  cancelled: boolean;
  bookingRequired: boolean;
}

/** How many days ahead the programme is scheduled. */
const daysAhead = 28;

/**
 * The days, counted from today, on which a venue has a session: `count` in the past, and in the coming weeks as
 * many as in the latest ones. Where that is less than one, the first venue of each centre has one in the next two
 * weeks, so that something can be booked everywhere, and some of the others have one later.
 */
function* programmeDays(random: Random, past: number, number: number, first: boolean): Generator<number> {
  for (let index = 0; index < past; index += 1) yield -daysAgo((index + evenShare(number)) / past);
  const step = Math.round(1 / (past * presentShare));
  const isBusy = step <= daysAhead;
  const next = isBusy || !first ? random.whole(1, step) : random.whole(1, daysAhead / 2);
  for (let offset = isBusy || first ? next : daysAhead / 2 + next; offset <= daysAhead; offset += step)
    yield offset;
}

/** Classes, lectures and reading sessions require a booking; the others are open to everyone. */
const booked = new Set(['TRAINING', 'LECTURE', 'READING']);

/** The programme of the first venues of each centre, and of all venues of the Nanyang centre, over three years. */
export function* sessionsOf(city: SyntheticCity, scale: SeedScale, today: string): Generator<SeededSession> {
  let number = 0;
  for (const venue of venuesOf(city)) {
    const nanyang = venue.centre.key === 'NANYANG';
    const busy = nanyang || venue.ordinal < (scale === 'city' ? 4 : 2);
    if (!busy) continue;
    const past = (nanyang ? 3 : 1) * (scale === 'city' ? 150 : 20);
    const random = new Random(`programme/${venue.id}`);
    number += 1;
    let ordinal = venue.ordinal * 10_000;
    for (const offset of programmeDays(random, past, number, venue.ordinal === 0)) {
      ordinal += 1;
      // In turn, so that the mix of categories is the same in every month.
      const choice = (ordinal + number) % weekly.length;
      yield {
        id: seedId('session', venue.centre.divisionCode, ordinal),
        venue,
        category: weekly[choice]?.[1] ?? 'CLUB',
        audience: weekly[choice]?.[2] ?? 'EVERYONE',
        activity: seedId('activity', venue.centre.divisionCode, choice),
        day: addDays(today, offset),
        hour: random.pick([8, 9, 10, 14, 15, 16, 19]),
        // A small session now and then, so that some are full.
        capacity: random.chance(0.12) ? 8 : venue.capacity,
        cancelled: random.chance(0.04),
        bookingRequired: booked.has(weekly[choice]?.[1] ?? 'CLUB'),
      };
    }
  }
}

export const sessionColumns = [
  'id',
  'division_code',
  'activity_id',
  'category',
  'audience',
  'venue_id',
  'place',
  'starts_at',
  'ends_at',
  'status',
  'capacity',
  'booking_required',
  'attended',
  'longitude',
  'latitude',
];

const at = (day: string, hour: number, minutes = 0) =>
  `${day}T${String(hour).padStart(2, '0')}:${String(minutes).padStart(2, '0')}:00+08:00`;

export function* sessionRows(city: SyntheticCity, scale: SeedScale, today: string): Generator<CopyValue[]> {
  for (const session of sessionsOf(city, scale, today)) {
    const { id, venue, category, audience, activity, day, hour, capacity, cancelled, bookingRequired } =
      session;
    const isHeld = !cancelled && day < today;
    const { divisionCode, name, longitude, latitude } = venue.centre;
    const places = bookingRequired ? seatsTakenOf(session, scale) : capacity;
    const attended = isHeld ? Math.round(places * (0.5 + new Random(`attended/${id}`).next() * 0.4)) : null;
    yield [
      id,
      divisionCode,
      activity,
      category,
      audience,
      venue.id,
      `${name}${venue.name}`,
      at(day, hour),
      at(day, hour + 1, 30),
      cancelled ? 'CANCELLED' : isHeld ? 'HELD' : 'SCHEDULED',
      capacity,
      bookingRequired,
      attended,
      longitude,
      latitude,
    ];
  }
  const places = new Map(city.divisions.map((division) => [division.code, division]));
  for (const { code, programme, place, day, attended, ordinal } of eventsOf(city)) {
    const { longitude = 113.66, latitude = 34.76 } = places.get(code) ?? {};
    yield [
      seedId('session', code, 900_000 + ordinal),
      code,
      reportedActivity(code, ordinal),
      programme[1],
      programme[2],
      null,
      place,
      at(day, 9),
      at(day, 11),
      'HELD',
      500,
      false,
      attended,
      longitude,
      latitude,
    ];
  }
}

export const bookingColumns = [
  'id',
  'division_code',
  'session_id',
  'elder_id',
  'person_key',
  'status',
  'seats',
  'waitlist_position',
  'booked_at',
  'cancelled_at',
  'checked_in_at',
];

interface SeededBooking {
  status: 'CONFIRMED' | 'CANCELLED' | 'WAITLISTED';
  seats: number;
  waitlistPosition: number | null;
}

/** The bookings of a session: one of them cancelled; small sessions fill up and have a waiting list. */
function* bookingsOf(
  { capacity, cancelled, bookingRequired }: SeededSession,
  scale: SeedScale,
): Generator<SeededBooking> {
  if (cancelled) return;
  const small = capacity === 8;
  const perSession = scale === 'city' ? 10 : 3;
  const most = Math.floor(capacity / perSession);
  const seats = bookingRequired && !small ? Math.min(10, most) : 2;
  const count = small ? 6 : Math.min(perSession, Math.floor(capacity / seats));
  for (let ordinal = 0; ordinal < count; ordinal += 1) {
    const waiting = small && ordinal >= 4 ? ordinal - 3 : null;
    const status = !small && ordinal === 2 ? 'CANCELLED' : waiting ? 'WAITLISTED' : 'CONFIRMED';
    yield { status, seats, waitlistPosition: waiting };
  }
}

const seatsTakenOf = (session: SeededSession, scale: SeedScale): number =>
  [...bookingsOf(session, scale)]
    .filter(({ status }) => status === 'CONFIRMED')
    .reduce((taken, { seats }) => taken + seats, 0);

export function* bookingRows(city: SyntheticCity, scale: SeedScale, today: string): Generator<CopyValue[]> {
  for (const session of sessionsOf(city, scale, today)) {
    const { id, venue, day, hour } = session;
    const random = new Random(`bookings/${id}`);
    const communities = city.communitiesOf(venue.centre.divisionCode);
    let ordinal = 0;
    for (const { status, seats, waitlistPosition } of bookingsOf(session, scale)) {
      const community = communities[ordinal % Math.max(1, communities.length)];
      const elder = community && ordinal < community.elders ? elderId(community.code, ordinal) : null;
      const bookedOn = addDays(day, -random.whole(1, 9));
      const bookedAt = at(bookedOn, 8 + ordinal);
      // Cancelled bookings are deleted after their retention period.
      if (status === 'CANCELLED' && bookedOn <= addDays(today, -365)) continue;
      const cameIn = status === 'CONFIRMED' && day < today;
      yield [
        seedId(`booking/${id}`, venue.centre.divisionCode, ordinal),
        venue.centre.divisionCode,
        id,
        elder,
        `示例/${id.slice(-8)}/${ordinal}`,
        cameIn ? 'CHECKED_IN' : status,
        seats,
        waitlistPosition,
        bookedAt,
        status === 'CANCELLED' ? bookedAt : null,
        cameIn ? at(day, hour) : null,
      ];
      ordinal += 1;
    }
  }
}
