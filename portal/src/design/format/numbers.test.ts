import { expect, it } from 'vitest';
import { fullNumber, money, percentage, shortNumber, signed } from './numbers.ts';

it.each([
  [0, '0', '0'],
  [1273, '1,273', '1,273'],
  [9999, '9,999', '9,999'],
  [12_734, '1.3 万', '12.7k'],
  [20_430, '2.0 万', '20.4k'],
  [99_999_999, '1.0 亿', '100m'],
  [1_234_000, '123.4 万', '1.2m'],
  [120_000_000, '1.2 亿', '120m'],
  [-12_734, '-1.3 万', '-12.7k'],
  [4.36, '4.4', '4.4'],
])('shows %d as %s in Chinese and %s in English', (value, zh, en) => {
  expect([shortNumber(value, 'zh-CN'), shortNumber(value, 'en')]).toEqual([zh, en]);
});

it('shows every digit where a figure is given in full', () => {
  expect([fullNumber(12_734, 'zh-CN'), fullNumber(1234.56, 'en', 2)]).toEqual(['12,734', '1,234.56']);
});

it.each([
  [0, '0 元', '¥0'],
  [123_456, '1,234.56 元', '¥1,234.56'],
  [123_456_700, '123.5 万元', '¥1.2m'],
  [1_250_000_000_000, '125 亿元', '¥12.5bn'],
])('shows %d fen as %s in Chinese and %s in English', (fen, zh, en) => {
  expect([money(fen, 'zh-CN'), money(fen, 'en')]).toEqual([zh, en]);
});

it('shows shares and changes with their signs', () => {
  expect(percentage(0.8341, 'zh-CN')).toBe('83.4%');
  expect([signed(0.123, 'en', { isShare: true }), signed(-4, 'zh-CN'), signed(0, 'en')]).toEqual([
    '+12.3%',
    '−4',
    '0',
  ]);
});
