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
])('of Accept-Encoding %s packs by %s', async (accepts, encoding) => {
  const packed = await new Compression().packed(text, 'utf8', accepts, 'client');
  expect(packed?.encoding ?? null).toBe(encoding);
  if (!packed) return;
  const unpacked = encoding === 'br' ? brotliDecompressSync(packed.bytes) : gunzipSync(packed.bytes);
  expect(unpacked.toString()).toBe(text);
});

it('packs the same bytes once for all that they are sent to', async () => {
  const compression = new Compression();
  const body = random(500_000);
  const [one, another] = ['one', 'two'].map((client) => compression.packed(body, 'utf8', 'br', client));
  expect(one).not.toBeNull();
  expect(another).toBe(one);
  await one;
  expect(compression.packed(body, 'utf8', 'br', 'three')).toBe(one);
});

describe('where more is to be packed than may be at a time', () => {
  it('packs one of a client, however long, and sends the rest as it is until that is done', async () => {
    const compression = new Compression();
    const first = compression.packed(random(500_000), 'utf8', 'br', 'one');
    expect(first).not.toBeNull();
    expect(compression.packed(random(5000), 'utf8', 'br', 'one')).toBeNull();
    expect(compression.packed(random(5000), 'utf8', 'br', 'two')).not.toBeNull();
    await first;
    expect(compression.packed(random(5000), 'utf8', 'br', 'one')).not.toBeNull();
  });

  it('packs several short ones of a client', () => {
    const compression = new Compression();
    const packed = Array.from({ length: 10 }, () =>
      compression.packed(random(30_000), 'utf8', 'gzip', 'one'),
    );
    expect(packed.map((each) => each !== null)).toEqual(Array.from({ length: 10 }, (_, index) => index < 8));
  });

  it('sends what is beyond the bound of all as it is', async () => {
    const compression = new Compression({ all: 10_000 });
    const [first, second, third] = ['one', 'two', 'three'].map((client) =>
      compression.packed(random(5000), 'utf8', 'br', client),
    );
    expect(third).toBeNull();
    await Promise.all([first, second]);
    expect(compression.packed(random(5000), 'utf8', 'br', 'three')).not.toBeNull();
  });

  it('packs each in its turn, one at a time', async () => {
    const compression = new Compression({ atOnce: 1 });
    const done: number[] = [];
    await Promise.all(
      [200_000, 5000, 5000].map(async (length, index) => {
        await compression.packed(random(length), 'utf8', 'br', index);
        done.push(index);
      }),
    );
    expect(done).toEqual([0, 1, 2]);
  });
});
