import { setImmediate as nextIteration } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { EventLoopScheduler } from './event-loop-scheduler.ts';

/** What was run and rejected, by the names of the clients. */
function recorded(limits?: { maxOfClient: number; max: number }, now = () => 0) {
  const scheduler = new EventLoopScheduler(limits, now);
  const [ran, rejected]: [string[], string[]] = [[], []];
  const arrive = (client: string) => {
    const run = () => {
      ran.push(client);
    };
    if (scheduler.tryStart()) run();
    else scheduler.enqueue(client, { run, reject: () => rejected.push(client) });
  };
  return { ran, rejected, arrive };
}

it('runs tasks at once that arrive one after another', async () => {
  const { ran, arrive } = recorded();
  for (let count = 1; count <= 100; count += 1) {
    arrive('a');
    expect(ran).toHaveLength(count);
    await nextIteration();
    await nextIteration();
  }
});

it('runs a part of the tasks that arrive together, and lets the event loop continue in between', async () => {
  const { ran, arrive } = recorded();
  for (let count = 0; count < 200; count += 1) arrive('a');
  const lengths = [ran.length];
  while (ran.length < 200) {
    await nextIteration();
    lengths.push(ran.length);
  }
  expect(lengths.length).toBeGreaterThan(5);
  expect(Math.max(...lengths.map((length, index) => length - (lengths[index - 1] ?? 0)))).toBeLessThan(50);
});

it('runs the tasks of clients in turn, so that a new client does not wait for all earlier tasks', async () => {
  const { ran, arrive } = recorded();
  for (let count = 0; count < 500; count += 1) arrive('flood');
  arrive('citizen');
  await nextIteration();
  expect(ran).toContain('citizen');
  expect(ran.length).toBeLessThan(100);
  while (ran.length < 501) await nextIteration();
});

it('starts fewer tasks if they take long, down to two in an iteration, and more again once they do not', async () => {
  let [ms, eachMs] = [0, 6];
  const { ran, arrive } = recorded(undefined, () => ms);
  const many = () => {
    for (let count = 0; count < 200; count += 1) arrive('a');
  };
  const inTurn = async () => {
    const before = ran.length;
    await nextIteration();
    ms += (ran.length - before) * eachMs;
    return ran.length - before;
  };
  many();
  ms += ran.length * eachMs;
  const lengths = [];
  for (let count = 0; count < 8; count += 1) lengths.push(await inTurn());
  expect(lengths).toEqual([16, 8, 4, 2, 2, 2, 2, 2]);
  eachMs = 0.01;
  const faster = [];
  for (let count = 0; count < 6; count += 1) faster.push(await inTurn());
  expect(faster.slice(-1)).toEqual([32]);
});

it('starts no more tasks in an iteration whose first tasks took long', () => {
  let ms = 0;
  const { ran, arrive } = recorded(undefined, () => ms);
  for (let count = 0; count < 10; count += 1) {
    arrive('a');
    ms += 4;
  }
  expect(ran).toHaveLength(3);
});

it('keeps the order of each client’s tasks', async () => {
  const scheduler = new EventLoopScheduler();
  const order: number[] = [];
  for (let number = 0; number < 100; number += 1) {
    const run = () => {
      order.push(number);
    };
    if (scheduler.tryStart()) run();
    else scheduler.enqueue('a', { run, reject: run });
  }
  while (order.length < 100) await nextIteration();
  expect(order).toEqual(Array.from({ length: 100 }, (_, number) => number));
});

it('rejects tasks beyond the limit of a client, and beyond the limit of all the newest of the client with the most', async () => {
  const { ran, rejected, arrive } = recorded({ maxOfClient: 10, max: 15 });
  for (let count = 0; count < 60; count += 1) arrive('flood');
  const ofShare = rejected.length;
  expect(ofShare).toBe(60 - 32 - 10);
  for (let count = 0; count < 7; count += 1) arrive('other');
  expect(rejected.slice(ofShare)).toEqual(['flood', 'flood']);
  while (ran.length < 32 + 15) await nextIteration();
  expect(ran.filter((client) => client === 'other')).toHaveLength(7);
});
