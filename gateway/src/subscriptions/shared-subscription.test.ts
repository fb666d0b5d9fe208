import type { ChangeEvent } from '@district-graph/kit/mutations/change-stream';
import { expect, it, vi } from 'vitest';
import { subscription } from '../testing/change-streams.ts';
import { ChangeStreamClient, type ChangeSubscriber } from './change-stream-client.ts';
import { SharedSubscription } from './shared-subscription.ts';

const change: ChangeEvent = {
  cursor: '1.1',
  entityType: 'Visit',
  entityId: 'a',
  divisionCode: '410105007003',
  isOfStatus: false,
};

it('aborts what it executes when the last subscriber leaves, and delivers nothing of it', async () => {
  const source = new ChangeStreamClient(
    'visits',
    () => null,
    () => {},
  );
  let listener: ChangeSubscriber | undefined;
  vi.spyOn(source, 'subscribe').mockImplementation((subscribed) => {
    listener = subscribed;
    return () => {};
  });
  const executing = Promise.withResolvers<AbortSignal>();
  const answer = Promise.withResolvers<Buffer>();
  const execute = (_entityId: string, signal: AbortSignal) => {
    executing.resolve(signal);
    return answer.promise;
  };
  const shared = new SharedSubscription({
    source,
    subscription,
    execute,
    charge: async () => {},
    log: () => {},
  });
  const onEvent = vi.fn();
  const unsubscribe = shared.subscribe(onEvent);
  listener?.onChange(change);
  const signal = await executing.promise;
  unsubscribe();
  expect(signal.aborted).toBe(true);
  answer.resolve(Buffer.from('{}'));
  await answer.promise;
  expect(onEvent).not.toHaveBeenCalled();
  source.close();
});
