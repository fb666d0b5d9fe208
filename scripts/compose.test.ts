// npm run compose over mistakes in a schema, in a copy of the project.
import { execFileSync } from 'node:child_process';
import { appendFileSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
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
  try {
    execFileSync(process.execPath, ['scripts/compose.ts'], { cwd: project, stdio: 'pipe' });
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
    expect(composeWith(addition)).toEqual([1, `模式无法合成 The schema does not compose：${message}\n`]);
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
