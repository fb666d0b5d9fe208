import { expect, it } from 'vitest';
import { isId, newId, seedId } from '../database/ids.ts';
import { codesInside, pathOf, prefixOf } from './divisions.ts';

it('takes the first four digits of a city, and any other code as a whole, as the prefix of everything inside', () => {
  expect([prefixOf('410100'), prefixOf('410105'), prefixOf('410105007')]).toEqual([
    '4101',
    '410105',
    '410105007',
  ]);
  expect(codesInside('410105')).toEqual({ start: '410105', end: '410106' });
  expect(codesInside('410109')).toEqual({ start: '410109', end: '41010:' });
});

it('lists the ancestors, the city first', () => {
  expect(pathOf('410105007003')).toEqual(['410100', '410105', '410105007', '410105007003']);
  expect(pathOf('410105')).toEqual(['410100', '410105']);
  expect(pathOf('410100')).toEqual(['410100']);
});

it('makes ids that contain their district, and the same seed id each time', () => {
  expect(newId('410105007003').slice(14, 18)).toBe('7069');
  expect(seedId('elder', '410105007003', 1)).toBe(seedId('elder', '410105007003', 1));
  expect(seedId('elder', '410105007003', 1)).not.toBe(seedId('elder', '410105007003', 2));
  expect(isId(newId('410171'))).toBe(true);
  expect(isId(seedId('elder', '410185', 9))).toBe(true);
  expect(isId('1')).toBe(false);
});
