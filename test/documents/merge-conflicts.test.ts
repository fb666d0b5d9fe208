import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const root = fileURLToPath(new URL('../../', import.meta.url));
const files = globSync(
  '{*.md,docs/**/*.md,{gateway,subgraphs,schema,scripts,test}/**/*.{ts,md,graphql,json}}',
  { cwd: root, exclude: ['**/node_modules/**'] },
);

it('no conflict of a merge is left in code or documents', () => {
  expect(files.length).toBeGreaterThan(900);
  expect(files.filter((file) => /^(<{7}|>{7}) /m.test(readFileSync(root + file, 'utf8')))).toEqual([]);
});
