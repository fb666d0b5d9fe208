// Loads the supergraph from its file and swaps it when the file changes; a broken file changes nothing.
import { readFileSync, watch } from 'node:fs';
import { basename, dirname } from 'node:path';
import type { SupergraphManager } from '@apollo/gateway';
import type { Log } from '@district-graph/kit/log';

/** A file is written in several steps; what follows within this time is one change. */
const settleMs = 100;

/** The manager that ApolloGateway gets its supergraph from. */
export function watchSupergraph(file: string, log: Log): SupergraphManager {
  return {
    initialize: async ({ update }) => {
      let current = readFileSync(file, 'utf8');
      let pending: NodeJS.Timeout | undefined;
      const reload = () => {
        try {
          const next = readFileSync(file, 'utf8');
          if (next === current) return;
          update(next);
          current = next;
          log({ event: 'supergraph swapped', bytes: next.length });
        } catch (error) {
          log({ event: 'supergraph refused, the last good one stays', error: (error as Error).message });
        }
      };
      // The folder is watched, since editors and deployments replace the file.
      const watcher = watch(dirname(file), (_event, name) => {
        if (name !== null && name !== basename(file)) return;
        clearTimeout(pending);
        pending = setTimeout(reload, settleMs);
      });
      return {
        supergraphSdl: current,
        cleanup: async () => {
          clearTimeout(pending);
          watcher.close();
        },
      };
    },
  };
}
