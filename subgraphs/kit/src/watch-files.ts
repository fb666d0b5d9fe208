// Watches files and folders by their content, however they are replaced: in place, by renaming, or by a symbolic link.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, type Stats, statSync, watch } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Log } from './log.ts';

export interface WatchOptions {
  /** Files, and folders for all files directly inside. All must exist at first. */
  paths: readonly string[];
  /** Called when the content differs from that at the last call, or at first. Not called again before it has finished. */
  onChange: () => void | Promise<void>;
  log: Log;
  /** How often the files are polled, since file systems do not report every change. */
  pollMs?: number;
}

export interface FileWatcher {
  /** Resolves when `onChange` is not running and will not be called again. */
  close: () => Promise<void>;
}

const defaultPollMs = 5000;
/** Files are replaced in several steps. Changes within this time count as one. */
const settleMs = 100;

/** Paths that do not exist for a moment, such as between two steps of a replacement, count as unchanged. */
export function watchFiles({ paths, onChange, log, pollMs = defaultPollMs }: WatchOptions): FileWatcher {
  let content = '';
  let stamps = '';
  let isClosed = false;
  let calls = Promise.resolve();
  const check = () => {
    if (isClosed) return;
    try {
      stamps = stampsOf(paths);
      const now = contentOf(paths);
      if (now === content) return;
      content = now;
      calls = calls.then(onChange);
    } catch {
      stamps = '';
    }
  };
  let settling: NodeJS.Timeout | undefined;
  const watchers = watchFolders(paths, log, () => {
    clearTimeout(settling);
    settling = setTimeout(check, settleMs);
  });
  // The stamps come first, so that a change between these two lines is noticed.
  stamps = stampsOf(paths);
  content = contentOf(paths);
  const polling = setInterval(() => {
    if (haveNewStamps(paths, stamps)) check();
  }, pollMs).unref();
  return {
    close: async () => {
      isClosed = true;
      clearInterval(polling);
      clearTimeout(settling);
      for (const watcher of watchers) watcher.close();
      await calls;
    },
  };
}

/** Watches the folders of the paths. Where that is not possible, polling has to do. */
function watchFolders(paths: readonly string[], log: Log, onEvent: () => void): { close: () => void }[] {
  const folders = new Set(paths.map((path) => (statSync(path).isDirectory() ? path : dirname(path))));
  return [...folders].flatMap((folder) => {
    const failed = (error: Error) =>
      log({ event: 'files are polled only, watching failed', folder, error: error.message });
    try {
      const watcher = watch(folder, onEvent);
      watcher.on('error', (error) => {
        failed(error);
        watcher.close();
      });
      return watcher;
    } catch (error) {
      failed(error as Error);
      return [];
    }
  });
}

function haveNewStamps(paths: readonly string[], stamps: string): boolean {
  try {
    return stampsOf(paths) !== stamps;
  } catch {
    return false;
  }
}

/** All files, with links resolved. */
function* filesOf(paths: readonly string[]): Generator<[file: string, stats: Stats]> {
  for (const path of paths) {
    const stats = statSync(path);
    if (!stats.isDirectory()) yield [path, stats];
    else
      for (const name of readdirSync(path).sort()) {
        const file = join(path, name);
        const inside = statSync(file);
        if (inside.isFile()) yield [file, inside];
      }
  }
}

/** Differs whenever a file was written or replaced. */
const stampsOf = (paths: readonly string[]): string =>
  Array.from(filesOf(paths), ([file, { ino, mtimeMs, ctimeMs, size }]) =>
    [file, ino, mtimeMs, ctimeMs, size].join(),
  ).join('\n');

function contentOf(paths: readonly string[]): string {
  const hash = createHash('sha256');
  for (const [file, { size }] of filesOf(paths))
    hash.update(`\n${file} ${size}\n`).update(readFileSync(file));
  return hash.digest('base64');
}
