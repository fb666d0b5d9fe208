import { expect, it } from 'vitest';
import { FairQueue } from './fair-queue.ts';

/** The order in which all items are taken, one at a time, with the time that each uses. */
function drained(queue: FairQueue<string>, usedMs: (item: string) => number = () => 1): string[] {
  const order: string[] = [];
  for (let taken = queue.take(1); taken; taken = queue.take(1)) {
    order.push(taken.item);
    queue.done(taken.key, usedMs(taken.item));
  }
  return order;
}

const queueOf = (...items: string[]): FairQueue<string> => {
  const queue = new FairQueue<string>();
  for (const item of items) queue.push(item[0] ?? '', item);
  return queue;
};

it('serves waiting keys in turn, and the items of each in their order', () => {
  expect(drained(queueOf('a1', 'a2', 'a3', 'a4', 'b1', 'b2', 'c1'))).toEqual([
    'a1',
    'b1',
    'c1',
    'a2',
    'b2',
    'a3',
    'a4',
  ]);
});

it('serves the key that has used the least time, not the one with the fewest items', () => {
  const order = drained(queueOf('a1', 'a2', 'b1', 'b2', 'b3', 'b4'), (item) => (item[0] === 'a' ? 500 : 5));
  expect(order).toEqual(['a1', 'b1', 'b2', 'b3', 'b4', 'a2']);
});

it('starts a new key where the others are, without an advantage or a debt', () => {
  const queue = queueOf('a1', 'a2', 'a3');
  for (const _time of [1, 2]) queue.done(queue.take(1)?.key ?? '', 100);
  queue.push('b', 'b1');
  queue.push('b', 'b2');
  queue.push('b', 'b3');
  expect(drained(queue, () => 100)).toEqual(['b1', 'a3', 'b2', 'b3']);
});

it('serves other keys while one has as many items running as a key may have', () => {
  const queue = queueOf('a1', 'a2', 'b1');
  expect(queue.take(1)?.item).toBe('a1');
  expect(queue.take(1)?.item).toBe('b1');
  expect(queue.take(1)).toBeNull();
  queue.done('a', 500);
  expect(queue.take(1)?.item).toBe('a2');
});

it('leaves out items that may not run, and serves those behind them', () => {
  const queue = queueOf('a1', 'a2', 'b1');
  const isFirst = (item: string) => item.endsWith('1');
  const taken = [1, 2, 3].map(() => queue.take(2, (item) => !isFirst(item))?.item);
  expect(taken).toEqual(['a2', undefined, undefined]);
  expect([queue.take(2)?.item, queue.take(2)?.item]).toEqual(['a1', 'b1']);
});

it('removes the last item of the longest queue, and never one of a shorter queue', () => {
  const queue = queueOf('a1', 'a2', 'a3', 'b1');
  expect(queue.takeFromLongest('c')).toBe('a3');
  expect(queue.takeFromLongest('a')).toBeNull();
  expect(queue.takeFromLongest('b')).toBe('a2');
  expect(queue.takeFromLongest('b')).toBeNull();
  expect(queue.size).toBe(2);
  expect(queue.clear()).toEqual(['a1', 'b1']);
  expect(queue.size).toBe(0);
});
