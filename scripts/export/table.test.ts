import { expect, it } from 'vitest';
import { cellsOf } from './table.ts';

const columns = ['text', 'number', 'list', 'one', 'none', 'object'].map((key) => ({ path: [key], zh: key }));

it('makes texts that look like numbers or formulas text, and leaves numbers as they are', () => {
  const cells = (text: string) =>
    cellsOf(columns, { text, number: -1, list: ['=1', 2], one: [-1], none: null, object: { a: -1 } });
  for (const text of ['+1', '-1', '=1+1', '＝1+1', '＋1', '－1', '＠A1'])
    expect(cells(text)).toEqual([`'${text}`, '-1', "'=1; 2", '-1', '', '{"a":-1}']);
  expect(cells('豫A12345')[0]).toBe('豫A12345');
});
