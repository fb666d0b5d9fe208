// Races for seats: who gets one, who waits, and who moves up when seats are given back.

import { person } from '../graph/records.ts';
import { atOnce, type Ground, oneOf, type Race, times } from './race.ts';

interface BookingRow {
  id: string;
  status: string;
  seats: number;
  waitlistPosition: number | null;
  bookedAt: string;
}

/** The bookings of a session in the order in which they were made: each event's number was drawn while the session was held. */
const bookingsOf = ({ graph }: Ground, sessionId: string) => graph.databases.culture<BookingRow[]>`
  select b.* from booking b join change_event e on e.entity_id = b.id::text and e.from_status is null
  where b.session_id = ${sessionId} order by e.sequence`;

const sessionOf = async ({ graph }: Ground, sessionId: string) => {
  const [row] = await graph.databases.culture<
    { capacity: number; seatsTaken: number; waitlistLength: number }[]
  >`select * from session where id = ${sessionId}`;
  if (!row) throw new Error(`no session ${sessionId}`);
  return row;
};

const numbered = (count: number) => times(count, (index) => index + 1);

const capacity = 10;

async function lastSeats(ground: Ground): Promise<void> {
  const { findings, records } = ground;
  const clients = 200;
  const { id: sessionId } = await records.session(capacity);
  const inputs = times(clients, () => ({ sessionId, ...person(records.next()) }));
  const answers = await atOnce(ground, 'culture', 'bookSession', inputs);
  const rows = await bookingsOf(ground, sessionId);
  const confirmed = rows.filter(({ status }) => status === 'CONFIRMED');
  findings.same('seats: 10 of 200 get the 10 seats', [confirmed.length, rows.length], [capacity, clients]);
  findings.same(
    'seats: who came first has a seat, the others wait in the order in which they came',
    rows.map(({ waitlistPosition }) => waitlistPosition),
    [...times(capacity, () => null), ...numbered(clients - capacity)],
  );
  findings.expect(
    'seats: the instants of the bookings are in that order too',
    rows.every(({ bookedAt }, index) => bookedAt >= (rows[index - 1]?.bookedAt ?? '')),
    () => rows.map(({ bookedAt }) => bookedAt),
  );
  const told = (row: { id: string; status: string; waitlistPosition: number | null }) =>
    `${row.id} ${row.status} ${row.waitlistPosition}`;
  findings.same(
    'seats: each client was told what is on record',
    answers.map((answer) => told(answer as unknown as BookingRow)).sort(),
    rows.map(told).sort(),
  );
  const { seatsTaken, waitlistLength } = await sessionOf(ground, sessionId);
  findings.same(
    'seats: the session counts them',
    [seatsTaken, waitlistLength],
    [capacity, clients - capacity],
  );
}

/** The session's bookings after all confirmed ones and some that waited were cancelled at once, while others booked. */
async function cancelledAtOnce(ground: Ground, seatsOf: () => number) {
  const { records, random } = ground;
  const { id: sessionId } = await records.session(capacity);
  const book = () => ({ sessionId, ...person(records.next()), seats: seatsOf() });
  await atOnce(ground, 'culture', 'bookSession', times(40, book));
  const before = await bookingsOf(ground, sessionId);
  const cancelled = before.filter(({ status }) => status === 'CONFIRMED' || random.chance(0.25));
  const [newcomers] = await Promise.all([
    atOnce(ground, 'culture', 'bookSession', times(10, book)),
    atOnce(
      ground,
      'culture',
      'cancelBooking',
      cancelled.map(({ id: bookingId }) => ({ bookingId })),
    ),
  ]);
  const gone = new Set(cancelled.map(({ id }) => id));
  const after = await bookingsOf(ground, sessionId);
  return { sessionId, newcomers, gone, after, staying: after.filter(({ id }) => !gone.has(id)) };
}

async function seatsGivenBack(ground: Ground): Promise<void> {
  const { findings, graph } = ground;
  const { sessionId, gone, after, staying } = await cancelledAtOnce(ground, () => 1);
  findings.same(
    'cancelled seats: they go to those who waited longest',
    staying.map(({ status }) => status),
    staying.map((_, index) => (index < capacity ? 'CONFIRMED' : 'WAITLISTED')),
  );
  findings.same(
    'cancelled seats: the list closes its ranks in its order',
    staying.slice(capacity).map(({ waitlistPosition }) => waitlistPosition),
    numbered(staying.length - capacity),
  );
  findings.same(
    'cancelled seats: each cancellation took place',
    after.filter(({ status }) => status === 'CANCELLED').length,
    gone.size,
  );
  const events = await graph.databases.culture<{ entityId: string; fromStatus: string; toStatus: string }[]>`
    select e.* from change_event e join booking b on b.id::text = e.entity_id where b.session_id = ${sessionId}`;
  const from = (status: string, to: string) =>
    events.filter(({ fromStatus, toStatus }) => fromStatus === status && toStatus === to);
  const promoted = from('WAITLISTED', 'CONFIRMED').map(({ entityId }) => entityId);
  findings.expect(
    'cancelled seats: one is promoted for each, and nobody twice',
    promoted.length === from('CONFIRMED', 'CANCELLED').length && new Set(promoted).size === promoted.length,
    () => ({ promoted: promoted.length, given: from('CONFIRMED', 'CANCELLED').length }),
  );
}

async function partiesMoveUp(ground: Ground): Promise<void> {
  const { findings, random } = ground;
  const { sessionId, staying } = await cancelledAtOnce(ground, () => random.whole(1, 3));
  const { seatsTaken } = await sessionOf(ground, sessionId);
  const taken = staying.filter(({ status }) => status === 'CONFIRMED');
  findings.same(
    'parties: the seats taken are those of the bookings, and no more than there are',
    [seatsTaken, seatsTaken <= capacity],
    [taken.reduce((total, { seats }) => total + seats, 0), true],
  );
  const waiting = staying.slice(taken.length);
  findings.expect(
    'parties: nobody is overtaken, and the head of the list waits only while its seats are not free',
    staying.slice(0, taken.length).every(({ status }) => status === 'CONFIRMED') &&
      (waiting[0]?.seats ?? capacity) > capacity - seatsTaken,
    () => staying.map(({ status, seats, waitlistPosition }) => ({ status, seats, waitlistPosition })),
  );
}

async function onePerson(ground: Ground): Promise<void> {
  const { records, graph, findings } = ground;
  const { id: sessionId } = await records.session(capacity);
  const input = { sessionId, ...person(records.next()) };
  const answers = await atOnce(
    ground,
    'culture',
    'bookSession',
    times(20, () => input),
  );
  oneOf(ground, 'one person: of 20 bookings at once one is made', answers, 'Booking', 'AlreadyBooked');
  const rows = await graph.databases.culture`select from booking where session_id = ${sessionId}`;
  findings.same('one person: one booking is on record', rows.length, 1);
}

export const seatRaces: readonly Race[] = [
  { name: 'seats', run: lastSeats },
  { name: 'cancellations', run: seatsGivenBack },
  { name: 'parties', run: partiesMoveUp },
  { name: 'person', run: onePerson },
];
