import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const logModule = fileURLToPath(new URL('./log.ts', import.meta.url));

/** The lines that a process logs which runs `script` and exits at once. */
function logged(script: string): Record<string, unknown>[] {
  const module = `import { createLog } from ${JSON.stringify(logModule)}; ${script}; process.exit(0);`;
  const node = fileURLToPath(new URL('../../../node_modules/.bin/node', import.meta.url));
  const out = execFileSync(node, ['--input-type=module', '--eval', module], { encoding: 'utf8' });
  return out
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

it('writes an event as one line of JSON with its time, level and process, before the process exits', () => {
  const [line] = logged(`createLog('culture')({ event: 'listening', url: 'http://127.0.0.1:4005' })`);
  expect(line).toEqual({
    level: 'info',
    at: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
    name: 'culture',
    event: 'listening',
    url: 'http://127.0.0.1:4005',
  });
});

it('logs by an event’s level, error or reason, and nothing below the level that is set', () => {
  const lines = logged(`const log = createLog('culture', 'warn');
    log({ event: 'one', error: 'failed' });
    log({ event: 'two', reason: 'too slow' });
    log({ event: 'four', error: 'expected', level: 'debug' });
    log({ event: 'three' })`);
  expect(lines.map(({ event, level }) => [event, level])).toEqual([
    ['one', 'error'],
    ['two', 'warn'],
  ]);
});

it('writes no value of a field that names a secret', () => {
  const [line] = logged(`createLog('culture')({ event: 'x', token: 'abc', headers: { authorization: 'def' },
    error: { options: { password: 'ghi' } } })`);
  expect(line).toHaveProperty('headers');
  expect(JSON.stringify(line)).not.toMatch(/abc|def|ghi/);
});
