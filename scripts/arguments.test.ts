// Every command tells its usage, when asked and when it does not understand.
import { describe, expect, it } from 'vitest';
import { runScript } from './testing.ts';

describe.each([
  ['audit-verify', 'audit:verify'],
  ['export', 'export'],
  ['import', 'import'],
  ['keys', 'keys'],
  ['person', 'person'],
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
