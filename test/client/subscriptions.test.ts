// Subscriptions of the client on the real gateway, over both transports, through a network that fails.
import { createClient, GraphError, type Subscription, type SubscriptionState } from '@district-graph/client';
import { webSockets } from '@district-graph/client/websocket';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type CareVisits, startCareVisits, visitChanged, visitToken } from './care-visits.ts';

let care: CareVisits;

beforeAll(async () => {
  care = await startCareVisits();
});
afterAll(() => care.stop());

interface Opened {
  stream: Subscription<{ careVisitChanged: { id: string; status: string } }>;
  states: SubscriptionState[];
  /** Resolves once the subscription has the status. */
  reached: (status: SubscriptionState['status']) => Promise<SubscriptionState>;
  /** The ids of the next visits. */
  visits: (count: number) => Promise<(string | undefined)[]>;
}

const within = '410105';

function open(
  options: Parameters<CareVisits['clientOf']>[0],
  subscribing: { lastEventId?: string; onGap?: () => void } = {},
): Opened {
  const states: SubscriptionState[] = [];
  const stream = care
    .clientOf(options)
    .subscribe(visitChanged, { within }, { ...subscribing, onState: (state) => states.push(state) });
  return {
    stream,
    states,
    reached: async (status) => {
      await expect.poll(() => stream.state.status, { interval: 5 }).toBe(status);
      return stream.state;
    },
    visits: async (count) => {
      const ids: (string | undefined)[] = [];
      while (ids.length < count) ids.push((await stream.next()).value?.data?.careVisitChanged.id);
      return ids;
    },
  };
}

describe.each([
  ['server-sent events', () => ({})],
  ['WebSocket', () => ({ transport: webSockets() })],
])('over %s', (_name, transport) => {
  it('events arrive in their order, with their data', async () => {
    const { stream, reached } = open(transport());
    await reached('live');
    const visit = await care.request();
    const { value } = await stream.next();
    expect(value).toEqual({
      id: expect.stringMatching(/^\d+\.\d+$/),
      data: { careVisitChanged: { id: visit, status: 'REQUESTED' } },
      fieldErrors: [],
    });
    expect(stream.lastEventId).toBe(value?.id);
    stream.close();
    expect([await stream.next(), stream.state.status]).toEqual([{ done: true, value: undefined }, 'closed']);
  });

  it('nothing is missed or repeated when the connection is cut, even before the first event', async () => {
    const { stream, states, reached, visits } = open(transport());
    await reached('live');
    care.proxy.cut();
    await reached('reconnecting');
    const made = [await care.request(), await care.request()];
    care.proxy.restore();
    expect(await visits(2)).toEqual(made);
    care.proxy.cut();
    await reached('reconnecting');
    const later = await care.request();
    care.proxy.restore();
    expect(await visits(1)).toEqual([later]);
    expect(states.find(({ status }) => status === 'reconnecting')?.error?.code).toBe('NETWORK_ERROR');
    expect(stream.state).toEqual({ status: 'live', waiting: 0, error: null });
    stream.close();
  });

  it('continues at another gateway when its own stops', async () => {
    const { stream, reached, visits } = open(transport());
    await reached('live');
    const before = await care.request();
    expect(await visits(1)).toEqual([before]);
    await care.restartGateway();
    const after = await care.request();
    expect(await visits(1)).toEqual([after]);
    stream.close();
  });

  it('continues with a new token when its own expires', async () => {
    const tokens = [await visitToken(3600)];
    const token = async ({ isExpired }: { isExpired: boolean }) => {
      if (isExpired) tokens.push(await visitToken(3600));
      return tokens.at(-1) ?? null;
    };
    const { stream, reached, visits } = open({ ...transport(), token });
    await reached('live');
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 7_200_000 });
    await expect.poll(() => tokens.length).toBe(2);
    await reached('live');
    vi.useRealTimers();
    const visit = await care.request();
    expect(await visits(1)).toEqual([visit]);
    stream.close();
  });

  it('resumes after the event of an earlier visit', async () => {
    const earlier = open(transport());
    await earlier.reached('live');
    await care.request();
    await earlier.visits(1);
    earlier.stream.close();
    const missed = await care.request();
    const { stream, visits } = open(transport(), { lastEventId: earlier.stream.lastEventId ?? '' });
    expect(await visits(1)).toEqual([missed]);
    stream.close();
  });

  it('a gap is reported once new events arrive, or rejects where nobody asked for that', async () => {
    let gaps = 0;
    const unknown = '99999999999.1';
    const { stream, reached, visits } = open(transport(), {
      lastEventId: unknown,
      onGap: () => {
        gaps += 1;
      },
    });
    await expect.poll(() => gaps).toBe(1);
    await reached('live');
    const visit = await care.request();
    expect(await visits(1)).toEqual([visit]);
    stream.close();
    await expect(open(transport(), { lastEventId: unknown }).stream.next()).rejects.toMatchObject({
      code: 'BAD_CURSOR',
    });
  });

  it('is behind while more events wait than are taken, and loses none', async () => {
    const { stream, states, reached, visits } = open(transport());
    await reached('live');
    const made: string[] = [];
    for (let nth = 0; nth < 20; nth += 1) made.push(await care.request());
    await expect.poll(() => stream.state).toMatchObject({ status: 'behind', waiting: 20 });
    expect(await visits(20)).toEqual(made);
    expect(stream.state.status).toBe('live');
    expect(states.map(({ status }) => status)).not.toContain('reconnecting');
    stream.close();
  });

  it('rejects with the reason when the viewer may not subscribe', async () => {
    const { stream } = open({ ...transport(), token: null });
    const error = await stream.next().catch((reason) => reason);
    expect(error).toBeInstanceOf(GraphError);
    expect(error.code).toBe('FORBIDDEN');
    expect(stream.state.status).toBe('closed');
  });

  it('a rejected token that cannot be renewed ends it', async () => {
    const { stream } = open({ ...transport(), token: 'nonsense' });
    await expect(stream.next()).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  });

  it('is aborted by a signal', async () => {
    const aborting = new AbortController();
    const stream = care
      .clientOf(transport())
      .subscribe(visitChanged, { within }, { signal: aborting.signal });
    const next = stream.next();
    aborting.abort(new Error('the page was left'));
    await expect(next).rejects.toThrow('the page was left');
  });
});

it('has one socket for all subscriptions of a viewer', async () => {
  let sockets = 0;
  class Counted extends WebSocket {
    constructor(url: string, protocol: string) {
      super(url, protocol);
      sockets += 1;
    }
  }
  const client = care.clientOf({ transport: webSockets({ WebSocket: Counted }) });
  const streams = [client.subscribe(visitChanged, { within }), client.subscribe(visitChanged, { within })];
  await Promise.all(streams.map((each) => expect.poll(() => each.state.status).toBe('live')));
  const visit = await care.request();
  const events = await Promise.all(streams.map((each) => each.next()));
  expect(events.map(({ value }) => value?.data?.careVisitChanged.id)).toEqual([visit, visit]);
  expect(sockets).toBe(1);
  for (const each of streams) each.close();
});

it('reports a subgraph that is away, and delivers what changed meanwhile once it is back', async () => {
  const { stream, reached, visits } = open({});
  await reached('live');
  const visit = await care.request();
  expect(await visits(1)).toEqual([visit]);
  care.upstream.cut();
  const state = await reached('reconnecting');
  expect(state.error).toMatchObject({ code: 'SUBGRAPH_UNAVAILABLE', service: 'elderly-care' });
  const missed = await care.request();
  care.upstream.restore();
  expect(await visits(1)).toEqual([missed]);
  await reached('live');
  const after = await care.request();
  expect(await visits(1)).toEqual([after]);
  stream.close();
});

it('waits as long as the gateway asks when it has too many streams', async () => {
  const crowded = await startCareVisits({ MAX_STREAMS: '1' });
  const client = crowded.clientOf();
  const first = client.subscribe(visitChanged, { within });
  await expect.poll(() => first.state.status).toBe('live');
  const second = createClient({ url: `${crowded.proxy.url}/graphql`, token: await visitToken(60) }).subscribe(
    visitChanged,
    { within },
  );
  await expect
    .poll(() => second.state)
    .toMatchObject({
      status: 'reconnecting',
      error: { code: 'OVERLOADED', status: 503, retryAfterMs: 5000 },
    });
  first.close();
  await expect.poll(() => second.state.status).toBe('live');
  second.close();
  await crowded.stop();
});
