import { expect, it } from 'vitest';
import { eventsOf } from './event-stream.ts';

async function* inParts(text: string, size: number): AsyncGenerator<string> {
  for (let at = 0; at < text.length; at += size) yield text.slice(at, at + size);
}

it.each([1, 3, 7, 1000])('reads events from parts of %i characters', async (size) => {
  const text =
    ':\n\nevent: next\nid: 5\ndata: {"a":\ndata: 1}\n\n: keeps open\n\nevent: complete\ndata:\n\nevent: next\ndata: cut';
  const events: unknown[] = [];
  for await (const event of eventsOf(inParts(text, size))) events.push(event);
  expect(events).toEqual([
    { event: 'next', data: '{"a":\n1}' },
    { event: 'complete', data: '' },
  ]);
});
