// Verifies the writes of the kill test: each has one effect, one event, and the same answer again.
import { answerOf } from '@district-graph/kit/mutations/idempotency';
import type { Answer } from '../graph/client.ts';
import { type Subgraph, subgraphs } from '../graph/replicated-graph.ts';
import type { RaceContext } from '../races/race.ts';
import type { ExpectedWrite } from './stories.ts';

/** A write that was answered. */
export interface Answered {
  write: ExpectedWrite;
  key: string;
  answer: Answer;
}

/** The entity that a write creates. */
interface Created {
  subgraph: Subgraph;
  table: string;
  type: string;
  /** Whether only its own client changes its status. */
  ofOneClient?: boolean;
}

const created: Record<string, Created> = {
  bookSession: { subgraph: 'culture', table: 'booking', type: 'Booking', ofOneClient: true },
  raiseIncident: { subgraph: 'security', table: 'incident', type: 'Incident', ofOneClient: true },
  requestCareVisit: { subgraph: 'elderly-care', table: 'care_visit', type: 'CareVisit', ofOneClient: true },
  registerRoad: { subgraph: 'sanitation', table: 'road', type: 'Road' },
  startCleaningRun: { subgraph: 'sanitation', table: 'cleaning_run', type: 'CleaningRun', ofOneClient: true },
  dispatchVehicle: { subgraph: 'sanitation', table: 'vehicle_dispatch', type: 'VehicleDispatch' },
};

/** The rows before the writes: all later rows must be theirs. */
export async function countsOf({ graph }: RaceContext): Promise<Map<string, number>> {
  const counts = new Map<string, number>();
  for (const { subgraph, table } of Object.values(created)) {
    const sql = graph.databases[subgraph];
    const [row] = await sql<{ count: number }[]>`select count(*) from ${sql(table)}`;
    counts.set(table, row?.count ?? 0);
  }
  return counts;
}

export const eventsSoFar = async ({ graph }: RaceContext, subgraph: Subgraph): Promise<number> => {
  const [row] = await graph.databases[subgraph]<{ last: number }[]>`
    select coalesce(max(sequence), 0) as last from change_event`;
  return row?.last ?? 0;
};

/** Checks that every key, sent again, gets the answer that the client received. */
export async function checkAnswers(
  { graph, client, findings, random }: RaceContext,
  answered: readonly Answered[],
) {
  const urls = graph.gateways.map((gateway) => `${gateway}/graphql`);
  const waiting = [...answered];
  const work = async () => {
    for (let next = waiting.pop(); next; next = waiting.pop()) {
      const { write, key, answer } = next;
      const keyed = { ...write, input: { ...write.input, idempotencyKey: key } };
      const again = await client.sendUntilAnswered(urls, keyed, random);
      findings.same(
        'afterwards: each key gets the answer that the client received',
        again,
        answer,
        write.action,
      );
    }
  };
  await Promise.all(Array.from({ length: 20 }, work));
  for (const subgraph of subgraphs) {
    const rows = await graph.databases[subgraph]<{ caller: string; key: string; result: string }[]>`
      select caller, key, result from idempotency_key where key like 'kills-%'`;
    const kept = new Map(rows.map((row) => [row.key, answerOf(graph.keyrings[subgraph], row).id ?? null]));
    const ofSubgraph = answered.filter(({ write }) => write.subgraph === subgraph);
    findings.record(
      'afterwards: each key is stored with the entity of the client’s answer',
      Math.max(ofSubgraph.length, rows.length),
      [
        ...ofSubgraph.filter(({ key, answer }) => kept.get(key) !== (answer.id ?? null)),
        ...(rows.length === ofSubgraph.length
          ? []
          : [{ subgraph, keys: rows.length, answers: ofSubgraph.length }]),
      ],
    );
  }
}

/** Checks that created entities exist once, and no others. */
export async function checkEffects(
  { graph, findings }: RaceContext,
  answered: readonly Answered[],
  before: ReadonlyMap<string, number>,
): Promise<void> {
  for (const [action, { subgraph, table, type }] of Object.entries(created)) {
    const ids = answered.flatMap(({ write, answer }) =>
      write.action === action && answer.__typename === type ? [answer.id as string] : [],
    );
    const sql = graph.databases[subgraph];
    const rows = await sql<{ id: string }[]>`select id from ${sql(table)}`;
    const present = new Set(rows.map(({ id }) => id));
    findings.record(
      'afterwards: every entity of an answer exists',
      ids.length,
      ids.filter((id) => !present.has(id)).map((id) => `${table} ${id}`),
    );
    findings.same(
      'afterwards: no other entity exists, and none twice',
      [rows.length - (before.get(table) ?? 0), new Set(ids).size],
      [ids.length, ids.length],
      table,
    );
  }
  // The last answer for each entity, except bookings, which cancellations of others promote.
  const last = new Map<string, Answer>();
  for (const { answer } of answered)
    if (answer.id && (answer.__typename !== 'Booking' || answer.status === 'CANCELLED'))
      last.set(answer.id, answer);
  for (const { subgraph, table, type, ofOneClient } of Object.values(created)) {
    if (!ofOneClient) continue;
    const ids = [...last.keys()].filter((id) => last.get(id)?.__typename === type);
    const sql = graph.databases[subgraph];
    const rows = await sql<{ id: string; status: string }[]>`
      select id, status from ${sql(table)} where id = any(${ids}::uuid[])`;
    findings.record(
      'afterwards: each entity has the status of its client’s last answer',
      ids.length,
      rows
        .filter(({ id, status }) => last.get(id)?.status !== status)
        .map((row) => ({ row, answered: last.get(row.id) })),
    );
  }
}

/** Types with events when others use them: vehicles at work, sessions whose seats are taken. Bookings that are promoted have events too. */
const changedByOthers = new Set(['SanitationVehicle', 'Session']);

/** Checks that each write with an effect has its event, and each event its write or a consequence of one. */
export async function checkEvents(
  { graph, findings }: RaceContext,
  answered: readonly Answered[],
  marks: ReadonlyMap<Subgraph, number>,
): Promise<void> {
  for (const subgraph of subgraphs) {
    const expected = new Map<string, number>();
    for (const { write, answer } of answered) {
      if (write.subgraph !== subgraph || !answer.id || answer.__typename !== write.expected[0]) continue;
      const of = `${write.action} ${answer.__typename} ${answer.id}`;
      expected.set(of, (expected.get(of) ?? 0) + 1);
    }
    const events = await graph.databases[subgraph]<
      { action: string; entityType: string; entityId: string; fromStatus: string | null; toStatus: string }[]
    >`select * from change_event where sequence > ${marks.get(subgraph) ?? 0}`;
    const counted = new Map<string, number>();
    for (const { action, entityType, entityId, fromStatus, toStatus } of events) {
      if (changedByOthers.has(entityType) || (fromStatus === 'WAITLISTED' && toStatus === 'CONFIRMED'))
        continue;
      const of = `${action} ${entityType} ${entityId}`;
      counted.set(of, (counted.get(of) ?? 0) + 1);
    }
    const all = [...new Set([...expected.keys(), ...counted.keys()])];
    findings.record(
      'afterwards: each effect has its one event, each event its effect',
      all.length,
      all
        .filter((of) => expected.get(of) !== counted.get(of))
        .map((of) => `${of}: ${expected.get(of) ?? 0} effects, ${counted.get(of) ?? 0} events`),
    );
  }
}
