// npm run bench:board: the CPU time of DistrictBoard by process, and of its SQL statements alone.
import '../command-line/closed-output.ts';
import { fork } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readConfig } from '@district-graph/gateway/config/gateway-config';
import { startGateway } from '@district-graph/gateway/server';
import { addDays, intervalStart, today } from '@district-graph/kit/calendar';
import { openDatabase } from '@district-graph/kit/database/database';
import { startSubgraph } from '@district-graph/kit/subgraph';
import { variablePrefix } from '@district-graph/schema/registry';
import { readArguments } from '../command-line/arguments.ts';
import { root } from '../processes/child-process.ts';
import { subgraphs } from '../subgraphs/all-subgraphs.ts';
import { cpuOf, cpuOfServer } from './whole-graph/cpu.ts';
import { startBenchedGraph, stopBenchedGraphs } from './whole-graph/whole-graph.ts';

const isChild = process.argv[2] === 'statements';
if (!isChild) readArguments('用法 usage: npm run bench:board', {});

const concurrency = 8;
const warmUps = 400;
const requests = 600;
const rounds = 3;

interface Statement {
  subgraph: string;
  text: string;
  parameters: readonly unknown[];
}

const query = readFileSync(join(root, 'test', 'operations', 'district-board.graphql'), 'utf8');
/** Two whole months: counts of persons are public for whole months only. */
const thisMonth = intervalStart(today(), 'MONTH');
const variables = {
  period: { from: intervalStart(addDays(thisMonth, -32), 'MONTH'), to: addDays(thisMonth, -1) },
};

/** The statements of one DistrictBoard, recorded by executing it once in this process. */
async function statementsOf(databaseUrls: Record<string, string>): Promise<Statement[]> {
  const statements: Statement[] = [];
  const env: Record<string, string> = { PORT: '4000' };
  const running = [];
  for (const subgraph of subgraphs) {
    const started = await startSubgraph(subgraph, {
      databaseUrl: databaseUrls[subgraph.name] ?? '',
      port: 0,
      log: () => {},
      onStatement: (text, parameters) => {
        if (!text.includes('pg_catalog.pg_type'))
          statements.push({ subgraph: subgraph.name, text, parameters });
      },
    });
    running.push(started);
    env[`${variablePrefix(subgraph.name)}_URL`] = started.url;
  }
  const gateway = await startGateway({ ...readConfig(env), port: 0 }, () => {});
  const response = await fetch(`${gateway.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query, variables }),
  });
  const { errors } = (await response.json()) as { errors?: unknown };
  if (errors) throw new Error(JSON.stringify(errors));
  await gateway.stop();
  await Promise.all(running.map((subgraph) => subgraph.stop()));
  return statements;
}

/** Calls `work` as often as `times`, a few calls at once. */
async function repeat(times: number, work: () => Promise<unknown>): Promise<void> {
  let left = times;
  const one = async () => {
    while (left-- > 0) await work();
  };
  await Promise.all(Array.from({ length: concurrency }, one));
}

/** The child process: sends only the statements, over connection pools like those of the subgraphs. */
async function sendStatements(): Promise<void> {
  const { statements, databaseUrls } = await new Promise<{
    statements: Statement[];
    databaseUrls: Record<string, string>;
  }>((resolve) => process.once('message', (message) => resolve(message as never)));
  const pools = new Map(subgraphs.map(({ name }) => [name, openDatabase(databaseUrls[name] ?? '')]));
  const all = () =>
    Promise.all(
      statements.map(({ subgraph, text, parameters }) =>
        pools.get(subgraph)?.unsafe(text, parameters as never[], { prepare: true }),
      ),
    );
  process.on('message', async (times: number) => {
    await repeat(times, all);
    process.send?.('done');
  });
  process.on('disconnect', () => process.exit(0));
  process.send?.('ready');
}

async function measure(): Promise<void> {
  const interrupted = new AbortController();
  process.once('SIGINT', () => interrupted.abort(new Error('已中断。 Interrupted.')));
  const child = fork(fileURLToPath(import.meta.url), ['statements'], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const nextMessage = () => new Promise((resolve) => child.once('message', resolve));
  try {
    const { request, analyst, nobody, databaseUrls, dataDir, services } = await startBenchedGraph(
      'default',
      7200,
      interrupted.signal,
    );
    // Its CPU time depends on the time that passes, not on the requests.
    await services.get('heartbeats')?.stop();
    const statements = await statementsOf(databaseUrls);
    const postmaster = Number(
      readFileSync(join(dataDir, 'postgres', 'postmaster.pid'), 'utf8').split('\n')[0],
    );
    const ready = nextMessage();
    child.send({ statements, databaseUrls });
    await ready;
    const parts = new Map<string, () => number>([
      ...['gateway', ...subgraphs.map(({ name }) => name)].map(
        (name) => [name, () => cpuOf(services.get(name)?.pid ?? 0)] as const,
      ),
      ['PostgreSQL', () => cpuOfServer(postmaster)],
    ]);
    const alone = new Map<string, () => number>([
      ['one process', () => cpuOf(child.pid ?? 0)],
      ['PostgreSQL', () => cpuOfServer(postmaster)],
    ]);
    const sendAlone = async (times: number) => {
      const done = nextMessage();
      child.send(times);
      await done;
    };
    const cost = async (of: Map<string, () => number>, work: () => Promise<unknown>) => {
      const before = [...of].map(([name, cpu]) => [name, cpu()] as const);
      await work();
      return before.map(([name, cpu]) => [name, ((of.get(name)?.() ?? 0) - cpu) / requests] as const);
    };
    await repeat(warmUps, () => request(query, variables));
    for (const bearer of [analyst, nobody]) await repeat(warmUps, () => request(query, variables, bearer));
    await sendAlone(warmUps);
    const sums = new Map<string, number>();
    /** Viewers with the same statements, with and without a token. */
    const withSameStatements = new Map([
      [analyst, 0],
      [nobody, 0],
    ]);
    for (let round = 0; round < rounds; round += 1) {
      for (const [name, ms] of await cost(parts, () => repeat(requests, () => request(query, variables))))
        sums.set(name, (sums.get(name) ?? 0) + ms / rounds);
      for (const [bearer, sum] of withSameStatements) {
        const spent = await cost(parts, () => repeat(requests, () => request(query, variables, bearer)));
        withSameStatements.set(
          bearer,
          spent.reduce((all, [, ms]) => all + ms / rounds, sum),
        );
      }
      for (const [name, ms] of await cost(alone, () => sendAlone(requests)))
        sums.set(`${name}, statements alone`, (sums.get(`${name}, statements alone`) ?? 0) + ms / rounds);
    }
    process.stdout.write(
      `DistrictBoard: ${statements.length} statements; CPU ms for one, mean of ${rounds} rounds\n`,
    );
    let [whole, bare] = [0, 0];
    for (const [name, ms] of sums) {
      if (name.endsWith('alone')) bare += ms;
      else whole += ms;
      process.stdout.write(`  ${name.padEnd(30)}${ms.toFixed(3).padStart(8)}\n`);
    }
    const [withToken = 0, without = 0] = [...withSameStatements.values()];
    process.stdout.write(
      `without a token ${without.toFixed(2)} ms: as an analyst ${(withToken / without).toFixed(2)}×; as a viewer with exact counts of persons, by other statements, ${(whole / without).toFixed(2)}×\n`,
    );
    process.stdout.write(
      `whole ${whole.toFixed(2)} ms, statements alone ${bare.toFixed(2)} ms: ${(whole / bare).toFixed(2)}×\n`,
    );
  } finally {
    child.disconnect();
    await stopBenchedGraphs();
  }
}

await (isChild ? sendStatements() : measure());
