// A client that sends mutations, and retries one with an idempotency key until it is answered.
import { setTimeout as delay } from 'node:timers/promises';
import type { Random } from '@district-graph/kit/seed/random';
import type { StressedGraph, Subgraph } from './replicated-graph.ts';

export interface Write {
  subgraph: Subgraph;
  action: string;
  input: Record<string, unknown>;
}

/** A member of a mutation's result union, as the client received it. */
export interface Answer {
  __typename: string;
  // biome-ignore lint/suspicious/noExplicitAny: the fields are the selection's; each check states what it expects of them.
  [field: string]: any;
}

/** The outcome of a write: its answer, its error code, or neither, so that the client does not know whether it was executed. */
export interface Outcome {
  answer: Answer | null;
  code: string | null;
  reason: string;
}

/**
 * The selection set of each member: only its own fields, which a stored response returns as they were. Fields of other records
 * would have their current values.
 */
const selections: Record<string, string> = {
  Booking: 'id status seats waitlistPosition bookedAt cancelledAt checkedInAt',
  Session: 'id status place startsAt endsAt capacity seatsTaken seatsLeft waitlistLength version',
  Venue: 'id name capacity version',
  Activity: 'id title version',
  CareVisit: 'id kind status requestedAt scheduledAt assignedAt startedAt completedAt cancelledAt rating',
  CareWorker: 'id onDuty',
  Incident: 'id kind status severity outcome peopleAssisted suspectsCaught raisedAt',
  Road: 'id',
  CleaningRun: 'id status startedAt completedAt steps { kind status startedAt completedAt }',
  SanitationVehicle: 'id plateNumber status version',
  VehicleDispatch: 'id purpose departedAt returnedAt',
  LoveSupermarket: 'id status version',
  Donation: 'id status receivedOn',
  Handout: 'id status recipientKind handedOutOn',
  InsufficientStock: 'message shortages { category condition requested available }',
  Grid: 'id gridCode level status version',
  GridProblem: 'id kind status handler foundAt handedOverAt solvedAt closedAt',
  AlreadyReferredTo: 'message gridProblem { id status }',
  PetitionMatter: 'id status receivedOn settleDueOn extendedDays outcome finishedOn',
  Volunteer: 'id status version',
  VolunteerService: 'id status places placesLeft version',
  VolunteerParticipation: 'id status hours signedUpAt confirmedAt',
  AlreadyBooked: 'message booking { id status }',
  VenueTaken: 'message conflictingSession { id startsAt endsAt }',
  CareWorkerBusy: 'message conflictingVisit { id scheduledAt }',
  VehicleUnavailable: 'message vehicle { id status }',
  RunAlreadyOpen: 'message run { id status }',
  StepOutOfOrder: 'message expected',
  VersionConflict: 'message current seen',
  InvalidTransition: 'message from to',
};

/** Error codes for which a retry would fail in the same way. */
const final = /^(BAD_USER_INPUT|NO_SUCH_RECORD|IDEMPOTENCY_KEY_REUSED|GRAPHQL_)/;
const patienceMs = 15_000;
/** Doubled after each attempt, up to the longest: retries must not delay the recovery. */
const pauseMs = { first: 50, longest: 1000 };

async function post(
  url: string,
  body: object,
  authorized: Record<string, string>,
): Promise<{ data?: Record<string, unknown>; errors?: Fault[] }> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...authorized },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(patienceMs),
  });
  return (await response.json()) as { data?: Record<string, unknown>; errors?: Fault[] };
}

interface Fault {
  message: string;
  extensions?: { code?: string };
}

export class Client {
  #graph: Pick<StressedGraph, 'addressesOf' | 'headers'>;
  #documents = new Map<string, Promise<string>>();
  /** Attempts without an answer, or with an error for which a retry may succeed. */
  unanswered = 0;

  /** Reads the result unions from the subgraphs. */
  constructor(graph: Pick<StressedGraph, 'addressesOf' | 'headers'>) {
    this.#graph = graph;
  }

  #documentOf({ subgraph, action }: Write): Promise<string> {
    let document = this.#documents.get(action);
    if (!document) {
      const type = `${action[0]?.toUpperCase()}${action.slice(1)}`;
      const read = async () => {
        const { data } = await post(
          this.#graph.addressesOf(subgraph)[0] ?? '',
          {
            query: `{ __type(name: "${type}Result") { possibleTypes { name } } }`,
          },
          this.#graph.headers,
        );
        const { possibleTypes } = (data?.__type ?? { possibleTypes: [] }) as {
          possibleTypes: { name: string }[];
        };
        const members = possibleTypes.map(
          ({ name }) => `... on ${name} { ${selections[name] ?? 'message'} }`,
        );
        return `mutation ($input: ${type}Input!) { ${action}(input: $input) { __typename ${members.join(' ')} } }`;
      };
      document = read();
      this.#documents.set(action, document);
    }
    return document;
  }

  /** Reads the result unions of these actions, while all subgraphs are running. */
  async readResultTypes(writes: readonly Pick<Write, 'subgraph' | 'action'>[]): Promise<void> {
    for (const write of writes) await this.#documentOf({ ...write, input: {} });
  }

  /** Sends a write once. */
  async send(url: string, write: Write): Promise<Outcome> {
    const { action, input } = write;
    const query = await this.#documentOf(write);
    try {
      const { data, errors } = await post(url, { query, variables: { input } }, this.#graph.headers);
      const answer = (data?.[action] ?? null) as Answer | null;
      const [fault] = errors ?? [];
      if (answer && !fault) return { answer, code: null, reason: '' };
      return { answer: null, code: fault?.extensions?.code ?? 'NONE', reason: fault?.message ?? 'no data' };
    } catch (error) {
      return { answer: null, code: null, reason: String(error) };
    }
  }

  /**
   * Sends a write to the URLs in turn until it is answered. Its input must have an idempotency key, so that it takes effect once.
   * An error for which a retry would fail too is returned as an answer whose type is its code.
   */
  async sendUntilAnswered(
    urls: readonly string[],
    write: Write,
    random: Random,
    signal?: AbortSignal,
  ): Promise<Answer> {
    const first = random.whole(0, urls.length - 1);
    for (let attempt = 0; ; attempt += 1) {
      const { answer, code, reason } = await this.send(urls[(first + attempt) % urls.length] ?? '', write);
      if (answer) return answer;
      if (code && final.test(code)) return { __typename: code, message: reason };
      this.unanswered += 1;
      const pause = Math.min(pauseMs.first * 2 ** attempt, pauseMs.longest);
      await delay(pause * (0.5 + random.next() / 2), undefined, { signal });
    }
  }
}
