// Every command tells its usage, when asked and when it does not understand.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { commandFile, runCommand } from './run-command.ts';

describe.each([
  'audit:verify',
  'backup',
  'compose',
  'export',
  'fuzz:engine',
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
  it('shows its usage for --help and does nothing', async () => {
    const { code, out, complaint } = await runCommand(command, ['--help']);
    expect([code, complaint]).toEqual([0, '']);
    expect(out).toMatch(/^用法 usage:/);
    expect(out).toMatch(new RegExp(`npm (run )?(-s )?${command}`));
  });

  it('names an option that it does not know, with its usage', async () => {
    const { code, out, complaint } = await runCommand(command, ['--anonymize']);
    expect([code, out]).toEqual([1, '']);
    expect(complaint).toMatch(/^参数有误：Unknown option '--anonymize'。\n\n用法 usage:/);
  });
});

it.each(['access', 'board', 'gateway', 'hostile', 'import', 'scale', 'subgraph', 'writes'])(
  'bench:%s measures nothing for an option that it does not know',
  async (name) => {
    const { code, out, complaint } = await runCommand(`bench:${name}`, ['--anonymize']);
    expect([code, out]).toEqual([1, '']);
    expect(complaint).toMatch(
      new RegExp(`^参数有误：Unknown option '--anonymize'。\n\n用法 usage: npm run bench:${name}`),
    );
  },
);

it.each([
  ['fuzz:engine', 'seconds', 'soon'],
  ['stress:writes', 'rounds', '-1'],
  ['bench:hostile', 'seconds', '0'],
])('%s refuses --%s %s, with its usage', async (command, option, value) => {
  const { code, complaint } = await runCommand(command, [`--${option}=${value}`]);
  expect(code).toBe(1);
  expect(complaint).toMatch(
    new RegExp(`^参数有误：--${option} ${value}: expected a number from [01]。\n\n用法 usage:`),
  );
});

describe('whose output nobody reads to its end', () => {
  it.each([
    ['import', ['--list']],
    ['import', ['--template', 'places.service-point']],
    ['retention', ['--list']],
    ['keys', ['list']],
  ])('%s %j ends without a complaint', async (command, args) => {
    const child = spawn(process.execPath, [commandFile(command), ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    child.stdout.destroy();
    let complaint = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      complaint += text;
    });
    const [code] = await once(child, 'close');
    expect([code, complaint]).toEqual([0, '']);
  });
});
