// What became of the writes that were sent through kills: each answered, on record and told of once.
import { answerOf } from '@district-graph/kit/mutations/idempotency';
import type { Answer } from '../graph/client.ts';
import { type Subgraph, subgraphs } from '../graph/replicated-graph.ts';
import type { Ground } from '../races/race.ts';
import type { Told } from './stories.ts';

/** A write that was answered. */
export interface Answered {
  write: Told;
  key: string;
  answer: Answer;
}

/** What a write makes. */
interface Made {
  subgraph: Subgraph;
  table: string;
  type: string;
  /** Whether it has a status that its own client alone changes. */
  ofOneClient?: boolean;
}

const made: Record<string, Made> = {
  bookSession: { subgraph: 'culture', table: 'booking', type: 'Booking', ofOneClient: true },
  raiseIncident: { subgraph: 'security', table: 'incident', type: 'Incident', ofOneClient: true },
  requestCareVisit: { subgraph: 'elderly-care', table: 'care_visit', type: 'CareVisit', ofOneClient: true },
  registerRoad: { subgraph: 'sanitation', table: 'road', type: 'Road' },
  startCleaningRun: { subgraph: 'sanitation', table: 'cleaning_run', type: 'CleaningRun', ofOneClient: true },
  dispatchVehicle: { subgraph: 'sanitation', table: 'vehicle_dispatch', type: 'VehicleDispatch' },
};

/** What there was before the writes, so that all there is more afterwards must be theirs. */
export async function countsOf({ graph }: Ground): Promise<Map<string, number>> {
  const counts = new Map<string, number>();
  for (const { subgraph, table } of Object.values(made)) {
    const sql = graph.databases[subgraph];
    const [row] = await sql<{ count: number }[]>`select count(*) from ${sql(table)}`;
    counts.set(table, row?.count ?? 0);
  }
  return counts;
}

export const eventsSoFar = async ({ graph }: Ground, subgraph: Subgraph): Promise<number> => {
  const [row] = await graph.databases[subgraph]<{ last: number }[]>`
    select coalesce(max(sequence), 0) as last from change_event`;
  return row?.last ?? 0;
};

/** Every key, sent once more, is answered as the client was. */
export async function checkAnswers(
  { graph, client, findings, random }: Ground,
  answered: readonly Answered[],
) {
  const urls = graph.gateways.map((gateway) => `${gateway}/graphql`);
  const waiting = [...answered];
  const work = async () => {
    for (let next = waiting.pop(); next; next = waiting.pop()) {
      const { write, key, answer } = next;
      const keyed = { ...write, input: { ...write.input, idempotencyKey: key } };
      const again = await client.insist(urls, keyed, random);
      findings.same('afterwards: each key is answered as the client was', again, answer, write.action);
    }
  };
  await Promise.all(Array.from({ length: 20 }, work));
  for (const subgraph of subgraphs) {
    const rows = await graph.databases[subgraph]<{ caller: string; key: string; result: string }[]>`
      select caller, key, result from idempotency_key where key like 'kills-%'`;
    const kept = new Map(rows.map((row) => [row.key, answerOf(graph.keyrings[subgraph], row).id ?? null]));
    const ofSubgraph = answered.filter(({ write }) => write.subgraph === subgraph);
    findings.noted(
      'afterwards: each key is on record with the entity of the client’s answer',
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

/** What was made is there once, and nothing else is. */
export async function checkEffects(
  { graph, findings }: Ground,
  answered: readonly Answered[],
  before: ReadonlyMap<string, number>,
): Promise<void> {
  for (const [action, { subgraph, table, type }] of Object.entries(made)) {
    const ids = answered.flatMap(({ write, answer }) =>
      write.action === action && answer.__typename === type ? [answer.id as string] : [],
    );
    const sql = graph.databases[subgraph];
    const rows = await sql<{ id: string }[]>`select id from ${sql(table)}`;
    const present = new Set(rows.map(({ id }) => id));
    findings.noted(
      'afterwards: what a client was told of is on record',
      ids.length,
      ids.filter((id) => !present.has(id)).map((id) => `${table} ${id}`),
    );
    findings.same(
      'afterwards: nothing else is on record, and nothing twice',
      [rows.length - (before.get(table) ?? 0), new Set(ids).size],
      [ids.length, ids.length],
      table,
    );
  }
  // What its own client was told last of each, but for bookings, which others' cancellations promote.
  const last = new Map<string, Answer>();
  for (const { answer } of answered)
    if (answer.id && (answer.__typename !== 'Booking' || answer.status === 'CANCELLED'))
      last.set(answer.id, answer);
  for (const { subgraph, table, type, ofOneClient } of Object.values(made)) {
    if (!ofOneClient) continue;
    const ids = [...last.keys()].filter((id) => last.get(id)?.__typename === type);
    const sql = graph.databases[subgraph];
    const rows = await sql<{ id: string; status: string }[]>`
      select id, status from ${sql(table)} where id = any(${ids}::uuid[])`;
    findings.noted(
      'afterwards: each entity is as its client was told last',
      ids.length,
      rows
        .filter(({ id, status }) => last.get(id)?.status !== status)
        .map((row) => ({ row, told: last.get(row.id) })),
    );
  }
}

/** What is told of too when it is used: vehicles as they work, sessions as their seats are taken; so are bookings that move up. */
const othersChange = new Set(['SanitationVehicle', 'Session']);

/** Each write that took effect has its event, and each event its write or what followed from one. */
export async function checkEvents(
  { graph, findings }: Ground,
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
      if (othersChange.has(entityType) || (fromStatus === 'WAITLISTED' && toStatus === 'CONFIRMED')) continue;
      const of = `${action} ${entityType} ${entityId}`;
      counted.set(of, (counted.get(of) ?? 0) + 1);
    }
    const all = [...new Set([...expected.keys(), ...counted.keys()])];
    findings.noted(
      'afterwards: each effect has its one event, each event its effect',
      all.length,
      all
        .filter((of) => expected.get(of) !== counted.get(of))
        .map((of) => `${of}: ${expected.get(of) ?? 0} effects, ${counted.get(of) ?? 0} events`),
    );
  }
}
