import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { send } from '@district-graph/kit/testing/http';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { Engine } from '../engine/engine.ts';
import {
  FakeSubgraph,
  messagesOf,
  type SubscriptionGateway,
  startSubscriptionGateway,
  stream,
} from '../testing/change-streams.ts';

const subgraph = new FakeSubgraph();
let gateway: SubscriptionGateway;
beforeAll(async () => {
  await subgraph.start();
  gateway = await startSubscriptionGateway(subgraph);
});
afterAll(async () => {
  await gateway.stop();
  await subgraph.stop();
});

const subscription = 'subscription { visitChanged(within: "410105") { id text } }';
const post = (query: string, headers: Record<string, string> = {}) =>
  fetch(`${gateway.url}/graphql/stream`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ query }),
  });
const codeOf = async (response: Response) =>
  ((await response.json()) as { errors: { extensions: { code: string } }[] }).errors[0]?.extensions.code;

describe('a stream', () => {
  it('starts with a cursor, so that a client disconnected before the first event misses nothing', async () => {
    const response = await post(subscription);
    const { value } = await messagesOf(response).next();
    expect(value).toEqual({ event: null, id: expect.stringMatching(/^\d+\.\d+$/), data: null });
    const missed = subgraph.change('a');
    const again = await stream(gateway.url, subscription, { 'last-event-id': value?.id ?? '' });
    expect(await again.next()).toMatchObject({ id: missed, data: { data: { visitChanged: { id: 'a' } } } });
    again.end();
  });

  it.each([
    'subscription { ...F } fragment F on Subscription { visitChanged(within: "410105") { ...V } } fragment V on Visit { id text }',
    'subscription { ... on Subscription { ... { visitChanged(within: "410105") { id } } } visitChanged(within: "410105") { text } }',
    'subscription ($in: ID = "410105", $no: Boolean = false) { ...F } fragment F on Subscription { visitChanged(within: $in) { id text @skip(if: $no) } }',
  ])('accepts its root field in a fragment, as in: %s', async (query) => {
    const events = await stream(gateway.url, query);
    subgraph.change('in a fragment');
    expect((await events.next()).data).toEqual({
      data: { visitChanged: { id: 'in a fragment', text: '示例' } },
    });
    events.end();
  });

  it('delivers only status changes for a …StatusChanged field', async () => {
    const events = await stream(gateway.url, 'subscription { visitStatusChanged(within: "410105") { id } }');
    subgraph.change('a');
    subgraph.change('b', { isOfStatus: true });
    expect((await events.next()).data.data.visitStatusChanged.id).toBe('b');
    events.end();
  });

  it('is executed once for an event, however many subscribers have the same operation and authorization', async () => {
    const same = await Promise.all(
      Array.from({ length: 8 }, (_, n) => stream(gateway.url, subscription, { 'x-request-id': String(n) })),
    );
    const another = await stream(gateway.url, subscription, { 'accept-language': 'en' });
    subgraph.requests.length = 0;
    const cursor = subgraph.change('shared');
    const received = await Promise.all([...same, another].map((events) => events.next()));
    for (const { id } of received) expect(id).toBe(cursor);
    expect(subgraph.requests).toHaveLength(2);
    for (const events of [...same, another]) events.end();
  });

  it('reports that its subgraph is unavailable, and continues with the missed changes when it is back', async () => {
    const events = await stream(gateway.url, subscription);
    await subgraph.stop();
    const lost = await events.next();
    expect(lost).toMatchObject({ event: 'next', id: null, data: { data: null } });
    expect(lost.data.errors[0].extensions).toEqual({ code: 'SUBGRAPH_UNAVAILABLE', service: 'visits' });
    const late = await stream(gateway.url, subscription);
    subgraph.change('meanwhile');
    await subgraph.start();
    expect((await events.next()).data.data.visitChanged.id).toBe('meanwhile');
    subgraph.change('after');
    expect((await events.next()).data.data.visitChanged.id).toBe('after');
    late.end();
    events.end();
  });

  it('retries the execution of an event while its subgraph is unavailable', async () => {
    const events = await stream(gateway.url, subscription);
    // Each query is sent twice before it fails.
    subgraph.failsNext = 4;
    const cursor = subgraph.change('read-late');
    expect(await events.next()).toMatchObject({
      id: cursor,
      data: { data: { visitChanged: { id: 'read-late' } } },
    });
    expect(subgraph.failsNext).toBe(0);
    events.end();
  });

  it('starts and reports it when its subgraph is unavailable from the start', async () => {
    await subgraph.stop();
    const fresh = await startSubscriptionGateway(subgraph);
    const events = await stream(fresh.url, subscription);
    expect((await events.next()).data.errors[0].extensions.code).toBe('SUBGRAPH_UNAVAILABLE');
    await subgraph.start();
    expect(await events.nextId()).toMatch(/^\d+\.1$/);
    const cursor = subgraph.change('after');
    expect((await events.next()).id).toBe(cursor);
    await fresh.stop();
  });

  it('that resumes while its subgraph is unavailable gets what it missed when the subgraph is back', async () => {
    const first = await stream(gateway.url, subscription);
    const seen = subgraph.change('seen');
    expect((await first.next()).id).toBe(seen);
    first.end();
    await subgraph.stop();
    const events = await stream(gateway.url, subscription, { 'last-event-id': seen });
    expect((await events.next()).data.errors[0].extensions.code).toBe('SUBGRAPH_UNAVAILABLE');
    subgraph.change('missed');
    await subgraph.start();
    expect((await events.next()).data.data.visitChanged.id).toBe('missed');
    events.end();
  });

  it('that resumes starts at once, before there is an event', async () => {
    const last = subgraph.change('delivered');
    const response = await post(subscription, { 'last-event-id': last });
    expect(response.status).toBe(200);
    await response.body?.cancel();
  });

  it('ends with an error when its subgraph comes back with an earlier database', async () => {
    const events = await stream(gateway.url, subscription);
    const last = subgraph.change('lost with the database');
    await events.next();
    await subgraph.stop();
    subgraph.forget();
    await subgraph.start();
    const lastEvents = [await events.next(), await events.next()];
    expect(lastEvents.map(({ data }) => data.errors[0].extensions.code)).toEqual([
      'SUBGRAPH_UNAVAILABLE',
      'BAD_CURSOR',
    ]);
    expect((await events.next()).event).toBe('complete');
    const again = await stream(gateway.url, subscription, { 'last-event-id': last });
    expect((await again.next()).data.errors[0].extensions.code).toBe('BAD_CURSOR');
    again.end();
  });

  it('keeps its order and loses nothing when more events arrive than may be queued', async () => {
    const events = await stream(gateway.url, subscription);
    const expected = Array.from({ length: 3000 }, (_, n) => `burst-${n}`);
    for (const id of expected) subgraph.change(id);
    const received: string[] = [];
    while (received.length < expected.length) received.push((await events.next()).data.data.visitChanged.id);
    expect(received).toEqual(expected);
    events.end();
  });

  it('continues after an event that failed, with an error under its id', async () => {
    const events = await stream(gateway.url, subscription);
    const answered = vi.spyOn(Engine.prototype, 'answer').mockRejectedValueOnce(new Error('a fault inside'));
    const cursor = subgraph.change('unread');
    const unread = await events.next();
    answered.mockRestore();
    expect(unread).toMatchObject({ id: cursor, data: { data: null } });
    expect(unread.data.errors[0].extensions.code).toBe('INTERNAL_SERVER_ERROR');
    expect(JSON.stringify(unread)).not.toContain('a fault inside');
    subgraph.change('read');
    expect((await events.next()).data.data.visitChanged.id).toBe('read');
    events.end();
  });

  it('is kept alive by comments', async () => {
    const quick = await startSubscriptionGateway(subgraph, { STREAM_KEEPALIVE_MS: '10' });
    const comment = await new Promise<string>((resolve, reject) => {
      const url = `${quick.url}/graphql/stream?query=${encodeURIComponent(subscription)}`;
      get(url, { headers: { 'graphql-require-preflight': '1' } }, (response) => {
        response.on('data', (chunk) => {
          if (String(chunk).startsWith(':')) {
            resolve(String(chunk));
            response.destroy();
          }
        });
      }).on('error', reject);
    });
    expect(comment).toMatch(/^:\n\n/);
    await quick.stop();
  });
});

describe('a client that reads too slowly', () => {
  /** More than the buffers of the operating system and the gateway hold. */
  const flood = async (of: SubscriptionGateway) => {
    const slow = of.logged('client too slow');
    subgraph.text = '示'.repeat(100_000);
    for (let n = 0; n < 200; n += 1) subgraph.change(`flood-${n}`);
    await slow;
    subgraph.text = '示例';
  };

  it('gets an error, and may resume after its last event', async () => {
    const events = await stream(gateway.url, subscription);
    await flood(gateway);
    const received: string[] = [];
    for (;;) {
      const { event, data } = await events.next();
      if (event === 'complete') break;
      received.push(data.errors?.[0].extensions.code ?? data.data.visitChanged.id);
    }
    expect(received.pop()).toBe('OVERLOADED');
    expect(received).toEqual(received.map((_, n) => `flood-${n}`));
    const again = await stream(gateway.url, subscription, { 'last-event-id': events.lastId() ?? '' });
    expect((await again.next()).data.data.visitChanged.id).toBe(`flood-${received.length}`);
    again.end();
  });

  it('is disconnected when it reads nothing at all', async () => {
    const strict = await startSubscriptionGateway(subgraph, { STREAM_CLOSE_TIMEOUT_MS: '10' });
    const closed = strict.logged('slow stream closed');
    const url = `${strict.url}/graphql/stream?query=${encodeURIComponent(subscription)}`;
    const request = get(url, { headers: { 'graphql-require-preflight': '1' } });
    request.on('error', () => {});
    const response = await new Promise<IncomingMessage>((resolve) => request.on('response', resolve));
    response.on('error', () => {});
    await once(response, 'readable');
    await flood(strict);
    await closed;
    request.destroy();
    await strict.stop();
  });
});

describe('a stream is refused', () => {
  it.each([
    ['a query', '{ visit(id: "x") { id } }', 'OPERATION_RESOLUTION_FAILURE'],
    ['a field that is not there', 'subscription { nothingChanged { id } }', 'GRAPHQL_VALIDATION_FAILED'],
    ['what is no GraphQL', 'subscription {', 'GRAPHQL_PARSE_FAILED'],
    ['a division that is none', 'subscription { visitChanged(within: "41x") { id } }', 'BAD_USER_INPUT'],
  ])('for %s', async (_what, query, code) => {
    const response = await post(query);
    expect(response.status).toBe(400);
    expect(await codeOf(response)).toBe(code);
  });

  it.each(['x', '1', '1.2.3', '-1.0', '1.2\u0000'.slice(0, 3).concat('…'), '1.9999999999999999999'])(
    'for the id %s, which is no event’s, with advice',
    async (id) => {
      const response = await post(subscription, { 'last-event-id': encodeURIComponent(id) });
      expect(response.status).toBe(400);
      const { errors } = (await response.json()) as {
        errors: { message: string; extensions: { code: string } }[];
      };
      expect(errors[0]?.extensions.code).toBe('BAD_CURSOR');
      expect(errors[0]?.message).toMatch(/omit it to start from now on/);
    },
  );

  it('for a GET without a header that pages of other sites cannot send', async () => {
    const path = `/graphql/stream?query=${encodeURIComponent(subscription)}`;
    expect(await send(gateway.port, 'GET', path, { accept: 'text/event-stream' })).toMatchObject({
      status: 400,
      code: 'BAD_REQUEST',
    });
    expect((await send(gateway.port, 'DELETE', path)).status).toBe(405);
  });

  it('when there are too many, with Retry-After', async () => {
    const small = await startSubscriptionGateway(subgraph, { MAX_STREAMS: '1' });
    const first = await stream(small.url, subscription);
    const { response } = await stream(small.url, subscription);
    expect(response.status).toBe(503);
    expect(response.headers.get('retry-after')).toBe('5');
    expect(await codeOf(response)).toBe('OVERLOADED');
    await small.stop();
    expect((await first.next()).event).toBe('complete');
  });
});

it('says how to send subscriptions when one is sent like a query', async () => {
  const response = await fetch(`${gateway.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query: subscription }),
  });
  const { errors } = (await response.json()) as {
    errors: { message: string; extensions: { code: string } }[];
  };
  expect(errors[0]?.extensions.code).toBe('OPERATION_RESOLUTION_FAILURE');
  expect(errors[0]?.message).toContain('/graphql/stream');
});

it('completes at once a stream that is opened while the gateway stops', async () => {
  const ending = await startSubscriptionGateway(subgraph);
  const socket = connect(ending.port, '127.0.0.1');
  await once(socket, 'connect');
  const stopped = ending.stop();
  for (let isOpen = true; isOpen; ) {
    const probe = connect(ending.port, '127.0.0.1');
    isOpen = await once(probe, 'connect').then(
      () => true,
      () => false,
    );
    probe.destroy();
  }
  const body = JSON.stringify({ query: subscription });
  socket.write(
    `POST /graphql/stream HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
  );
  let text = '';
  for await (const chunk of socket) text += chunk;
  expect(text).toContain('event: complete');
  await stopped;
});
