// The vocabulary of generated graphs: names, leaf types, list and non-null wrappers, arguments.
import type { Random } from '@district-graph/kit/seed/random';
import type { Argument } from './model.ts';

/** Few names, so that types share them and aliases collide with them. */
export const fieldNames = ['name', 'price', 'size', 'tags', 'weight', 'owner', 'parts', 'status', 'title'];

export const keyTypes = ['ID', 'Int', 'String', 'Long'];

export const leafTypes = [
  'Int',
  'Float',
  'String',
  'String',
  'Boolean',
  'ID',
  'Color',
  'Level',
  'Blob',
  'When',
  'Long',
];

/** The type in up to two lists, non-null at any depth. */
export function wrapped(random: Random, name: string, listChance = 0.3): string {
  const mark = () => (random.chance(0.35) ? '!' : '');
  let type = name + mark();
  if (random.chance(listChance)) {
    type = `[${type}]${mark()}`;
    if (random.chance(0.2)) type = `[${type}]${mark()}`;
  }
  return type;
}

const argumentTypes: readonly (readonly [string, readonly string[]])[] = [
  ['Int', ['0', '7', 'null']],
  ['Int!', ['3']],
  ['Float', ['1.5', '2']],
  ['String', ['""', '"a\\"b"', '"中文"', 'null']],
  ['String!', ['"x"']],
  ['Boolean', ['false', 'true']],
  ['Long', ['9007199254740993', '-0.12345678901234567890', 'null']],
  ['[Long!]', ['[9007199254740993, 1]']],
  ['ID', ['"0"', '5']],
  ['Color', ['RED']],
  ['[Int!]', ['[1, 2]', '[]']],
  ['[[String]]', ['[["a"], null]']],
  ['Filter', ['{limit: 2}', '{text: "q", tags: ["t"]}', 'null']],
  ['Filter!', ['{limit: 1}']],
  ['[Filter!]', ['[{limit: 4}]']],
  ['Blob', ['"b"', '0', 'true', '[1, null]', '{a: [1, null]}']],
];

const argumentNames = ['limit', 'by', 'first', 'name', 'id', 'filter'];

export function randomArguments(random: Random): Argument[] {
  const taken = new Set<string>();
  return Array.from({ length: random.whole(1, 2) }, () => {
    const [type, defaults] = random.pick(argumentTypes);
    const fallback = random.chance(type.endsWith('!') ? 0.3 : 0.5) ? random.pick(defaults) : null;
    return { name: random.pick(argumentNames), type, fallback };
  }).filter(({ name }) => !taken.has(name) && taken.add(name));
}

export const inputTypes = new Map([
  [
    'Filter',
    'input Filter { text: String = "any" limit: Int! tags: [String!] color: Color = GREEN nested: Filter deep: Blob }',
  ],
]);
