import { neutralised } from '@district-graph/kit/spreadsheet/csv';
import { expect, it } from 'vitest';
import { csvOf } from './csv.ts';

it('writes CSV that spreadsheets open as it is, without formulas', () => {
  expect(csvOf([['名称', 'a,b', '=1+1', -5, null, '<5', 'say "x"', '@now']])).toBe(
    `\uFEFF名称,"a,b",'=1+1,-5,,<5,"say ""x""",'@now\r\n`,
  );
});

it.each(['=1', '＝1', ' +1', '\u200b@x', '﹣1', 'a=1', '－', '-5'])(
  'neutralises %j as the imports do, which restore it',
  (text) => {
    expect(csvOf([[text]])).toBe(`\uFEFF${neutralised(text)}\r\n`);
  },
);
