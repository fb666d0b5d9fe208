// Creates a subgraph from the template, with its entries in shared files and the generated documents: either all of it or nothing.
import { execFile } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { messageOf } from '../command-line/report-error.ts';
import { replacementsFor, type SubgraphNames } from './names.ts';
import { withListed, withPackage, withScopes } from './shared-files.ts';
import { filesOf } from './template-files.ts';
import { Undo } from './undo.ts';

/** A program that brings generated files up to date, and the files, or the folder of which it writes all files. */
interface Generation {
  command: readonly string[];
  writes: readonly string[];
  folder?: string;
}

const biome = 'node_modules/@biomejs/biome/bin/biome';
const vitest = 'node_modules/vitest/vitest.mjs';
const roles = 'subgraphs/kit/src/identity/roles.ts';

const generations = (name: string, hasMatrix: boolean): Generation[] => [
  // Lines are longer or shorter, and imports in another order, under other names.
  { command: [biome, 'check', '--write', `subgraphs/${name}`, roles], writes: [] },
  { command: ['scripts/compose.ts'], writes: ['schema/supergraph.graphql'] },
  { command: ['scripts/publish/sdl.ts'], writes: [], folder: 'schema/contracts' },
  { command: ['scripts/codegen/codegen.ts'], writes: [], folder: 'client/src/generated' },
  { command: ['scripts/docs/settings.ts'], writes: ['docs/settings.md', 'docs/zh-CN/settings.md'] },
  ...(hasMatrix
    ? [
        {
          command: [vitest, 'run', 'test/access/matrix.test.ts', 'test/access/roles.test.ts', '--update'],
          writes: ['test/access/matrix.txt', 'schema/access.md'],
        },
      ]
    : []),
];

export interface Creation {
  root: string;
  /** Whether the access matrix is measured, which starts the whole graph. */
  hasMatrix: boolean;
  /** Called before each step with what it does. */
  onStep: (step: string) => void;
  signal: AbortSignal;
}

/** Rejects, and leaves everything as it was, when a step fails or the signal aborts it. */
export async function createSubgraph(names: SubgraphNames, creation: Creation): Promise<void> {
  const undo = new Undo();
  try {
    addFiles(names, creation, undo);
    addEntries(names, creation, undo);
    for (const generation of generations(names.name, creation.hasMatrix))
      await generate(generation, creation, undo);
  } catch (error) {
    undo.run();
    const reason = creation.signal.aborted ? '已中断 Interrupted' : messageOf(error);
    throw new Error(`${reason}\n未作任何更改。 Nothing was changed.`, { cause: error });
  }
}

/** Writes the folder beside its place, then moves it there as a whole. */
function addFiles(names: SubgraphNames, { root, onStep }: Creation, undo: Undo): void {
  const folder = join(root, 'subgraphs', names.name);
  onStep(`subgraphs/${names.name}/`);
  const temporary = mkdtempSync(join(root, 'node_modules', '.new-subgraph-'));
  undo.made(temporary);
  // A folder below: the temporary one is for its owner only.
  const draft = join(temporary, names.name);
  for (const { path, text } of filesOf(replacementsFor(names))) {
    mkdirSync(dirname(join(draft, path)), { recursive: true });
    writeFileSync(join(draft, path), text);
  }
  undo.made(folder);
  try {
    renameSync(draft, folder);
  } catch (error) {
    // node_modules may be on another file system.
    if ((error as NodeJS.ErrnoException).code !== 'EXDEV') throw error;
    cpSync(draft, folder, { recursive: true });
  }
  rmSync(temporary, { recursive: true });
}

function addEntries(names: SubgraphNames, { root, onStep }: Creation, undo: Undo): void {
  const { name } = names;
  const manifest = JSON.parse(readFileSync(join(root, 'subgraphs', name, 'package.json'), 'utf8'));
  const changes: [file: string, change: (text: string) => string][] = [
    ['schema/subgraphs.json', (text) => withListed(text, names)],
    ['package-lock.json', (text) => withPackage(text, names, manifest)],
    [roles, (text) => withScopes(text, names)],
  ];
  for (const [file, change] of changes) {
    onStep(file);
    undo.keep(join(root, file));
    writeFileSync(join(root, file), change(readFileSync(join(root, file), 'utf8')));
  }
  const link = join(root, 'node_modules', '@district-graph', name);
  onStep(`node_modules/@district-graph/${name}`);
  undo.made(link);
  // Windows needs the privilege for links, but not for junctions, which are absolute.
  if (process.platform === 'win32') symlinkSync(join(root, 'subgraphs', name), link, 'junction');
  else symlinkSync(`../../subgraphs/${name}`, link);
}

async function generate(
  { command, writes, folder }: Generation,
  { root, onStep, signal }: Creation,
  undo: Undo,
): Promise<void> {
  onStep(folder ?? (writes.length ? writes.join(', ') : command.join(' ')));
  for (const file of writes) undo.keep(join(root, file));
  if (folder) undo.keepFolder(join(root, folder));
  try {
    await promisify(execFile)(process.execPath, [...command], { cwd: root, signal, maxBuffer: 1e8 });
  } catch (error) {
    const { stdout = '', stderr = '', message } = error as Error & { stdout?: string; stderr?: string };
    throw new Error(`node ${command.join(' ')}\n${stdout}${stderr || message}`.trimEnd(), { cause: error });
  }
}
