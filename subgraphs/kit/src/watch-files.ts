// Follows files and folders by what they hold, however they are replaced: in place, by renaming, or by a link that leads elsewhere.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, type Stats, statSync, watch } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Log } from './log.ts';

export interface WatchOptions {
  /** Files and folders; of a folder, the files in it. All must be there at first. */
  paths: readonly string[];
  /** Called when they hold something else than at the last call, or than at first; not again before it is done. */
  onChange: () => void | Promise<void>;
  log: Log;
  /** How often they are looked at, since a file system does not tell of every change. */
  pollMs?: number;
}

export interface FileWatcher {
  /** Resolves when nothing is called any more. */
  close: () => Promise<void>;
}

const defaultPollMs = 5000;
/** Files are replaced in several steps; what follows within this time is one change. */
const settleMs = 100;

/** What is away for a moment, such as between two steps of its replacement, has not changed. */
export function watchFiles({
  paths,
  onChange: changed,
  log,
  pollMs = defaultPollMs,
}: WatchOptions): FileWatcher {
  let content = '';
  let stamps = '';
  let isClosed = false;
  let turn = Promise.resolve();
  const look = () => {
    if (isClosed) return;
    try {
      stamps = stampsOf(paths);
      const now = contentOf(paths);
      if (now === content) return;
      content = now;
      turn = turn.then(changed);
    } catch {
      stamps = '';
    }
  };
  const poll = () => {
    try {
      if (stampsOf(paths) === stamps) return;
    } catch {
      return;
    }
    look();
  };
  let pending: NodeJS.Timeout | undefined;
  const folders = new Set(paths.map((path) => (statSync(path).isDirectory() ? path : dirname(path))));
  const watchers = [...folders].flatMap((folder) => {
    const failed = (error: Error) =>
      log({ event: 'files are not watched, only looked at now and then', folder, error: error.message });
    try {
      const watcher = watch(folder, () => {
        clearTimeout(pending);
        pending = setTimeout(look, settleMs);
      });
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
  // In this order what changes meanwhile is seen.
  stamps = stampsOf(paths);
  content = contentOf(paths);
  const polling = setInterval(poll, pollMs).unref();
  return {
    close: async () => {
      isClosed = true;
      clearInterval(polling);
      clearTimeout(pending);
      for (const watcher of watchers) watcher.close();
      await turn;
    },
  };
}

/** Every file, where it is after all links. */
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

/** What differs wherever a file was written or replaced. */
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
