// Loads the engine from the supergraph file and replaces it when the file changes. An invalid file changes nothing.
import { readFileSync } from 'node:fs';
import type { Log } from '@district-graph/kit/log';
import { watchFiles } from '@district-graph/kit/watch-files';

export interface Loaded<Engine> {
  readonly current: Engine;
  close: () => Promise<void>;
}

/**
 * Loads the file now, and again whenever its content changes: the new engine is loaded beside the old one, which serves until `swapped` is
 * called. Rejects if the first load does.
 */
export async function watchSupergraph<Engine>(
  file: string,
  load: (sdl: string, previous: Engine | undefined) => Promise<Engine>,
  swapped: (current: Engine, previous: Engine) => void,
  log: Log,
): Promise<Loaded<Engine>> {
  let sdl = '';
  const first = Promise.withResolvers<Engine>();
  first.promise.catch(() => {});
  let current: Engine | undefined;
  const changed = async () => {
    try {
      const previous = current ?? (await first.promise);
      const next = readFileSync(file, 'utf8');
      if (next === sdl) return;
      current = await load(next, previous);
      sdl = next;
      swapped(current, previous);
      log({ event: 'supergraph swapped', bytes: next.length });
    } catch (error) {
      log({ event: 'supergraph refused, the last good one stays', error: (error as Error).message });
    }
  };
  // Followed before it is read, since it can change while it is loaded.
  const { close } = watchFiles({ paths: [file], onChange: changed, log });
  try {
    sdl = readFileSync(file, 'utf8');
    const engine = await load(sdl, undefined);
    first.resolve(engine);
    return {
      get current() {
        return current ?? engine;
      },
      close,
    };
  } catch (error) {
    first.reject(error);
    await close();
    throw error;
  }
}
