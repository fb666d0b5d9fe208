import { beforeEach, expect, it } from 'vitest';
import { StatementQueue, type WaitingStatement } from './statement-queue.ts';

const client = { key: 'viewer', isAnonymous: false };
let statements: StatementQueue;
let abandoned: Set<string>;
beforeEach(() => {
  statements = new StatementQueue({ client });
  abandoned = new Set();
});

const [elders, roads] = [{ name: 'elders' }, { name: 'roads' }];
const names = new WeakMap<WaitingStatement, string>();
const push = (name: string, kind: object | null) => {
  const isAbandoned = () => abandoned.has(name);
  const statement = { client, kind, start: () => {}, drop: () => {}, isAbandoned };
  names.set(statement, name);
  statements.push(statement);
};
const pushThree = () => {
  for (const [name, kind] of [
    ['a', elders],
    ['b', roads],
    ['c', elders],
  ] as const)
    push(name, kind);
};
const nameOf = (statement: WaitingStatement | null | undefined) =>
  (statement && names.get(statement)) ?? null;
const shift = (isFree: (kind: object | null) => boolean = () => true) => nameOf(statements.shift(isFree));

it('returns statements in the order of their arrival, and later those whose kind may not be sent', () => {
  for (const [name, kind] of [
    ['a', elders],
    ['b', roads],
    ['c', null],
    ['d', elders],
  ] as const)
    push(name, kind);
  expect(shift((kind) => kind !== elders)).toBe('b');
  expect([shift(), shift(), shift(), shift()]).toEqual(['a', 'c', 'd', null]);
  expect(statements.length).toBe(0);
});

it('checks each kind once to find the next statement, however many wait', () => {
  for (let count = 0; count < 1000; count += 1) {
    push('elder', elders);
    push('road', roads);
  }
  let checked = 0;
  shift(() => {
    checked += 1;
    return false;
  });
  expect([checked, statements.length]).toEqual([2, 2000]);
});

it('removes the newest statement', () => {
  pushThree();
  expect([nameOf(statements.pop()), nameOf(statements.pop()), statements.length]).toEqual(['c', 'b', 1]);
  expect([shift(), nameOf(statements.pop())]).toEqual(['a', null]);
});

it('removes abandoned statements', () => {
  pushThree();
  abandoned = new Set(['a', 'b']);
  expect(statements.removeAbandoned().map(nameOf)).toEqual(['a', 'b']);
  expect([statements.length, shift(), shift()]).toEqual([1, 'c', null]);
});
