// What a command has changed, and how to take it back when it fails midway.
import { existsSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

export class Undo {
  #steps: (() => void)[] = [];

  /** Remembers the text of a file that is about to change. */
  keep(file: string): void {
    const text = existsSync(file) ? readFileSync(file, 'utf8') : null;
    this.#steps.push(() => (text === null ? rmSync(file, { force: true }) : writeFileSync(file, text)));
  }

  /** Remembers the texts of all files of a folder that is about to be written anew. */
  keepFolder(folder: string): void {
    const texts = globSync('**', { cwd: folder, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .map((file) => [file, readFileSync(file, 'utf8')] as const);
    this.#steps.push(() => {
      rmSync(folder, { recursive: true, force: true });
      for (const [file, text] of texts) {
        mkdirSync(dirname(file), { recursive: true });
        writeFileSync(file, text);
      }
    });
  }

  /** Remembers a file, folder or link that is about to be made. */
  made(path: string): void {
    this.#steps.push(() => rmSync(path, { recursive: true, force: true }));
  }

  /** Takes everything back, the last first. */
  run(): void {
    for (const step of this.#steps.toReversed()) step();
    this.#steps = [];
  }
}
