import { expect, it } from 'vitest';
import { addressOf, type EntryKind, nameOf, type SearchEntry, type SearchIndex, search } from './search.ts';

const entry = (
  at: string,
  kind: EntryKind,
  zh: string,
  pinyin: string,
  more: Partial<SearchEntry> = {},
): SearchEntry => ({
  at,
  kind,
  zh,
  en: `The ${nameOf(at)}, which a client reads.`,
  pinyin,
  owner: 'places',
  rank: 0,
  ...more,
});

const index: SearchIndex = {
  entries: [
    entry('Division', 'INTERFACE', '行政区划。', 'xing zheng qu hua', { rank: 10 }),
    entry('Division.elderlyCare', 'FIELD', '养老服务概览。', 'yang lao fu wu gai lan', {
      owner: 'elderly-care',
      rank: 8,
    }),
    entry('City.elderlyCare', 'FIELD', '养老服务概览。', 'yang lao fu wu gai lan', {
      owner: 'elderly-care',
      rank: 4,
    }),
    entry('Query.elders(within:)', 'ARGUMENT', '所在区划。', 'suo zai qu hua'),
    entry('CareMode.HOME', 'VALUE', '居家养老。', 'ju jia yang lao'),
    entry('RATE_LIMITED', 'ERROR', '请求过于频繁。', 'qing qiu guo yu pin fan', {
      en: 'Too many (requests).',
    }),
  ],
};
const found = (text: string, filter = {}) => search(index, text, filter).map(({ entry: { at } }) => at);

it('finds by Chinese, pinyin, initials and words of names; what begins with the text comes first', () => {
  for (const text of ['养老', 'yanglao', 'yl', 'YLFW', 'elderlyc', 'care', ' 养老  概览 '])
    expect(found(text)[0]).toBe('Division.elderlyCare');
  expect(found('养老')).toEqual(['Division.elderlyCare', 'CareMode.HOME']);
});

it('finds by the words of descriptions, where they begin', () => {
  expect(found('requests')).toEqual(['RATE_LIMITED']);
  expect(found('equests')).toEqual([]);
  expect(found('(req')).toEqual([]);
  expect(found('[')).toEqual([]);
});

it('finds by coordinates', () => {
  expect(found('division.el')).toEqual(['Division.elderlyCare']);
  expect(found('query.elders(')).toEqual(['Query.elders(within:)']);
});

it('shows once what types have from an interface, and names the others', () => {
  expect(search(index, 'elderlyCare')).toMatchObject([
    { entry: { at: 'Division.elderlyCare' }, alsoOn: ['City'] },
  ]);
});

it('filters by owner and kind, also without a text', () => {
  expect(found('', { owner: 'places' })).toEqual(['Division', 'RATE_LIMITED']);
  expect(found('', { kind: 'VALUE' })).toEqual(['CareMode.HOME']);
  expect(found('养老', { owner: 'elderly-care', kind: 'VALUE' })).toEqual([]);
});

it('leads to the page of the type, at the field', () => {
  expect(index.entries.map(addressOf)).toEqual([
    '/catalogue/Division',
    '/catalogue/Division#elderlyCare',
    '/catalogue/City#elderlyCare',
    '/catalogue/Query#elders',
    '/catalogue/CareMode#HOME',
    '/catalogue/error-codes#RATE_LIMITED',
  ]);
});
