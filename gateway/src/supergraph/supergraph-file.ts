// Loads the graph from its supergraph file and swaps it when the file changes; a broken file changes nothing.
import { readFileSync } from 'node:fs';
import type { Log } from '@district-graph/kit/log';
import { watchFiles } from '@district-graph/kit/watch-files';

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
  let sdl = '';
  const first = Promise.withResolvers<Graph>();
  first.promise.catch(() => {});
  let current: Graph | undefined;
  const changed = async () => {
    try {
      const before = current ?? (await first.promise);
      const next = readFileSync(file, 'utf8');
      if (next === sdl) return;
      current = await load(next, before);
      sdl = next;
      swapped(current, before);
      log({ event: 'supergraph swapped', bytes: next.length });
    } catch (error) {
      log({ event: 'supergraph refused, the last good one stays', error: (error as Error).message });
    }
  };
  // From before it is read, for it may change while it is loaded.
  const { close } = watchFiles({ paths: [file], onChange: changed, log });
  try {
    sdl = readFileSync(file, 'utf8');
    const graph = await load(sdl, undefined);
    first.resolve(graph);
    return {
      get current() {
        return current ?? graph;
      },
      close,
    };
  } catch (error) {
    first.reject(error);
    await close();
    throw error;
  }
}
