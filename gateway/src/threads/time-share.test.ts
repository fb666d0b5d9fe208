import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { TimeShare } from './time-share.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

/** Work that takes as many milliseconds. */
const workOf = (ms: number) => () => {
  vi.advanceTimersByTime(ms);
  return 'done';
};

it('lets work wait until what was done before is its share of the time', () => {
  const share = new TimeShare(0.1);
  expect(share.isFree).toBe(true);
  expect(share.run(workOf(3))).toBe('done');
  vi.advanceTimersByTime(26);
  expect(share.isFree).toBe(false);
  vi.advanceTimersByTime(1);
  expect(share.isFree).toBe(true);
});

it('counts work that fails', () => {
  const share = new TimeShare(0.5);
  const failing = () => {
    workOf(10)();
    throw new Error('failed');
  };
  expect(() => share.run(failing)).toThrow('failed');
  expect(share.isFree).toBe(false);
  vi.advanceTimersByTime(10);
  expect(share.isFree).toBe(true);
});

it('lets work wait for five seconds at most', () => {
  const share = new TimeShare(0.001);
  share.run(workOf(60_000));
  vi.advanceTimersByTime(4999);
  expect(share.isFree).toBe(false);
  vi.advanceTimersByTime(1);
  expect(share.isFree).toBe(true);
});

it('lets no work wait if all of the time is its share', () => {
  const share = new TimeShare(1);
  share.run(workOf(1000));
  expect(share.isFree).toBe(true);
});
