// Loads the graph from its supergraph file and swaps it when the file changes; a broken file changes nothing.
import { readFileSync, watch } from 'node:fs';
import { basename, dirname } from 'node:path';
import type { Log } from '@district-graph/kit/log';

/** A file is written in several steps; what follows within this time is one change. */
const settleMs = 100;

export interface Loaded<Graph> {
  readonly current: Graph;
  close: () => Promise<void>;
}

/**
 * Loads the file now, and again whenever it changes: the new graph is loaded beside the old one, which serves until
 * `swapped` is told. Rejects when the first load does.
 */
export async function watchSupergraph<Graph>(
  file: string,
  load: (sdl: string, before: Graph | undefined) => Promise<Graph>,
  swapped: (after: Graph, before: Graph) => void,
  log: Log,
): Promise<Loaded<Graph>> {
  let sdl = readFileSync(file, 'utf8');
  let current = await load(sdl, undefined);
  let pending: NodeJS.Timeout | undefined;
  let loading = Promise.resolve();
  const reload = async () => {
    try {
      const next = readFileSync(file, 'utf8');
      if (next === sdl) return;
      const before = current;
      current = await load(next, before);
      sdl = next;
      swapped(current, before);
      log({ event: 'supergraph swapped', bytes: next.length });
    } catch (error) {
      log({ event: 'supergraph refused, the last good one stays', error: (error as Error).message });
    }
  };
  // The folder is watched, since editors and deployments replace the file.
  const watcher = watch(dirname(file), (_event, name) => {
    if (name !== null && name !== basename(file)) return;
    clearTimeout(pending);
    pending = setTimeout(() => {
      loading = loading.then(reload);
    }, settleMs);
  });
  return {
    get current() {
      return current;
    },
    close: async () => {
      clearTimeout(pending);
      watcher.close();
      await loading;
    },
  };
}
