// Bundles code of ours into plain JavaScript: what is imported of other packages stays imported.
import { join } from 'node:path';
import { type OutputChunk, type Plugin, rolldown } from 'rolldown';
import { root } from '../processes/child-process.ts';

export interface BundleOptions {
  /** The source files by the names of the files that are written. */
  entries: Readonly<Record<string, string>>;
  platform: 'node' | 'neutral';
  /** The oldest version that must run it, as rolldown names it. */
  target: string;
  plugins?: Plugin[];
}

const ownPackages = /^@district-graph\//;

/** Writes the files to the folder, and returns the names of the packages that they import. */
export async function bundle(
  folder: string,
  { entries, platform, target, plugins = [] }: BundleOptions,
): Promise<Set<string>> {
  const build = await rolldown({
    cwd: root,
    input: Object.fromEntries(Object.entries(entries).map(([name, file]) => [name, join(root, file)])),
    platform,
    external: (id) => isPackage(id) && !ownPackages.test(id),
    plugins,
    transform: { target },
    onLog: (level, { message }) => {
      if (level === 'warn') throw new Error(message);
    },
  });
  const { output } = await build.write({
    dir: folder,
    format: 'esm',
    entryFileNames: '[name].js',
    chunkFileNames: '[name]-[hash].js',
    comments: false,
  });
  await build.close();
  const chunks = output.filter((each): each is OutputChunk => each.type === 'chunk');
  const own = new Set(chunks.map(({ fileName }) => fileName));
  const imported = chunks.flatMap(({ imports, dynamicImports }) => [...imports, ...dynamicImports]);
  return new Set(imported.filter((id) => isPackage(id) && !own.has(id)).map(packageOf));
}

const isPackage = (id: string): boolean => !/^(\.|\/|node:|\0|[A-Za-z]:)/.test(id);

const packageOf = (id: string): string =>
  id
    .split('/')
    .slice(0, id.startsWith('@') ? 2 : 1)
    .join('/');
