import { expect, it } from 'vitest';
import { newId } from '../database/ids.ts';
import {
  checkInteger,
  checkKey,
  checkNotAfterToday,
  checkNotBefore,
  checkPhone,
  checkSameDistrict,
  checkWords,
} from './checks.ts';

const refusal = expect.objectContaining({
  extensions: { code: 'BAD_USER_INPUT', argument: 'it' },
  message: expect.stringMatching(/^it 应为.*。 it: expected .*\.$/su),
});

it('accepts text up to the maximum length', () => {
  expect(checkWords('it', '字'.repeat(100))).toHaveLength(100);
});

it.each([
  ['none', ''],
  ['too many', '字'.repeat(101)],
  ['too many halves of surrogate pairs', '😀'.repeat(51)],
])('refuses text that is %s', (_what, text) => {
  expect(() => checkWords('it', text)).toThrow(refusal);
});

it('reports the length of a text without repeating it', () => {
  expect(() => checkWords('name', '张三丰'.repeat(50))).toThrow(
    'name 应为 1 到 100 个字，收到 150。 name: expected 1 to 100 characters, received 150.',
  );
});

it('accepts telephone numbers of digits and hyphens', () => {
  expect(checkPhone('it', '0371-12349')).toBe('0371-12349');
  expect(checkPhone('it', '+8637112349')).toBe('+8637112349');
  for (const text of ['', '12', 'call me', '12349\n', '1'.repeat(21)])
    expect(() => checkPhone('it', text)).toThrow(refusal);
});

it('does not repeat a telephone number', () => {
  expect(() => checkPhone('it', '13800001111x')).toThrow(
    'it 应为电话号码（数字和连字符），收到 "…"。 it: expected a telephone number: digits and hyphens, received "…".',
  );
});

it('accepts ids of entities', () => {
  const id = newId('410105007');
  expect(checkKey('it', id)).toBe(id);
  for (const text of ['', '7', id.toUpperCase(), `${id}0`])
    expect(() => checkKey('it', text)).toThrow(refusal);
});

it('accepts integers in a range, by default up to a million', () => {
  expect([
    checkInteger('it', 1, 1, 5),
    checkInteger('it', 5, 1, 5),
    checkInteger('it', 1_000_000, 0),
  ]).toEqual([1, 5, 1_000_000]);
  for (const number of [0, 6, 2.5, Number.NaN])
    expect(() => checkInteger('it', number, 1, 5)).toThrow(refusal);
  expect(() => checkInteger('it', 1_000_001, 0)).toThrow(refusal);
});

it('accepts days up to today, and from another day on', () => {
  expect(checkNotAfterToday('it', '2026-03-01', '2026-03-01')).toBe('2026-03-01');
  expect(() => checkNotAfterToday('it', '2026-03-02', '2026-03-01')).toThrow(refusal);
  expect(checkNotBefore('it', '2026-03-01', '2026-03-01')).toBe('2026-03-01');
  expect(() => checkNotBefore('it', '2026-02-28', '2026-03-01')).toThrow(refusal);
});

it('accepts divisions of the same district', () => {
  expect(checkSameDistrict('it', '410105007003', '410105009')).toBe('410105007003');
  for (const code of ['410104007', '410100', '41010', ''])
    expect(() => checkSameDistrict('it', code, '410105009')).toThrow(refusal);
});

it('returns undefined and null unchanged', () => {
  for (const absent of [null, undefined])
    expect([
      checkWords('it', absent),
      checkPhone('it', absent),
      checkKey('it', absent),
      checkInteger('it', absent, 1, 5),
      checkNotAfterToday('it', absent, '2026-03-01'),
      checkNotBefore('it', absent, '2026-03-01'),
      checkSameDistrict('it', absent, '410105'),
    ]).toEqual(Array(7).fill(absent));
});
