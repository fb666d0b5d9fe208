import { preflight } from '@district-graph/kit/testing/http';
import { testIdentity } from '@district-graph/kit/testing/identity';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  FakeSubgraph,
  messagesOf,
  type StreamMessage,
  type SubscriptionGateway,
  startSubscriptionGateway,
} from '../testing/change-streams.ts';

const subgraph = new FakeSubgraph();
let gateway: SubscriptionGateway;
beforeAll(async () => {
  await subgraph.start();
  gateway = await startSubscriptionGateway(subgraph, {}, { identity: testIdentity });
});
afterAll(async () => {
  await gateway.stop();
  await subgraph.stop();
});

const subscription = 'subscription { visitChanged(within: "410105") { id text } }';
const events = 'text/event-stream';

const post = (query: string, accept: string, headers: Record<string, string> = {}) =>
  fetch(`${gateway.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept, ...headers },
    body: JSON.stringify({ query }),
  });

async function all(response: Response): Promise<Pick<StreamMessage, 'event' | 'data'>[]> {
  const received = [];
  for await (const { event, data } of messagesOf(response)) received.push({ event, data });
  return received;
}

it('streams a subscription at /graphql and resumes after an id, also when JSON is accepted too', async () => {
  for (const accept of [events, `application/json, ${events}`, `${events}; charset=utf-8`]) {
    const response = await post(subscription, accept);
    expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
    const messages = messagesOf(response);
    const first = (await messages.next()).value;
    const cursor = subgraph.change('changed');
    expect((await messages.next()).value).toMatchObject({
      event: 'next',
      id: cursor,
      data: { data: { visitChanged: { id: 'changed' } } },
    });
    await messages.return(undefined);
    const again = messagesOf(await post(subscription, accept, { 'last-event-id': first?.id ?? '' }));
    expect((await again.next()).value?.id).toBe(cursor);
    await again.return(undefined);
  }
});

it('accepts a subscription by GET with a header that pages of other sites cannot send', async () => {
  const url = `${gateway.url}/graphql?query=${encodeURIComponent(subscription)}`;
  const refused = await fetch(url, { headers: { accept: events } });
  expect(refused.status).toBe(400);
  const messages = messagesOf(await fetch(url, { headers: { accept: events, ...preflight } }));
  expect((await messages.next()).value?.id).toMatch(/^\d+\.\d+$/);
  await messages.return(undefined);
});

it('answers queries and mutations with one result and complete', async () => {
  expect(await all(await post('{ visit(id: "1") { id } }', events))).toEqual([
    { event: 'next', data: { data: { visit: { id: '1' } } } },
    { event: 'complete', data: null },
  ]);
  expect(await all(await post('mutation { touch }', events))).toEqual([
    { event: 'next', data: { data: { touch: 'touched' } } },
    { event: 'complete', data: null },
  ]);
});

it('answers queries in JSON when that is accepted too', async () => {
  const response = await post('{ visit(id: "1") { id } }', `${events}, application/json`);
  expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8');
  expect(await response.json()).toEqual({ data: { visit: { id: '1' } } });
  const none = await post('{ visit(id: "1") { id } }', `${events};q=0`);
  expect(none.status).toBe(406);
});

describe('an error is sent as an event', () => {
  it.each([
    ['a query', '{ nothing }', 'GRAPHQL_VALIDATION_FAILED'],
    ['a subscription', 'subscription { nothingChanged { id } }', 'GRAPHQL_VALIDATION_FAILED'],
    ['what is no GraphQL', 'subscription {', 'GRAPHQL_PARSE_FAILED'],
    ['a division that is none', 'subscription { visitChanged(within: "41x") { id } }', 'BAD_USER_INPUT'],
  ])('of %s', async (_what, query, code) => {
    const response = await post(query, events);
    expect(response.status).toBe(200);
    const [first, last] = await all(response);
    expect(first?.event).toBe('next');
    expect(first?.data.errors[0].extensions.code).toBe(code);
    expect(last?.event).toBe('complete');
  });

  it('for an invalid id or token: clients would retry after an error status', async () => {
    const [first] = await all(await post(subscription, events, { 'last-event-id': 'x' }));
    expect(first?.data.errors[0].extensions.code).toBe('BAD_CURSOR');
    const [refused] = await all(await post(subscription, events, { authorization: 'Bearer nonsense' }));
    expect(refused?.data.errors[0].extensions.code).toBe('UNAUTHENTICATED');
  });
});
