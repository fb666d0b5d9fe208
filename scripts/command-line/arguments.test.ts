// Every command prints its usage, for --help and for arguments that it does not accept.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { commandFile, runCommand } from './run-command.ts';

describe.each([
  'audit:verify',
  'backup',
  'compose',
  'docs:errors',
  'docs:settings',
  'export',
  'fuzz:engine',
  'gateway',
  'import',
  'keys',
  'keys:rotate',
  'person',
  'restore',
  'retention',
  'seed',
  'start',
  'stress:writes',
  'token',
])('%s', (command) => {
  it('prints its usage for --help and does nothing', async () => {
    const { code, output, errorOutput } = await runCommand(command, ['--help']);
    expect([code, errorOutput]).toEqual([0, '']);
    expect(output).toMatch(/^用法 usage:/);
    expect(output).toMatch(new RegExp(`npm (run )?(-s )?${command}`));
  });

  it('rejects an unknown option by its name, with its usage', async () => {
    const { code, output, errorOutput } = await runCommand(command, ['--anonymize']);
    expect([code, output]).toEqual([1, '']);
    expect(errorOutput).toMatch(/^参数有误：Unknown option '--anonymize'。\n\n用法 usage:/);
  });
});

it.each(['access', 'board', 'gateway', 'hostile', 'import', 'scale', 'subgraph', 'writes'])(
  'bench:%s rejects an unknown option and measures nothing',
  async (name) => {
    const { code, output, errorOutput } = await runCommand(`bench:${name}`, ['--anonymize']);
    expect([code, output]).toEqual([1, '']);
    expect(errorOutput).toMatch(
      new RegExp(`^参数有误：Unknown option '--anonymize'。\n\n用法 usage: npm run bench:${name}`),
    );
  },
);

it.each([
  ['fuzz:engine', 'seconds', 'soon'],
  ['stress:writes', 'rounds', '-1'],
  ['bench:hostile', 'seconds', '0'],
])('%s rejects --%s %s, with its usage', async (command, option, value) => {
  const { code, errorOutput } = await runCommand(command, [`--${option}=${value}`]);
  expect(code).toBe(1);
  expect(errorOutput).toMatch(
    new RegExp(`^参数有误：--${option} ${value}: expected a number from [01]。\n\n用法 usage:`),
  );
});

describe('when its output is closed early', () => {
  it.each([
    ['import', ['--list']],
    ['import', ['--template', 'places.service-point']],
    ['retention', ['--list']],
    ['keys', ['list']],
  ])('%s %j ends without an error', async (command, args) => {
    const child = spawn(process.execPath, [commandFile(command), ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    child.stdout.destroy();
    let errorOutput = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      errorOutput += text;
    });
    const [code] = await once(child, 'close');
    expect([code, errorOutput]).toEqual([0, '']);
  });
});
