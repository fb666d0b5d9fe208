// npm run bench:restart: how long clients wait in the seconds after the gateway was restarted under load, with kept plans and without.
import '../command-line/closed-output.ts';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { numberOption, readArguments } from '../command-line/arguments.ts';
import { gatewayCommand } from '../processes/child-process.ts';
import { benchFolder } from './comparison/peers.ts';
import { supergraphOf } from './graphs/graph.ts';
import { stationQueries, stations } from './graphs/stations.ts';
import { sendAtRate } from './load/constant-rate.ts';
import { post } from './load/post.ts';
import { Child, node, stopAll } from './processes/child-processes.ts';

const usage = `用法 usage: npm run bench:restart -- [options]
  --rate <n>        requests in a second (100)
  --operations <n>  different operations, sent in turn (50)
  --rounds <n>      restarts with kept plans, and as many without (5)
environment:
  BENCH_PORT  the first of two ports (17400)
`;

const { values } = readArguments(usage, {
  options: {
    rate: { type: 'string', default: '100' },
    operations: { type: 'string', default: '50' },
    rounds: { type: 'string', default: '5' },
  },
});
const rate = numberOption(usage, 'rate', values.rate, 1);
const rounds = numberOption(usage, 'rounds', values.rounds, 1);
const bodies = stationQueries(numberOption(usage, 'operations', values.operations, 1)).map((query) =>
  JSON.stringify({ query }),
);
const firstPort = Number(process.env.BENCH_PORT || 17_400);

/** The seconds after the gateway is ready; from `steadyFrom` on is the steady state, in which all operations have generated code. */
const seconds = 16;
const steadyFrom = 10;
/** The seconds that are shown one by one. */
const shown = 4;

const folder = join(benchFolder, 'runs', 'restart');
const plansFile = join(folder, 'plans');

async function startGateway(keepsPlans: boolean): Promise<Child> {
  const gateway = new Child({
    name: 'gateway',
    command: [node, ...gatewayCommand],
    env: {
      SUPERGRAPH: join(folder, 'supergraph.graphql'),
      PORT: String(firstPort),
      PLANS_FILE: plansFile,
      // The gateway's own planner plans these operations on the request thread, and such plans are not kept.
      PLANNER: 'apollo',
      KEPT_PLANS_MB: keepsPlans ? '8' : '0',
      VIEWER_RATE: '0',
      VIEWER_MAX_CONCURRENT_OPERATIONS: '0',
      VIEWER_MAX_CALLS: '0',
      MAX_COST: '0',
    },
    logFile: join(folder, 'gateway.log'),
  });
  for (;;) {
    if (!gateway.isRunning) throw new Error(`the gateway did not start; see ${gateway.logFile}`);
    const response = await fetch(`http://127.0.0.1:${firstPort}/health/live`).catch(() => null);
    await response?.arrayBuffer();
    if (response?.ok) return gateway;
    await delay(20);
  }
}

/** Sends each operation once, one after another: subgraphs' responses are recorded, and plans are kept. */
async function prepare(): Promise<void> {
  const gateway = await startGateway(true);
  for (const body of bodies) await post(`http://127.0.0.1:${firstPort}/graphql`, body);
  await gateway.stop();
  if (!existsSync(plansFile)) throw new Error('no plans were kept');
}

interface Quantiles {
  p50: number;
  p99: number;
}

interface Measured {
  /** The durations of the requests after a restart: by second, and in the steady state. */
  columns: Quantiles[];
  failed: number;
}

async function measure(keepsPlans: boolean): Promise<Measured> {
  const gateway = await startGateway(keepsPlans);
  const { bySecond, failed } = await sendAtRate({ port: firstPort, bodies, rate, seconds });
  await gateway.stop();
  const columns = [...bySecond.slice(0, shown), bySecond.slice(steadyFrom).flat()].map(quantilesOf);
  return { columns, failed };
}

function quantilesOf(times: readonly number[]): Quantiles {
  const sorted = [...times].sort((a, b) => a - b);
  const quantile = (share: number) => sorted[Math.floor((sorted.length - 1) * share)] ?? 0;
  return { p50: quantile(0.5), p99: quantile(0.99) };
}

const median = (numbers: readonly number[]): number =>
  [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0;

/** A line of the table, with the medians of the rounds. */
function lineOf(name: string, measured: readonly Measured[]): string {
  const columns = Array.from({ length: shown + 1 }, (_, column) => {
    const ofColumn = measured.map((round) => round.columns[column] ?? { p50: 0, p99: 0 });
    return `${median(ofColumn.map(({ p50 }) => p50)).toFixed(1)} / ${median(ofColumn.map(({ p99 }) => p99)).toFixed(1)}`;
  });
  const failed = measured.reduce((sum, round) => sum + round.failed, 0);
  return `| ${[name, ...columns, failed].join(' | ')} |`;
}

async function bench(): Promise<void> {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const subgraphsPort = firstPort + 1;
  writeFileSync(join(folder, 'supergraph.graphql'), supergraphOf(stations, subgraphsPort));
  const settings = JSON.stringify({ port: subgraphsPort, graph: stations.name });
  await new Child({
    name: 'static-subgraphs',
    command: [node, 'scripts/bench/graphs/static-subgraphs.ts', settings],
    hasChannel: true,
    logFile: join(folder, 'static-subgraphs.log'),
  }).request('counts');
  await prepare();
  const [kept, anew]: [Measured[], Measured[]] = [[], []];
  for (let round = 0; round < rounds; round += 1) {
    kept.push(await measure(true));
    anew.push(await measure(false));
    process.stderr.write(`round ${round + 1} of ${rounds}\n`);
  }
  const heads = [...Array.from({ length: shown }, (_, second) => `second ${second + 1}`), 'steady', 'failed'];
  process.stdout.write(
    [
      `${rate} requests/s of ${bodies.length} operations; p50 / p99 in ms, medians of ${rounds} restarts`,
      `| | ${heads.join(' | ')} |`,
      `|---|${heads.map(() => '---|').join('')}`,
      lineOf('kept plans', kept),
      lineOf('no kept plans', anew),
      '',
    ].join('\n'),
  );
}

try {
  await bench();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
} finally {
  await stopAll();
}
