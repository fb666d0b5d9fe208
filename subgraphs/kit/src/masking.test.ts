import { expect, it } from 'vitest';
import { maskAddress, maskBirthDate, maskIdNumber, maskName, maskPhone } from './masking.ts';

it('keeps a surname, the ends of a phone number, the division of an ID number, the year of a birthday', () => {
  expect(maskName('张测试')).toBe('张**');
  expect(maskPhone('19900001234')).toBe('199****1234');
  expect(maskIdNumber('410105194901011234')).toBe('410105********123*');
  expect(maskBirthDate('1949-01-01')).toBe('1949');
});

it('leaves every day of the year possible for an ID number: no check digit narrows them down', () => {
  const numbers = ['410105194003120019', '41010519400312003X', '410105194001010037'];
  for (const number of numbers) {
    const masked = maskIdNumber(number) ?? '';
    expect(masked).toHaveLength(18);
    expect(masked.slice(6, 14) + masked.slice(17)).toBe('*********');
  }
});

it('hides at least one character, even of a short value', () => {
  expect(maskName('张')).toBe('张*');
  expect(maskPhone('12345')).toBe('****45');
  expect(maskName(null)).toBeNull();
});

it.each([
  ['郑州市金水区南阳路街道 黄河路12号院3号楼', '郑州市金水区南阳路街道****'],
  ['郑州市金水区南阳路街道黄河路12号院3号楼', '郑州市金水区南阳路街道****'],
  ['河南省郑州市 金水区\u3000南阳路街道办事处，黄河路12号', '河南省郑州市金水区南阳路街道****'],
  ['金水区黄河路12号院3号楼', '金水区****'],
  ['南阳路街道黄河路12号', '南阳路街道****'],
  [' 黄河路12号院', '****'],
  ['No.12 Huanghe Road', '****'],
  ['', '****'],
])('keeps of the address %s the divisions at its start, down to the subdistrict', (address, shown) => {
  expect(maskAddress(address)).toBe(shown);
});
