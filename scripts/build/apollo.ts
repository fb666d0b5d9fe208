// npm run build:apollo: builds the npm package of the gateway for ApolloServer in dist/apollo-gateway.
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Plugin } from 'rolldown';
import { readArguments } from '../command-line/arguments.ts';
import { root } from '../processes/child-process.ts';
import { bundle } from './bundle.ts';
import { writeDeclarations } from './declarations.ts';

const usage = `用法 usage: npm run build:apollo [-- --out <folder>]
构建供 Apollo Server 使用的网关的 npm 包。 Builds the npm package of the gateway for Apollo Server.
  --out <folder>  目标文件夹 the folder to write to (dist/apollo-gateway)
`;

/** What users of Apollo's gateway have installed: one copy of each is shared. */
const peers: Readonly<Record<string, string>> = {
  '@apollo/gateway': '^2.14.0',
  '@apollo/server': '^4.11.0 || ^5.0.0',
  graphql: '^16.11.0',
};

/** By the names of the files that are written. */
const entries = {
  'apollo-gateway': 'gateway/src/apollo-gateway/apollo-gateway.ts',
  'planner-thread': 'gateway/src/planning/planner-thread.ts',
  'validator-thread': 'gateway/src/validation/validator-thread.ts',
};

/** The lowest version of Node that the package supports. */
const oldestNode = '20.12';

/** Threads are started from files beside the bundle. */
const threadFiles: Plugin = {
  name: 'thread-files',
  transform: (code) =>
    code.includes('-thread.ts')
      ? code.replaceAll(/new URL\((['"])\.\/([a-z]+-thread)\.ts\1/g, "new URL('./$2.js'")
      : null,
};

const { values } = readArguments(usage, {
  options: { out: { type: 'string', default: join(root, 'dist', 'apollo-gateway') } },
});
const folder = resolve(values.out);
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });

const { version, license } = readJson('package.json');
const { dependencies: declared } = readJson('gateway/package.json');
const imported = await bundle(folder, {
  entries,
  platform: 'node',
  target: `node${oldestNode}`,
  plugins: [threadFiles],
});
const [types] = writeDeclarations(folder, [entries['apollo-gateway']]);
const dependencies = Object.fromEntries(
  // The declarations name its types.
  [...imported, '@apollo/server-gateway-interface']
    .filter((name) => !(name in peers))
    .sort()
    .map((name) => [name, declared[name]]),
);
const missing = Object.entries(dependencies).filter(([, needed]) => needed === undefined);
if (missing.length)
  throw new Error(`gateway/package.json does not declare ${missing.map(([name]) => name).join()}`);

writeFileSync(
  join(folder, 'package.json'),
  `${JSON.stringify(
    {
      name: '@district-graph/apollo-gateway',
      version,
      description: "A faster drop-in replacement for Apollo's gateway in Apollo Server",
      type: 'module',
      license,
      exports: { '.': { types, default: './apollo-gateway.js' } },
      types,
      files: ['*.js', 'types', 'README.md', 'LICENSE'],
      engines: { node: `>=${oldestNode}` },
      dependencies,
      peerDependencies: peers,
    },
    null,
    2,
  )}\n`,
);
copyFileSync(join(root, 'LICENSE'), join(folder, 'LICENSE'));
copyFileSync(join(root, 'docs', 'apollo-migration.md'), join(folder, 'README.md'));
process.stdout.write(`${folder}\n`);

function readJson(path: string) {
  return JSON.parse(readFileSync(join(root, path), 'utf8'));
}
