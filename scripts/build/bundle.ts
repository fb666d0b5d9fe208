// Bundles the gateway's code for ApolloServer into plain JavaScript, with the programs of its threads beside it.
import { join } from 'node:path';
import { type OutputChunk, type Plugin, rolldown } from 'rolldown';
import { root } from '../processes/child-process.ts';

/** By the names of the files that are written. */
const entries = {
  'apollo-gateway': 'gateway/src/apollo-gateway/apollo-gateway.ts',
  'planner-thread': 'gateway/src/planning/planner-thread.ts',
  'validator-thread': 'gateway/src/validation/validator-thread.ts',
};

/** The lowest version of Node that the package supports. */
export const oldestNode = '20.12';

const ownPackages = /^@district-graph\//;

/** Threads are started from files beside the bundle. */
const threadFiles: Plugin = {
  name: 'thread-files',
  transform: (code) =>
    code.includes('-thread.ts')
      ? code.replaceAll(/new URL\((['"])\.\/([a-z]+-thread)\.ts\1/g, "new URL('./$2.js'")
      : null,
};

/** Writes the files to the folder, and returns the names of the packages that they import. */
export async function bundle(folder: string): Promise<Set<string>> {
  const build = await rolldown({
    cwd: root,
    input: Object.fromEntries(Object.entries(entries).map(([name, file]) => [name, join(root, file)])),
    platform: 'node',
    external: (id) => isPackage(id) && !ownPackages.test(id),
    plugins: [threadFiles],
    transform: { target: `node${oldestNode}` },
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
