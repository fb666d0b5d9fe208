// Brings every subgraph's database to its newest tables and, where wanted, fills the empty ones.
import { listedSubgraphs } from '@district-graph/schema/registry';
import { keysOf } from '../credentials/subgraph-keys.ts';
import { run } from '../processes/child-process.ts';
import { type Databases, databaseVariable } from './subgraph-databases.ts';

/** Two subgraphs at a time: the work is the database's as much as ours. */
const atOnce = 2;

/** Those that take longest to seed, begun first: none of them is waited for alone at the end. */
const longest = ['elderly-care', 'culture'];

const onlyReference =
  'NODE_ENV=production：只填入真实的参考数据（区划登记、报道数字），不写入任何虚构的人员、设备与心跳。 NODE_ENV=production: only real reference data are filled in (the division register, reported figures), no made-up people, devices or heartbeats.';

/**
 * Migrates all subgraphs and seeds those named that are not seeded. After a failure no further subgraph is begun, those at
 * work are waited for, and the first failure is thrown; so too when the signal comes, which ends those at work. In production
 * the subgraphs seed nothing that is made up.
 */
export async function prepareSubgraphs(
  { urls, keys }: Databases,
  seeded: readonly string[],
  signal?: AbortSignal,
): Promise<void> {
  if (seeded.length && process.env.NODE_ENV === 'production') process.stdout.write(`${onlyReference}\n`);
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
  await Promise.all(Array.from({ length: atOnce }, work));
  if (failures.length) throw failures[0];
}
