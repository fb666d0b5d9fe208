// npm run compose over mistakes in a schema, in a copy of the project.
import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));
let project: string;
beforeEach(() => {
  project = mkdtempSync(join(tmpdir(), 'district-graph-compose-'));
  for (const path of ['package.json', 'scripts', 'subgraphs', 'schema'])
    cpSync(join(root, path), join(project, path), {
      recursive: true,
      filter: (from) => !/node_modules|\.test\.ts$|migrations$/.test(from),
    });
  mkdirSync(join(project, 'node_modules/@district-graph'), { recursive: true });
  for (const name of ['@apollo', 'graphql', 'ipaddr.js', 'valibot'])
    symlinkSync(join(root, 'node_modules', name), join(project, 'node_modules', name));
  for (const [name, path] of [
    ['kit', 'subgraphs/kit'],
    ['schema', 'schema'],
  ] as const)
    symlinkSync(join(project, path), join(project, 'node_modules/@district-graph', name));
});
afterEach(() => rmSync(project, { recursive: true }));

const supergraph = () => readFileSync(join(project, 'schema/supergraph.graphql'), 'utf8');

/** Adds to the schema of a module and composes; resolves with the exit code and what is written to standard error. */
function composeWith(addition: string): [code: number, errorOutput: string] {
  appendFileSync(join(project, 'subgraphs/culture/src/venue/schema.graphql'), addition);
  return compose();
}

function compose(args: string[] = [], env: Record<string, string> = {}): [code: number, errorOutput: string] {
  const options = { cwd: project, stdio: 'pipe', env: { ...process.env, ...env } } as const;
  try {
    execFileSync(process.execPath, ['scripts/compose.ts', ...args], options);
    return [0, ''];
  } catch (error) {
    const { status, stderr } = error as { status: number; stderr: Buffer };
    return [status, stderr.toString()];
  }
}

describe('npm run compose', () => {
  it('writes the supergraph', () => {
    const before = supergraph();
    expect(composeWith('type Ticket { price: Int }\nextend type Query { ticket: Ticket }\n')).toEqual([
      0,
      '',
    ]);
    expect(before).not.toContain('type Ticket');
    expect(supergraph()).toContain('type Ticket');
  });

  it.each([
    ['an unknown type', 'type Ticket { name: Strin! }\n', '[culture] Unknown type Strin'],
    ['an unknown directive', 'type Ticket { name: String! @nope }\n', '[culture] Unknown directive "@nope".'],
  ])('reports %s in one line with the subgraph, and writes nothing', (_title, addition, message) => {
    const before = supergraph();
    expect(composeWith(addition)).toEqual([1, `模式无法组合 The schema does not compose：${message}\n`]);
    expect(supergraph()).toBe(before);
  });

  it('reports a syntax error with its file and line', () => {
    const [code, errorOutput] = composeWith('type Ticket {\n  name:\n}\n');
    expect(code).toBe(1);
    expect(errorOutput).toMatch(
      /^模式语法有误 The schema has a syntax error：.*culture\/src\/venue\/schema\.graphql:\d+:1: Syntax Error: Expected Name, found "}"\.\n$/,
    );
  });
});

describe('npm run compose with foreign subgraphs', () => {
  const canteens = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@interfaceObject"])
type Division @key(fields: "code") @interfaceObject { code: ID! canteens: Int }`;
  const listOf = (sdl: string): Record<string, string> => {
    writeFileSync(join(project, 'canteens.graphql'), sdl);
    const entry = { name: 'canteens', url: 'http://canteens.example/graphql', sdl: 'canteens.graphql' };
    writeFileSync(join(project, 'list.json'), JSON.stringify([entry]));
    return { SUBGRAPHS_FILE: join(project, 'list.json') };
  };

  it('writes those of a deployment into another file, which names them for the gateway', () => {
    const before = supergraph();
    expect(compose(['--output', 'deployed.graphql'], listOf(canteens))).toEqual([0, '']);
    const deployed = readFileSync(join(project, 'deployed.graphql'), 'utf8');
    expect(deployed).toMatch(/^# foreign subgraphs: canteens\n/);
    expect(deployed).toContain('url: "http://canteens.example/graphql"');
    expect(supergraph()).toBe(before);
  });

  it('refuses to write those of a deployment into the committed file', () => {
    const before = supergraph();
    expect(compose([], listOf(canteens))).toEqual([1, expect.stringMatching(/--output/)]);
    expect(supergraph()).toBe(before);
  });

  it('composes those of the repository into the committed file', () => {
    const entry = {
      name: 'canteens',
      url: 'http://canteens.example/graphql',
      sdl: 'foreign/canteens.graphql',
    };
    mkdirSync(join(project, 'schema/foreign'));
    writeFileSync(join(project, 'schema/foreign/canteens.graphql'), canteens);
    const list = join(project, 'schema/subgraphs.json');
    writeFileSync(list, JSON.stringify([...JSON.parse(readFileSync(list, 'utf8')), entry]));
    expect(compose()).toEqual([0, '']);
    expect(supergraph()).toMatch(/^# foreign subgraphs: canteens\n/);
  });

  it.each([
    ['a syntax error', 'type {', /canteens\.graphql：1:6: /],
    [
      'a takeover of a field',
      `${canteens} type Road { name: String @override(from: "sanitation") }`,
      /@override/,
    ],
    [
      'an interface of another subgraph that it declares as a type',
      'type Division @key(fields: "code") { code: ID! canteens: Int }',
      /^模式无法组合 The schema does not compose：\[canteens\] Division .*an interface in subgraph "places": add @interfaceObject to it\.\n$/,
    ],
    [
      'a type that no subgraph has',
      `${canteens} type Query { x: Nothing }`,
      /\[canteens\] Unknown type Nothing/,
    ],
  ])('reports %s', (_title, sdl, message) => {
    expect(compose(['--output', 'deployed.graphql'], listOf(sdl))).toEqual([
      1,
      expect.stringMatching(message),
    ]);
  });
});
