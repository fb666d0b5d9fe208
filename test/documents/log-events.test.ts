// The pages on troubleshooting explain the events that the log has.
import { globSync } from 'node:fs';
import { expect, it } from 'vitest';
import { read, root } from './markdown.ts';

const sources = globSync('{gateway,subgraphs/*}/src/**/*.ts', {
  cwd: root,
  exclude: ['**/*.test.ts', '**/testing/**', '**/seed/**'],
});

const logged = new Set(
  sources.flatMap((file) =>
    [...read(file).matchAll(/\bevent: '([^'\n]+)'[,\s]*[}\n,]/g)].map(([, event]) => event),
  ),
);

it.each(['docs/tasks/troubleshooting.md', 'docs/zh-CN/tasks/troubleshooting.md'])(
  '%s explains each event of the log',
  (file) => {
    const explained = new Set(
      [...read(file).matchAll(/^\| (`[^|]+`) \|/gm)].flatMap(([, cell = '']) =>
        [...cell.matchAll(/`([^`]+)`/g)].map(([, event]) => event),
      ),
    );
    expect([...logged].filter((event) => !explained.has(event))).toEqual([]);
  },
);

it('an event about which somebody should do something is logged as a warning or an error', () => {
  const urgent = new Set(
    [...read('docs/tasks/troubleshooting.md').matchAll(/^\| (`[^|]+`) \|.*\| (?:now|soon) \|$/gm)].flatMap(
      ([, cell = '']) => [...cell.matchAll(/`([^`]+)`/g)].map(([, event]) => event),
    ),
  );
  expect(urgent.size).toBeGreaterThan(15);
  const calls = sources.flatMap((file) =>
    [...read(file).matchAll(/\{\s*event: '([^'\n]+)'[^;]*?\}\)?/g)].map(([call, event]) => ({ call, event })),
  );
  const quiet = calls.filter(
    ({ call, event }) => urgent.has(event) && !/\b(error|reason)\b|level: '(warn|error)'/.test(call),
  );
  expect(quiet.map(({ event }) => event)).toEqual([]);
});
