import { expect, it } from 'vitest';
import { maskBirthDate, maskIdNumber, maskName, maskPhone } from './masking.ts';

it('keeps a surname, the ends of a phone number, the place of an ID number, the year of a birthday', () => {
  expect(maskName('张测试')).toBe('张**');
  expect(maskPhone('19900001234')).toBe('199****1234');
  expect(maskIdNumber('410105194901011234')).toBe('410105********1234');
  expect(maskBirthDate('1949-01-01')).toBe('1949');
});

it('keeps at least one character hidden, also of a short value', () => {
  expect(maskName('张')).toBe('张*');
  expect(maskPhone('12345')).toBe('****45');
  expect(maskName(null)).toBeNull();
});
