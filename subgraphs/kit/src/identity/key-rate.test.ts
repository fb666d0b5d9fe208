// The rate of an API key at a subgraph.
import { expect, it } from 'vitest';
import { countRequest } from './key-rate.ts';

const refusal = (count: () => void) => {
  try {
    count();
    return null;
  } catch (error) {
    const { status, code, details } = error as { status: number; code: string; details: object };
    return { status, code, ...details };
  }
};

it('allows a burst at once and then the rate, and says when to try again', () => {
  const key = { rate: { ratePerSecond: 2, burst: 3 }, isWithdrawn: false };
  for (let nth = 0; nth < 3; nth += 1) countRequest(key, 1000);
  expect(refusal(() => countRequest(key, 1000))).toMatchObject({
    status: 429,
    code: 'RATE_LIMITED',
    extensions: { limit: 2, retryAfterMs: 500 },
  });
  expect(refusal(() => countRequest(key, 1499))).toMatchObject({ extensions: { retryAfterMs: 1 } });
  countRequest(key, 1500);
  expect(refusal(() => countRequest(key, 1500))).not.toBeNull();
});

it('counts each key for itself, and none that has no rate', () => {
  const [one, other] = [0, 1].map(() => ({ rate: { ratePerSecond: 1, burst: 1 }, isWithdrawn: false }));
  const free = { rate: null, isWithdrawn: false };
  if (one) countRequest(one, 0);
  if (other) countRequest(other, 0);
  for (let nth = 0; nth < 1000; nth += 1) countRequest(free, 0);
  expect(refusal(() => one && countRequest(one, 0))).toMatchObject({ code: 'RATE_LIMITED' });
});
