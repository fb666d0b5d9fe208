import { expect, it } from 'vitest';
import { search } from './search.ts';

const section = (heading: string, text: string) => ({
  slug: 'operator',
  title: '运维指南',
  anchor: heading,
  heading,
  text,
});
const sections = [
  section('备份', '数据库每天备份一次，恢复见任务。'),
  section('恢复', '用 npm run restore 恢复。'),
  section('Keys', 'Rotate the keys once a year.'),
];
const headings = (query: string) => search(sections, query).map(({ heading }) => heading);

it('finds a part of a Chinese text, sections with it in their heading first', () => {
  expect(headings('恢复')).toEqual(['恢复', '备份']);
});

it('finds only sections with all words, in any case', () => {
  expect(headings('KEYS year')).toEqual(['Keys']);
  expect(headings('keys 备份')).toEqual([]);
});

it('shows the text around what was found', () => {
  expect(search(sections, 'rotate')[0]).toMatchObject({
    address: '/docs/operator#Keys',
    before: '',
    match: 'Rotate',
    after: ' the keys once a year.',
  });
});

it('finds nothing for nothing', () => {
  expect(headings('  ')).toEqual([]);
});
