import { expect, it } from 'vitest';
import { RoundRobinQueue } from './round-robin-queue.ts';

const queueOf = (limits = { maxOfClient: 100, max: 100 }) => {
  const queue = new RoundRobinQueue<string, string[]>(limits, () => []);
  const add = (...items: string[]) => items.map((item) => queue.add(item[0], item));
  const take = (count: number) => Array.from({ length: count }, () => queue.take((items) => items.shift()));
  return { queue, add, take };
};

it('serves its clients in turn, and the items of each in order', () => {
  const { queue, add, take } = queueOf();
  add('a1', 'a2', 'a3', 'b1', 'c1');
  expect(take(6)).toEqual(['a1', 'b1', 'c1', 'a2', 'a3', null]);
  expect(queue.size).toBe(0);
});

it('passes over a client from which nothing is picked, which keeps its turn', () => {
  const { queue, add, take } = queueOf();
  add('a1', 'b1', 'b2');
  expect(queue.take((items) => (items[0] === 'a1' ? null : items.shift()))).toBe('b1');
  expect(take(2)).toEqual(['a1', 'b2']);
});

it('counts what else is removed while an item is picked', () => {
  const { queue, add, take } = queueOf();
  add('a1', 'a2', 'b1');
  const takeAfterA = queue.take((items) => {
    if (items[0] !== 'a1') return items.shift();
    items.length = 0;
    return null;
  });
  expect(takeAfterA).toBe('b1');
  expect([queue.size, take(1)]).toEqual([0, [null]]);
});

it('removes the newest item of a client that has too many, and of the longest queue if all have', () => {
  const { queue, add, take } = queueOf({ maxOfClient: 3, max: 4 });
  expect(add('a1', 'a2', 'a3', 'a4')).toEqual([null, null, null, 'a4']);
  expect(add('b1', 'b2')).toEqual([null, 'a3']);
  expect([queue.size, take(4)]).toEqual([4, ['a1', 'b1', 'a2', 'b2']]);
});

it('prunes items of all clients', () => {
  const { queue, add, take } = queueOf();
  add('a1', 'a2', 'b1');
  expect(queue.prune((items) => items.splice(1))).toEqual(['a2']);
  expect(queue.prune((items) => (items[0] === 'b1' ? items.splice(0) : []))).toEqual(['b1']);
  expect([queue.size, take(2)]).toEqual([1, ['a1', null]]);
});
