// Plans are kept across restarts and changes of the supergraph; a file that cannot be trusted is not used.
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { Engine } from '../engine/engine.ts';
import type { QueryPlan } from '../query-planner/query-plan.ts';
import type { SupergraphParts } from '../supergraph/supergraph-parts.ts';
import { type Federation, federate, type TestedSubgraph } from '../testing/federation.ts';
import { KeptPlans, type KeptPlansOptions } from './kept-plans.ts';
import { writeLines } from './plan-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'kept-plans-test-'));
afterAll(() => rmSync(folder, { recursive: true }));
let files = 0;
const newFile = () => join(folder, `${++files}`, 'plans');

const parts: SupergraphParts = {
  common: 'c',
  parts: new Map([
    ['Query', 'q'],
    ['Query.a', 'a'],
  ]),
};
const touched = { Query: ['a'] };
const planOf = (operation: string): QueryPlan => ({
  node: {
    kind: 'Sequence',
    nodes: [
      {
        kind: 'Fetch',
        subgraph: 'one',
        path: ['a', '@'],
        operation,
        isMutation: false,
        variables: ['x'],
        requires: [
          {
            kind: 'Fragment',
            type: 'A',
            selections: [{ kind: 'Field', from: 'id', to: 'id', selections: null }],
          },
        ],
        keyOnly: { operation, variables: [], requires: null },
        inputRewrites: [{ kind: 'Set', path: ['... on A'], value: 'A' }],
        outputRewrites: [{ kind: 'Rename', path: ['b'], to: 'c' }],
      },
    ],
  },
  planner: 'own',
  planningMs: 1.5,
});

function open(options: Partial<KeptPlansOptions> = {}) {
  const logged: Record<string, unknown>[] = [];
  const log = (event: object) => void logged.push({ ...event });
  return { kept: new KeptPlans({ file: null, maxBytes: 1_000_000, version: '1', log, ...options }), logged };
}

/** A file with one plan. */
async function written(): Promise<string> {
  const file = newFile();
  const { kept } = open({ file });
  kept.keep('{a}', planOf('{a}'), touched, parts);
  await kept.close();
  return file;
}

describe('kept plans', () => {
  it('are there after a restart, in a file that only its owner can read', async () => {
    const file = await written();
    const { kept, logged } = open({ file });
    expect(kept.find('{a}', parts)).toEqual(planOf('{a}'));
    expect(kept.find('{b}', parts)).toBeNull();
    expect(logged).toEqual([{ event: 'query plans read', count: 1 }]);
    if (process.platform !== 'win32') expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readdirSync(join(file, '..'))).toEqual(['plans']);
  });

  it('are not used where a part that they touch is another or gone, and are replaced then', () => {
    const { kept } = open();
    kept.keep('{a}', planOf('{a}'), touched, parts);
    const other: SupergraphParts = {
      common: 'c',
      parts: new Map([
        ['Query', 'q'],
        ['Query.a', 'b'],
      ]),
    };
    expect(kept.find('{a}', other)).toBeNull();
    expect(kept.find('{a}', { common: 'c', parts: new Map() })).toBeNull();
    expect(kept.find('{a}', { ...parts, common: 'd' })).toBeNull();
    expect(kept.find('{a}', parts)).not.toBeNull();
    kept.keep('{a}', planOf('{b}'), touched, other);
    expect(kept.find('{a}', other)).toEqual(planOf('{b}'));
  });

  it('are bounded, and the ones that were not used longest are dropped', async () => {
    const file = newFile();
    const { kept } = open({ file, maxBytes: 3000 });
    for (const name of 'abc') {
      kept.keep(`{${name}}`, planOf(`{${name}}`), touched, parts);
      kept.use('{a}');
    }
    for (const name of 'de') kept.keep(`{${name}}`, planOf('x'.repeat(200)), touched, parts);
    kept.use('{a}');
    await kept.close();
    expect(statSync(file).size).toBeLessThan(3200);
    const { kept: next } = open({ file, maxBytes: 3000 });
    const isKept = (plans: KeptPlans) => [...'abcde'].map((name) => plans.find(`{${name}}`, parts) !== null);
    expect(isKept(kept)).toEqual([true, false, true, true, true]);
    expect(isKept(next)).toEqual(isKept(kept));
  });

  it('of two processes with one file are those of the one that wrote last', async () => {
    const file = newFile();
    const both = [open({ file }).kept, open({ file }).kept];
    for (let round = 0; round < 5; round += 1) {
      for (const [index, kept] of both.entries())
        kept.keep(`{${index}${'y'.repeat(60_000)}}`, planOf('{a}'), touched, parts);
      await Promise.all(both.map((kept) => kept.close()));
      expect(open({ file }).logged).toEqual([{ event: 'query plans read', count: 1 }]);
    }
    expect(readdirSync(join(file, '..'))).toEqual(['plans']);
  });

  it('leave no file of a process that was killed while it wrote', async () => {
    const file = await written();
    const [abandoned, current] = [`${file}.1.next`, `${file}.2.next`];
    writeFileSync(abandoned, 'x');
    writeFileSync(current, 'x');
    utimesSync(abandoned, 0, 0);
    const { kept } = open({ file });
    kept.keep('{b}', planOf('{b}'), touched, parts);
    await kept.close();
    expect(readdirSync(join(file, '..')).sort()).toEqual(['plans', 'plans.2.next']);
  });

  it('do not displace others by being large, and hold no long number in a name', async () => {
    const file = newFile();
    const { kept } = open({ file });
    kept.keep('{a}', planOf('{a}'), touched, parts);
    kept.keep('{b}', planOf('x'.repeat(70_000)), touched, parts);
    kept.keep('{client_p110101194903070004:a}', planOf('{a}'), touched, parts);
    await kept.close();
    expect(kept.find('{a}', parts)).not.toBeNull();
    expect(kept.find('{b}', parts)).toBeNull();
    expect(readFileSync(file, 'utf8')).not.toContain('1101011949');
  });

  it('that cannot be written are reported, and written once that is possible', async () => {
    const inTheWay = await written();
    const file = join(inTheWay, 'no', 'folder');
    const { kept, logged } = open({ file });
    kept.keep('{a}', planOf('{a}'), touched, parts);
    await kept.close();
    expect(logged.at(-1)).toMatchObject({ event: 'query plans not written', file });
    rmSync(inTheWay);
    await kept.close();
    expect(open({ file }).kept.find('{a}', parts)).not.toBeNull();
  });
});

describe('a file is ignored, with the reason, and replaced', () => {
  const changed = (change: (text: string) => string) => (file: string) =>
    writeFileSync(file, change(readFileSync(file, 'utf8')));
  const withLine = (line: string) => (file: string) => writeLines(file, '1', [line]);
  const entry = (node: unknown) => JSON.stringify(['{a}', 'digest', touched, 'own', 1, node]);
  const fetch = planOf('{a}').node;

  it.runIf(process.platform === 'linux')('that is a pipe nobody writes to', async () => {
    const file = newFile();
    mkdirSync(dirname(file));
    execFileSync('mkfifo', ['-m', '600', file]);
    const { logged } = open({ file });
    expect(logged).toMatchObject([{ event: 'query plans not read', reason: 'it is no regular file' }]);
  });

  it.each<[string, (file: string) => unknown, string]>([
    ['is empty', changed(() => ''), 'it is no file of query plans'],
    ['is something else', changed(() => '{"keys":[]}\n'), 'it is no file of query plans'],
    ['is cut off', changed((text) => text.slice(0, -60)), 'it is incomplete or was changed'],
    ['lacks a line', changed((text) => text.replace(/\n.*\n/, '\n')), 'it is incomplete or was changed'],
    ['was changed', changed((text) => text.replace('"one"', '"two"')), 'it is incomplete or was changed'],
    ['is of another version', (file) => writeLines(file, '2', []), 'another version wrote it'],
    ['is too large', withLine('x'.repeat(1_100_000)), 'it is too large'],
    ['has an entry that is no JSON', withLine('{'), 'it has an entry that is no query plan'],
    ['has an entry that is no plan', withLine('["{a}"]'), 'it has an entry that is no query plan'],
    ['has an unknown node', withLine(entry({ kind: 'Defer' })), 'it has an entry that is no query plan'],
    [
      'has a fetch without a text',
      withLine(entry({ ...fetch, kind: 'Fetch' })),
      'it has an entry that is no query plan',
    ],
    ['can be written by others', (file) => chmodSync(file, 0o660), 'others can write it'],
  ])('that %s', async (_what, spoil, reason) => {
    if (process.platform === 'win32' && reason.startsWith('others')) return;
    const file = await written();
    await spoil(file);
    const { kept, logged } = open({ file });
    expect(kept.find('{a}', parts)).toBeNull();
    expect(logged).toEqual([{ event: 'query plans not read', level: 'warn', file, reason }]);
    kept.keep('{a}', planOf('{a}'), touched, parts);
    await kept.close();
    expect(open({ file }).kept.find('{a}', parts)).toEqual(planOf('{a}'));
  });
});

describe('an engine', () => {
  const subgraphsWith = (extra: string): TestedSubgraph[] => [
    {
      name: 'people',
      sdl: `
        directive @note(text: String) on QUERY
        scalar JSON
        type Query { person(name: String, at: JSON): Person ${extra} }
        type Person @key(fields: "id") { id: ID! phone(like: String): String }
      `,
      resolvers: {
        Query: { person: (_: unknown, { name }: { name: string }) => ({ id: '1', phone: name }) },
      },
    },
    {
      name: 'visits',
      sdl: 'type Person @key(fields: "id") { id: ID! visits(of: String): String }',
      resolvers: { Person: { visits: (_: unknown, { of }: { of: string }) => `visits ${of}` } },
    },
  ];
  const start = (kept: KeptPlans, extra = ''): Promise<Federation> =>
    federate(subgraphsWith(extra), { planner: { kept, planner: 'apollo' } });

  it('keeps no value that a client wrote', async () => {
    const file = newFile();
    const { kept } = open({ file });
    const federation = await start(kept);
    const queries = [
      '{ person(name: "张三-secret") { phone(like: "secret%") visits(of: "secret") } }',
      'query($n: String = "secret", $at: JSON) { person(name: $n, at: {a: "secret", b: [$at, 5551234]}) { visits } }',
      'query @note(text: "secret") { person { id } }',
      '{ person(at: """secret\nblock""") { a: phone(like: "5551234") } }',
      'mutation { person(name: "secret") { id } }',
    ];
    for (const query of queries) await federation.request(query, { n: 'secret', at: { c: 'secret' } });
    await federation.stop();
    await kept.close();
    const text = readFileSync(file, 'utf8');
    expect(text).toContain('person');
    expect(text).not.toMatch(/secret|5551234|张三/);
    expect(text.trim().split('\n')).toHaveLength(5);
  });

  it('plans nothing anew after a restart, and gives each operation its own literals', async () => {
    const file = newFile();
    const { kept } = open({ file });
    const first = await start(kept);
    await first.request('{ person(name: "a") { visits(of: "b") } }');
    await first.stop();
    await kept.close();
    const { kept: read } = open({ file });
    const keep = vi.spyOn(read, 'keep');
    const second = await start(read);
    expect(await second.request('query Other { person(name: "c") { visits(of: "d") } }')).toEqual({
      data: { person: { visits: 'visits d' } },
    });
    expect(second.calls().map(({ query }) => query)).toEqual([
      expect.stringContaining('person(name:"c")'),
      expect.stringContaining('visits(of:"d")'),
    ]);
    expect(keep).not.toHaveBeenCalled();
    await second.stop();
  });

  it('counts a plan as used by each operation of its shape', async () => {
    const { kept } = open();
    const use = vi.spyOn(kept, 'use');
    const federation = await start(kept);
    for (const name of ['a', 'b', 'c']) await federation.request(`{ person(name: "${name}") { visits } }`);
    await federation.stop();
    expect(new Set(use.mock.calls.map(([text]) => text)).size).toBe(1);
    expect(use.mock.calls.length).toBeGreaterThanOrEqual(3);
  });

  it('plans for a new supergraph only what it changes', async () => {
    const { kept } = open();
    const before = await start(kept);
    await before.request('{ person { id } }');
    await before.request('{ person { visits } }');
    const after = await federate(
      subgraphsWith('other: Int').map((each) => ({
        ...each,
        sdl: each.sdl.replace('visits(of: String): String', 'visits(of: String, by: Int): String'),
      })),
    );
    const keep = vi.spyOn(kept, 'keep');
    const engine = await Engine.load(
      after.sdl,
      { ...before.options, planner: { ...before.options.planner, kept } },
      before.engine,
    );
    expect(keep.mock.calls.map(([query]) => query.replaceAll(/\s+/g, ' '))).toEqual([
      '{ person { visits } }',
    ]);
    await Promise.all([engine.close(), before.stop(), after.stop()]);
  });
});
