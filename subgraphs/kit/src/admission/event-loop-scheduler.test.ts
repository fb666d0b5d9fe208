import { setImmediate as turn } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { EventLoopScheduler } from './event-loop-scheduler.ts';

/** What was run and cut, by the names of the clients. */
function recorded(limits?: { maxOfClient: number; max: number }, now = () => 0) {
  const turns = new EventLoopScheduler(limits, now);
  const [ran, cut]: [string[], string[]] = [[], []];
  const come = (client: string) => {
    const run = () => {
      ran.push(client);
    };
    if (turns.tryStart()) run();
    else turns.enqueue(client, { run, cut: () => cut.push(client) });
  };
  return { ran, cut, come };
}

it('runs at once what comes one after the other', async () => {
  const { ran, come } = recorded();
  for (let count = 1; count <= 100; count += 1) {
    come('a');
    expect(ran).toHaveLength(count);
    await turn();
    await turn();
  }
});

it('runs a part of what comes at once, and lets the event loop go on in between', async () => {
  const { ran, come } = recorded();
  for (let count = 0; count < 200; count += 1) come('a');
  const lengths = [ran.length];
  while (ran.length < 200) {
    await turn();
    lengths.push(ran.length);
  }
  expect(lengths.length).toBeGreaterThan(5);
  expect(Math.max(...lengths.map((length, index) => length - (lengths[index - 1] ?? 0)))).toBeLessThan(50);
});

it('runs in turn what clients have waiting: who comes last does not wait for all that came before', async () => {
  const { ran, come } = recorded();
  for (let count = 0; count < 500; count += 1) come('flood');
  come('citizen');
  await turn();
  expect(ran).toContain('citizen');
  expect(ran.length).toBeLessThan(100);
  while (ran.length < 501) await turn();
});

it('begins fewer where they take long, down to two in a turn, and more again once they do not', async () => {
  let [ms, eachMs] = [0, 6];
  const { ran, come } = recorded(undefined, () => ms);
  const many = () => {
    for (let count = 0; count < 200; count += 1) come('a');
  };
  const inTurn = async () => {
    const before = ran.length;
    await turn();
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

it('begins no more at once when the first of them have taken long', () => {
  let ms = 0;
  const { ran, come } = recorded(undefined, () => ms);
  for (let count = 0; count < 10; count += 1) {
    come('a');
    ms += 4;
  }
  expect(ran).toHaveLength(3);
});

it('keeps the order of each client', async () => {
  const turns = new EventLoopScheduler();
  const order: number[] = [];
  for (let number = 0; number < 100; number += 1) {
    const run = () => {
      order.push(number);
    };
    if (turns.tryStart()) run();
    else turns.enqueue('a', { run, cut: run });
  }
  while (order.length < 100) await turn();
  expect(order).toEqual(Array.from({ length: 100 }, (_, number) => number));
});

it('cuts what one client has waiting beyond its share, and of all the last of whoever has most', async () => {
  const { ran, cut, come } = recorded({ maxOfClient: 10, max: 15 });
  for (let count = 0; count < 60; count += 1) come('flood');
  const ofShare = cut.length;
  expect(ofShare).toBe(60 - 32 - 10);
  for (let count = 0; count < 7; count += 1) come('other');
  expect(cut.slice(ofShare)).toEqual(['flood', 'flood']);
  while (ran.length < 32 + 15) await turn();
  expect(ran.filter((client) => client === 'other')).toHaveLength(7);
});
