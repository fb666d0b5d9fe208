// Checks that every foreign subgraph in a supergraph has an entry in the list of foreign subgraphs.
import type { Log } from '@district-graph/kit/log';
import { foreignNamesIn } from '@district-graph/schema/registry';

/** Without its entry, a foreign subgraph would get what only subgraphs of this repository may get. */
export function checkForeign(sdl: string, foreign: ReadonlyMap<string, unknown>, log: Log): void {
  const composed = foreignNamesIn(sdl);
  for (const subgraph of foreign.keys())
    if (!composed.includes(subgraph))
      log({ event: 'foreign subgraph not composed', level: 'warn', subgraph });
  const missing = composed.filter((name) => !foreign.has(name));
  if (missing.length)
    throw new Error(
      `超图含外部子图 ${missing.join('、')}，但清单中没有其条目：请设置 SUBGRAPHS_FILE。 The supergraph contains the foreign subgraphs ${missing.join(', ')}, but the list has no entry for them: set SUBGRAPHS_FILE.`,
    );
}
