// What a feed does once nobody listens any more.
import type { ChangeEvent } from '@district-graph/kit/mutations/change-stream';
import { expect, it, vi } from 'vitest';
import { subscription } from '../testing/change-streams.ts';
import { type ChangeListener, ChangeStreamClient } from './change-stream-client.ts';
import { SharedSubscription } from './shared-subscription.ts';

const event: ChangeEvent = {
  cursor: '1.1',
  entityType: 'Visit',
  entityId: 'a',
  divisionCode: '410105007003',
  isOfStatus: false,
};

it('gives up what it reads when the last one who listens leaves, and tells nothing of it', async () => {
  const source = new ChangeStreamClient(
    'visits',
    () => null,
    () => {},
  );
  let follower: ChangeListener | undefined;
  vi.spyOn(source, 'subscribe').mockImplementation((following) => {
    follower = following;
    return () => {};
  });
  const reading = Promise.withResolvers<AbortSignal>();
  const answer = Promise.withResolvers<Buffer>();
  const read = (_entityId: string, signal: AbortSignal) => {
    reading.resolve(signal);
    return answer.promise;
  };
  const feed = new SharedSubscription({ source, subscription, read, charge: async () => {}, log: () => {} });
  const heard = vi.fn();
  const leave = feed.subscribe(heard);
  follower?.onChange(event);
  const signal = await reading.promise;
  leave();
  expect(signal.aborted).toBe(true);
  answer.resolve(Buffer.from('{}'));
  await answer.promise;
  expect(heard).not.toHaveBeenCalled();
  source.close();
});
