// Ids that clients reuse: each operation has its own answer and subscriber, even while the previous one is still running.
import { once } from 'node:events';
import { HttpError } from '@district-graph/kit/http-error';
import type { GraphQLAnswer } from '@district-graph/kit/operation/graphql-operation';
import { afterEach, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { SubscriptionEvent } from '../subscriptions/subscription-event.ts';
import { serveWebSockets, type WebSocketServerHandle } from '../testing/change-streams.ts';

/** An operation that is answered when the test says so. */
interface PendingOperation {
  isAbandoned: () => boolean;
  answer: (body: string) => void;
  refuse: (refusal: HttpError) => void;
}

interface Listened {
  /** Completes the subscribing. */
  complete: () => void;
  deliver: (event: SubscriptionEvent) => void;
  returned: Promise<void>;
}

/** Calls in their order, each of which can be awaited. */
class Calls<Call> {
  #calls: Call[] = [];
  #wake = () => {};

  add(call: Call): void {
    this.#calls.push(call);
    this.#wake();
  }

  async next(): Promise<Call> {
    while (this.#calls.length === 0)
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    return this.#calls.shift() as Call;
  }
}

const operations = new Calls<PendingOperation>();
const listened = new Calls<Listened>();
let served: WebSocketServerHandle | null = null;
let socket: WebSocket | null = null;
afterEach(async () => {
  socket?.terminate();
  await served?.stop();
});

/** A socket before the calls, and the messages it receives. */
async function opened(): Promise<{ socket: WebSocket; messages: Calls<unknown> }> {
  served = await serveWebSockets({
    answer: (_operation, _client, isAbandoned) =>
      new Promise<GraphQLAnswer>((resolve, refuse) =>
        operations.add({ isAbandoned, refuse, answer: (body) => resolve({ executed: true, body }) }),
      ),
    subscriptions: {
      subscribe: () =>
        new Promise((resolve) => {
          const ended = Promise.withResolvers<void>();
          const events = new Calls<SubscriptionEvent>();
          const none = { value: undefined, done: true as const };
          const subscriber = {
            onSlow: () => {},
            next: () =>
              Promise.race([
                ended.promise.then(() => none),
                events.next().then((value) => ({ value, done: false as const })),
              ]),
            return: async () => {
              ended.resolve();
              return none;
            },
          };
          listened.add({
            complete: () => resolve(subscriber),
            deliver: (event) => events.add(event),
            returned: ended.promise,
          });
        }),
    },
  });
  socket = new WebSocket(`${served.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
  await once(socket, 'open');
  const messages = new Calls<unknown>();
  socket.on('message', (data) => messages.add(JSON.parse(String(data))));
  socket.send('{"type":"connection_init"}');
  await messages.next();
  return { socket, messages };
}

const subscribe = (id: string, query: string) =>
  JSON.stringify({ type: 'subscribe', id, payload: { query } });
const complete = (id: string) => JSON.stringify({ type: 'complete', id });

it('answers operations with a reused id each with its own answer, in any order', async () => {
  const { socket, messages } = await opened();
  for (const isFirstAnsweredFirst of [true, false]) {
    socket.send(subscribe('1', '{ first }'));
    const first = await operations.next();
    socket.send(complete('1'));
    socket.send(subscribe('1', '{ second }'));
    const second = await operations.next();
    expect([first.isAbandoned(), second.isAbandoned()]).toEqual([true, false]);
    const answers = [
      () => first.answer('{"data":{"first":1}}'),
      () => second.answer('{"data":{"second":2}}'),
    ];
    if (!isFirstAnsweredFirst) answers.reverse();
    for (const answer of answers) answer();
    expect(await messages.next()).toEqual({ type: 'next', id: '1', payload: { data: { second: 2 } } });
    expect(await messages.next()).toEqual({ type: 'complete', id: '1' });
  }
  socket.send('{"type":"ping"}');
  expect(await messages.next()).toEqual({ type: 'pong' });
});

it('sends no refusal of a completed operation under a reused id', async () => {
  const { socket, messages } = await opened();
  socket.send(subscribe('1', '{ first }'));
  const first = await operations.next();
  socket.send(complete('1'));
  socket.send(subscribe('1', '{ second }'));
  const second = await operations.next();
  first.refuse(new HttpError(429, 'RATE_LIMITED', 'too many'));
  second.answer('{"data":{"second":2}}');
  expect(await messages.next()).toMatchObject({ type: 'next', payload: { data: { second: 2 } } });
  expect(await messages.next()).toEqual({ type: 'complete', id: '1' });
});

it('ends a subscription that was completed before it was subscribed, although its id is in use again', async () => {
  const { socket, messages } = await opened();
  const query = 'subscription { visitChanged(within: "410105") { id } }';
  socket.send(subscribe('1', query));
  const first = await listened.next();
  socket.send(complete('1'));
  socket.send(subscribe('1', query));
  const second = await listened.next();
  first.complete();
  await first.returned;
  second.complete();
  second.deliver(new SubscriptionEvent('1.1', Buffer.from('{"data":{"visitChanged":{"id":"a"}}}')));
  expect(await messages.next()).toMatchObject({ type: 'next', id: '1', payload: { data: {} } });
  socket.terminate();
  await second.returned;
});

it('ends a subscription with the id of a running query together with its socket', async () => {
  const { socket, messages } = await opened();
  socket.send(subscribe('1', '{ first }'));
  const first = await operations.next();
  socket.send(complete('1'));
  socket.send(subscribe('1', 'subscription { visitChanged(within: "410105") { id } }'));
  const second = await listened.next();
  second.complete();
  first.answer('{"data":{"first":1}}');
  second.deliver(new SubscriptionEvent('1.1', Buffer.from('{"data":{"visitChanged":{"id":"a"}}}')));
  expect(await messages.next()).toMatchObject({ type: 'next', payload: { data: { visitChanged: {} } } });
  socket.terminate();
  await second.returned;
});

it('rejects an id whose operation is not over', async () => {
  const { socket } = await opened();
  socket.send(subscribe('1', '{ first }'));
  await operations.next();
  socket.send(subscribe('1', '{ second }'));
  const [code] = await once(socket, 'close');
  expect(code).toBe(4409);
});
