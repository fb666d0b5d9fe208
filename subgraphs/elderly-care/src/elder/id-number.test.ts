import { expect, it } from 'vitest';
import { checkDigitOf, keptOf, keyOf } from './id-number.ts';

// The examples of the standard's own kind: nobody bears them.
const number = '410105194912310020';
const key = 'a key of thirty-two characters!!';

it('keeps a mask, the birthday and a hash under the key, the same for the same number', () => {
  const kept = keptOf(number, key);
  expect(kept).toEqual({
    idNumberMask: '410105********0020',
    birthDate: '1949-12-31',
    idNumberHash: expect.stringMatching(/^[\w-]{43}$/),
  });
  expect(keptOf(` ${number} `, key)).toEqual(kept);
  expect(keptOf(number, `${key}!`).idNumberHash).not.toBe(kept.idNumberHash);
  expect(keptOf('11010519491231002x', key)).toEqual(keptOf('11010519491231002X', key));
  expect(checkDigitOf('11010519491231002')).toBe('X');
});

it.each([
  '',
  '410105194912310021',
  '41010519491231002',
  '410105491231002',
  '4101051949123100200',
  '410105194913310020',
])('refuses %s, and does not repeat it', (wrong) => {
  expect(() => keptOf(wrong, key)).toThrow('idNumber');
  try {
    keptOf(wrong, key);
  } catch (error) {
    if (wrong) expect((error as Error).message).not.toContain(wrong);
  }
});

it('has a key of its own in production, and a long one everywhere', () => {
  expect(keyOf({ ELDERLY_CARE_ID_NUMBER_KEY: key, NODE_ENV: 'production' })).toBe(key);
  expect(keyOf({}).length).toBeGreaterThanOrEqual(32);
  expect(() => keyOf({ NODE_ENV: 'production' })).toThrow('ELDERLY_CARE_ID_NUMBER_KEY');
  expect(() => keyOf({ ELDERLY_CARE_ID_NUMBER_KEY: 'short' })).toThrow('32');
});
