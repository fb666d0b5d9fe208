// npm run build:client: builds the npm package of the client in dist/client.
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { brotliCompressSync } from 'node:zlib';
import { readArguments } from '../command-line/arguments.ts';
import { root } from '../processes/child-process.ts';
import { bundle } from './bundle.ts';
import { writeDeclarations } from './declarations.ts';

const usage = `用法 usage: npm run build:client [-- --out <folder>]
构建客户端的 npm 包。 Builds the npm package of the client.
  --out <folder>  目标文件夹 the folder to write to (dist/client)
`;

/** By the path by which each is imported from the package. */
const modules: Readonly<Record<string, string>> = {
  '.': 'client/src/client.ts',
  './websocket': 'client/src/websocket.ts',
  './documents': 'client/src/generated/graphql.ts',
  './possible-types': 'client/src/generated/possible-types.ts',
  './recipes/apollo': 'client/recipes/apollo.ts',
  './recipes/urql': 'client/recipes/urql.ts',
};

/** What users of the recipes have installed. */
const peers: Readonly<Record<string, string>> = {
  '@apollo/client': '^4.0.0',
  '@urql/exchange-graphcache': '^9.0.0',
};

/** The lowest version of Node that the package supports. */
const oldestNode = '20.12';

const { values } = readArguments(usage, {
  options: { out: { type: 'string', default: join(root, 'dist', 'client') } },
});
const folder = resolve(values.out);
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });

const nameOf = (path: string) => (path === '.' ? 'client' : path.slice('./'.length));
const imported = await bundle(folder, {
  entries: Object.fromEntries(Object.entries(modules).map(([path, file]) => [nameOf(path), file])),
  platform: 'neutral',
  target: 'es2022',
});
const unexpected = [...imported].filter((name) => !(name in peers));
if (unexpected.length) throw new Error(`The package would need ${unexpected.join()}.`);
const types = writeDeclarations(folder, Object.values(modules));

const { version, license } = readJson('package.json');
writeFileSync(
  join(folder, 'package.json'),
  `${JSON.stringify(
    {
      name: '@district-graph/client',
      version,
      description: 'A typed client of the district graph for browsers and Node',
      type: 'module',
      license,
      sideEffects: false,
      exports: {
        ...Object.fromEntries(
          Object.keys(modules).map((path, nth) => [
            path,
            { types: types[nth], default: `./${nameOf(path)}.js` },
          ]),
        ),
        './schema.graphql': './schema.graphql',
        './trusted-documents.json': './trusted-documents.json',
      },
      types: types[0],
      files: ['**/*.js', 'types', 'schema.graphql', 'trusted-documents.json', 'README.md', 'LICENSE'],
      engines: { node: `>=${oldestNode}` },
      peerDependencies: peers,
      peerDependenciesMeta: Object.fromEntries(Object.keys(peers).map((name) => [name, { optional: true }])),
    },
    null,
    2,
  )}\n`,
);
for (const [from, to] of [
  ['LICENSE', 'LICENSE'],
  ['docs/client.md', 'README.md'],
  ['schema/contracts/api.graphql', 'schema.graphql'],
  ['client/src/generated/trusted-documents.json', 'trusted-documents.json'],
] as const)
  copyFileSync(join(root, from), join(folder, to));
process.stdout.write(`${folder}\n${(await compressedBytes()) / 1000} kB\n`);

/** The size of the client in a page that uses all of it but WebSocket, minified and compressed. */
async function compressedBytes(): Promise<number> {
  const { rolldown } = await import('rolldown');
  const build = await rolldown({ input: join(folder, 'client.js'), platform: 'browser' });
  const { output } = await build.generate({ minify: true });
  await build.close();
  return brotliCompressSync(output[0].code).length;
}

function readJson(path: string) {
  return JSON.parse(readFileSync(join(root, path), 'utf8'));
}
