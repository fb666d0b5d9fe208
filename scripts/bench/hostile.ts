// npm run bench:hostile: how long an innocent client waits while two others send one kind of hostile request as fast as they can.
import '../command-line/closed-output.ts';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { variablePrefix } from '@district-graph/schema/registry';
import { numberOption, readArguments } from '../command-line/arguments.ts';
import { gatewayCommand } from '../processes/child-process.ts';
import {
  innocentBody,
  innocentBodyOf,
  innocentWholeGraphBody,
  measureInnocent,
  post,
} from './attacks/innocent-client.ts';
import { requestCases, wholeGraphCases } from './attacks/requests.ts';
import { socketCases } from './attacks/sockets.ts';
import { benchFolder } from './comparison/peers.ts';
import { supergraphOf } from './graphs/graph.ts';
import { hostile } from './graphs/graphs-by-name.ts';
import { Child, node, stopAll, usageOf } from './processes/child-processes.ts';
import { startBenchedGraph, stopBenchedGraphs } from './whole-graph/whole-graph.ts';

/** The memory that a gateway needs for its first answers is not the work of a hostile client. */
const warmUpSeconds = 3;

/** The names of the cases for each gateway; the first is the innocent client alone. */
const caseNames = ['nothing', ...Object.keys(requestCases), ...Object.keys(socketCases)];
const wholeGraphCaseNames = ['nothing, the whole graph', ...Object.keys(wholeGraphCases)];

/**
 * Without rates and concurrency limits, hostile clients do all that they can, and wait in their own queue for subgraphs. The
 * innocent client has an address of its own.
 */
const noRates = { VIEWER_RATE: '0', VIEWER_MAX_CONCURRENT_OPERATIONS: '0', TRUSTED_PROXIES: '1' };

const folder = join(benchFolder, 'runs', 'hostile');

const startChild = (name: string, command: readonly [string, ...string[]], env = {}) =>
  new Child({ name, command, env, hasChannel: true, logFile: join(folder, `${name}.log`) });

/** A gateway under attack. */
interface Target {
  port: number;
  pid: number;
  /** What the innocent client sends to it. */
  body: string;
}

/** Starts a gateway over subgraphs that repeat recorded answers. */
async function startRecordedTarget(subgraphsPort: number, port: number): Promise<Target> {
  mkdirSync(folder, { recursive: true });
  const supergraph = join(folder, 'supergraph.graphql');
  writeFileSync(supergraph, supergraphOf(hostile, subgraphsPort));
  const subgraphs = JSON.stringify({ port: subgraphsPort, graph: hostile.name });
  const staticSubgraphs = [node, 'scripts/bench/graphs/static-subgraphs.ts', subgraphs] as const;
  await startChild('static-subgraphs', staticSubgraphs).request('counts');
  const gateway = startChild('gateway', [node, ...gatewayCommand], {
    SUPERGRAPH: supergraph,
    PORT: String(port),
    DEDUPLICATE_QUERIES: 'off',
    ...noRates,
    ...Object.fromEntries(hostile.subgraphs.map(({ name }) => [`${variablePrefix(name)}_URL`, ''])),
  });
  const isReady = () =>
    post(port, innocentBody).then(
      ({ status }) => status === 200,
      () => false,
    );
  while (gateway.isRunning && !(await isReady())) await delay(100);
  return { port, pid: gateway.pid, body: innocentBody };
}

/** Starts the gateway of the whole graph, over its databases. */
async function startWholeGraphTarget(port: number): Promise<Target> {
  const interrupted = new AbortController();
  process.once('SIGINT', () => interrupted.abort(new Error('已中断。 Interrupted.')));
  const { services } = await startBenchedGraph('default', port, interrupted.signal, noRates);
  return { port, pid: services.get('gateway')?.pid ?? 0, body: innocentWholeGraphBody };
}

async function measureCase(name: string, target: Target, seconds: number): Promise<string> {
  const rssBefore = usageOf(target.pid).rssMb;
  const attackers = name.startsWith('nothing')
    ? []
    : [1, 2].map((number) =>
        startChild(`attacker-${number}`, [
          node,
          'scripts/bench/attacks/attacker.ts',
          name,
          String(target.port),
        ]),
      );
  await delay(500);
  const { p50, p99, max, wrong } = await measureInnocent(
    target.port,
    seconds,
    innocentBodyOf(name, target.body),
  );
  const reports = await Promise.all(
    attackers.map((attacker) => attacker.request<{ sent: number; outcomes: string[] }>('report')),
  );
  const grown = grownMb(target.pid, rssBefore);
  await Promise.all(attackers.map((attacker) => attacker.stop()));
  const sent = reports.reduce((total, report) => total + report.sent, 0);
  const outcomes = new Set(reports.flatMap((report) => report.outcomes));
  const numbers = [p50, p99, max].map((value) => value.padStart(9)).join('');
  return `${name.padEnd(39)}${numbers}${String(wrong).padStart(7)}${grown.padStart(8)}${(sent / seconds).toFixed(0).padStart(11)}  ${[...outcomes].join(', ')}\n`;
}

const grownMb = (pid: number, since: number): string => {
  const grown = usageOf(pid).rssMb - since;
  return `${grown < 0 ? '' : '+'}${grown.toFixed(0)}`;
};

/** Measures the chosen cases, or all of them if none is chosen. */
async function bench(seconds: number, chosen: readonly string[], firstPort: number): Promise<void> {
  const isChosen = (name: string) => chosen.length === 0 || chosen.includes(name);
  const run = async (names: readonly string[], target: Target) => {
    for (const name of names)
      if (isChosen(name)) process.stdout.write(await measureCase(name, target, seconds));
  };
  const target = await startRecordedTarget(firstPort, firstPort + 1);
  await measureInnocent(target.port, warmUpSeconds, () => target.body);
  process.stdout.write(
    'case                                      p50 ms   p99 ms   max ms  wrong  RSS MB  hostile/s  answered with\n',
  );
  const rssBefore = usageOf(target.pid).rssMb;
  await run(caseNames, target);
  process.stdout.write(`all cases together: ${grownMb(target.pid, rssBefore)} MB\n`);
  if (!wholeGraphCaseNames.some(isChosen)) return;
  const wholeGraph = await startWholeGraphTarget(firstPort + 10);
  await measureInnocent(wholeGraph.port, warmUpSeconds, () => wholeGraph.body);
  await run(wholeGraphCaseNames, wholeGraph);
}

const usage = `用法 usage: npm run bench:hostile [-- --seconds <s> <kind>…]
  --seconds <s>  每类请求持续的秒数 how long each kind is sent (8)
  <kind>         只测这些类别 only these kinds: ${[...caseNames, ...wholeGraphCaseNames].map((name) => `"${name}"`).join(', ')}`;
const { values, positionals } = readArguments(usage, {
  options: { seconds: { type: 'string', default: '8' } },
  allowPositionals: true,
});
try {
  await bench(
    numberOption(usage, 'seconds', values.seconds, 1),
    positionals,
    Number(process.env.BENCH_PORT) || 17_500,
  );
} finally {
  await stopBenchedGraphs();
  await stopAll();
}
