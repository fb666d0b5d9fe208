// What one who was away is told of: within bounds, in the viewer's turn and at the viewer's rate; and who cannot be told, is told so.
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { FakeRoom, type LiveGateway, liveGateway, type Stream, stream } from './testing.ts';

const room = new FakeRoom();
let gateway: LiveGateway;
let streams: Stream[] = [];
beforeAll(() => room.start());
afterEach(async () => {
  room.replaysRefused = null;
  for (const { end } of streams) end();
  streams = [];
  await gateway.stop();
});
afterAll(() => room.stop());

const subscription = 'subscription { visitChanged(within: "410105") { id } }';
async function subscribe(query: string, headers: Record<string, string> = {}): Promise<Stream> {
  const opened = await stream(gateway.url, query, headers);
  streams.push(opened);
  return opened;
}
const query = (authorization?: string) =>
  fetch(`${gateway.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(authorization && { authorization }) },
    body: JSON.stringify({ query: '{ visit(id: "other") { id } }' }),
  });
const codeOf = ({ data }: { data: { errors: { extensions: { code: string } }[] } }) =>
  data.errors[0]?.extensions.code;

it.each([410, 400])('ends a stream whose replay is refused with %d, and says what to do', async (status) => {
  gateway = await liveGateway(room);
  const last = room.change('a');
  room.replaysRefused = status;
  const news = await subscribe(subscription, { 'last-event-id': last });
  const told = await news.next();
  expect(codeOf(told)).toBe('BAD_CURSOR');
  expect(told.data.errors[0].message).toMatch(/subscribe without Last-Event-ID/);
  expect((await news.next()).event).toBe('complete');
});

it('ends a stream that cannot be told what it missed, though the subgraph tells what comes', async () => {
  gateway = await liveGateway(room);
  const logged = gateway.logged('missed changes not read');
  const last = room.change('a');
  room.replaysRefused = 500;
  const news = await subscribe(subscription, { 'last-event-id': last });
  expect(codeOf(await news.next())).toBe('SUBGRAPH_UNAVAILABLE');
  expect((await news.next()).event).toBe('complete');
  expect(await logged).toMatchObject({ subgraph: 'visits', error: 'status 500' });
});

it('counts each event that is told as an operation: a stream over its viewer’s rate waits, and loses nothing', async () => {
  gateway = await liveGateway(room, { VIEWER_RATE: '20', VIEWER_BURST: '4' });
  const last = room.change('before');
  const missed = Array.from({ length: 12 }, (_, n) => `missed-${n}`);
  for (const id of missed) room.change(id);
  const mine = { authorization: 'Bearer mine' };
  const news = await subscribe(subscription, { 'last-event-id': last, ...mine });
  const heard = [];
  while (heard.length < 6) heard.push((await news.next()).data.data.visitChanged.id);
  expect((await query(mine.authorization)).status).toBe(429);
  expect((await query('Bearer other')).status).toBe(200);
  const live = Array.from({ length: 4 }, (_, n) => `live-${n}`);
  for (const id of live) room.change(id);
  while (heard.length < 16) heard.push((await news.next()).data.data.visitChanged.id);
  expect(heard).toEqual([...missed, ...live]);
});

it('asks a subgraph for streams in their viewer’s turn', async () => {
  gateway = await liveGateway(room, { VIEWER_MAX_CALLS: '1' });
  for (let number = 0; number < 5; number += 1)
    await subscribe(`subscription { a${number}: visitChanged(within: "410105") { id } }`, {
      authorization: 'Bearer mine',
    });
  const told = () => Promise.all(streams.map((each) => each.next()));
  room.change('first');
  await told();
  const held = Promise.withResolvers<void>();
  room.answering = held.promise;
  const asked = room.asked.length;
  room.change('second');
  await expect.poll(() => room.asked.length).toBe(asked + 1);
  const other = query('Bearer other');
  await expect.poll(() => room.asked.length).toBe(asked + 2);
  held.resolve();
  expect((await other).status).toBe(200);
  await told();
  expect(room.asked).toHaveLength(asked + 6);
});
