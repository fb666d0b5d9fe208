// npm run bench:scale: the latency of four operations at default and at city size, in interleaved rounds, side by side.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { addDays, today } from '@district-graph/kit/calendar';
import { listedSubgraphs, variablePrefix } from '@district-graph/schema/registry';
import { databaseVariable, openDatabases } from './databases.ts';
import { prepareRooms } from './prepare.ts';
import { root, Service, waitReady } from './processes.ts';

const rounds = 40;
const warmUps = 15;

const interrupted = new AbortController();
const { signal } = interrupted;
process.once('SIGINT', () => interrupted.abort(new Error('已中断。 Interrupted.')));

const day = today();
const operations: readonly [name: string, file: string, variables: object][] = [
  ['DistrictBoard', 'district-board', { period: { from: addDays(day, -45), to: day } }],
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
      period: { from: addDays(day, -365), to: day },
    },
  ],
  ['FifteenMinutes', 'nearby', { at: { longitude: 113.68, latitude: 34.79 } }],
];

type Ask = (query: string, variables: object) => Promise<void>;

/** What ends all that was started, the last first. */
const stops: (() => Promise<unknown>)[] = [];

/** The whole graph over the data of one size, on ports of its own; seeded first where it is not. */
async function startGraph(scale: 'default' | 'city', firstPort: number): Promise<Ask> {
  process.env.SEED_SCALE = scale;
  const dataDir =
    process.env[`BENCH_${scale.toUpperCase()}_DATA_DIR`] || join(root, '.data', `bench-${scale}`);
  if (!existsSync(dataDir))
    process.stderr.write(`${scale}：首次填充数据。 Filling the databases for the first time.\n`);
  const databases = await openDatabases({ DATA_DIR: dataDir });
  stops.unshift(() => databases.close());
  await prepareRooms(databases, databases.embedded, signal);
  const env: Record<string, string> = {};
  for (const [index, { name }] of listedSubgraphs.entries()) {
    env[`${variablePrefix(name)}_PORT`] = String(firstPort + 1 + index);
    env[`${variablePrefix(name)}_URL`] = `http://127.0.0.1:${firstPort + 1 + index}/graphql`;
    Object.assign(env, databaseVariable(name, databases.urls[name] ?? ''));
  }
  const start = (name: string, command: [string, ...string[]], more: Record<string, string> = {}) => {
    const service = new Service({ name, command, env: { ...env, ...more } });
    stops.unshift(() => service.stop());
  };
  for (const { name } of listedSubgraphs) start(name, [`subgraphs/${name}/src/subgraph.ts`, 'serve']);
  start('heartbeats', ['subgraphs/security/src/seed/heartbeats.ts']);
  start('gateway', ['--max-semi-space-size=64', 'gateway/src/main.ts'], { PORT: String(firstPort) });
  const names = ['gateway', ...listedSubgraphs.map(({ name }) => name)];
  await Promise.all(
    names.map((name, offset) =>
      waitReady(name, `http://127.0.0.1:${firstPort + offset}/health/ready`, 60_000, signal),
    ),
  );
  return async (query, variables) => {
    const response = await fetch(`http://127.0.0.1:${firstPort}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query, variables }),
    });
    const { errors } = (await response.json()) as { errors?: unknown };
    if (errors) throw new Error(`${scale}: ${JSON.stringify(errors)}`);
  };
}

const quantile = (times: number[], share: number) =>
  [...times].sort((a, b) => a - b)[Math.floor((times.length - 1) * share)] ?? 0;

try {
  const small = await startGraph('default', 7000);
  const large = await startGraph('city', 7100);
  process.stdout.write('operation        default p50    city p50   ratio   default p95    city p95  (ms)\n');
  for (const [name, file, variables] of operations) {
    const query = readFileSync(join(root, 'test', 'operations', `${file}.graphql`), 'utf8');
    const times: [number[], number[]] = [[], []];
    for (let round = -warmUps; round < rounds; round += 1) {
      for (const [index, ask] of [small, large].entries()) {
        const started = performance.now();
        await ask(query, variables);
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
  for (const stop of stops) await stop();
}
