// Tables of generated operations and answers: every value is in a table, none is invented, and a row mixes no two entries of a list.
import { buildSchema } from 'graphql';
import { expect, it } from 'vitest';
import { tablesOf } from '../testing/tables/layouts.ts';
import { answerParts } from './answer-parts.ts';
import { rowsOf } from './table-rows.ts';

const schema = buildSchema(`
  interface Node { a: Int }
  type Thing implements Node { a: Int b: Int tags: [Int] one: Thing other: Node many: [Thing] more: [Node] list: Connection }
  type Other implements Node { a: Int c: Int many: [Thing] }
  type Connection { total: Int nodes: [Thing] edges: [Edge] }
  type Edge { cursor: Int node: Thing }
  type Query { one: Thing many: [Thing] list: Connection }
`);

/** Mulberry32: the same seed makes the same operations. */
function randomOf(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return (((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296) * below;
  };
}

interface Drawn {
  query: string;
  data: unknown;
  /** Where each value is in the answer, by the value: all values are different. */
  paths: Map<string, string[]>;
}

function draw(seed: number): Drawn {
  const random = randomOf(seed);
  const pick = <Value>(values: readonly Value[]): Value => values[Math.floor(random(values.length))] as Value;
  const paths = new Map<string, string[]>();
  let last = 100;
  const number = (path: string[]): number | null => {
    if (random(8) < 1) return null;
    last += 1;
    paths.set(String(last), path);
    return last;
  };
  const fieldsOf: Record<string, [name: string, type: string, isList?: boolean][]> = {
    Query: [
      ['one', 'Thing'],
      ['many', 'Thing', true],
      ['list', 'Connection'],
    ],
    Thing: [
      ['a', 'Int'],
      ['b', 'Int'],
      ['tags', 'Int', true],
      ['one', 'Thing'],
      ['other', 'Node'],
      ['many', 'Thing', true],
      ['more', 'Node', true],
      ['list', 'Connection'],
    ],
    Other: [
      ['a', 'Int'],
      ['c', 'Int'],
      ['many', 'Thing', true],
    ],
    Connection: [
      ['total', 'Int'],
      ['nodes', 'Thing', true],
      ['edges', 'Edge', true],
    ],
    Edge: [
      ['cursor', 'Int'],
      ['node', 'Thing'],
    ],
    Node: [['a', 'Int']],
  };
  type Selected = { key: string; type: string; isList: boolean; below: Selected[]; onType: string | null };
  const select = (type: string, depth: number): Selected[] => {
    const chosen = (fieldsOf[type] ?? []).filter(([, of]) => (depth > 0 || of === 'Int') && random(2) < 1);
    const own = chosen.map(
      ([name, of, isList = false]): Selected => ({
        key: random(4) < 1 ? `${name}: ${name}` : name,
        type: of,
        isList,
        below: of === 'Int' ? [] : select(of, depth - 1),
        onType: null,
      }),
    );
    const inner =
      type === 'Node'
        ? ['Thing', 'Other'].flatMap((name) => select(name, depth).map((each) => ({ ...each, onType: name })))
        : [];
    const all = [...own, ...inner].filter(({ type: of, below }) => of === 'Int' || below.length);
    return all.length ? all : [{ key: '__typename', type: 'Name', isList: false, below: [], onType: null }];
  };
  const text = (selected: readonly Selected[]): string =>
    `{ ${selected
      .map(({ key, below, onType }) => {
        const field = `${key} ${below.length ? text(below) : ''}`;
        return onType ? `... on ${onType} { ${field} }` : field;
      })
      .join(' ')} }`;
  const value = (field: Selected, path: string[]): unknown => {
    const one = (at: string[]): unknown => {
      if (field.type === 'Name') return null;
      if (field.type === 'Int') return number(at);
      if (random(8) < 1) return null;
      return object(field.below, field.type === 'Node' ? pick(['Thing', 'Other']) : field.type, at);
    };
    if (!field.isList) return one(path);
    if (random(8) < 1) return null;
    return Array.from({ length: Math.floor(random(4)) }, (_value, index) => one([...path, String(index)]));
  };
  const object = (selected: readonly Selected[], type: string, path: string[]) => {
    const members: Record<string, unknown> = {};
    for (const field of selected) {
      const key = field.key.split(':')[0] ?? '';
      if (field.onType && field.onType !== type) continue;
      if (!(key in members)) members[key] = value(field, [...path, key]);
    }
    return members;
  };
  const selected = select('Query', 3);
  return { query: text(selected), data: object(selected, 'Query', []), paths };
}

/** Whether two values can stand in one row: below every list that both are in, they are in the same entry. */
function fit(one: readonly string[], other: readonly string[]): boolean {
  for (const [index, key] of one.entries()) {
    if (key === other[index]) continue;
    return !(/^\d+$/.test(key) && /^\d+$/.test(other[index] ?? ''));
  }
  return true;
}

it('hold every value of the answer and no other, each beside those above it only', () => {
  let values = 0;
  let tables = 0;
  for (let seed = 1; seed <= 1500; seed += 1) {
    const { query, data, paths } = draw(seed);
    const { deepest, tableAt } = tablesOf(schema, query);
    const body = JSON.stringify({ data }, null, seed % 2);
    const { reader, data: at } = answerParts(Buffer.from(body));
    const found = new Set<string>();
    for (const layout of deepest.length ? deepest.map((path) => tableAt(path)) : [tableAt()]) {
      tables += 1;
      expect(new Set(layout.columns.map(({ name }) => name)).size, query).toBe(layout.columns.length);
      for (const row of rowsOf(layout, reader, at ?? 0)) {
        const cells = row.flatMap((cell) => (cell ? (JSON.parse(`[${cell.json}]`) as unknown[]).flat() : []));
        const present = cells.flatMap((cell) => (cell === null ? [] : [String(cell)]));
        for (const cell of present) {
          expect(paths.has(cell), `${cell} in ${query}`).toBe(true);
          found.add(cell);
        }
        const [first = []] = present.map((cell) => paths.get(cell) ?? []);
        const isTag = (path: readonly string[]) => path.at(-2) === 'tags';
        for (const cell of present) {
          const path = paths.get(cell) ?? [];
          if (!isTag(path) && !isTag(first)) expect(fit(first, path), `${query}\n${body}`).toBe(true);
        }
      }
    }
    const lost = [...paths.keys()].filter((each) => !found.has(each));
    expect(lost, `${query}\n${body}`).toEqual([]);
    values += paths.size;
  }
  // The generator makes answers that have something to lose.
  expect(values).toBeGreaterThan(10_000);
  expect(tables).toBeGreaterThan(2000);
});
