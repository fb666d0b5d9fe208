import { afterEach, expect, it, vi } from 'vitest';
import { Announcer } from './announcements.ts';
import type { IncidentRow } from './operations.ts';

const row = (id: string, severity: number) => ({ id, severity }) as IncidentRow;

afterEach(() => {
  vi.useRealTimers();
});

it('incidents that are raised together are announced once, the most urgent first', () => {
  vi.useFakeTimers();
  const announced: string[] = [];
  const announcer = new Announcer({
    everyMs: 5000,
    textOf: (count, first) => `${count} ${first.id}`,
    announce: (text) => announced.push(text),
  });
  for (const each of [row('a', 3), row('b', 1), row('c', 2)]) announcer.raised(each);
  vi.advanceTimersByTime(4999);
  expect(announced).toEqual([]);
  vi.advanceTimersByTime(10_000);
  announcer.raised(row('d', 4));
  vi.advanceTimersByTime(5000);
  expect(announced).toEqual(['3 b', '1 d']);
});
