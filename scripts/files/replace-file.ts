// Files that cannot be recreated, such as keys: changed by one process at a time, and replaced atomically.
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

/** A change takes milliseconds. A lock file that is older was left by a process that was killed. */
const patienceMs = 5000;
const pollMs = 20;

/**
 * Writes the text that `change` returns for the file's text, or for null if there is no file, and returns it. Nothing is written
 * when the text stays the same. Readers see the old text or the new one. Only the owner can read the file, unless `mode` allows more.
 */
export async function changeFile(
  file: string,
  change: (text: string | null) => string,
  mode = 0o600,
): Promise<string> {
  mkdirSync(dirname(file), { recursive: true });
  const next = `${file}.next`;
  const opened = await openNext(next, mode);
  let isOpen = true;
  try {
    const text = existsSync(file) ? readFileSync(file, 'utf8') : null;
    const changed = change(text);
    if (changed !== text) {
      writeFileSync(opened, changed);
      fsyncSync(opened);
    }
    closeSync(opened);
    isOpen = false;
    if (changed === text) rmSync(next);
    else {
      renameSync(next, file);
      syncFolder(dirname(file));
    }
    return changed;
  } catch (error) {
    if (isOpen) closeSync(opened);
    rmSync(next, { force: true });
    throw error;
  }
}

/** The new file is the lock: of two processes that start at once, neither overwrites the change of the other. */
async function openNext(next: string, mode: number): Promise<number> {
  for (const deadline = Date.now() + patienceMs; ; await delay(pollMs)) {
    try {
      return openSync(next, 'wx', mode);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    if (Date.now() > deadline)
      throw new Error(
        `另一命令正在修改该文件。如没有其他命令在运行，请删除 ${next}。 Another command is changing the file. If none is running, delete ${next}.`,
      );
  }
}

/** A new name survives a power failure once its folder is written. */
export function syncFolder(folder: string): void {
  // Windows cannot open a folder.
  if (process.platform === 'win32') return;
  const opened = openSync(folder, 'r');
  try {
    fsyncSync(opened);
  } finally {
    closeSync(opened);
  }
}
