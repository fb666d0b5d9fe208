// What the system refuses is reported in one line, with the path and the argument or setting to check.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { runCommand } from './run-command.ts';

const folder = mkdtempSync(join(tmpdir(), 'district-graph-report-error-'));
const file = join(folder, 'file');
writeFileSync(file, '');
afterAll(() => rmSync(folder, { recursive: true }));

const absent = join(folder, 'absent/operation.graphql');
const exportOf = (...args: string[]) => ['export', args, {}] as const;
const roles = ['--role', 'care-worker', '--division', '410105'];

describe('a path that the system refuses', () => {
  it.each([
    [
      ...exportOf('--query', absent, '--path', 'roads'),
      absent,
      'ENOENT，open）；请检查 --query。',
      'check --query.',
    ],
    [...exportOf(`--query=${absent}`, '--path', 'roads'), absent, 'ENOENT', 'check --query.'],
    [
      ...exportOf('--query', folder, '--path', 'roads'),
      folder,
      '是文件夹，应为文件（EISDIR',
      'check --query.',
    ],
    ['backup', [join(file, 'x')], {}, file, '请检查参数 ', `check the argument ${join(file, 'x')}.`],
    ['token', roles, { DATA_DIR: file }, file, '请检查 DATA_DIR。', 'check DATA_DIR.'],
    ['retention', [], { DATA_DIR: join(file, 'x') }, file, 'ENOTDIR', 'check DATA_DIR.'],
    ['start', [], { DATA_DIR: file, PORT: '22410' }, file, '已存在，但不是文件夹（EEXIST', 'check DATA_DIR.'],
  ] as const)('of %s %j is named, with what to check', async (command, args, env, path, zh, en) => {
    const { code, output, errorOutput } = await runCommand(command, args, env);
    expect([code, output]).toEqual([1, '']);
    const [line = '', ...others] = errorOutput.split('\n');
    expect(others).toEqual(['']);
    expect(line).toContain(path);
    expect(line).toContain(zh);
    expect(line).toContain(en);
  });
});
