import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { AdaptiveConcurrency } from './adaptive-concurrency.ts';

let restedMs = 0;
let turns: AdaptiveConcurrency;
let begun = 0;

beforeEach(() => {
  vi.useFakeTimers();
  restedMs = 0;
  begun = 0;
  turns = new AdaptiveConcurrency(() => restedMs);
});
afterEach(() => vi.useRealTimers());

function ask(operations: number): void {
  for (let each = 0; each < operations; each += 1) {
    const waiting = turns.start({ key: 'client' });
    if (!waiting) begun += 1;
    else
      void waiting.then(() => {
        begun += 1;
      });
  }
}

/** Lets time pass, of which the processor rests a share. */
async function pass(ms: number, share: number): Promise<void> {
  for (let at = 0; at < ms; at += 2) {
    restedMs += 2 * share;
    await vi.advanceTimersByTimeAsync(2);
  }
}

it('begins few operations at once while the processor is busy, and one more for each that ends', async () => {
  ask(50);
  await pass(100, 0);
  expect(begun).toBe(8);
  turns.end();
  turns.end();
  await pass(2, 0);
  expect(begun).toBe(10);
});

it('begins as many more as fill the rest of the processor', async () => {
  ask(50);
  await pass(2, 0.25);
  expect(begun).toBe(11);
});

it('soon begins all while nothing but subgraphs is waited for', async () => {
  ask(1000);
  await pass(14, 1);
  expect(begun).toBe(1000);
});

it('goes back to few once the processor is busy again', async () => {
  ask(64);
  await pass(6, 1);
  expect(begun).toBe(64);
  await pass(100, 0);
  for (let each = 0; each < 64; each += 1) turns.end();
  ask(20);
  await pass(2, 0);
  expect(begun).toBe(64 + 8);
});

it('watches nothing once all is done', async () => {
  ask(20);
  await pass(4, 1);
  for (let each = 0; each < 20; each += 1) turns.end();
  await pass(100, 0);
  expect(vi.getTimerCount()).toBe(0);
});

it('begins those that wait of each client in turn, not in the order in which they came', async () => {
  ask(8);
  const order: string[] = [];
  const wait = (key: string) => void turns.start({ key })?.then(() => order.push(key));
  for (let each = 0; each < 5; each += 1) wait('flood');
  wait('citizen');
  for (let each = 0; each < 6; each += 1) {
    turns.end();
    await pass(2, 0);
  }
  expect(order).toEqual(['flood', 'citizen', 'flood', 'flood', 'flood', 'flood']);
});
