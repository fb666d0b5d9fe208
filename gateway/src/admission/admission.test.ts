import { HttpError } from '@district-graph/kit/http-error';
import { describe, expect, it } from 'vitest';
import { Admission, type AdmissionOptions } from './admission.ts';
import { MemoryBuckets } from './rate-buckets.ts';

const some = { headers: {}, address: '10.0.0.1' };
const other = { headers: {}, address: '10.0.0.2' };
const options: AdmissionOptions = {
  ratePerSecond: 10,
  burst: 3,
  maxAtOnce: 2,
  redisUrl: null,
  keyOf: ({ address }) => address,
};

function refusalOf(run: () => unknown): HttpError {
  try {
    run();
  } catch (error) {
    if (error instanceof HttpError) return error;
    throw error;
  }
  throw new Error('was let in');
}

describe('a bucket', () => {
  it('gives a burst, then as many as come back, each key its own', () => {
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

  it('is forgotten when too many others came after', () => {
    const buckets = new MemoryBuckets(() => 0);
    for (let index = 0; index < 100_500; index += 1)
      buckets.take(`k${index}`, { ratePerSecond: 1, burst: 1 });
    expect(buckets.size).toBe(100_000);
  });
});

describe('admission', () => {
  it('counts what took long to prepare as several operations, of that viewer alone', async () => {
    const admission = await Admission.open({ ...options, maxAtOnce: 0 }, () => {});
    await admission.enter(some);
    admission.chargePreparation(some, 9);
    await admission.enter(some);
    admission.chargePreparation(some, 50);
    const { code, details } = refusalOf(() => admission.enter(some));
    expect(code).toBe('RATE_LIMITED');
    expect(Number(details.extensions?.retryAfterMs)).toBeGreaterThan(400);
    await admission.enter(other);
    await admission.close();
  });

  it('counts what took long to read as many operations, and what took a moment as none', async () => {
    const admission = await Admission.open({ ...options, maxAtOnce: 0 }, () => {});
    admission.chargeReading(some, 1);
    await admission.enter(some);
    admission.chargeReading(some, 2);
    expect(refusalOf(() => admission.enter(some)).code).toBe('RATE_LIMITED');
    await admission.close();
  });

  it('tells one who asks too often how long to wait, and lets others in', async () => {
    const admission = await Admission.open({ ...options, maxAtOnce: 0 }, () => {});
    for (let index = 0; index < 3; index += 1) await admission.enter(some);
    const { status, code, message, details } = refusalOf(() => admission.enter(some));
    expect([status, code]).toEqual([429, 'RATE_LIMITED']);
    expect(message).toMatch(/每秒 10 次.*10 requests a second/);
    expect(details.headers).toEqual({ 'retry-after': '1' });
    expect(details.extensions).toMatchObject({ limit: 10 });
    expect(Number(details.extensions?.retryAfterMs)).toBeLessThanOrEqual(100);
    await admission.enter(other);
    await admission.close();
  });

  it('holds one who asks too much at a time until something is done', async () => {
    const admission = await Admission.open({ ...options, ratePerSecond: 0 }, () => {});
    const leave = await admission.enter(some);
    await admission.enter(some);
    const { status, code, details } = refusalOf(() => admission.enter(some));
    expect([status, code, details.extensions]).toEqual([
      429,
      'TOO_MANY_AT_ONCE',
      { limit: 2, retryAfterMs: 1000 },
    ]);
    await admission.enter(other);
    leave();
    await admission.enter(some);
    await admission.close();
  });

  it('gives a key the rate that was agreed for it, also where others have none', async () => {
    const admission = await Admission.open({ ...options, ratePerSecond: 0, maxAtOnce: 0 }, () => {});
    const keyed = { ...some, rate: { ratePerSecond: 2, burst: 2 } };
    for (let index = 0; index < 5; index += 1) await admission.enter(some);
    await admission.enter(keyed);
    await admission.enter(keyed);
    const { code, details } = refusalOf(() => admission.enter(keyed));
    expect([code, details.extensions?.limit]).toEqual(['RATE_LIMITED', 2]);
    await admission.enter({ ...other, rate: null });
    await admission.close();
  });

  it('counts none that it refused', async () => {
    const admission = await Admission.open({ ...options, burst: 1, maxAtOnce: 2 }, () => {});
    (await admission.enter(some))();
    for (let index = 0; index < 5; index += 1)
      expect(refusalOf(() => admission.enter(some)).code).toBe('RATE_LIMITED');
    await admission.close();
  });

  it('charges what an operation asks for beside itself, and at most a burst', async () => {
    const admission = await Admission.open({ ...options, burst: 10, maxAtOnce: 0 }, () => {});
    await admission.enter(some);
    await admission.charge(some, 9);
    expect(refusalOf(() => admission.charge(some, 1)).code).toBe('RATE_LIMITED');
    await admission.enter(other);
    await admission.charge(other, 1000);
    expect(refusalOf(() => admission.enter(other)).code).toBe('RATE_LIMITED');
    await admission.close();
  });

  it('with both limits off asks nothing', async () => {
    const keyOf = () => {
      throw new Error('asked');
    };
    const admission = await Admission.open({ ...options, ratePerSecond: 0, maxAtOnce: 0, keyOf }, () => {});
    for (let index = 0; index < 1000; index += 1) (await admission.enter(some))();
    await admission.close();
  });
});
