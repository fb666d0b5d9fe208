// Subscribers that reconnect after every kill: to the change stream of a subgraph, and to a subscription at the gateways.
import { setTimeout as delay } from 'node:timers/promises';
import type { Findings } from '../checks/findings.ts';
import type { StressedGraph, Subgraph } from '../graph/replicated-graph.ts';

interface Message {
  id: string | null;
  event: string | null;
  data: string | null;
}

/** The messages of a server-sent event stream until it ends; throws when the connection breaks. */
async function* messagesOf(response: Response): AsyncGenerator<Message> {
  if (response.status !== 200 || !response.body) throw new Error(`status ${response.status}`);
  let rest = '';
  for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {
    rest += chunk;
    for (let end = rest.indexOf('\n\n'); end >= 0; end = rest.indexOf('\n\n')) {
      const lines = rest.slice(0, end).split('\n');
      rest = rest.slice(end + 2);
      const textOf = (name: string) =>
        lines
          .find((line) => line.startsWith(`${name}:`))
          ?.slice(name.length + 1)
          .trim() || null;
      yield { id: textOf('id'), event: textOf('event'), data: textOf('data') };
    }
  }
}

const pauseMs = 100;
const patienceMs = 60_000;

/** Connects to the URLs in turn, each time with its last cursor. */
export class Follower {
  readonly subgraph: Subgraph;
  readonly name: string;
  /** The entity types of its events; null for all. */
  readonly entityTypes: readonly string[] | null;
  /** The cursor at which it started. */
  startCursor: string | null = null;
  received: string[] = [];
  /** Messages without data, because a subgraph was down. */
  withoutData = 0;
  connections = 0;
  #connect: (attempt: number, cursor: string | null, signal: AbortSignal) => Promise<Response>;
  #aborting = new AbortController();
  #started = Promise.withResolvers<void>();
  #done: Promise<void>;

  constructor(
    subgraph: Subgraph,
    name: string,
    entityTypes: readonly string[] | null,
    startCursor: string | null,
    connect: (attempt: number, cursor: string | null, signal: AbortSignal) => Promise<Response>,
  ) {
    this.subgraph = subgraph;
    this.name = name;
    this.entityTypes = entityTypes;
    this.startCursor = startCursor;
    this.#connect = connect;
    this.#done = this.#run();
    if (startCursor !== null) this.#started.resolve();
  }

  /** Resolves when it has its first cursor. */
  get started(): Promise<void> {
    return this.#started.promise;
  }

  async #run(): Promise<void> {
    const { signal } = this.#aborting;
    for (let attempt = 0; !signal.aborted; attempt += 1) {
      try {
        const response = await this.#connect(attempt, this.received.at(-1) ?? this.startCursor, signal);
        this.connections += 1;
        for await (const message of messagesOf(response)) this.#receive(message);
      } catch {
        // The connection broke or was refused: it tries the next URL.
      }
      await delay(pauseMs, undefined, { signal }).catch(() => {});
    }
  }

  #receive({ id, data }: Message): void {
    if (id === null) return;
    if (this.startCursor === null) {
      this.startCursor = id;
      this.#started.resolve();
    }
    // The message with the first cursor has no data.
    if (data === null) return;
    this.received.push(id);
    if (data.includes('"errors"')) this.withoutData += 1;
  }

  async stop(): Promise<void> {
    this.#aborting.abort();
    await this.#done;
  }
}

export const followSubgraph = (graph: StressedGraph, subgraph: Subgraph): Follower =>
  new Follower(subgraph, `${subgraph} /changes`, null, null, (attempt, cursor, signal) => {
    const addresses = graph.addressesOf(subgraph);
    const url = new URL('/changes', addresses[attempt % addresses.length]);
    if (cursor !== null) url.searchParams.set('after', cursor);
    return fetch(url, { headers: graph.gatewayHeaders(subgraph), signal });
  });

/** Follows a subscription at the gateways from a cursor. */
export const subscribe = (
  graph: StressedGraph,
  subgraph: Subgraph,
  field: string,
  entityType: string,
  startCursor: string,
): Follower =>
  new Follower(subgraph, field, [entityType], startCursor, (attempt, cursor, signal) =>
    fetch(`${graph.gateways[attempt % graph.gateways.length]}/graphql/stream`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'text/event-stream',
        ...graph.headers,
        ...(cursor === null ? {} : { 'last-event-id': cursor }),
      },
      body: JSON.stringify({ query: `subscription { ${field}(within: "410100") { id status } }` }),
      signal,
    }),
  );

/** Waits until the follower has received as many events as were written since it started, and checks that they are the same, in order. */
export async function checkReceived(
  graph: StressedGraph,
  follower: Follower,
  findings: Findings,
): Promise<void> {
  const { subgraph, name, entityTypes, startCursor } = follower;
  const [transaction = '', sequence = ''] = (startCursor ?? '').split('.');
  const sql = graph.databases[subgraph];
  const written = await sql<{ cursor: string }[]>`
    select transaction_id::text || '.' || sequence as cursor from change_event
    where (transaction_id, sequence) > (${transaction}::text::xid8, ${sequence}::text::bigint)
      ${entityTypes ? sql`and entity_type = any(${entityTypes as string[]})` : sql``}
    order by transaction_id, sequence`;
  const deadline = Date.now() + patienceMs;
  while (follower.received.length < written.length && Date.now() < deadline) await delay(50);
  await follower.stop();
  const times = new Map<string, number>();
  for (const cursor of follower.received) times.set(cursor, (times.get(cursor) ?? 0) + 1);
  const missed = written.filter(({ cursor }) => !times.has(cursor));
  const twice = [...times].filter(([, count]) => count > 1);
  findings.record(
    'followers: each event is received',
    written.length,
    missed.map(({ cursor }) => `${name}: ${cursor} was missed`),
  );
  findings.record(
    'followers: no event is received twice',
    follower.received.length,
    twice.map(([cursor, count]) => `${name}: ${cursor} was received ${count} times`),
  );
  const inOrder = written.map(({ cursor }) => cursor).filter((cursor) => times.has(cursor));
  findings.expect(
    'followers: events are received in order, and no others',
    missed.length > 0 || twice.length > 0 || inOrder.join() === follower.received.join(),
    () => `${name}: ${follower.received.length} received, ${written.length} written`,
  );
}
