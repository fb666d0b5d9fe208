// Followers of the changes, through every kill: of a subgraph's own feed, and of a subscription at the gateways.
import { setTimeout as delay } from 'node:timers/promises';
import type { Findings } from '../checks/findings.ts';
import type { StressedGraph, Subgraph } from '../graph/replicated-graph.ts';

interface Message {
  id: string | null;
  event: string | null;
  data: string | null;
}

/** The messages of a stream of server-sent events until it ends; throws when it is cut off. */
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

/** Connects to the addresses in turn, each time after the last cursor it has. */
export class Follower {
  readonly subgraph: Subgraph;
  readonly name: string;
  /** The types of the entities whose changes it hears of; null for all. */
  readonly entityTypes: readonly string[] | null;
  /** Where it began. */
  begin: string | null = null;
  heard: string[] = [];
  /** Messages that bore no data, for a subgraph was down when they were to be told. */
  withoutData = 0;
  connections = 0;
  #connect: (attempt: number, cursor: string | null, signal: AbortSignal) => Promise<Response>;
  #ending = new AbortController();
  #began = Promise.withResolvers<void>();
  #done: Promise<void>;

  constructor(
    subgraph: Subgraph,
    name: string,
    entityTypes: readonly string[] | null,
    begin: string | null,
    connect: (attempt: number, cursor: string | null, signal: AbortSignal) => Promise<Response>,
  ) {
    this.subgraph = subgraph;
    this.name = name;
    this.entityTypes = entityTypes;
    this.begin = begin;
    this.#connect = connect;
    this.#done = this.#run();
    if (begin !== null) this.#began.resolve();
  }

  /** Resolves when it knows where it begins. */
  get began(): Promise<void> {
    return this.#began.promise;
  }

  async #run(): Promise<void> {
    const { signal } = this.#ending;
    for (let attempt = 0; !signal.aborted; attempt += 1) {
      try {
        const response = await this.#connect(attempt, this.heard.at(-1) ?? this.begin, signal);
        this.connections += 1;
        for await (const message of messagesOf(response)) this.#hear(message);
      } catch {
        // Cut off, or nobody there: the next address is tried.
      }
      await delay(pauseMs, undefined, { signal }).catch(() => {});
    }
  }

  #hear({ id, data }: Message): void {
    if (id === null) return;
    if (this.begin === null) {
      this.begin = id;
      this.#began.resolve();
    }
    // A message that says where it begins bears no data.
    if (data === null) return;
    this.heard.push(id);
    if (data.includes('"errors"')) this.withoutData += 1;
  }

  async end(): Promise<void> {
    this.#ending.abort();
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

/** Follows a subscription of the gateways from a cursor on. */
export const subscribe = (
  graph: StressedGraph,
  subgraph: Subgraph,
  field: string,
  entityType: string,
  begin: string,
): Follower =>
  new Follower(subgraph, field, [entityType], begin, (attempt, cursor, signal) =>
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

/** Waits until it has heard as many events as there are since it began, and checks that they are those, in their order. */
export async function checkHeard(
  graph: StressedGraph,
  follower: Follower,
  findings: Findings,
): Promise<void> {
  const { subgraph, name, entityTypes, begin } = follower;
  const [transaction = '', sequence = ''] = (begin ?? '').split('.');
  const sql = graph.databases[subgraph];
  const told = await sql<{ cursor: string }[]>`
    select transaction_id::text || '.' || sequence as cursor from change_event
    where (transaction_id, sequence) > (${transaction}::text::xid8, ${sequence}::text::bigint)
      ${entityTypes ? sql`and entity_type = any(${entityTypes as string[]})` : sql``}
    order by transaction_id, sequence`;
  const deadline = Date.now() + patienceMs;
  while (follower.heard.length < told.length && Date.now() < deadline) await delay(50);
  await follower.end();
  const times = new Map<string, number>();
  for (const cursor of follower.heard) times.set(cursor, (times.get(cursor) ?? 0) + 1);
  const missed = told.filter(({ cursor }) => !times.has(cursor));
  const twice = [...times].filter(([, count]) => count > 1);
  findings.noted(
    `followers: each event is heard`,
    told.length,
    missed.map(({ cursor }) => `${name}: ${cursor} was missed`),
  );
  findings.noted(
    `followers: no event is heard twice`,
    follower.heard.length,
    twice.map(([cursor, count]) => `${name}: ${cursor} was heard ${count} times`),
  );
  const inOrder = told.map(({ cursor }) => cursor).filter((cursor) => times.has(cursor));
  findings.expect(
    'followers: events are heard in their order, and no others',
    missed.length > 0 || twice.length > 0 || inOrder.join() === follower.heard.join(),
    () => `${name}: ${follower.heard.length} heard, ${told.length} told`,
  );
}
