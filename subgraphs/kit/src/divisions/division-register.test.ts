import { expect, it } from 'vitest';
import { checkRegistered, expectedDivision } from './division-register.ts';

const nearestOf = (code: string, ...levels: Parameters<typeof expectedDivision>[1] & object) =>
  /the nearest is (\d+)/.exec(expectedDivision(code, levels.length ? levels : undefined)?.en ?? '')?.[1] ??
  null;

it.each(['410100', '410105', '410105007', '410105007003'])('accepts %s of the register', (code) => {
  expect(expectedDivision(code)).toBeNull();
  expect(checkRegistered('it', code)).toBe(code);
});

it.each([
  ['410105999999', '410105564006'],
  ['410105999', '410105564'],
  ['410105007099', '410105007013'],
  ['410199', '410185'],
  ['4101059', '410105'],
  ['x', '410100'],
  ['', '410100'],
])(
  'names for %j, which is not in the register, the nearest code with as many digits: %s',
  (code, nearest) => {
    expect(nearestOf(code)).toBe(nearest);
  },
);

it('names the nearest code of the accepted levels', () => {
  expect(nearestOf('410105', 'COMMUNITY')).toBe('410105001003');
  expect(nearestOf('410105007003', 'SUBDISTRICT', 'DISTRICT', 'CITY')).toBe('410105007');
  expect(nearestOf('410105007003', 'COMMUNITY')).toBeNull();
});

it('names the argument in the error', () => {
  expect(() => checkRegistered('divisionCode', '410105', ['COMMUNITY'])).toThrow(
    'divisionCode 应为区划登记中社区的代码（最接近的是 410105001003，体育社区居民居委会），收到 "410105"。 divisionCode: expected the code of a community in the division register (the nearest is 410105001003, 体育社区居民居委会), received "410105".',
  );
});
