// Every command tells its usage, when asked and when it does not understand.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { runScript } from './testing.ts';

describe.each([
  ['audit-verify', 'audit:verify'],
  ['backup', 'backup'],
  ['export', 'export'],
  ['import', 'import'],
  ['keys', 'keys'],
  ['person', 'person'],
  ['restore', 'restore'],
  ['retention', 'retention'],
  ['token', 'token'],
])('%s', (file, command) => {
  it('shows its usage for --help and does nothing', async () => {
    const { code, out, complaint } = await runScript(file, ['--help']);
    expect([code, complaint]).toEqual([0, '']);
    expect(out).toMatch(/^用法 usage:/);
    expect(out).toMatch(new RegExp(`npm run (-s )?${command}`));
  });

  it('names an option that it does not know, with its usage', async () => {
    const { code, out, complaint } = await runScript(file, ['--anonymize']);
    expect([code, out]).toEqual([1, '']);
    expect(complaint).toMatch(/^参数有误：Unknown option '--anonymize'。\n\n用法 usage:/);
  });
});

describe('whose output nobody reads to its end', () => {
  it.each([
    ['import', ['--list']],
    ['import', ['--template', 'places.service-point']],
    ['retention', ['--list']],
    ['keys', ['list']],
  ])('%s %j ends without a complaint', async (file, args) => {
    const program = fileURLToPath(new URL(`${file}.ts`, import.meta.url));
    const child = spawn(process.execPath, [program, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
    child.stdout.destroy();
    let complaint = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      complaint += text;
    });
    const [code] = await once(child, 'close');
    expect([code, complaint]).toEqual([0, '']);
  });
});
