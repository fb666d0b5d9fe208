import { randomBytes } from 'node:crypto';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { Compression } from './compression.ts';

const text = '郑州市'.repeat(10_000);
const random = (bytes: number) => randomBytes(bytes);

it.each([
  ['br, gzip', 'br'],
  ['gzip;q=1, br;q=0.5', 'gzip'],
  ['br;q=0, *', 'gzip'],
  ['identity', null],
  ['gzip;q=0', null],
])('compresses for Accept-Encoding %s with %s', async (accepts, encoding) => {
  const compressed = await new Compression().compress(text, 'utf8', accepts, 'client');
  expect(compressed?.encoding ?? null).toBe(encoding);
  if (!compressed) return;
  const decompressed =
    encoding === 'br' ? brotliDecompressSync(compressed.bytes) : gunzipSync(compressed.bytes);
  expect(decompressed.toString()).toBe(text);
});

it('compresses the same bytes once for all clients', async () => {
  const compression = new Compression();
  const body = random(500_000);
  const [one, another] = ['one', 'two'].map((client) => compression.compress(body, 'utf8', 'br', client));
  expect(one).not.toBeNull();
  expect(another).toBe(one);
  await one;
  expect(compression.compress(body, 'utf8', 'br', 'three')).toBe(one);
});

describe('when more is to be compressed than the limits allow', () => {
  it('compresses one answer of a client, however long, and sends the rest uncompressed until it is done', async () => {
    const compression = new Compression();
    const first = compression.compress(random(500_000), 'utf8', 'br', 'one');
    expect(first).not.toBeNull();
    expect(compression.compress(random(5000), 'utf8', 'br', 'one')).toBeNull();
    expect(compression.compress(random(5000), 'utf8', 'br', 'two')).not.toBeNull();
    await first;
    expect(compression.compress(random(5000), 'utf8', 'br', 'one')).not.toBeNull();
  });

  it('compresses several short answers of a client', () => {
    const compression = new Compression();
    const compressed = Array.from({ length: 10 }, () =>
      compression.compress(random(30_000), 'utf8', 'gzip', 'one'),
    );
    expect(compressed.map((each) => each !== null)).toEqual(
      Array.from({ length: 10 }, (_, index) => index < 8),
    );
  });

  it('sends answers beyond the limit of all clients uncompressed', async () => {
    const compression = new Compression({ max: 10_000 });
    const [first, second, third] = ['one', 'two', 'three'].map((client) =>
      compression.compress(random(5000), 'utf8', 'br', client),
    );
    expect(third).toBeNull();
    await Promise.all([first, second]);
    expect(compression.compress(random(5000), 'utf8', 'br', 'three')).not.toBeNull();
  });

  it('compresses in the order of arrival, one at a time', async () => {
    const compression = new Compression({ concurrency: 1 });
    const done: number[] = [];
    await Promise.all(
      [200_000, 5000, 5000].map(async (length, index) => {
        await compression.compress(random(length), 'utf8', 'br', index);
        done.push(index);
      }),
    );
    expect(done).toEqual([0, 1, 2]);
  });
});
