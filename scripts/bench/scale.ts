// npm run bench:scale: the latency of four operations with the default and the city data, in interleaved rounds.
import '../command-line/closed-output.ts';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { addDays, intervalStart, today } from '@district-graph/kit/calendar';
import { readArguments } from '../command-line/arguments.ts';
import { root } from '../processes/child-process.ts';
import { startBenchedGraph, stopBenchedGraphs } from './whole-graph/whole-graph.ts';

readArguments('用法 usage: npm run bench:scale', {});

const rounds = 40;
const warmUps = 15;

const interrupted = new AbortController();
const { signal } = interrupted;
process.once('SIGINT', () => interrupted.abort(new Error('已中断。 Interrupted.')));

const day = today();
/** Whole months: counts of persons are public for whole months only. */
const thisMonth = intervalStart(day, 'MONTH');
const monthsBefore = (days: number) => ({
  from: intervalStart(addDays(thisMonth, -days), 'MONTH'),
  to: addDays(thisMonth, -1),
});
const operations: readonly [name: string, file: string, variables: object][] = [
  ['DistrictBoard', 'district-board', { period: monthsBefore(32) }],
  [
    'Community360',
    'community-360',
    { code: '410105001003', today: day, week: { from: day, to: addDays(day, 6) } },
  ],
  [
    'Trends',
    'trends',
    {
      codes: ['410102', '410103', '410104', '410105', '410106', '410108'],
      period: monthsBefore(360),
    },
  ],
  ['FifteenMinutes', 'nearby', { at: { longitude: 113.68, latitude: 34.79 } }],
];

const quantile = (times: number[], share: number) =>
  [...times].sort((a, b) => a - b)[Math.floor((times.length - 1) * share)] ?? 0;

try {
  const small = await startBenchedGraph('default', 7000, signal);
  const large = await startBenchedGraph('city', 7100, signal);
  process.stdout.write('operation        default p50    city p50   ratio   default p95    city p95  (ms)\n');
  for (const [name, file, variables] of operations) {
    const query = readFileSync(join(root, 'test', 'operations', `${file}.graphql`), 'utf8');
    const times: [number[], number[]] = [[], []];
    for (let round = -warmUps; round < rounds; round += 1) {
      for (const [index, { request }] of [small, large].entries()) {
        const started = performance.now();
        await request(query, variables);
        if (round >= 0) times[index]?.push(performance.now() - started);
      }
    }
    const [a, b] = times;
    const cells = [
      quantile(a, 0.5),
      quantile(b, 0.5),
      quantile(b, 0.5) / quantile(a, 0.5),
      quantile(a, 0.95),
      quantile(b, 0.95),
    ];
    process.stdout.write(`${name.padEnd(16)}${cells.map((cell) => cell.toFixed(2).padStart(12)).join('')}\n`);
  }
} finally {
  await stopBenchedGraphs();
}
