import { expect, it, vi } from 'vitest';
import { subscription } from '../testing/change-streams.ts';
import { ChangeStreamClient } from './change-stream-client.ts';
import { SharedSubscription } from './shared-subscription.ts';
import { Subscriber } from './subscriber.ts';
import { Backlog, SubscriptionEvent } from './subscription-event.ts';

it('counts an event in the backlog once for all queues, until it is taken or dropped', async () => {
  const source = new ChangeStreamClient(
    'visits',
    () => null,
    () => {},
  );
  const shared = new SharedSubscription({
    source,
    subscription,
    execute: async () => Buffer.from('{}'),
    charge: async () => {},
    log: () => {},
  });
  vi.spyOn(shared, 'currentCursor').mockResolvedValue('0.0');
  const listeners: ((event: SubscriptionEvent) => void)[] = [];
  vi.spyOn(shared, 'subscribe').mockImplementation((onEvent) => {
    listeners.push(onEvent);
    return () => {};
  });
  const deliver = (event: SubscriptionEvent) => {
    for (const onEvent of listeners) onEvent(event);
  };
  const backlog = new Backlog();
  const onMore = vi.fn();
  const [quick, slow, gone] = [1, 2, 3].map(
    () => new Subscriber(shared, null, { backlog, onMore }, () => {}),
  ) as [Subscriber, Subscriber, Subscriber];
  const first = [await quick.next(), await slow.next()];
  expect(first.map(({ value }) => value?.cursor)).toEqual(['0.0', '0.0']);
  deliver(new SubscriptionEvent('1.1', Buffer.alloc(100)));
  deliver(new SubscriptionEvent('2.1', Buffer.alloc(50)));
  expect([backlog.bytes, slow.queuedBytes, onMore.mock.calls.length]).toEqual([150, 150, 6]);
  await quick.next();
  await quick.next();
  await gone.return();
  expect([backlog.bytes, quick.queuedBytes]).toEqual([150, 0]);
  const onSlow = vi.spyOn(slow, 'onSlow');
  slow.dropQueued();
  expect(onSlow).toHaveBeenCalledOnce();
  expect([backlog.bytes, slow.queuedBytes]).toEqual([0, 0]);
  const { value } = await slow.next();
  expect(value?.body?.toString()).toContain('OVERLOADED');
  source.close();
});
