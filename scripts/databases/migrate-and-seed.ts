// Migrates the database of every subgraph, and seeds the empty ones on request.
import { isProduction } from '@district-graph/kit/config/run-mode';
import { listedSubgraphs } from '@district-graph/schema/registry';
import { keysOf } from '../credentials/subgraph-keys.ts';
import { run } from '../processes/child-process.ts';
import { type Databases, databaseVariable } from './subgraph-databases.ts';

/** Half of the work is done by PostgreSQL. */
const concurrency = 2;

/** The slowest to seed, started first, so that none of them runs alone at the end. */
const longest = ['elderly-care', 'culture'];

const onlyReference =
  'NODE_ENV=production：只写入真实的参考数据（区划登记、报道数字），不写入虚构的人员、设备和心跳。 NODE_ENV=production: only real reference data are seeded (the division register, reported figures), no synthetic people, devices or heartbeats.';

/**
 * Migrates all subgraphs, and seeds those in `seeded` that are not seeded yet. After a failure it starts no further subgraph, waits
 * for those that are running and throws the first failure. The signal also stops those that are running. In production the
 * subgraphs seed no synthetic data.
 */
export async function prepareSubgraphs(
  { urls, keys }: Databases,
  seeded: readonly string[],
  signal?: AbortSignal,
): Promise<void> {
  if (seeded.length && isProduction()) process.stdout.write(`${onlyReference}\n`);
  const names = listedSubgraphs.map(({ name }) => name);
  const waiting = [
    ...longest.filter((name) => names.includes(name)),
    ...names.filter((name) => !longest.includes(name)),
  ];
  const failures: unknown[] = [];
  const work = async () => {
    for (let name = waiting.shift(); name; name = waiting.shift()) {
      const env = { ...databaseVariable(name, urls[name] ?? ''), ...keysOf(name, keys) };
      const file = `subgraphs/${name}/src/subgraph.ts`;
      try {
        await run({ name, command: [file, seeded.includes(name) ? 'seed' : 'migrate'], env }, signal);
      } catch (error) {
        failures.push(error);
        waiting.length = 0;
      }
    }
  };
  await Promise.all(Array.from({ length: concurrency }, work));
  if (failures.length) throw failures[0];
}
