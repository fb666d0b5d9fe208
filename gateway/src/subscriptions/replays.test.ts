// What one who was away is told of: within bounds, in the viewer's turn and at the viewer's rate; and who cannot be told, is told so.
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
  const news = await subscribe(subscription, { 'last-event-id': last });
  const told = await news.next();
  expect(codeOf(told)).toBe('BAD_CURSOR');
  expect(told.data.errors[0].message).toMatch(/subscribe without Last-Event-ID/);
  expect((await news.next()).event).toBe('complete');
});

it('ends a stream that cannot be told what it missed, though the subgraph tells what comes', async () => {
  gateway = await startSubscriptionGateway(subgraph);
  const logged = gateway.logged('missed changes not read');
  const last = subgraph.change('a');
  subgraph.replayStatus = 500;
  const news = await subscribe(subscription, { 'last-event-id': last });
  expect(codeOf(await news.next())).toBe('SUBGRAPH_UNAVAILABLE');
  expect((await news.next()).event).toBe('complete');
  expect(await logged).toMatchObject({ subgraph: 'visits', error: 'status 500' });
});

it('counts each event that is told as an operation: a stream over its viewer’s rate waits, and loses nothing', async () => {
  gateway = await startSubscriptionGateway(subgraph);
  const charge = vi.spyOn(Admission.prototype, 'charge');
  for (let refused = 0; refused < 3; refused += 1)
    charge.mockRejectedValueOnce(
      new HttpError(429, 'RATE_LIMITED', 'wait', true, { extensions: { retryAfterMs: 1 } }),
    );
  const last = subgraph.change('before');
  const missed = Array.from({ length: 6 }, (_, n) => `missed-${n}`);
  for (const id of missed) subgraph.change(id);
  const news = await subscribe(subscription, { 'last-event-id': last, authorization: 'Bearer mine' });
  const heard = [];
  while (heard.length < 6) heard.push((await news.next()).data.data.visitChanged.id);
  const live = ['live-0', 'live-1'];
  for (const id of live) subgraph.change(id);
  while (heard.length < 8) heard.push((await news.next()).data.data.visitChanged.id);
  expect(heard).toEqual([...missed, ...live]);
  expect(charge.mock.calls.map(([{ headers }, count]) => [headers.authorization, count])).toEqual(
    Array.from({ length: 3 + 8 }, () => ['Bearer mine', 1]),
  );
  charge.mockRestore();
});

it('asks a subgraph for streams in their viewer’s turn', async () => {
  gateway = await startSubscriptionGateway(subgraph, { VIEWER_MAX_CALLS: '1' });
  for (let number = 0; number < 5; number += 1)
    await subscribe(`subscription { a${number}: visitChanged(within: "410105") { id } }`, {
      authorization: 'Bearer mine',
    });
  const told = () => Promise.all(streams.map((each) => each.next()));
  subgraph.change('first');
  await told();
  const held = Promise.withResolvers<void>();
  subgraph.responding = held.promise;
  const asked = subgraph.requests.length;
  subgraph.change('second');
  await expect.poll(() => subgraph.requests.length).toBe(asked + 1);
  const other = query('Bearer other');
  await expect.poll(() => subgraph.requests.length).toBe(asked + 2);
  held.resolve();
  expect((await other).status).toBe(200);
  await told();
  expect(subgraph.requests).toHaveLength(asked + 6);
});

it('leaves nothing of forty streams that end while what they missed waits for its turn', async () => {
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
  const news = streams.at(-1) as Stream;
  subgraph.change('new');
  expect((await news.next()).data.data.visitChanged.id).toBe('new');
});
