import { headersOf, testIdentity } from '@district-graph/kit/testing/identity';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { FakeSubgraph, startSubscriptionGateway, stream } from '../testing/change-streams.ts';

const subscription = 'subscription { visitChanged(within: "410105") { id } }';
const subgraph = new FakeSubgraph();
beforeAll(() => subgraph.start());
afterAll(() => subgraph.stop());

it('a stream ends with an error soon after its token has expired, without new events', async () => {
  const known = await startSubscriptionGateway(subgraph, {}, { identity: testIdentity });
  const events = await stream(known.url, subscription, await headersOf({ roles: ['analyst'] }));
  const lasting = await stream(known.url, subscription);
  subgraph.change('before');
  expect((await events.next()).data.data.visitChanged.id).toBe('before');
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 7_200_000 });
  const { data } = await events.next();
  expect(data.errors[0].extensions.code).toBe('UNAUTHENTICATED');
  expect((await events.next()).event).toBe('complete');
  subgraph.change('after');
  expect((await lasting.next()).data.data.visitChanged.id).toBe('before');
  expect((await lasting.next()).data.data.visitChanged.id).toBe('after');
  vi.useRealTimers();
  lasting.end();
  await known.stop();
});

it('a stream gets its events after another token of the viewer has expired, with which the same was subscribed to before', async () => {
  const known = await startSubscriptionGateway(subgraph, {}, { identity: testIdentity });
  const short = await stream(
    known.url,
    subscription,
    await headersOf({ roles: ['analyst'], lifeSeconds: 30 }),
  );
  const long = await stream(known.url, subscription, await headersOf({ roles: ['analyst'] }));
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 120_000 });
  expect((await short.next()).data.errors[0].extensions.code).toBe('UNAUTHENTICATED');
  subgraph.change('after');
  expect((await long.next()).data.data.visitChanged.id).toBe('after');
  vi.useRealTimers();
  long.end();
  await known.stop();
});
