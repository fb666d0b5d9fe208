import { expect, it } from 'vitest';
import { headersOf, tablesOf, textsOf } from '../testing/tables/layouts.ts';
import { answerParts } from './answer-parts.ts';
import type { TableLayout } from './table-layout.ts';
import { rowsOf } from './table-rows.ts';

const schema = `
  "起止。 A period." scalar Date
  "指标。 A metric." enum RoadMetric {
    "清扫次数。 Sweeps." SWEPT
    "冲洗次数。 Flushes." FLUSHED
  }
  enum Interval { MONTH YEAR }
  "等级。 Grade." enum Grade {
    "一级，最高。 First, the highest." FIRST
    "二级。 Second." SECOND
  }
  type TrendPoint { "间隔的首日。 First day of the interval." start: Date! "该间隔内的数值；少于 5 人时为空。 The value; withheld below 5." value: Float }
  type Point { "经度，十进制度。 Longitude." longitude: Float }
  interface Place { "名称。 The name, as signed." name: String }
  type Road implements Place {
    id: ID!
    "名称。 The name, as signed." name: String
    "长度，米。 Length, metres." lengthMetres: Int
    "等级。 Grade." grade: Grade
    tags: [String!]
    at: Point
    crews(first: Int): CrewConnection!
    lanes: [Lane]
    trend(metric: RoadMetric!, interval: Interval, from: Date): [TrendPoint!]
  }
  type Bridge implements Place { name: String "限高。 Clearance." clearance: Float }
  type Lane { "车道号。 Lane number." number: Int "宽度，米。 Width, metres." width: Float }
  type Crew { "班组名称。 Name of the crew." name: String size: Int workers: [Worker!] }
  type Worker { "姓名。 Name." name: String }
  type PageInfo { hasNextPage: Boolean endCursor: String }
  type CrewConnection { nodes: [Crew!] totalCount: Int pageInfo: PageInfo }
  type Query { road(id: ID): Road roads: [Road] places: [Place] "条数。 How many." count: Int }
`;

const only = (query: string, variables?: Record<string, unknown>): TableLayout => {
  const { deepest, tableAt } = tablesOf(schema, query, variables);
  expect(deepest.length).toBeLessThan(2);
  return tableAt(deepest[0]);
};

it.each<[string, string, unknown, string[], (string | null)[][]]>([
  [
    'values alone are one row',
    '{ count road { name } }',
    { count: 2, road: { name: 'a' } },
    ['count', 'road.name'],
    [['2', 'a']],
  ],
  [
    'a null object leaves its cells empty',
    '{ count road { name } }',
    { count: 2, road: null },
    ['count', 'road.name'],
    [['2', null]],
  ],
  [
    'values alone are one row, even without a value',
    '{ road { name } }',
    { road: null },
    ['road.name'],
    [[null]],
  ],
  [
    'a list is rows',
    '{ roads { id name } }',
    {
      roads: [
        { id: '1', name: 'a' },
        { id: '2', name: null },
      ],
    },
    ['id', 'name'],
    [
      ['1', 'a'],
      ['2', null],
    ],
  ],
  ['an empty list is no row', '{ roads { id } }', { roads: [] }, ['id'], []],
  ['a null entry keeps its row', '{ roads { id } }', { roads: [null, { id: '1' }] }, ['id'], [[null], ['1']]],
  [
    'objects in it are columns',
    '{ roads { at { longitude } id } }',
    { roads: [{ at: { longitude: 1.5 }, id: '1' }] },
    ['at.longitude', 'id'],
    [['1.5', '1']],
  ],
  [
    'a list of values is one cell',
    '{ roads { tags } }',
    { roads: [{ tags: ['a', 'b; c'] }] },
    ['tags'],
    [['a; b; c']],
  ],
  [
    'what stands above a list is repeated, even if it follows in the answer',
    '{ roads { lanes { number } name } count }',
    { roads: [{ lanes: [{ number: 1 }, { number: 2 }], name: 'a' }], count: 9 },
    ['count', 'name', 'lanes.number'],
    [
      ['9', 'a', '1'],
      ['9', 'a', '2'],
    ],
  ],
  [
    'an object without entries in its list keeps its row',
    '{ roads { name lanes { number } } }',
    {
      roads: [
        { name: 'a', lanes: [] },
        { name: 'b', lanes: null },
        { name: null, lanes: [] },
      ],
    },
    ['name', 'lanes.number'],
    [
      ['a', null],
      ['b', null],
    ],
  ],
  [
    'the nodes of a connection are rows, its count a column',
    '{ road { name crews { totalCount nodes { name } } } }',
    { road: { name: 'a', crews: { totalCount: 2, nodes: [{ name: 'x' }, { name: 'y' }] } } },
    ['road.name', 'road.crews.totalCount', 'name'],
    [
      ['a', '2', 'x'],
      ['a', '2', 'y'],
    ],
  ],
  [
    'lists inside lists are the rows',
    '{ road { crews { nodes { name workers { name } } } } }',
    {
      road: {
        crews: {
          nodes: [
            { name: 'x', workers: [{ name: '1' }, { name: '2' }] },
            { name: 'y', workers: [] },
          ],
        },
      },
    },
    ['name', 'workers.name'],
    [
      ['x', '1'],
      ['x', '2'],
      ['y', null],
    ],
  ],
  [
    'fields of several types are columns of one table',
    '{ places { name ... on Road { lengthMetres } ... on Bridge { clearance } } }',
    {
      places: [
        { name: 'a', lengthMetres: 5 },
        { name: 'b', clearance: 2.5 },
      ],
    },
    ['name', 'lengthMetres', 'clearance'],
    [
      ['a', '5', null],
      ['b', null, '2.5'],
    ],
  ],
  [
    'aliases keep their names',
    '{ all: roads { no: id label: name } }',
    { all: [{ no: '1', label: 'a' }] },
    ['no', 'label'],
    [['1', 'a']],
  ],
  [
    'fragments are followed wherever they are spread',
    '{ roads { ...r } } fragment r on Road { ...n at { longitude } } fragment n on Place { name }',
    { roads: [{ name: 'a', at: null }] },
    ['name', 'at.longitude'],
    [['a', null]],
  ],
])('%s', (_title, query, data, headers, rows) => {
  const layout = only(query);
  expect(headersOf(layout)).toEqual(headers);
  expect(textsOf(layout, data)).toEqual(rows);
});

it('leaves out what @skip and @include leave out', () => {
  const query =
    'query Q($wide: Boolean!) { roads { id name @include(if: $wide) lengthMetres @skip(if: $wide) } }';
  expect(headersOf(only(query, { wide: true }))).toEqual(['id', 'name']);
  expect(headersOf(only(query, { wide: false }))).toEqual(['id', 'lengthMetres']);
});

it('keeps numbers as they were written, and texts that look like numbers', () => {
  const body =
    '{"data":{"roads":[{"id":"007","lengthMetres":12345678901234567890},{"id":"1e5","lengthMetres":-0.10}]}}';
  const layout = only('{ roads { id lengthMetres } }');
  expect(textsOf(layout, JSON.parse('{"roads":[]}'))).toEqual([]);
  const { reader, data } = answerParts(Buffer.from(body));
  expect([...rowsOf(layout, reader, data ?? 0)].map((row) => row.map((cell) => cell?.json))).toEqual([
    ['"007"', '12345678901234567890'],
    ['"1e5"', '-0.10'],
  ]);
});

it('joins series with one time line: a row for each division and interval', () => {
  const layout = only(`{ roads { name
    swept: trend(metric: SWEPT, interval: MONTH, from: "2026-01-01") { start value }
    trend(from: "2026-01-01", metric: FLUSHED, interval: MONTH) { value start } } }`);
  expect(layout.path).toBe('roads.swept+roads.trend');
  expect(headersOf(layout)).toEqual(['name', 'start', 'swept.value', 'trend.value']);
  expect(headersOf(layout, 'zh')).toEqual(['名称', '间隔的首日', 'swept', '冲洗次数']);
  expect(headersOf(layout, 'en')).toEqual(['Name', 'First day of the interval', 'swept', 'Flushes']);
  const point = (start: string, value: number | null) => ({ start, value });
  const data = {
    roads: [
      {
        name: 'a',
        swept: [point('2026-01-01', 1), point('2026-03-01', 3)],
        trend: [point('2026-02-01', 2), point('2026-03-01', null)],
      },
      { name: 'b', swept: [], trend: null },
    ],
  };
  expect(textsOf(layout, data)).toEqual([
    ['a', '2026-01-01', '1', null],
    ['a', '2026-02-01', null, '2'],
    ['a', '2026-03-01', '3', null],
    ['b', null, null, null],
  ]);
});

it('does not join series of other intervals, nor lists that are no series', () => {
  const { deepest, paths } = tablesOf(
    schema,
    '{ roads { a: trend(metric: SWEPT, interval: MONTH) { start value } b: trend(metric: SWEPT, interval: YEAR) { start value } lanes { number } } }',
  );
  expect(deepest).toEqual(['roads.a', 'roads.b', 'roads.lanes']);
  expect(paths).toEqual(['roads.a', 'roads.b', 'roads.lanes', 'roads']);
});

it('names the lists that a chosen table leaves out, and ends at it', () => {
  const { tableAt } = tablesOf(
    schema,
    '{ roads { name lanes { number } crews { nodes { name workers { name } } } } }',
  );
  const crews = tableAt('roads.crews.nodes');
  expect([headersOf(crews), crews.leftOut]).toEqual([
    ['name', 'crews.nodes.name'],
    ['roads.lanes', 'roads.crews.nodes.workers'],
  ]);
  expect(headersOf(tableAt('roads'))).toEqual(['name']);
});

it('labels columns by the first words of their descriptions, with units, and keeps labels apart', () => {
  const layout = only('{ road { name lengthMetres grade at { longitude } crews { nodes { name size } } } }');
  expect(headersOf(layout, 'zh')).toEqual(['road·名称', '长度（米）', '等级', '经度', '班组名称', 'size']);
  expect(headersOf(layout, 'en')).toEqual([
    'road·Name',
    'Length (metres)',
    'Grade',
    'Longitude',
    'Name of the crew',
    'size',
  ]);
  const twice = only('{ a: road { name } b: road { name } road { name at { longitude } } }');
  expect(headersOf(twice, 'zh')).toEqual(['a·名称', 'b·名称', 'road·名称', '经度']);
  const [, , grade] = only('{ road { id name grade } }').columns;
  expect(grade?.values).toEqual({
    zh: { FIRST: '一级', SECOND: '二级' },
    en: { FIRST: 'First', SECOND: 'Second' },
  });
});

it('says of which columns small counts may be withheld', () => {
  const layout = only('{ roads { trend(metric: SWEPT) { start value } } }');
  expect(layout.columns.map(({ mayBeWithheld }) => mayBeWithheld)).toEqual([false, true]);
});

it('refuses to expand a document without end', () => {
  const fragments = Array.from(
    { length: 40 },
    (_value, index) => `fragment f${index} on Road { ...f${index + 1} ...f${index + 1} id }`,
  );
  const query = `{ road { ...f0 } } ${fragments.join(' ')} fragment f40 on Road { name }`;
  expect(() => tablesOf(schema, query)).toThrow(/20000/);
});
