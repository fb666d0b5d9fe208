// What the tests of bookings share: a subgraph with a database of its own, sessions with free seats, and people who book them.
import { type WritableSubgraph, writableSubgraph } from '@district-graph/kit/testing/test-subgraph';
import { subgraph } from '../subgraph.ts';

export const id = (last: number) => `01a1fc14-c3c1-7069-8000-${String(last).padStart(12, '0')}`;

/** The name and telephone number of the person with that number. */
export const person = (number: number) => ({
  name: `示例${number}`,
  phone: `000${String(number).padStart(8, '0')}`,
});

export interface BookingSubgraph extends WritableSubgraph {
  /** Inserts a session that starts in three hours and returns its id. */
  openSession: (capacity: number) => Promise<string>;
  /** Books seats for the person with that number. */
  book: (
    sessionId: string,
    number: number,
    seats?: number,
  ) => Promise<{ id: string; status: string; waitlistPosition: number | null }>;
  /** The status of a booking, and its position in the waiting list. */
  stateOf: (bookingId: string) => Promise<[status: string, waitlistPosition: number | null]>;
  /** The rows in which the rollup differs from the bookings. */
  recount: () => Promise<readonly object[]>;
}

/** Serves the subgraph as `writableSubgraph` does, with one activity for the sessions. */
export async function bookingSubgraph(selections: Record<string, string>): Promise<BookingSubgraph> {
  const server = await writableSubgraph(subgraph, selections);
  const { sql, write, request } = server;
  const activityId = id(1);
  await sql`insert into activity (id, division_code, title, category, audience, organiser)
    values (${activityId}, '410105007', '示例', 'LECTURE', 'ELDERLY', '示例')`;
  let sessions = 100;
  return {
    ...server,
    openSession: async (capacity) => {
      sessions += 1;
      const sessionId = id(sessions);
      await sql`insert into session ${sql({
        id: sessionId,
        division_code: '410105007',
        activity_id: activityId,
        category: 'LECTURE',
        audience: 'ELDERLY',
        place: '示例',
        starts_at: new Date(Date.now() + 3 * 3_600_000).toISOString(),
        ends_at: new Date(Date.now() + 4 * 3_600_000).toISOString(),
        status: 'SCHEDULED',
        capacity,
        longitude: 113.6,
        latitude: 34.8,
      })}`;
      return sessionId;
    },
    book: async (sessionId, number, seats = 1) =>
      (await write('bookSession', { sessionId, ...person(number), seats })).result,
    stateOf: async (bookingId) => {
      const { data } = await request('query ($id: ID!) { booking(id: $id) { status waitlistPosition } }', {
        id: bookingId,
      });
      return [data.booking.status, data.booking.waitlistPosition];
    },
    recount: () => sql`select * from tally_recount()`,
  };
}
