// npm run stress:writes: checks that no write is lost or done twice, with races over two replicas of each subgraph, and with writes
// while processes are killed.
import '../command-line/closed-output.ts';
import { Random } from '@district-graph/kit/seed/random';
import { numberOption, readArguments } from '../command-line/arguments.ts';
import { audit } from './checks/audit.ts';
import { Findings } from './checks/findings.ts';
import { Client } from './graph/client.ts';
import { Records } from './graph/records.ts';
import { type StressedGraph, startStressedGraph } from './graph/replicated-graph.ts';
import { writeThroughKills } from './kills/kills.ts';
import { holdingRaces } from './races/exclusive-use-races.ts';
import { gridRaces } from './races/grid-races.ts';
import { petitionRaces } from './races/petition-races.ts';
import type { RaceContext } from './races/race.ts';
import { repeatRaces } from './races/repeated-request-races.ts';
import { seatRaces } from './races/seat-races.ts';
import { stockRaces } from './races/stock-races.ts';
import { volunteerRaces } from './races/volunteer-races.ts';

const races = [
  ...seatRaces,
  ...holdingRaces,
  ...volunteerRaces,
  ...stockRaces,
  ...gridRaces,
  ...petitionRaces,
  ...repeatRaces,
];
const known = [...races.map(({ name }) => name), 'kills'];
const usage = `用法 usage: npm run stress:writes -- [options]
  --rounds <n>    每种竞争的轮数 rounds of each race (20)
  --writes <n>    终止进程期间的写入数 writes with idempotency keys while processes are killed (5000)
  --kills <n>     每类进程的终止次数 number of kills of subgraphs, gateways and PostgreSQL each (10)
  --seed <text>   随机种子 seed of the requests (random)
  --only <a,b>    只运行 only these: ${known.join(', ')}`;

const { values } = readArguments(usage, {
  options: {
    rounds: { type: 'string', default: '20' },
    writes: { type: 'string', default: '5000' },
    kills: { type: 'string', default: '10' },
    seed: { type: 'string', default: String(Math.floor(Math.random() * 1_000_000)) },
    only: { type: 'string', default: '' },
  },
});

const [rounds, writes, kills] = (['rounds', 'writes', 'kills'] as const).map((name) =>
  numberOption(usage, name, values[name]),
) as [number, number, number];
const only = values.only.split(',').filter((name) => name !== '');
for (const name of only)
  if (!known.includes(name)) throw new Error(`--only ${name}: expected some of ${known.join(', ')}`);
const isWanted = (name: string) => only.length === 0 || only.includes(name);

const report = (line: string) => process.stderr.write(`${line}\n`);

async function run(graph: StressedGraph, findings: Findings, signal: AbortSignal): Promise<void> {
  const client = new Client(graph);
  const records = new Records(graph, client);
  const contextOf = (part: string): RaceContext => {
    const random = new Random(`${values.seed}/${part}`);
    return { graph, client, records, findings, random };
  };
  for (const { name, run: race } of races) {
    if (!isWanted(name)) continue;
    const started = performance.now();
    for (let round = 0; round < rounds; round += 1) {
      signal.throwIfAborted();
      await race(contextOf(`${name}/${round}`));
    }
    report(`${name}: ${rounds} rounds, ${((performance.now() - started) / 1000).toFixed(1)} s`);
  }
  if (isWanted('kills')) {
    const plan = { writes, kills, seed: values.seed };
    await writeThroughKills(contextOf('kills'), plan, report, signal);
  }
  await audit(graph, findings);
}

const interrupted = new AbortController();
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, () => interrupted.abort());

const started = performance.now();
const findings = new Findings();
let graph: StressedGraph | null = null;
let failure: unknown = null;
try {
  report(`seed ${values.seed}`);
  graph = await startStressedGraph(interrupted.signal);
  await run(graph, findings, interrupted.signal);
} catch (error) {
  failure = error;
}
const isRight = failure === null && findings.violations === 0;
await graph?.stop(!isRight);
process.stdout.write(`${findings.table()}\n${findings.details()}`);
if (failure) report(`${failure instanceof Error ? failure.stack : failure}`);
if (!isRight && graph) report(`seed ${values.seed}; data and log kept in ${graph.directory}`);
report(`${((performance.now() - started) / 1000).toFixed(0)} s, ${findings.violations} violations`);
process.exit(isRight ? 0 : 1);
