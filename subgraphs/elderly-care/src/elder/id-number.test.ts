import { expect, it } from 'vitest';
import { checkDigitOf, checkIdNumber } from './id-number.ts';

// Examples in the standard's form that belong to nobody.
const number = '410105194912310020';

it('yields the date of birth, and has one form however it is written', () => {
  expect(checkIdNumber(number)).toEqual({ idNumber: number, birthDate: '1949-12-31' });
  expect(checkIdNumber(` ${number} `)).toEqual(checkIdNumber(number));
  expect(checkIdNumber('11010519491231002x')).toEqual(checkIdNumber('11010519491231002X'));
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
  expect(() => checkIdNumber(wrong)).toThrow('idNumber');
  try {
    checkIdNumber(wrong);
  } catch (error) {
    if (wrong) expect((error as Error).message).not.toContain(wrong);
  }
});
