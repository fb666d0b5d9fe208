// What the pages are built from, and the hash by which a change is noticed.
import { createHash } from 'node:crypto';
import { globSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const portalFolder = fileURLToPath(new URL('..', import.meta.url));
export const rootFolder = join(portalFolder, '..');

/** The folder that the gateway serves. */
export const distFolder = join(portalFolder, 'dist');

/** Where a build notes the hash of its sources. */
export const hashFile = (folder: string): string => join(folder, 'sources.sha256');

/** The files that change what is built. */
const inputs = [
  'portal/{src,build}/**/*.{ts,tsx,css,graphql,svg,json}',
  'portal/package.json',
  'docs/**/*.{md,png}',
  'schema/*.{ts,json,graphql}',
  'schema/{contracts,releases/*}/api.graphql',
  'subgraphs/kit/src/{errors,error-table,masking,identity/roles,operation/cost-directives}.ts',
  'test/operations/*.graphql',
  'CHANGELOG.md',
  'client/src/**/*.ts',
];

/** A SHA-256 of the names and contents of all sources, in hex. */
export function hashSources(): string {
  const hash = createHash('sha256');
  const files = globSync(inputs, { cwd: rootFolder, exclude: ['**/node_modules/**'] })
    .filter((file) => !/\.test\.tsx?$/.test(file))
    .sort();
  for (const file of files)
    hash
      .update(`${file}\0`)
      .update(readFileSync(join(rootFolder, file)))
      .update('\0');
  return hash.digest('hex');
}

/** The modules with which browsers start: `src/<page>/entry.tsx`, by the name of the page. */
export const clientEntries = (): Record<string, string> =>
  Object.fromEntries(
    globSync('src/*/entry.tsx', { cwd: portalFolder })
      .sort()
      .map((file) => [basename(dirname(file)), join(portalFolder, file)]),
  );
