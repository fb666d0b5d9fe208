// Writes the types of a package's exports: the declarations of its entries, and of the files that those name.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { root } from '../processes/child-process.ts';

/** Returns the paths of the entries' declarations in the folder. Throws if types of packages that are not published would be needed. */
export function writeDeclarations(folder: string, entries: readonly string[]): string[] {
  // Inside the project, so that the types of packages are found.
  const work = mkdtempSync(join(root, 'node_modules', '.declarations-'));
  try {
    compile(work, entries);
    const declared = entries.map((entry) => entry.replace(/\.ts$/, '.d.ts'));
    const files = [...declared];
    for (const file of files) {
      const text = readFileSync(join(work, 'out', file), 'utf8');
      for (const [, specifier = ''] of text.matchAll(/(?:from |import\()["']([^"']+)["']/g)) {
        if (specifier.startsWith('@district-graph/')) throw new Error(`${file} needs types of ${specifier}`);
        const next = join(dirname(file), specifier.replace(/\.ts$/, '.d.ts'));
        if (specifier.startsWith('.') && !files.includes(next)) files.push(next);
      }
      const target = join(folder, 'types', file);
      mkdirSync(dirname(target), { recursive: true });
      writeFileSync(target, text.replaceAll(/((?:from |import\()["']\.[^"']+)\.ts(?=["'])/g, '$1.js'));
    }
    return declared.map((file) => `./types/${file}`);
  } finally {
    rmSync(work, { recursive: true });
  }
}

function compile(work: string, entries: readonly string[]): void {
  const configuration = {
    extends: join(root, 'tsconfig.json'),
    compilerOptions: {
      noEmit: false,
      declaration: true,
      stripInternal: true,
      emitDeclarationOnly: true,
      rootDir: root,
      outDir: join(work, 'out'),
    },
    files: entries.map((entry) => join(root, entry)),
    include: [],
  };
  const file = join(work, 'tsconfig.json');
  writeFileSync(file, JSON.stringify(configuration));
  const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  const { status, stdout } = spawnSync(process.execPath, [compiler, '-p', file], { encoding: 'utf8' });
  if (status !== 0) throw new Error(stdout);
}
