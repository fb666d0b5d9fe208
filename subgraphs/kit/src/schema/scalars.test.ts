import { expect, it } from 'vitest';
import { isDate } from '../calendar.ts';
import { scalarResolvers, showDateTime } from './scalars.ts';

it('accepts existing days', () => {
  expect(['2024-02-29', '2026-12-31'].every(isDate)).toBe(true);
  expect(
    ['2023-02-29', '2026-13-01', '2026-1-1', '2026-01-01T00:00:00Z', '', '0000-01-01'].some(isDate),
  ).toBe(false);
});

it('refuses a malformed day with the expected form, never with the received value', () => {
  expect(() => scalarResolvers.Date.parseValue('2026/01/01')).toThrow(/YYYY-MM-DD/);
  expect(() => scalarResolvers.Date.parseValue('2026/01/01')).not.toThrow(/2026\/01\/01/);
});

it('has the same range for days, instants and partial dates', () => {
  const { Date: day, DateTime: instant, PartialDate: partial } = scalarResolvers;
  expect(['1900-01-01', '2999-12-31'].map((text) => day.parseValue(text))).toEqual([
    '1900-01-01',
    '2999-12-31',
  ]);
  for (const text of ['1899-12-31', '3000-01-01', '9999-12-31', '0001-01-01']) {
    expect(() => day.parseValue(text), text).toThrow(/1900-01-01 to 2999-12-31/);
    expect(() => instant.parseValue(`${text}T12:00:00Z`), text).toThrow(/1900-01-01 to 2999-12-31/);
    expect(() => partial.parseValue(text), text).toThrow(/1900-01-01 to 2999-12-31/);
  }
  expect(['1948', '1948-03', '1948-03-12'].map((text) => partial.parseValue(text))).toHaveLength(3);
  for (const text of ['1899', '9999', '1948-', '1948-3', '1948-13', '194'])
    expect(() => partial.parseValue(text), text).toThrow();
});

it.each([
  '2026-12-01T24:00:00+08:00',
  '2026-12-01T23:60:00+08:00',
  '2026-12-01T23:59:60+08:00',
  '2026-12-01T12:00:00+24:00',
  '2026-12-01T12:00:00+08:60',
  '2999-12-31T23:00:00-08:00',
  '2999-12-31T23:59:59Z',
  '1899-12-31T15:59:59Z',
  '3000-01-01T00:00:00+08:00',
])('refuses %s, which does not exist or is out of range', (text) => {
  expect(() => scalarResolvers.DateTime.parseValue(text)).toThrow(/RFC 3339/);
});

it.each([
  ['1899-12-31T16:00:00Z', '1900-01-01T00:00:00+08:00'],
  ['2999-12-31T15:59:59Z', '2999-12-31T23:59:59+08:00'],
  ['3000-01-01T00:00:00+14:00', '2999-12-31T18:00:00+08:00'],
])('accepts and serializes %s, whose day in Shanghai is in the range', (text, shown) => {
  const { DateTime } = scalarResolvers;
  expect(showDateTime(DateTime.parseValue(text))).toBe(shown);
  expect(DateTime.parseValue(shown)).toBe(DateTime.parseValue(text));
});

it('accepts instants with a time zone and serializes them in Shanghai', () => {
  expect(scalarResolvers.DateTime.parseValue('2026-01-31T00:00:00Z')).toBe('2026-01-31T00:00:00.000Z');
  expect(showDateTime('2026-01-31T16:00:00Z')).toBe('2026-02-01T00:00:00+08:00');
  expect(showDateTime('2026-01-31T08:00:00.123456+08:00')).toBe('2026-01-31T08:00:00+08:00');
  expect(() => scalarResolvers.DateTime.parseValue('2026-01-31T00:00:00')).toThrow(/RFC 3339/);
  expect(() => scalarResolvers.DateTime.parseValue('2026-02-30T00:00:00Z')).toThrow(/RFC 3339/);
});

it('accepts integers only', () => {
  expect(scalarResolvers.Long.parseValue(3_230_000_000)).toBe(3_230_000_000);
  expect(() => scalarResolvers.Long.parseValue(2 ** 53)).toThrow(/2\^53/);
  expect(scalarResolvers.Long.serialize(Number.MAX_SAFE_INTEGER)).toBe(Number.MAX_SAFE_INTEGER);
  for (const sum of [2 ** 53, '126100789566373874', -(2 ** 53), Number.NaN])
    expect(() => scalarResolvers.Long.serialize(sum)).toThrow(/2\^53/);
});
