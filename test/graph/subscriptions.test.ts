// Subscriptions at the gateway over server-sent events, as apps use them.

import { subgraph as elderlyCare } from '@district-graph/elderly-care';
import { insertElder } from '@district-graph/elderly-care/made-up';
import { readConfig } from '@district-graph/gateway/config/gateway-config';
import { type RunningGateway, startGateway } from '@district-graph/gateway/server';
import type { Sql } from '@district-graph/kit/database/database';
import type { Scope } from '@district-graph/kit/identity/roles';
import { headersOf, testIdentity, trusted } from '@district-graph/kit/testing/identity';
import { emptyDatabase, type TestSubgraph, testSubgraph } from '@district-graph/kit/testing/test-subgraph';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

let subgraph: TestSubgraph;
let gateway: RunningGateway;
let drop: () => Promise<void>;

const id = (last: number) => `01a1fc14-c3c1-7069-8000-0000000000${String(last).padStart(2, '0')}`;

beforeAll(async () => {
  const database = await emptyDatabase(elderlyCare);
  drop = database.drop;
  subgraph = await testSubgraph(elderlyCare, database.url);
  await insertElder(subgraph.sql, { id: id(1), divisionCode: '410105007003' });
  gateway = await startGateway(
    { ...readConfig({ PORT: '4000', ELDERLY_CARE_URL: subgraph.url }), identity: testIdentity, port: 0 },
    () => {},
  );
});
afterAll(async () => {
  await gateway.stop();
  await subgraph.stop();
  await drop();
});

const post = (path: string, body: object, headers: Record<string, string> = {}, signal?: AbortSignal) =>
  fetch(`${gateway.url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...trusted, ...headers },
    body: JSON.stringify(body),
    signal,
  });

async function request(scheduledAt = '2099-01-01T09:00:00+08:00'): Promise<string> {
  const query =
    'mutation ($input: RequestCareVisitInput!) { requestCareVisit(input: $input) { ... on CareVisit { id } } }';
  const response = await post('/graphql', {
    query,
    variables: { input: { elderId: id(1), kind: 'MEAL', scheduledAt } },
  });
  const { data } = (await response.json()) as { data: { requestCareVisit: { id: string } } };
  return data.requestCareVisit.id;
}

const visitsOf = (within: string) =>
  `subscription { careVisitChanged(within: "${within}") { id status elder { id abilityLevel } } }`;

interface EventStream {
  /** The next message: its id and its data. */
  // biome-ignore lint/suspicious/noExplicitAny: the shape is the subscription's; the test states what it expects of it.
  next: () => Promise<{ event: string; id: string | null; data: any }>;
  close: () => void;
}

async function subscribe(query: string, headers: Record<string, string> = {}): Promise<EventStream> {
  const aborting = new AbortController();
  const response = await post(
    '/graphql/stream',
    { query },
    { accept: 'text/event-stream', ...headers },
    aborting.signal,
  );
  expect(response.headers.get('content-type')).toMatch('text/event-stream');
  const reader = (response.body as ReadableStream<Uint8Array>)
    .pipeThrough(new TextDecoderStream())
    .getReader();
  let rest = '';
  return {
    next: async () => {
      for (;;) {
        const end = rest.indexOf('\n\n');
        if (end < 0) {
          const { value, done } = await reader.read();
          if (done) throw new Error('the stream ended');
          rest += value;
          continue;
        }
        const lines = rest.slice(0, end).split('\n');
        rest = rest.slice(end + 2);
        const of = (name: string) =>
          lines
            .find((line) => line.startsWith(`${name}:`))
            ?.slice(name.length + 1)
            .trim();
        const event = of('event');
        if (event)
          return { event, id: of('id') ?? null, data: of('data') ? JSON.parse(of('data') ?? '') : null };
      }
    },
    close: () => aborting.abort(),
  };
}

describe('a subscription', () => {
  it('receives each change inside its division, with the selected fields, and no other', async () => {
    const events = await subscribe(visitsOf('410105'));
    const elsewhere = await subscribe(visitsOf('410102'));
    const visit = await request();
    const received = await events.next();
    expect(received).toMatchObject({
      event: 'next',
      data: { data: { careVisitChanged: { id: visit, status: 'REQUESTED', elder: { id: id(1) } } } },
    });
    const first = Promise.race([elsewhere.next(), events.next().then(() => 'another')]);
    const other = await request();
    expect(await first).toBe('another');
    expect(other).not.toBe(visit);
    events.close();
    elsewhere.close();
  });

  it('inside a community needs a purpose and is recorded, like a list', async () => {
    const inCommunity = '410105007003';
    const withDivision = (within: string) =>
      visitsOf(within).replace('{ id status', '{ id division { code } status');
    const subscribeAs = async (query: string, scopes: Scope[], purpose?: string, divisions = ['410105']) => {
      const bearer = { roles: ['partner-bureau' as const], divisions };
      const headers = await headersOf(
        { ...bearer, scopes: ['visit:read', 'elder:read', ...scopes] },
        purpose,
      );
      const aborting = new AbortController();
      const response = await post('/graphql/stream', { query }, headers, aborting.signal);
      const text = response.status === 200 ? '' : await response.text();
      aborting.abort();
      return [response.status, text] as const;
    };
    const selectsDivision = withDivision(inCommunity);
    const [status, text] = await subscribeAs(selectsDivision, [], 'CARE');
    expect(status).toBe(403);
    expect(text).toMatch(/FORBIDDEN/);
    expect(text).toMatch(/elder:identify.*410105007003/);
    expect((await subscribeAs(visitsOf('410105007'), []))[0]).toBe(200);
    expect((await subscribeAs(selectsDivision, ['elder:identify'], 'CARE'))[0]).toBe(200);
    expect((await subscribeAs(selectsDivision, ['elder:identify'], 'CARE', ['410102']))[0]).toBe(403);
    const [withoutPurpose, why] = await subscribeAs(selectsDivision, ['elder:identify']);
    expect([withoutPurpose, why]).toEqual([403, expect.stringMatching(/x-purpose.*410105007\./)]);
    const [unselected, what] = await subscribeAs(visitsOf(inCommunity), ['elder:identify'], 'CARE');
    expect([unselected, what]).toEqual([400, expect.stringMatching(/division.*410105007\./)]);
    const skipped = selectsDivision.replace('division {', 'division @skip(if: true) {');
    expect((await subscribeAs(skipped, ['elder:identify'], 'CARE'))[0]).toBe(400);
  });

  it('continues after a disconnect without missing or repeating an event', async () => {
    const first = await subscribe(visitsOf('410105'));
    await request();
    const { id: last } = await first.next();
    first.close();
    const missed = [await request(), await request()];
    const again = await subscribe(visitsOf('410105'), { 'last-event-id': last ?? '' });
    const later = await request();
    const received = [await again.next(), await again.next(), await again.next()];
    expect(received.map(({ data }) => data.data.careVisitChanged.id)).toEqual([...missed, later]);
    again.close();
  });

  it('receives an event of a long transaction before those of later transactions', async () => {
    const events = await subscribe(visitsOf('410105'));
    const insert = (sql: Sql, visit: string) => sql`
      insert into change_event (caller, action, entity_type, entity_id, division_code)
      values ('a', 'a', 'CareVisit', ${visit}, '410105007003')`;
    const [slow, quick] = [await request(), await request()];
    await events.next();
    await events.next();
    const [inserted, committing] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const open = subgraph.sql.begin(async (sql) => {
      await insert(sql, slow);
      inserted.resolve();
      await committing.promise;
    });
    await inserted.promise;
    await insert(subgraph.sql, quick);
    committing.resolve();
    await open;
    const received = [await events.next(), await events.next()];
    expect(received.map(({ data }) => data.data.careVisitChanged.id).sort()).toEqual([slow, quick].sort());
    events.close();
  });

  it.each([
    ['a query', '{ careVisit(id: "x") { id } }'],
    ['an unknown field', 'subscription { nothingChanged { id } }'],
    ['a syntax error', 'subscription {'],
  ])('is refused for %s', async (_what, query) => {
    const response = await post('/graphql/stream', { query });
    expect(response.status).toBe(400);
    expect(((await response.json()) as { errors: unknown[] }).errors).toHaveLength(1);
  });

  it('ends when the gateway stops', async () => {
    const config = {
      ...readConfig({ PORT: '4000', ELDERLY_CARE_URL: subgraph.url }),
      identity: testIdentity,
      port: 0,
    };
    const other = await startGateway(config, () => {});
    const response = await fetch(`${other.url}/graphql/stream`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...trusted },
      body: JSON.stringify({ query: visitsOf('410105') }),
    });
    await other.stop();
    expect(await response.text()).toContain('event: complete');
  });
});
