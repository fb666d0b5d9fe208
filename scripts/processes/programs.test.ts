// The gateway and a subgraph as processes of their own: what they say when they cannot start.
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { root } from './child-process.ts';

let taken: Server;
let port: string;
beforeAll(async () => {
  taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  port = String((taken.address() as AddressInfo).port);
});
afterAll(() => taken.close());

const gateway = 'gateway/src/main.ts';
const culture = 'subgraphs/culture/src/subgraph.ts';
const settings = {
  CULTURE_DATABASE_URL: 'postgres://127.0.0.1:1/none',
  CULTURE_KEYS: `a:${Buffer.alloc(32, 'culture').toString('base64url')}`,
};

const run = (args: readonly string[], env: Record<string, string> = {}) =>
  new Promise<{ code: unknown; output: string; errorOutput: string }>((resolve) => {
    const options = { cwd: root, env: { ...process.env, ...env } };
    execFile(process.execPath, [...args], options, (error, output, errorOutput) =>
      resolve({ code: error?.code ?? 0, output, errorOutput }),
    );
  });

describe('a port in use', () => {
  it.each([
    ['gateway', [gateway], 'PORT'],
    ['culture', [culture, 'serve'], 'CULTURE_PORT'],
  ])('is reported by %s with the variable to set', async (name, args, variable) => {
    const { code, errorOutput } = await run(args, { ...settings, [variable]: port });
    expect(code).toBe(1);
    expect(errorOutput).toBe(
      `${name}: ${name} 的端口 ${port} 已被占用；请用 ${variable} 指定其他端口。 Port ${port} of ${name} is in use; set ${variable} to another port.\n`,
    );
  });
});

it('an address that is not of this machine is reported with the variables to check', async () => {
  const { code, errorOutput } = await run([gateway], { HOST: '192.0.2.1', PORT: port });
  expect(code).toBe(1);
  expect(errorOutput).toContain(`cannot listen on 192.0.2.1:${port} (EADDRNOTAVAIL); check HOST and PORT.`);
});

describe('a subgraph', () => {
  it.each([
    ['an unknown command', ['start'], '收到 "start"'],
    ['no command', [], '收到 ""'],
    ['two commands', ['migrate', 'seed'], '收到 "migrate seed"'],
    ['an option', ['--bogus'], '收到 "--bogus"'],
  ])('refuses %s before it reads its settings, and lists its commands', async (_title, args, received) => {
    const { code, output, errorOutput } = await run([culture, ...args]);
    expect([code, output]).toEqual([1, '']);
    expect(errorOutput).toContain(received);
    expect(errorOutput).toContain('Expected one command, serve, migrate, seed');
    expect(errorOutput).toContain('用法 usage:');
    expect(errorOutput).not.toContain('DATABASE_URL');
  });

  it('prints its usage for --help', async () => {
    const { code, output, errorOutput } = await run([culture, '--help']);
    expect([code, errorOutput]).toEqual([0, '']);
    expect(output).toMatch(/^用法 usage: .*subgraphs\/culture\/src\/subgraph\.ts <command>\n/);
  });

  it('names the variable of a database that it cannot reach', async () => {
    const { code, errorOutput } = await run([culture, 'migrate'], settings);
    expect(code).toBe(1);
    expect(errorOutput).toMatch(/^culture: .*check CULTURE_DATABASE_URL: .*ECONNREFUSED/);
  });
});
