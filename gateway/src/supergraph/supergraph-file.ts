// Loads the graph from its supergraph file and swaps it when the file changes; a broken file changes nothing.
import { readFileSync } from 'node:fs';
import { followFiles } from '@district-graph/kit/file-changes';
import type { Log } from '@district-graph/kit/log';

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
  const first = load(sdl, undefined);
  let current: Graph | undefined;
  const changed = async () => {
    try {
      const before = await first;
      const next = readFileSync(file, 'utf8');
      if (next === sdl) return;
      const replaced = current ?? before;
      current = await load(next, replaced);
      sdl = next;
      swapped(current, replaced);
      log({ event: 'supergraph swapped', bytes: next.length });
    } catch (error) {
      log({ event: 'supergraph refused, the last good one stays', error: (error as Error).message });
    }
  };
  // From now on, for it may change while it is loaded.
  const { close } = followFiles({ paths: [file], changed, log });
  const loaded = await first.catch(async (error) => {
    await close();
    throw error;
  });
  return {
    get current() {
      return current ?? loaded;
    },
    close,
  };
}
