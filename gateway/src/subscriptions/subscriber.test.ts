// What waits for clients that read slowly: counted once for all streams, and given up by the one for which most waits.
import { expect, it, vi } from 'vitest';
import { subscription } from '../testing/change-streams.ts';
import { ChangeStreamClient } from './change-stream-client.ts';
import { SharedSubscription } from './shared-subscription.ts';
import { Subscriber } from './subscriber.ts';
import { Backlog, SubscriptionEvent } from './subscription-event.ts';

it('news count once however many they wait for, and no longer once they are taken or given up', async () => {
  const source = new ChangeStreamClient(
    'visits',
    () => null,
    () => {},
  );

  const feed = new SharedSubscription({
    source,
    subscription,
    read: async () => Buffer.from('{}'),
    charge: async () => {},
    log: () => {},
  });
  vi.spyOn(feed, 'currentCursor').mockResolvedValue('0.0');
  let tell: (news: SubscriptionEvent) => void = () => {};
  const members: ((news: SubscriptionEvent) => void)[] = [];
  vi.spyOn(feed, 'subscribe').mockImplementation((member) => {
    members.push(member);
    tell = (news) => {
      for (const each of members) each(news);
    };
    return () => {};
  });
  const backlog = new Backlog();
  const onMore = vi.fn();
  const [quick, slow, gone] = [1, 2, 3].map(
    () => new Subscriber(feed, null, { backlog, onMore }, () => {}),
  ) as [Subscriber, Subscriber, Subscriber];
  const began = [await quick.next(), await slow.next()];
  expect(began.map(({ value }) => value?.cursor)).toEqual(['0.0', '0.0']);
  tell(new SubscriptionEvent('1.1', Buffer.alloc(100)));
  tell(new SubscriptionEvent('2.1', Buffer.alloc(50)));
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
