import { expect, it } from 'vitest';
import { isDate, scalarResolvers, showDateTime } from './scalars.ts';

it('takes days that exist', () => {
  expect(['2024-02-29', '2026-12-31'].every(isDate)).toBe(true);
  expect(
    ['2023-02-29', '2026-13-01', '2026-1-1', '2026-01-01T00:00:00Z', '', '0000-01-01'].some(isDate),
  ).toBe(false);
});

it('refuses a malformed day with what was expected and received', () => {
  expect(() => scalarResolvers.Date.parseValue('2026/01/01')).toThrow(/YYYY-MM-DD.*"2026\/01\/01"/);
});

it('takes instants with a zone and shows them in Shanghai', () => {
  expect(scalarResolvers.DateTime.parseValue('2026-01-31T00:00:00Z')).toBe('2026-01-31T00:00:00.000Z');
  expect(showDateTime('2026-01-31T16:00:00Z')).toBe('2026-02-01T00:00:00+08:00');
  expect(showDateTime('2026-01-31T08:00:00.123456+08:00')).toBe('2026-01-31T08:00:00+08:00');
  expect(() => scalarResolvers.DateTime.parseValue('2026-01-31T00:00:00')).toThrow(/RFC 3339/);
  expect(() => scalarResolvers.DateTime.parseValue('2026-02-30T00:00:00Z')).toThrow(/RFC 3339/);
});

it('keeps whole numbers whole', () => {
  expect(scalarResolvers.Long.parseValue(3_230_000_000)).toBe(3_230_000_000);
  expect(() => scalarResolvers.Long.parseValue(2 ** 53)).toThrow(/2\^53/);
});
