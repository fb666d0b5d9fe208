// Races of the same request: one idempotency key sent by many clients, one version edited by many.
import type { Answer } from '../graph/client.ts';
import { coming, newIncident, person } from '../graph/records.ts';
import type { Subgraph } from '../graph/replicated-graph.ts';
import { atOnce, outcomesAtOnce, type Race, type RaceContext, times } from './race.ts';

const clients = 20;

interface Keyed {
  subgraph: Subgraph;
  action: string;
  input: Record<string, unknown>;
  /** The same input except for one value. */
  other: Record<string, unknown>;
  /** The number of its effects in the database. */
  effects: () => Promise<number>;
}

/** Writes that could take effect any number of times without their key. */
async function keyedWrites({ records, graph }: RaceContext): Promise<Keyed[]> {
  const { culture, sanitation, security, 'elderly-care': elderlyCare } = graph.databases;
  const count = (rows: readonly { count: number }[]) => rows[0]?.count ?? 0;
  const [{ id: sessionId }, { id: vehicleId }, { id: incidentId }] = await Promise.all([
    records.session(100),
    records.vehicle(),
    records.incident(),
  ]);
  const elderId = await records.elder();
  const description = `示例事件${records.next()}`;
  const visit = { elderId, kind: 'MEAL', scheduledAt: coming(9) };
  const booking = { sessionId, ...person(records.next()), seats: 2 };
  return [
    {
      subgraph: 'culture',
      action: 'bookSession',
      input: booking,
      other: { ...booking, seats: 3 },
      effects: async () => count(await culture`select count(*) from booking where session_id = ${sessionId}`),
    },
    {
      subgraph: 'elderly-care',
      action: 'requestCareVisit',
      input: visit,
      other: { ...visit, kind: 'ERRAND' },
      effects: async () =>
        count(await elderlyCare`select count(*) from care_visit where elder_id = ${elderId}`),
    },
    {
      subgraph: 'sanitation',
      action: 'dispatchVehicle',
      input: { vehicleId, purpose: 'CLEANING' },
      other: { vehicleId, purpose: 'CAMPAIGN' },
      effects: async () =>
        count(await sanitation`select count(*) from vehicle_dispatch where vehicle_id = ${vehicleId}`),
    },
    {
      subgraph: 'security',
      action: 'raiseIncident',
      input: newIncident(description),
      other: { ...newIncident(description), severity: 1 },
      effects: async () =>
        count(await security`select count(*) from incident where description = ${description}`),
    },
    {
      subgraph: 'security',
      action: 'noteIncident',
      input: { incidentId, note: description },
      other: { incidentId, note: `${description}。` },
      effects: async () =>
        count(
          await security`select count(*) from incident_timeline where incident_id = ${incidentId} and action = 'NOTE'`,
        ),
    },
  ];
}

async function sameKey(context: RaceContext): Promise<void> {
  const { findings, records } = context;
  for (const { subgraph, action, input, effects } of await keyedWrites(context)) {
    const idempotencyKey = `race-${records.next()}`;
    const inputs = times(clients, () => ({ ...input, idempotencyKey }));
    const answers = await atOnce(context, subgraph, action, inputs);
    const different = new Set(answers.map((answer) => JSON.stringify(answer)));
    findings.expect(
      'same key: 20 clients at once get one answer',
      answers.length === clients && different.size === 1,
      () => [action, answers.length, [...different].slice(0, 2)],
    );
    findings.same('same key: 20 clients at once have one effect', await effects(), 1, action);
  }
}

async function otherInput(context: RaceContext): Promise<void> {
  const { findings, records } = context;
  for (const { subgraph, action, input, other, effects } of await keyedWrites(context)) {
    const idempotencyKey = `race-${records.next()}`;
    const inputs = times(clients, (index) => ({ ...(index % 4 < 2 ? input : other), idempotencyKey }));
    const outcomes = await outcomesAtOnce(context, subgraph, action, inputs);
    const outcomeOf = (index: number) => outcomes[index]?.answer ?? outcomes[index]?.code;
    const halves = [0, 2].map(
      (half) =>
        new Set(
          outcomes.flatMap((_, index) =>
            index % 4 < 2 === half < 2 ? JSON.stringify(outcomeOf(index)) : [],
          ),
        ),
    );
    const [refused, answered] = halves.sort((a, b) => Number(b.has(reused)) - Number(a.has(reused)));
    findings.expect(
      'same key, two inputs: those of one input get its answer, those of the other are refused',
      refused?.size === 1 && refused.has(reused) && answered?.size === 1 && !answered.has(reused),
      () => [action, ...halves.map((half) => [...half])],
    );
    findings.same('same key, two inputs: one effect', await effects(), 1, action);
  }
}

const reused = JSON.stringify('IDEMPOTENCY_KEY_REUSED');

async function sameVersion(context: RaceContext): Promise<void> {
  const { records, graph, findings } = context;
  const [vehicle, venue, session] = await Promise.all([
    records.vehicle(),
    records.venue(),
    records.session(10),
  ]);
  const edits: {
    subgraph: Subgraph;
    table: string;
    action: string;
    record: Answer;
    edit: (index: number) => object;
  }[] = [
    {
      subgraph: 'sanitation',
      table: 'sanitation_vehicle',
      action: 'updateSanitationVehicle',
      record: vehicle,
      edit: (index) => ({ vehicleId: vehicle.id, waterCapacityLitres: 1000 + index }),
    },
    {
      subgraph: 'culture',
      table: 'venue',
      action: 'updateVenue',
      record: venue,
      edit: (index) => ({ venueId: venue.id, capacity: 500 + index }),
    },
    {
      subgraph: 'culture',
      table: 'session',
      action: 'rescheduleSession',
      record: session,
      edit: (index) => ({
        sessionId: session.id,
        startsAt: coming(12),
        endsAt: coming(13),
        capacity: 20 + index,
      }),
    },
  ];
  for (const { subgraph, table, action, record, edit } of edits) {
    const { version } = record;
    const inputs = times(clients, (index) => ({ ...edit(index), version }));
    const answers = await atOnce(context, subgraph, action, inputs);
    const won = answers.filter(({ __typename }) => __typename !== 'VersionConflict');
    findings.same(
      'version: 1 of 20 edits of one version succeeds',
      [won.length, answers.length],
      [1, clients],
    );
    findings.expect(
      'version: the others get the current version',
      answers.every(
        ({ __typename, current, seen }) =>
          __typename !== 'VersionConflict' || (seen === version && current === version + 1),
      ),
      () => [action, answers],
    );
    const sql = graph.databases[subgraph];
    const [row] = await sql<{ version: number }[]>`select version from ${sql(table)} where id = ${record.id}`;
    findings.same('version: it has increased by one', row?.version, version + 1, action);
  }
}

export const repeatRaces: readonly Race[] = [
  { name: 'same-key', run: sameKey },
  { name: 'two-inputs', run: otherInput },
  { name: 'version', run: sameVersion },
];
