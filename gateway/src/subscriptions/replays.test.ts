import { HttpError } from '@district-graph/kit/http-error';
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import { Admission } from '../admission/admission.ts';
import {
  FakeSubgraph,
  type Stream,
  type SubscriptionGateway,
  startSubscriptionGateway,
  stream,
} from '../testing/change-streams.ts';

const subgraph = new FakeSubgraph();
let gateway: SubscriptionGateway;
let streams: Stream[] = [];
beforeAll(() => subgraph.start());
afterEach(async () => {
  subgraph.replayStatus = null;
  for (const { end } of streams) end();
  streams = [];
  await gateway.stop();
});
afterAll(() => subgraph.stop());

const subscription = 'subscription { visitChanged(within: "410105") { id } }';
async function subscribe(query: string, headers: Record<string, string> = {}): Promise<Stream> {
  const opened = await stream(gateway.url, query, headers);
  streams.push(opened);
  return opened;
}
const query = (authorization: string) =>
  fetch(`${gateway.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization },
    body: JSON.stringify({ query: '{ visit(id: "other") { id } }' }),
  });
const codeOf = ({ data }: { data: { errors: { extensions: { code: string } }[] } }) =>
  data.errors[0]?.extensions.code;

it.each([410, 400])('ends a stream whose replay is refused with %d, and says what to do', async (status) => {
  gateway = await startSubscriptionGateway(subgraph);
  const last = subgraph.change('a');
  subgraph.replayStatus = status;
  const events = await subscribe(subscription, { 'last-event-id': last });
  const event = await events.next();
  expect(codeOf(event)).toBe('BAD_CURSOR');
  expect(event.data.errors[0].message).toMatch(/subscribe without Last-Event-ID/);
  expect((await events.next()).event).toBe('complete');
});

it('ends a stream whose missed events cannot be read although the subgraph delivers new ones', async () => {
  gateway = await startSubscriptionGateway(subgraph);
  const logged = gateway.logged('replay failed');
  const last = subgraph.change('a');
  subgraph.replayStatus = 500;
  const events = await subscribe(subscription, { 'last-event-id': last });
  expect(codeOf(await events.next())).toBe('SUBGRAPH_UNAVAILABLE');
  expect((await events.next()).event).toBe('complete');
  expect(await logged).toMatchObject({ subgraph: 'visits', error: 'status 500' });
});

it('counts each event as an operation: a stream over its viewer’s rate is delayed and loses nothing', async () => {
  gateway = await startSubscriptionGateway(subgraph);
  const charge = vi.spyOn(Admission.prototype, 'charge');
  for (let refused = 0; refused < 3; refused += 1)
    charge.mockRejectedValueOnce(
      new HttpError(429, 'RATE_LIMITED', 'wait', { keepsConnection: true, extensions: { retryAfterMs: 1 } }),
    );
  const last = subgraph.change('before');
  const missed = Array.from({ length: 6 }, (_, n) => `missed-${n}`);
  for (const id of missed) subgraph.change(id);
  const events = await subscribe(subscription, { 'last-event-id': last, authorization: 'Bearer mine' });
  const received = [];
  while (received.length < 6) received.push((await events.next()).data.data.visitChanged.id);
  const newOnes = ['newOnes-0', 'newOnes-1'];
  for (const id of newOnes) subgraph.change(id);
  while (received.length < 8) received.push((await events.next()).data.data.visitChanged.id);
  expect(received).toEqual([...missed, ...newOnes]);
  const keys = charge.mock.calls.map(([client]) => client.key);
  expect(charge.mock.calls.map(([, count]) => count)).toEqual(Array.from({ length: 3 + 8 }, () => 1));
  expect(new Set(keys)).toEqual(new Set([expect.stringMatching(/^a:/)]));
  charge.mockRestore();
});

it('limits the calls for a viewer’s streams like the viewer’s other calls', async () => {
  gateway = await startSubscriptionGateway(subgraph, { VIEWER_MAX_CALLS: '1' });
  for (let number = 0; number < 5; number += 1)
    await subscribe(`subscription { a${number}: visitChanged(within: "410105") { id } }`, {
      authorization: 'Bearer mine',
    });
  const nextEvents = () => Promise.all(streams.map((each) => each.next()));
  subgraph.change('first');
  await nextEvents();
  const blocked = Promise.withResolvers<void>();
  subgraph.responding = blocked.promise;
  const before = subgraph.requests.length;
  subgraph.change('second');
  await expect.poll(() => subgraph.requests.length).toBe(before + 1);
  const other = query('Bearer other');
  await expect.poll(() => subgraph.requests.length).toBe(before + 2);
  blocked.resolve();
  expect((await other).status).toBe(200);
  await nextEvents();
  expect(subgraph.requests).toHaveLength(before + 6);
});

it('leaves nothing behind of forty streams that end while their missed events wait', async () => {
  gateway = await startSubscriptionGateway(subgraph, {
    VIEWER_RATE: '50',
    VIEWER_BURST: '2',
    VIEWER_MAX_STREAMS: '2',
  });
  const last = subgraph.change('before');
  for (let number = 0; number < 100; number += 1) subgraph.change(`missed-${number}`);
  for (let number = 0; number < 40; number += 1) {
    const ended = await subscribe(subscription, { 'last-event-id': last });
    if (ended.response.status === 200) await ended.next();
    ended.end();
  }
  const statusOfOne = async () => (await subscribe(subscription)).response.status;
  await expect.poll(statusOfOne).toBe(200);
  const events = streams.at(-1) as Stream;
  subgraph.change('new');
  expect((await events.next()).data.data.visitChanged.id).toBe('new');
});
