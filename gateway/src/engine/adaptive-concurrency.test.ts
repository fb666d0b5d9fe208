import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { AdaptiveConcurrency } from './adaptive-concurrency.ts';

let idleMs = 0;
let concurrency: AdaptiveConcurrency;
let started = 0;

beforeEach(() => {
  vi.useFakeTimers();
  idleMs = 0;
  started = 0;
  concurrency = new AdaptiveConcurrency(() => idleMs);
});
afterEach(() => vi.useRealTimers());

function startAll(operations: number): void {
  for (let each = 0; each < operations; each += 1) {
    const waiting = concurrency.start({ key: 'client' });
    if (!waiting) started += 1;
    else
      void waiting.then(() => {
        started += 1;
      });
  }
}

/** Lets time pass; the processor idles for a share of it. */
async function pass(ms: number, share: number): Promise<void> {
  for (let at = 0; at < ms; at += 2) {
    idleMs += 2 * share;
    await vi.advanceTimersByTimeAsync(2);
  }
}

it('starts few operations at once while the processor is busy, and one more for each that ends', async () => {
  startAll(50);
  await pass(100, 0);
  expect(started).toBe(8);
  concurrency.end();
  concurrency.end();
  await pass(2, 0);
  expect(started).toBe(10);
});

it('starts as many more as fill the idle time of the processor', async () => {
  startAll(50);
  await pass(2, 0.25);
  expect(started).toBe(11);
});

it('soon starts all of them while they wait for nothing but subgraphs', async () => {
  startAll(1000);
  await pass(14, 1);
  expect(started).toBe(1000);
});

it('returns to few once the processor is busy again', async () => {
  startAll(64);
  await pass(6, 1);
  expect(started).toBe(64);
  await pass(100, 0);
  for (let each = 0; each < 64; each += 1) concurrency.end();
  startAll(20);
  await pass(2, 0);
  expect(started).toBe(64 + 8);
});

it('stops its timer once all operations have ended', async () => {
  startAll(20);
  await pass(4, 1);
  for (let each = 0; each < 20; each += 1) concurrency.end();
  await pass(100, 0);
  expect(vi.getTimerCount()).toBe(0);
});

it('starts waiting operations of each client in turn, not in the order of their arrival', async () => {
  startAll(8);
  const order: string[] = [];
  const wait = (key: string) => void concurrency.start({ key })?.then(() => order.push(key));
  for (let each = 0; each < 5; each += 1) wait('flood');
  wait('citizen');
  for (let each = 0; each < 6; each += 1) {
    concurrency.end();
    await pass(2, 0);
  }
  expect(order).toEqual(['flood', 'citizen', 'flood', 'flood', 'flood', 'flood']);
});
