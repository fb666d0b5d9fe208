import { beforeEach, expect, it } from 'vitest';
import { StatementQueue } from './statement-queue.ts';

let statements: StatementQueue;
let over: Set<string>;
beforeEach(() => {
  statements = new StatementQueue();
  over = new Set();
});

const [elders, roads] = [{ name: 'elders' }, { name: 'roads' }];
const add = (name: string, kind: object | null) =>
  statements.add({ kind, start: () => {}, drop: () => {}, isOver: () => over.has(name), name } as never);
const addThree = () => {
  for (const [name, kind] of [
    ['a', elders],
    ['b', roads],
    ['c', elders],
  ] as const)
    add(name, kind);
};
const nameOf = (waiting: object | null) => (waiting as { name: string } | null)?.name ?? null;
const next = (isFree: (kind: object | null) => boolean = () => true) => nameOf(statements.next(isFree));

it('gives them in the order in which they came, those of a kind that may not be sent later', () => {
  for (const [name, kind] of [
    ['a', elders],
    ['b', roads],
    ['c', null],
    ['d', elders],
  ] as const)
    add(name, kind);
  expect(next((kind) => kind !== elders)).toBe('b');
  expect([next(), next(), next(), next()]).toEqual(['a', 'c', 'd', null]);
  expect(statements.length).toBe(0);
});

it('looks at each kind once to find the next, however many wait', () => {
  for (let count = 0; count < 1000; count += 1) {
    add('elder', elders);
    add('road', roads);
  }
  let looked = 0;
  next(() => {
    looked += 1;
    return false;
  });
  expect([looked, statements.length]).toEqual([2, 2000]);
});

it('gives up the one that came last', () => {
  addThree();
  expect([nameOf(statements.last()), nameOf(statements.last()), statements.length]).toEqual(['c', 'b', 1]);
  expect([next(), nameOf(statements.last())]).toEqual(['a', null]);
});

it('takes out what nobody waits for any more', () => {
  addThree();
  over = new Set(['a', 'b']);
  expect(statements.over().map(nameOf)).toEqual(['a', 'b']);
  expect([statements.length, next(), next()]).toEqual([1, 'c', null]);
});
