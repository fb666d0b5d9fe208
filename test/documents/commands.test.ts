// What the documents tell to type in runs as they say.
import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const documents = globSync('**/*.md', { cwd: root, exclude: ['**/node_modules/**'] });
const read = (file: string) => readFileSync(`${root}${file}`, 'utf8');

it('run TypeScript with the project’s own Node: that of the machine may be older', () => {
  const bare = documents.flatMap((file) =>
    [...read(file).matchAll(/(?<![\w./-])node (?:--\S+ )*\S+\.ts\b/g)].map(
      ([command]) => `${file}: ${command}`,
    ),
  );
  expect(bare).toEqual([]);
});

it('name only scripts that there are', () => {
  const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
  const unknown = documents.flatMap((file) =>
    [...read(file).matchAll(/\bnpm run (?:-s )?([a-z][\w:-]*)/g)]
      .filter(([, name = '']) => !(name in scripts))
      .map(([command]) => `${file}: ${command}`),
  );
  expect(unknown).toEqual([]);
});
