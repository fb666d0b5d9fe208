// The commands in the documents: the form of each, checked without running any.
import { existsSync } from 'node:fs';
import { expect, it } from 'vitest';
import { codeBlocks, documents, read, root } from './markdown.ts';

it('run TypeScript with the project’s own Node: that of the machine may be older', () => {
  const bare = documents.flatMap((file) =>
    [...read(file).matchAll(/(?<![\w./-])node (?:--\S+ )*\S+\.ts\b/g)].map(
      ([command]) => `${file}: ${command}`,
    ),
  );
  expect(bare).toEqual([]);
});

it('name only scripts that exist', () => {
  const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
  const unknown = documents.flatMap((file) =>
    [...read(file).matchAll(/\bnpm run (?:-s )?([a-z][\w:-]*)/g)]
      .filter(([, name = '']) => !(name in scripts))
      .map(([command]) => `${file}: ${command}`),
  );
  expect(unknown).toEqual([]);
});

const commands = documents.flatMap((file) =>
  codeBlocks(read(file))
    .filter(({ language }) => language === 'sh')
    .map((block) => ({ ...block, where: `${file}:${block.line}` })),
);

it('say of each command that it is run, or why it is not', () => {
  const silent = commands
    .filter(({ comment }) => !/^(run|run: .+|not run: .+)$/.test(comment ?? ''))
    .map(({ where }) => where);
  expect(silent).toEqual([]);
});

it('name tests that exist where they say that a test covers a command', () => {
  const missing = commands.flatMap(({ comment, where }) =>
    [...(comment ?? '').matchAll(/(?:scripts|test|gateway|subgraphs|\.ci)\/[\w./-]*[\w]/g)]
      .filter(([path]) => !existsSync(`${root}${path}`))
      .map(([path]) => `${where}: ${path}`),
  );
  expect(missing).toEqual([]);
});
