// Live news over server-sent events: what is told, what is refused, and how much may be asked of it.
import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { send } from '@district-graph/kit/testing/http';
import { headersOf, testIdentity } from '@district-graph/kit/testing/identity';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { Engine } from '../execution/engine.ts';
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

const feed = 'subscription { visitChanged(within: "410105") { id text } }';
const post = (query: string, headers: Record<string, string> = {}) =>
  fetch(`${gateway.url}/graphql/stream`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ query }),
  });
const codeOf = async (response: Response) =>
  ((await response.json()) as { errors: { extensions: { code: string } }[] }).errors[0]?.extensions.code;

describe('a stream', () => {
  it('says where it begins, so that who is cut off before any news misses nothing', async () => {
    const response = await post(feed);
    const { value } = await messagesOf(response).next();
    expect(value).toEqual({ event: null, id: expect.stringMatching(/^\d+\.\d+$/), data: null });
    const missed = subgraph.change('a');
    const again = await stream(gateway.url, feed, { 'last-event-id': value?.id ?? '' });
    expect(await again.next()).toMatchObject({ id: missed, data: { data: { visitChanged: { id: 'a' } } } });
    again.end();
  });

  it.each([
    'subscription { ...F } fragment F on Subscription { visitChanged(within: "410105") { ...V } } fragment V on Visit { id text }',
    'subscription { ... on Subscription { ... { visitChanged(within: "410105") { id } } } visitChanged(within: "410105") { text } }',
    'subscription ($in: ID = "410105", $no: Boolean = false) { ...F } fragment F on Subscription { visitChanged(within: $in) { id text @skip(if: $no) } }',
  ])('is of a root field in a fragment, as in: %s', async (query) => {
    const news = await stream(gateway.url, query);
    subgraph.change('in a fragment');
    expect((await news.next()).data).toEqual({
      data: { visitChanged: { id: 'in a fragment', text: '示例' } },
    });
    news.end();
  });

  it('tells changes of status only, where that is what it is of', async () => {
    const news = await stream(gateway.url, 'subscription { visitStatusChanged(within: "410105") { id } }');
    subgraph.change('a');
    subgraph.change('b', { isOfStatus: true });
    expect((await news.next()).data.data.visitStatusChanged.id).toBe('b');
    news.end();
  });

  it('is run once for an event, however many listen with the same operation and authorization', async () => {
    const same = await Promise.all(
      Array.from({ length: 8 }, (_, n) => stream(gateway.url, feed, { 'x-request-id': String(n) })),
    );
    const another = await stream(gateway.url, feed, { 'accept-language': 'en' });
    subgraph.requests.length = 0;
    const cursor = subgraph.change('shared');
    const heard = await Promise.all([...same, another].map((news) => news.next()));
    for (const { id } of heard) expect(id).toBe(cursor);
    expect(subgraph.requests).toHaveLength(2);
    for (const news of [...same, another]) news.end();
  });

  it('tells when its subgraph is away, goes on when it is back, and then tells what changed meanwhile', async () => {
    const news = await stream(gateway.url, feed);
    await subgraph.stop();
    const lost = await news.next();
    expect(lost).toMatchObject({ event: 'next', id: null, data: { data: null } });
    expect(lost.data.errors[0].extensions).toEqual({ code: 'SUBGRAPH_UNAVAILABLE', service: 'visits' });
    const late = await stream(gateway.url, feed);
    subgraph.change('meanwhile');
    await subgraph.start();
    expect((await news.next()).data.data.visitChanged.id).toBe('meanwhile');
    subgraph.change('after');
    expect((await news.next()).data.data.visitChanged.id).toBe('after');
    late.end();
    news.end();
  });

  it('waits with what changed until its subgraph, which went in between, says what became of it', async () => {
    const news = await stream(gateway.url, feed);
    // A query is asked twice before it is given up.
    subgraph.failsNext = 4;
    const cursor = subgraph.change('read-late');
    expect(await news.next()).toMatchObject({
      id: cursor,
      data: { data: { visitChanged: { id: 'read-late' } } },
    });
    expect(subgraph.failsNext).toBe(0);
    news.end();
  });

  it('begins and tells it, when its subgraph is away from the start', async () => {
    await subgraph.stop();
    const fresh = await startSubscriptionGateway(subgraph);
    const news = await stream(fresh.url, feed);
    expect((await news.next()).data.errors[0].extensions.code).toBe('SUBGRAPH_UNAVAILABLE');
    await subgraph.start();
    expect(await news.nextId()).toMatch(/^\d+\.1$/);
    const cursor = subgraph.change('after');
    expect((await news.next()).id).toBe(cursor);
    await fresh.stop();
  });

  it('that comes back while its subgraph is away gets what it missed once that is there', async () => {
    const first = await stream(gateway.url, feed);
    const seen = subgraph.change('seen');
    expect((await first.next()).id).toBe(seen);
    first.end();
    await subgraph.stop();
    const news = await stream(gateway.url, feed, { 'last-event-id': seen });
    expect((await news.next()).data.errors[0].extensions.code).toBe('SUBGRAPH_UNAVAILABLE');
    subgraph.change('missed');
    await subgraph.start();
    expect((await news.next()).data.data.visitChanged.id).toBe('missed');
    news.end();
  });

  it('that comes back begins at once, before there is anything to tell', async () => {
    const last = subgraph.change('told');
    const response = await post(feed, { 'last-event-id': last });
    expect(response.status).toBe(200);
    await response.body?.cancel();
  });

  it('ends, and says so, where its subgraph comes back with a database from before', async () => {
    const news = await stream(gateway.url, feed);
    const last = subgraph.change('lost with the database');
    await news.next();
    await subgraph.stop();
    subgraph.forget();
    await subgraph.start();
    const told = [await news.next(), await news.next()];
    expect(told.map(({ data }) => data.errors[0].extensions.code)).toEqual([
      'SUBGRAPH_UNAVAILABLE',
      'BAD_CURSOR',
    ]);
    expect((await news.next()).event).toBe('complete');
    const again = await stream(gateway.url, feed, { 'last-event-id': last });
    expect((await again.next()).data.errors[0].extensions.code).toBe('BAD_CURSOR');
    again.end();
  });

  it('keeps its order and loses nothing when more comes than may wait', async () => {
    const news = await stream(gateway.url, feed);
    const expected = Array.from({ length: 3000 }, (_, n) => `burst-${n}`);
    for (const id of expected) subgraph.change(id);
    const heard: string[] = [];
    while (heard.length < expected.length) heard.push((await news.next()).data.data.visitChanged.id);
    expect(heard).toEqual(expected);
    news.end();
  });

  it('goes on after an event that could not be read, and says so under its id', async () => {
    const news = await stream(gateway.url, feed);
    const answered = vi.spyOn(Engine.prototype, 'answer').mockRejectedValueOnce(new Error('a fault inside'));
    const cursor = subgraph.change('unread');
    const unread = await news.next();
    answered.mockRestore();
    expect(unread).toMatchObject({ id: cursor, data: { data: null } });
    expect(unread.data.errors[0].extensions.code).toBe('INTERNAL_SERVER_ERROR');
    expect(JSON.stringify(unread)).not.toContain('a fault inside');
    subgraph.change('read');
    expect((await news.next()).data.data.visitChanged.id).toBe('read');
    news.end();
  });

  it('is kept alive by comments', async () => {
    const quick = await startSubscriptionGateway(subgraph, { STREAM_KEEPALIVE_MS: '10' });
    const comment = await new Promise<string>((resolve, reject) => {
      const url = `${quick.url}/graphql/stream?query=${encodeURIComponent(feed)}`;
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

it('a stream ends soon after the token that it was opened with, told so, without what is new', async () => {
  const known = await startSubscriptionGateway(subgraph, {}, { identity: testIdentity });
  const news = await stream(known.url, feed, await headersOf({ roles: ['analyst'] }));
  const lasting = await stream(known.url, feed);
  subgraph.change('before');
  expect((await news.next()).data.data.visitChanged.id).toBe('before');
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 7_200_000 });
  const { data } = await news.next();
  expect(data.errors[0].extensions.code).toBe('UNAUTHENTICATED');
  expect((await news.next()).event).toBe('complete');
  subgraph.change('after');
  expect((await lasting.next()).data.data.visitChanged.id).toBe('before');
  expect((await lasting.next()).data.data.visitChanged.id).toBe('after');
  vi.useRealTimers();
  lasting.end();
  await known.stop();
});

describe('a client that reads too slowly', () => {
  /** More than waits in the system's own buffers and in ours. */
  const flood = async (of: SubscriptionGateway) => {
    const slow = of.logged('client too slow');
    subgraph.text = '示'.repeat(100_000);
    for (let n = 0; n < 200; n += 1) subgraph.change(`flood-${n}`);
    await slow;
    subgraph.text = '示例';
  };

  it('is told, and may go on from its last event', async () => {
    const news = await stream(gateway.url, feed);
    await flood(gateway);
    const heard: string[] = [];
    for (;;) {
      const { event, data } = await news.next();
      if (event === 'complete') break;
      heard.push(data.errors?.[0].extensions.code ?? data.data.visitChanged.id);
    }
    expect(heard.pop()).toBe('OVERLOADED');
    expect(heard).toEqual(heard.map((_, n) => `flood-${n}`));
    const again = await stream(gateway.url, feed, { 'last-event-id': news.lastId() ?? '' });
    expect((await again.next()).data.data.visitChanged.id).toBe(`flood-${heard.length}`);
    again.end();
  });

  it('is cut off where it reads nothing at all', async () => {
    const strict = await startSubscriptionGateway(subgraph, { STREAM_CLOSE_TIMEOUT_MS: '10' });
    const cutOff = strict.logged('slow stream closed');
    const url = `${strict.url}/graphql/stream?query=${encodeURIComponent(feed)}`;
    const request = get(url, { headers: { 'graphql-require-preflight': '1' } });
    request.on('error', () => {});
    const response = await new Promise<IncomingMessage>((resolve) => request.on('response', resolve));
    response.on('error', () => {});
    await once(response, 'readable');
    await flood(strict);
    await cutOff;
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
    'for the id %s, which no event had, with what to do',
    async (id) => {
      const response = await post(feed, { 'last-event-id': encodeURIComponent(id) });
      expect(response.status).toBe(400);
      const { errors } = (await response.json()) as {
        errors: { message: string; extensions: { code: string } }[];
      };
      expect(errors[0]?.extensions.code).toBe('BAD_CURSOR');
      expect(errors[0]?.message).toMatch(/omit it to start from now on/);
    },
  );

  it('by GET without a header that a foreign page cannot send', async () => {
    const path = `/graphql/stream?query=${encodeURIComponent(feed)}`;
    expect(await send(gateway.port, 'GET', path, { accept: 'text/event-stream' })).toMatchObject({
      status: 400,
      code: 'BAD_REQUEST',
    });
    expect((await send(gateway.port, 'DELETE', path)).status).toBe(405);
  });

  it('when there are too many, with when to come back', async () => {
    const small = await startSubscriptionGateway(subgraph, { MAX_STREAMS: '1' });
    const first = await stream(small.url, feed);
    const { response } = await stream(small.url, feed);
    expect(response.status).toBe(503);
    expect(response.headers.get('retry-after')).toBe('5');
    expect(await codeOf(response)).toBe('OVERLOADED');
    await small.stop();
    expect((await first.next()).event).toBe('complete');
  });
});

it('says where subscriptions are heard, where one is sent as queries are', async () => {
  const response = await fetch(`${gateway.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query: feed }),
  });
  const { errors } = (await response.json()) as {
    errors: { message: string; extensions: { code: string } }[];
  };
  expect(errors[0]?.extensions.code).toBe('OPERATION_RESOLUTION_FAILURE');
  expect(errors[0]?.message).toContain('/graphql/stream');
});

it('completes at once a stream that is asked for while the gateway ends', async () => {
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
  const body = JSON.stringify({ query: feed });
  socket.write(
    `POST /graphql/stream HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
  );
  let text = '';
  for await (const chunk of socket) text += chunk;
  expect(text).toContain('event: complete');
  await stopped;
});
