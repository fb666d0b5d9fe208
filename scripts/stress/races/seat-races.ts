// Races for seats: confirmed bookings, the waiting list, and promotions after cancellations.

import { person } from '../graph/records.ts';
import { atOnce, oneOf, type Race, type RaceContext, times } from './race.ts';

interface BookingRow {
  id: string;
  status: string;
  seats: number;
  waitlistPosition: number | null;
  bookedAt: string;
}

/** The bookings of a session in their order: each event got its sequence number while the session was locked. */
const bookingsOf = ({ graph }: RaceContext, sessionId: string) => graph.databases.culture<BookingRow[]>`
  select b.* from booking b join change_event e on e.entity_id = b.id::text and e.from_status is null
  where b.session_id = ${sessionId} order by e.sequence`;

const sessionOf = async ({ graph }: RaceContext, sessionId: string) => {
  const [row] = await graph.databases.culture<
    { capacity: number; seatsTaken: number; waitlistLength: number }[]
  >`select * from session where id = ${sessionId}`;
  if (!row) throw new Error(`no session ${sessionId}`);
  return row;
};

const numbered = (count: number) => times(count, (index) => index + 1);

const capacity = 10;

async function lastSeats(context: RaceContext): Promise<void> {
  const { findings, records } = context;
  const clients = 200;
  const { id: sessionId } = await records.session(capacity);
  const inputs = times(clients, () => ({ sessionId, ...person(records.next()) }));
  const answers = await atOnce(context, 'culture', 'bookSession', inputs);
  const rows = await bookingsOf(context, sessionId);
  const confirmed = rows.filter(({ status }) => status === 'CONFIRMED');
  findings.same(
    'seats: 10 of 200 bookings get the 10 seats',
    [confirmed.length, rows.length],
    [capacity, clients],
  );
  findings.same(
    'seats: the first bookings are confirmed, the others wait in order',
    rows.map(({ waitlistPosition }) => waitlistPosition),
    [...times(capacity, () => null), ...numbered(clients - capacity)],
  );
  findings.expect(
    'seats: the times of the bookings are in the same order',
    rows.every(({ bookedAt }, index) => bookedAt >= (rows[index - 1]?.bookedAt ?? '')),
    () => rows.map(({ bookedAt }) => bookedAt),
  );
  const summaryOf = (row: { id: string; status: string; waitlistPosition: number | null }) =>
    `${row.id} ${row.status} ${row.waitlistPosition}`;
  findings.same(
    'seats: each answer matches the stored booking',
    answers.map((answer) => summaryOf(answer as unknown as BookingRow)).sort(),
    rows.map(summaryOf).sort(),
  );
  const { seatsTaken, waitlistLength } = await sessionOf(context, sessionId);
  findings.same(
    'seats: the counts of the session are correct',
    [seatsTaken, waitlistLength],
    [capacity, clients - capacity],
  );
}

/** The bookings of a session after all confirmed and some waiting ones were cancelled at once, during other bookings. */
async function cancelledAtOnce(context: RaceContext, seatsOf: () => number) {
  const { records, random } = context;
  const { id: sessionId } = await records.session(capacity);
  const book = () => ({ sessionId, ...person(records.next()), seats: seatsOf() });
  await atOnce(context, 'culture', 'bookSession', times(40, book));
  const before = await bookingsOf(context, sessionId);
  const cancelled = before.filter(({ status }) => status === 'CONFIRMED' || random.chance(0.25));
  const [newcomers] = await Promise.all([
    atOnce(context, 'culture', 'bookSession', times(10, book)),
    atOnce(
      context,
      'culture',
      'cancelBooking',
      cancelled.map(({ id: bookingId }) => ({ bookingId })),
    ),
  ]);
  const gone = new Set(cancelled.map(({ id }) => id));
  const after = await bookingsOf(context, sessionId);
  return { sessionId, newcomers, gone, after, staying: after.filter(({ id }) => !gone.has(id)) };
}

async function seatsGivenBack(context: RaceContext): Promise<void> {
  const { findings, graph } = context;
  const { sessionId, gone, after, staying } = await cancelledAtOnce(context, () => 1);
  findings.same(
    'cancelled seats: they go to the longest waiting bookings',
    staying.map(({ status }) => status),
    staying.map((_, index) => (index < capacity ? 'CONFIRMED' : 'WAITLISTED')),
  );
  findings.same(
    'cancelled seats: the waiting list has no gaps and keeps its order',
    staying.slice(capacity).map(({ waitlistPosition }) => waitlistPosition),
    numbered(staying.length - capacity),
  );
  findings.same(
    'cancelled seats: every cancellation took effect',
    after.filter(({ status }) => status === 'CANCELLED').length,
    gone.size,
  );
  const events = await graph.databases.culture<{ entityId: string; fromStatus: string; toStatus: string }[]>`
    select e.* from change_event e join booking b on b.id::text = e.entity_id where b.session_id = ${sessionId}`;
  const from = (status: string, to: string) =>
    events.filter(({ fromStatus, toStatus }) => fromStatus === status && toStatus === to);
  const promoted = from('WAITLISTED', 'CONFIRMED').map(({ entityId }) => entityId);
  findings.expect(
    'cancelled seats: one booking is promoted for each, and none twice',
    promoted.length === from('CONFIRMED', 'CANCELLED').length && new Set(promoted).size === promoted.length,
    () => ({ promoted: promoted.length, given: from('CONFIRMED', 'CANCELLED').length }),
  );
}

async function partiesMoveUp(context: RaceContext): Promise<void> {
  const { findings, random } = context;
  const { sessionId, staying } = await cancelledAtOnce(context, () => random.whole(1, 3));
  const { seatsTaken } = await sessionOf(context, sessionId);
  const taken = staying.filter(({ status }) => status === 'CONFIRMED');
  findings.same(
    'parties: the taken seats match the bookings and the capacity',
    [seatsTaken, seatsTaken <= capacity],
    [taken.reduce((total, { seats }) => total + seats, 0), true],
  );
  const waiting = staying.slice(taken.length);
  findings.expect(
    'parties: no booking is overtaken, and the first waits only while there are too few seats for it',
    staying.slice(0, taken.length).every(({ status }) => status === 'CONFIRMED') &&
      (waiting[0]?.seats ?? capacity) > capacity - seatsTaken,
    () => staying.map(({ status, seats, waitlistPosition }) => ({ status, seats, waitlistPosition })),
  );
}

async function onePerson(context: RaceContext): Promise<void> {
  const { records, graph, findings } = context;
  const { id: sessionId } = await records.session(capacity);
  const input = { sessionId, ...person(records.next()) };
  const answers = await atOnce(
    context,
    'culture',
    'bookSession',
    times(20, () => input),
  );
  oneOf(context, 'one person: 1 of 20 bookings at once is accepted', answers, 'Booking', 'AlreadyBooked');
  const rows = await graph.databases.culture`select from booking where session_id = ${sessionId}`;
  findings.same('one person: one booking is stored', rows.length, 1);
}

export const seatRaces: readonly Race[] = [
  { name: 'seats', run: lastSeats },
  { name: 'cancellations', run: seatsGivenBack },
  { name: 'parties', run: partiesMoveUp },
  { name: 'person', run: onePerson },
];
