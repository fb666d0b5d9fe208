// Files that cannot be made again: changed by one process at a time, and replaced whole.
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

/** A change takes milliseconds; what is there for longer was left by a process that was killed. */
const patienceMs = 5000;
const pollMs = 20;

/**
 * Writes what `change` makes of the file's text, null where there is no file, and returns it; where that is the text as it is,
 * nothing is written. Readers see the old text or the new one. The file is for the eyes of its owner, unless `mode` says otherwise.
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

/** That it is there keeps others out: of two that begin at once, neither undoes the other. */
async function openNext(next: string, mode: number): Promise<number> {
  for (const deadline = Date.now() + patienceMs; ; await delay(pollMs)) {
    try {
      return openSync(next, 'wx', mode);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    if (Date.now() > deadline)
      throw new Error(
        `另一命令正在修改该文件；若无，请删除 ${next}。 Another command is changing the file; if none is, delete ${next}.`,
      );
  }
}

/** A name outlives a power cut once its folder is written. */
export function syncFolder(folder: string): void {
  // Windows opens no folder.
  if (process.platform === 'win32') return;
  const opened = openSync(folder, 'r');
  try {
    fsyncSync(opened);
  } finally {
    closeSync(opened);
  }
}
