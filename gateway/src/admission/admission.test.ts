import { HttpError } from '@district-graph/kit/http-error';
import { describe, expect, it } from 'vitest';
import { Admission, type CountedClient } from './admission.ts';
import { MemoryBuckets } from './rate-limiter.ts';

const client: CountedClient = { key: 'client', rate: null };
const other: CountedClient = { key: 'other', rate: null };
const options = { ratePerSecond: 10, burst: 3, maxAtOnce: 2, redisUrl: null };

function refusalOf(run: () => unknown): HttpError {
  try {
    run();
  } catch (error) {
    if (error instanceof HttpError) return error;
    throw error;
  }
  throw new Error('was admitted');
}

describe('a bucket', () => {
  it('allows a burst for each key and is refilled at the rate', () => {
    let now = 0;
    const buckets = new MemoryBuckets(() => now);
    const take = (key: string) => buckets.take(key, { ratePerSecond: 10, burst: 3 });
    expect([1, 2, 3].map(() => take('a'))).toEqual([0, 0, 0]);
    expect([take('a'), take('b')]).toEqual([100, 0]);
    now = 60;
    expect(take('a')).toBe(40);
    now = 100;
    expect([take('a'), take('a')]).toEqual([0, 100]);
    now = 10_000;
    expect([1, 2, 3, 4].map(() => take('a'))).toEqual([0, 0, 0, 100]);
  });

  it('is forgotten after too many others were used', () => {
    const buckets = new MemoryBuckets(() => 0);
    for (let index = 0; index < 100_500; index += 1)
      buckets.take(`k${index}`, { ratePerSecond: 1, burst: 1 });
    expect(buckets.size).toBe(100_000);
  });
});

describe('admission', () => {
  it('counts long preparation as several operations of that client alone', async () => {
    const admission = await Admission.open({ ...options, maxAtOnce: 0 }, () => {});
    await admission.admit(client);
    admission.chargePreparation(client, 9);
    await admission.admit(client);
    admission.chargePreparation(client, 50);
    const { code, details } = refusalOf(() => admission.admit(client));
    expect(code).toBe('RATE_LIMITED');
    expect(Number(details.extensions?.retryAfterMs)).toBeGreaterThan(400);
    await admission.admit(other);
    await admission.close();
  });

  it('counts long reading as many operations, and short reading as none', async () => {
    const admission = await Admission.open({ ...options, maxAtOnce: 0 }, () => {});
    admission.chargeReading(client, 1);
    await admission.admit(client);
    admission.chargeReading(client, 2);
    expect(refusalOf(() => admission.admit(client)).code).toBe('RATE_LIMITED');
    await admission.close();
  });

  it('tells a client over its rate how long to wait, and admits others', async () => {
    const admission = await Admission.open({ ...options, maxAtOnce: 0 }, () => {});
    for (let index = 0; index < 3; index += 1) await admission.admit(client);
    const { status, code, message, details } = refusalOf(() => admission.admit(client));
    expect([status, code]).toEqual([429, 'RATE_LIMITED']);
    expect(message).toMatch(/每秒至多 10 次.*10 requests a second/);
    expect(details.headers).toEqual({ 'retry-after': '1' });
    expect(details.extensions).toMatchObject({ limit: 10 });
    expect(Number(details.extensions?.retryAfterMs)).toBeLessThanOrEqual(100);
    await admission.admit(other);
    await admission.close();
  });

  it('refuses a client that runs too many operations until one is released', async () => {
    const admission = await Admission.open({ ...options, ratePerSecond: 0 }, () => {});
    const release = await admission.admit(client);
    await admission.admit(client);
    const { status, code, details } = refusalOf(() => admission.admit(client));
    expect([status, code, details.extensions]).toEqual([
      429,
      'TOO_MANY_AT_ONCE',
      { limit: 2, retryAfterMs: 1000 },
    ]);
    await admission.admit(other);
    release();
    await admission.admit(client);
    await admission.close();
  });

  it('applies the rate agreed for a key, also where there is no general rate', async () => {
    const admission = await Admission.open({ ...options, ratePerSecond: 0, maxAtOnce: 0 }, () => {});
    const keyed = { ...client, rate: { ratePerSecond: 2, burst: 2 } };
    for (let index = 0; index < 5; index += 1) await admission.admit(client);
    await admission.admit(keyed);
    await admission.admit(keyed);
    const { code, details } = refusalOf(() => admission.admit(keyed));
    expect([code, details.extensions?.limit]).toEqual(['RATE_LIMITED', 2]);
    await admission.admit({ ...other, rate: null });
    await admission.close();
  });

  it('does not count refused operations', async () => {
    const admission = await Admission.open({ ...options, burst: 1, maxAtOnce: 2 }, () => {});
    (await admission.admit(client))();
    for (let index = 0; index < 5; index += 1)
      expect(refusalOf(() => admission.admit(client)).code).toBe('RATE_LIMITED');
    await admission.close();
  });

  it('charges further operations, at most a burst', async () => {
    const admission = await Admission.open({ ...options, burst: 10, maxAtOnce: 0 }, () => {});
    await admission.admit(client);
    await admission.charge(client, 9);
    expect(refusalOf(() => admission.charge(client, 1)).code).toBe('RATE_LIMITED');
    await admission.admit(other);
    await admission.charge(other, 1000);
    expect(refusalOf(() => admission.admit(other)).code).toBe('RATE_LIMITED');
    await admission.close();
  });

  it('does not compute keys when both limits are off', async () => {
    const unkeyed = {
      get key(): string {
        throw new Error('the key was computed');
      },
      rate: null,
    };
    const admission = await Admission.open({ ...options, ratePerSecond: 0, maxAtOnce: 0 }, () => {});
    for (let index = 0; index < 1000; index += 1) (await admission.admit(unkeyed))();
    await admission.close();
  });
});
