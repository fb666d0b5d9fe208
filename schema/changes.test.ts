// Which changes between two releases count as breaking or dangerous.
import { describe, expect, it } from 'vitest';
import { changesBetween } from './changes.ts';

const before = `
  type Road @key(fields: "id") @key(fields: "code", resolvable: true) {
    id: ID!
    code: String!
    name: String
    length: Int @deprecated(reason: "改名。 Renamed; use metres. Removed after 2027-11-30.")
    metres: Int
    photo: String @access(scope: "road:read", mask: "NAME")
  }
  type Point @shareable { x: Float }
  enum Grade { FIRST SECOND @deprecated(reason: "无。 None; use FIRST. Removed after 2026-01-31.") }
  extend type Query {
    road(id: ID!, old: Int @deprecated(reason: "无。 None. Removed after 2026-02-28.")): Road
    grade: Grade
    point: Point
  }
  extend type Query { roads: [Road!] }`;

const compare = (from: string, to: string) =>
  changesBetween([{ name: 'sanitation', before, after: before.replace(from, to) }]);

const breakingOf = (from: string, to: string) =>
  compare(from, to).breaking.map(({ text, promisedUntil }) => [text, promisedUntil]);

it('finds none between equal releases, and none in what is added', () => {
  expect(compare('', '')).toEqual({ breaking: [], dangerous: [] });
  expect(compare('name: String', 'name: String\n width: Int')).toEqual({ breaking: [], dangerous: [] });
});

describe('breaking', () => {
  it.each([
    ['name: String\n', '\n', 'Road.name was removed.', null],
    [
      'length: Int @deprecated(reason: "改名。 Renamed; use metres. Removed after 2027-11-30.")',
      '',
      'Road.length was removed.',
      '2027-11-30',
    ],
    [
      'SECOND @deprecated(reason: "无。 None; use FIRST. Removed after 2026-01-31.")',
      '',
      'SECOND was removed from enum type Grade.',
      '2026-01-31',
    ],
    [
      ', old: Int @deprecated(reason: "无。 None. Removed after 2026-02-28.")',
      '',
      'Query.road arg old was removed.',
      '2026-02-28',
    ],
    ['roads: [Road!]', 'roads: [Road]', 'Query.roads changed type from [Road!] to [Road].', null],
    ['road(id: ID!', 'road(id: ID!, day: String!', 'A required arg day on Query.road was added.', null],
    [' @key(fields: "code", resolvable: true)', '', 'Road: @key(fields: "code") was removed.', null],
    [
      '@key(fields: "id")',
      '@key(fields: "id", resolvable: false)',
      'Road: @key(fields: "id") was removed.',
      null,
    ],
    ['type Point @shareable', 'type Point', 'Point: @shareable was removed.', null],
    [
      'metres: Int',
      'metres: Int @access(scope: "road:read")',
      'Road.metres: requires @access(scope: "road:read"); before: nothing.',
      null,
    ],
    [
      ', mask: "NAME"',
      '',
      'Road.photo: requires @access(scope: "road:read"); before: @access(scope: "road:read", mask: "NAME").',
      null,
    ],
  ])('%j to %j: %s', (from, to, text, promisedUntil) => {
    expect(breakingOf(from, to)).toContainEqual([text, promisedUntil]);
  });

  it('is a subgraph that is gone', () => {
    const gone = { before, after: null };
    expect(
      changesBetween([
        { name: 'sanitation', ...gone },
        { name: 'sanitation without places', partOf: 'sanitation', ...gone },
      ]).breaking,
    ).toEqual([{ text: 'The subgraph sanitation was removed.', in: ['sanitation'], promisedUntil: null }]);
  });

  it('is listed once, with the SDLs that have it, but not with parts of one that has it', () => {
    const renamed = { before, after: before.replace('name: String\n', '\n') };
    const same = { before, after: before };
    const part = { name: 'sanitation without places', partOf: 'sanitation' };
    const namesOf = (...compared: Parameters<typeof changesBetween>[0]) =>
      changesBetween(compared).breaking.map((change) => [change.text, change.in]);
    expect(
      namesOf({ name: 'API', ...renamed }, { name: 'sanitation', ...renamed }, { ...part, ...renamed }),
    ).toEqual([['Road.name was removed.', ['API', 'sanitation']]]);
    expect(namesOf({ name: 'sanitation', ...same }, { ...part, ...renamed })).toEqual([
      ['Road.name was removed.', ['sanitation without places']],
    ]);
  });

  it('is not an access rule that is dropped', () => {
    expect(breakingOf(' @access(scope: "road:read", mask: "NAME")', '')).toEqual([]);
  });
});

it('a value that an enum gains is dangerous: a client may not know it', () => {
  const { breaking, dangerous } = compare('enum Grade { FIRST', 'enum Grade { FIRST THIRD');
  expect(breaking).toEqual([]);
  expect(dangerous.map(({ text }) => text)).toEqual(['THIRD was added to enum type Grade.']);
});
