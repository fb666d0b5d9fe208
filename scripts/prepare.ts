// Brings every room's database to its newest tables and, where wanted, fills the empty ones.
import { listedSubgraphs } from '@district-graph/schema/registry';
import { type Databases, databaseVariable } from './databases.ts';
import { run } from './processes.ts';

/** Two rooms at a time: the work is the database's as much as ours. */
const atOnce = 2;

/** Migrates all rooms and seeds those named that are not seeded. */
export async function prepareRooms({ urls }: Databases, seeded: readonly string[]): Promise<void> {
  const waiting = listedSubgraphs.map(({ name }) => name);
  const work = async () => {
    for (let name = waiting.shift(); name; name = waiting.shift()) {
      const env = databaseVariable(name, urls[name] ?? '');
      const file = `subgraphs/${name}/src/subgraph.ts`;
      await run({ name, command: [file, 'migrate'], env });
      if (seeded.includes(name)) await run({ name, command: [file, 'seed'], env });
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
}
