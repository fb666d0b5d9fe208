// The tables of the gateway benchmark: medians over the rounds, and ratios to stock and to ours inside each round.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';
import { join } from 'node:path';
import { root } from '../../processes/child-process.ts';
import type { Measured, Turn } from './measure.ts';
import { compareWithStock, type OperationPlan, type PlanComparison, stageMs } from './operation-plans.ts';
import type { Options } from './options.ts';
import type { Peer } from './peers.ts';

const file = join(root, 'gateway', 'BENCHMARK.md');

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? (sorted[middle] ?? 0) : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2;
}

const digits = (value: number): string =>
  Number.isFinite(value) ? value.toFixed(value >= 100 ? 0 : value >= 10 ? 1 : 2) : '–';

type TurnColumn = readonly [title: string, value: keyof Turn];

/** Of workloads that repeat one request. */
const repeated: { absolutes: readonly TurnColumn[]; ratios: readonly TurnColumn[] } = {
  absolutes: [
    ['requests/s', 'requestsPerSecond'],
    ['p50 ms', 'p50'],
    ['p99 ms', 'p99'],
    ['CPU ms/request', 'cpuMsPerRequest'],
    ['RSS MB', 'rssMb'],
    ['fetches/request', 'fetchesPerRequest'],
  ],
  ratios: [
    ['req/s', 'requestsPerSecond'],
    ['p50', 'p50'],
    ['CPU', 'cpuMsPerRequest'],
    ['RSS', 'rssMb'],
  ],
};

/** Of workloads that send each operation once. */
const cold: typeof repeated = {
  absolutes: [
    ['p50 ms', 'p50'],
    ['p99 ms', 'p99'],
    ['CPU ms/operation', 'cpuMsPerRequest'],
    ['RSS MB', 'rssMb'],
    ['fetches/operation', 'fetchesPerRequest'],
  ],
  ratios: [
    ['p50', 'p50'],
    ['CPU', 'cpuMsPerRequest'],
    ['RSS', 'rssMb'],
  ],
};

/** For cold operations, after the other columns that are no ratios. */
const planColumns: readonly [title: string, cell: (plans: readonly OperationPlan[]) => string][] = [
  ['depth', (plans) => digits(mean(plans.map(({ depth }) => depth)))],
  ['plan ms, median', (plans) => planningMs(plans, median)],
  ['plan ms, longest', (plans) => planningMs(plans, (times) => Math.max(...times))],
];

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

/** A dash for a gateway that does not tell it. */
function planningMs(plans: readonly OperationPlan[], of: (times: number[]) => number): string {
  const times = plans.flatMap((plan) => plan.planningMs ?? []);
  return digits(times.length ? of(times) : Number.NaN);
}

const references = ['stock', 'ours'] as const;

/** A Markdown table of one workload; for cold operations with the plans of ours beside those of stock below it. */
export function tableOf({ turns, plans }: Measured): string {
  const isCold = plans.size > 0;
  const { absolutes, ratios } = isCold ? cold : repeated;
  const byName = new Map([...turns].map(([peer, list]) => [peer.name, list]));
  const compared = references.filter((name) => byName.has(name));
  const ratio = (list: Turn[], name: string, key: keyof Turn) =>
    median(list.map((turn, round) => turn[key] / (byName.get(name)?.[round]?.[key] ?? Number.NaN)));
  const header = [
    'gateway',
    ...absolutes.map(([title]) => title),
    ...(isCold ? planColumns.map(([title]) => title) : []),
    ...compared.flatMap((name) => ratios.map(([title]) => `${title} ÷ ${name}`)),
  ];
  const rows = [...turns].map(([peer, list]) => [
    peer.name,
    ...absolutes.map(([, key]) => digits(median(list.map((turn) => turn[key])))),
    ...(isCold ? planColumns.map(([, cell]) => cell(plans.get(peer) ?? [])) : []),
    ...compared.flatMap((name) => ratios.map(([, key]) => digits(ratio(list, name, key)))),
  ]);
  const comparison = compareWithStock(plans);
  return [...linesOf(header, rows), ...(comparison ? ['', sentenceOf(comparison)] : [])].join('\n');
}

function linesOf(header: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const widths = header.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0))).join(' | ')} |`;
  const rule = `|${widths.map((width, column) => (column === 0 ? '-'.repeat(width + 2) : `${'-'.repeat(width + 1)}:`)).join('|')}|`;
  return [line(header), rule, ...rows.map(line)];
}

const sentenceOf = ({ operations, fewer, more, shallower, deeper }: PlanComparison): string =>
  `Of ${operations} operations, ours needs fewer fetches than stock for ${fewer} and more for ${more}; its plan is shallower for ${shallower} and deeper for ${deeper}.`;

/** The conditions of the measurement: machine, versions and durations. */
export function conditionsOf(options: Options, peers: readonly Peer[], nodeVersion: string): string {
  const { isQuick, warmUpSeconds, rounds, seconds } = options;
  return [
    `${availableParallelism()} cores (${cpus()[0]?.model.trim() ?? 'unknown'}), shared by the gateway, the load generator and the process that serves the subgraphs; Node ${nodeVersion}.`,
    `Warm-up ${warmUpSeconds} s, ${rounds} rounds of ${seconds} s${isQuick ? ': a quick run, not for comparison' : ''}.`,
    ...peers.filter(({ title, name }) => title !== name).map(({ name, title }) => `${name} is ${title}.`),
  ].join(' ');
}

/** The text above the first table. */
const preface = `# The gateway beside others

\`npm run bench:gateway -- --write\` measures and writes these tables; \`--help\` lists its options. Compare numbers only inside one table.

- Every gateway runs as one process on the same machine, with the same supergraph. The subgraphs are one process that repeats recorded responses. Node processes run with \`--max-semi-space-size=64\`, ours also with \`--heap-growing-percent=30 --v8-pool-size=0\`, as in \`npm start\`.
- Before the measurement, the responses of all gateways must be deep-equal. During the measurement, every response must have status 200 and the same length.
- The gateways take turns, and each round starts with another one. A cell is the median of the rounds; ratios are computed inside each round first. "÷ stock" is the value divided by that of stock Apollo in the same round, "÷ ours" by that of ours.
- CPU is the CPU time of the gateway's process and its children, from \`/proc\`. It is steadier than requests/s, for which the load generator and the subgraphs compete on a small machine.
- **What is switched off for ours.** The row \`ours\` serves one address that sends requests as fast as it can, so it runs without what the others do not have: rates (\`VIEWER_RATE=0\`), limits on concurrent operations and subgraph requests of one viewer (\`VIEWER_MAX_CONCURRENT_OPERATIONS=0\`, \`VIEWER_MAX_CALLS=0\`), the cost limit (\`MAX_COST=0\`), verification of tokens and signing of subgraph requests (no \`TOKEN_JWKS\`, no \`VIEWER_KEYS\`: the client's authorization is forwarded, as the others do). Limits on depth, size and responses, deadlines and the circuit breaker are on.
- **ours-secured** is the same gateway as \`npm start\` runs it: 1,000 viewers with tokens that it verifies, requests signed for each viewer and subgraph, with rates, concurrency and cost counted. Only the cost limit is raised, because these graphs do not declare the size of their lists. It is left out when one viewer uses many connections, because its rate is limited.
- When a gateway failed or gave another response, no table is written. A table lacks the gateways that cannot take part: stock plans the operations of \`stations-one\` for seconds each, and Grafbase's response to one of \`cold-own\` has errors. Hive Router was added last, and is in the tables measured since.
- ours, hive and grafbase may deduplicate identical concurrent requests; stock cannot. fetches/request shows when one did. With unique authorizations none can.
- **Cold operations** (\`stations\`, \`stations-one\`, \`cold-own\`) are sent once each, to gateways that have no plans. p50 and p99 are those of the first answer: parsing, planning and one run. Depth and times of planning come from a pass of their own, after which the gateways are started anew: *depth* is how many requests to subgraphs wait for one another, counted at subgraphs that take ${stageMs} ms for each; *plan ms* is the time of planning alone, without parsing and validation, which only ours and stock report. Means over the operations, except where the column says otherwise.
- Hive Router has no npm build: it takes part where \`HIVE_ROUTER\` names its program.
- The floor merges nothing: it sends the fetches of stock's plan at once and writes a fixed response.
`;

/** Replaces the sections of the measured workloads. */
export function writeBenchmark(measured: readonly Measured[], conditions: string): void {
  const before = existsSync(file) ? readFileSync(file, 'utf8') : '';
  writeFileSync(file, benchmarkText(before, measured, conditions));
}

/** The text of the file, with the sections of other workloads as they were. */
export function benchmarkText(before: string, measured: readonly Measured[], conditions: string): string {
  const tables = before.indexOf('<!-- ');
  let text = tables < 0 ? preface : `${preface}\n${before.slice(tables)}`;
  for (const one of measured) {
    const { name, about } = one.workload;
    const section = `<!-- ${name} -->\n## ${name}\n${about}\n\n${tableOf(one)}\n\n${conditions}\n<!-- /${name} -->\n`;
    const start = text.indexOf(`<!-- ${name} -->`);
    const endMark = `<!-- /${name} -->\n`;
    const end = text.indexOf(endMark);
    text =
      start >= 0 && end > start
        ? text.slice(0, start) + section + text.slice(end + endMark.length)
        : `${text.trimEnd()}\n\n${section}`;
  }
  return text;
}
